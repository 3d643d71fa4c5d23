// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A PE32+ image for x86-64 (Microsoft PE format): headers and sections, and how they look in
 * memory.
 */
public final class PeImage {
  /** Subsystem of applications. */
  public static final int APPLICATION = 10;

  /** Subsystem of boot-time drivers. */
  public static final int BOOT_DRIVER = 11;

  /** Subsystem of run-time drivers. */
  public static final int RUNTIME_DRIVER = 12;

  /** Largest image in memory. */
  public static final long MAX_SIZE = 1L << 30;

  private static final int MACHINE_X64 = 0x8664;
  private static final int MAGIC_64 = 0x20B;
  private static final int FILE_HEADER = 24;
  private static final int SECTION = 40;
  private static final int MAX_SECTIONS = 96;
  private static final int RELOCATIONS_STRIPPED = 1;
  private static final int BASE_RELOCATION = 5;
  private static final int CERTIFICATE = 4;

  private static final int ABSOLUTE = 0;
  private static final int HIGH_LOW = 3;
  private static final int DIR64 = 10;

  /**
   * A section.
   *
   * @param address relative to the image's base
   * @param size in memory
   * @param offset in the file
   * @param fileSize bytes of it that come from the file
   * @param rawSize bytes in the file
   * @param flags characteristics
   */
  public record Section(int address, int size, int offset, int fileSize, int rawSize, int flags) {}

  private final byte[] file;
  private final ByteBuffer bytes;
  private final int header;
  private final int directories;
  private final List<Section> sections = new ArrayList<>();

  private PeImage(byte[] file) {
    this.file = file;
    bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    check(file.length >= 64 && bytes.getShort(0) == 0x5A4D, "it has no MZ header");
    header = bytes.getInt(60);
    check(header >= 0 && header <= file.length - FILE_HEADER - 112, "it has no PE header");
    check(bytes.getInt(header) == 0x4550, "it has no PE header");
    check(
        (bytes.getShort(header + 4) & 0xFFFF) == MACHINE_X64,
        "it is not for 64-bit x86 processors");
    int optionalSize = bytes.getShort(header + 20) & 0xFFFF;
    check(
        optionalSize >= 112
            && header + FILE_HEADER + optionalSize <= file.length
            && (bytes.getShort(optional()) & 0xFFFF) == MAGIC_64,
        "its optional header is not PE32+");
    directories = Math.min(Math.max(0, bytes.getInt(optional() + 108)), (optionalSize - 112) / 8);
    int count = bytes.getShort(header + 6) & 0xFFFF;
    int table = optional() + optionalSize;
    check(
        count <= MAX_SECTIONS && table + count * SECTION <= file.length,
        "its section table is cut off");
    check(size() > 0 && size() <= MAX_SIZE, "its size makes no sense");
    check(headersSize() <= Math.min(file.length, size()), "its headers are cut off");
    check(entry() >= 0 && entry() < size(), "its entry point lies outside");
    for (int i = 0; i < count; i++) {
      add(table + i * SECTION);
    }
  }

  private void add(int at) {
    int virtualSize = bytes.getInt(at + 8);
    int address = bytes.getInt(at + 12);
    int fileSize = bytes.getInt(at + 16);
    int offset = bytes.getInt(at + 20);
    int size = virtualSize == 0 ? fileSize : virtualSize;
    int used = Math.min(fileSize, size);
    check(
        size >= 0
            && fileSize >= 0
            && address >= 0
            && (long) address + size <= size()
            && (fileSize == 0 || offset >= 0 && (long) offset + fileSize <= file.length),
        "a section lies outside");
    sections.add(new Section(address, size, offset, used, fileSize, bytes.getInt(at + 36)));
  }

  /**
   * Parses a file.
   *
   * @throws PeException if it is not such an image
   */
  public static PeImage parse(byte[] file) throws PeException {
    try {
      return new PeImage(file);
    } catch (BadImage e) {
      throw new PeException(e.reason);
    } catch (IndexOutOfBoundsException e) {
      throw new PeException("it is cut off");
    }
  }

  private static final class BadImage extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final String reason;

    BadImage(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }
  }

  private static void check(boolean condition, String reason) {
    if (!condition) {
      throw new BadImage(reason);
    }
  }

  private int optional() {
    return header + FILE_HEADER;
  }

  /** Bytes in memory. */
  public long size() {
    return bytes.getInt(optional() + 56) & 0xFFFF_FFFFL;
  }

  /** The entry point, relative to the base. */
  public int entry() {
    return bytes.getInt(optional() + 16);
  }

  /** Where it would like to be. */
  public long preferredBase() {
    return bytes.getLong(optional() + 24);
  }

  /** Alignment of sections in memory. */
  public int alignment() {
    return bytes.getInt(optional() + 32);
  }

  private long headersSize() {
    return bytes.getInt(optional() + 60) & 0xFFFF_FFFFL;
  }

  /** Which kind of program it is. */
  public int subsystem() {
    return bytes.getShort(optional() + 68) & 0xFFFF;
  }

  /** True if it can only be where it would like to be. */
  public boolean fixed() {
    return (bytes.getShort(header + 22) & RELOCATIONS_STRIPPED) != 0;
  }

  /** True if it says it can do without executable data and writable code. */
  public boolean nxCompatible() {
    return (bytes.getShort(optional() + 70) & 0x100) != 0;
  }

  /** Its sections. */
  public List<Section> sections() {
    return List.copyOf(sections);
  }

  /** The file. */
  public byte[] file() {
    return file;
  }

  private int directory(int index, int field) {
    return index < directories ? bytes.getInt(optional() + 112 + 8 * index + 4 * field) : 0;
  }

  /** Where in the file the certificate table is, 0 without one. */
  public int certificates() {
    return directory(CERTIFICATE, 0);
  }

  /** Bytes of the certificate table. */
  public int certificatesSize() {
    return directory(CERTIFICATE, 1);
  }

  /** Offset in the file of the optional header's check sum, which signatures leave out. */
  public int checksumOffset() {
    return optional() + 64;
  }

  /** Offset in the file of the directory's entry for certificates, which signatures leave out. */
  public int certificateEntryOffset() {
    return CERTIFICATE < directories ? optional() + 112 + 8 * CERTIFICATE : 0;
  }

  /** Bytes of the headers in the file. */
  public int headersLength() {
    return (int) headersSize();
  }

  /**
   * The image as it is in memory at an address, relocated.
   *
   * @throws PeException if its relocations make no sense
   */
  public byte[] load(long base) throws PeException {
    byte[] memory = new byte[(int) size()];
    System.arraycopy(file, 0, memory, 0, headersLength());
    for (Section s : sections) {
      System.arraycopy(file, s.offset, memory, s.address, s.fileSize);
    }
    ByteBuffer out = ByteBuffer.wrap(memory).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(optional() + 24, base);
    long delta = base - preferredBase();
    if (delta != 0) {
      try {
        relocate(out, delta);
      } catch (IndexOutOfBoundsException e) {
        throw new PeException("its relocations lie outside");
      } catch (BadImage e) {
        throw new PeException(e.reason);
      }
    }
    return memory;
  }

  // Blocks of relocations, each for a page (PE format, ".reloc").
  private void relocate(ByteBuffer out, long delta) {
    int at = directory(BASE_RELOCATION, 0);
    long end = (long) at + (directory(BASE_RELOCATION, 1) & 0xFFFF_FFFFL);
    check(at >= 0 && end <= out.capacity(), "its relocations lie outside");
    while (at + 8 <= end) {
      int page = out.getInt(at);
      int size = out.getInt(at + 4);
      if (size == 0) {
        return;
      }
      check(size >= 8 && size <= end - at, "a block of relocations is cut off");
      for (int i = at + 8; i + 2 <= at + size; i += 2) {
        int item = out.getShort(i) & 0xFFFF;
        int place = page + (item & 0xFFF);
        switch (item >>> 12) {
          case ABSOLUTE -> {}
          case HIGH_LOW -> out.putInt(place, out.getInt(place) + (int) delta);
          case DIR64 -> out.putLong(place, out.getLong(place) + delta);
          default -> check(false, "it has relocations of a kind that x86-64 doesn't have");
        }
      }
      at += size;
    }
  }
}
