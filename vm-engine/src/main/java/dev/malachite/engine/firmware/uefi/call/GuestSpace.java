// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.call;

import dev.malachite.engine.memory.GuestMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Guest memory by the addresses a caller uses: physical ones under the firmware's own page tables,
 * virtual ones when an operating system calls run-time services under its own.
 *
 * <p>Every access is checked; a bad pointer ends in an exception that the dispatcher turns into an
 * invalid parameter. Only on the processor's thread that calls.
 */
public final class GuestSpace {
  /** Longest string read from a guest, in characters. */
  public static final int MAX_STRING = 1 << 15;

  private static final int PAGE = GuestMemory.PAGE_SIZE;
  private static final long ADDRESS_BITS = 0x000F_FFFF_FFFF_F000L;
  private static final int PRESENT = 1;
  private static final int LARGE = 0x80;

  private final GuestMemory memory;
  private long own;
  private long root;

  /** Pointers into a machine's memory, identity-mapped at first. */
  public GuestSpace(GuestMemory memory) {
    this.memory = memory;
  }

  /** The physical memory. */
  public GuestMemory memory() {
    return memory;
  }

  /** Says which page tables are the firmware's: they map every address to itself. */
  public void ownPageTables(long cr3) {
    own = cr3 & ADDRESS_BITS;
    root = own;
  }

  void pageTables(long cr3) {
    root = cr3 & ADDRESS_BITS;
  }

  // Four-level paging (SDM volume 3, section 4.5).
  private long physical(long address) {
    if (root == own) {
      return address;
    }
    long table = root;
    for (int level = 3; level >= 0; level--) {
      int shift = 12 + 9 * level;
      long entry = memory.readLong(table + (address >>> shift & 511) * 8);
      if ((entry & PRESENT) == 0) {
        throw new EfiException(Status.INVALID_PARAMETER);
      }
      if (level == 0 || level < 3 && (entry & LARGE) != 0) {
        long mask = (1L << shift) - 1;
        return entry & ADDRESS_BITS & ~mask | address & mask;
      }
      table = entry & ADDRESS_BITS;
    }
    throw new IllegalStateException("the last level always returns");
  }

  private boolean crosses(long address, int length) {
    return root != own && (address & PAGE - 1) + length > PAGE;
  }

  /** Reads a byte. */
  public int u8(long address) {
    return memory.readByte(physical(address));
  }

  /** Reads two bytes. */
  public int u16(long address) {
    if (crosses(address, 2)) {
      return u8(address) | u8(address + 1) << 8;
    }
    return memory.readShort(physical(address));
  }

  /** Reads four bytes. */
  public int u32(long address) {
    if (crosses(address, 4)) {
      return u16(address) | u16(address + 2) << 16;
    }
    return memory.readInt(physical(address));
  }

  /** Reads eight bytes. */
  public long u64(long address) {
    if (crosses(address, 8)) {
      return u32(address) & 0xFFFF_FFFFL | (long) u32(address + 4) << 32;
    }
    return memory.readLong(physical(address));
  }

  /** Writes a byte. */
  public void u8(long address, int value) {
    memory.writeByte(physical(address), value);
  }

  /** Writes two bytes. */
  public void u16(long address, int value) {
    if (crosses(address, 2)) {
      u8(address, value);
      u8(address + 1, value >>> 8);
    } else {
      memory.writeShort(physical(address), value);
    }
  }

  /** Writes four bytes. */
  public void u32(long address, int value) {
    if (crosses(address, 4)) {
      u16(address, value);
      u16(address + 2, value >>> 16);
    } else {
      memory.writeInt(physical(address), value);
    }
  }

  /** Writes eight bytes. */
  public void u64(long address, long value) {
    if (crosses(address, 8)) {
      u32(address, (int) value);
      u32(address + 4, (int) (value >>> 32));
    } else {
      memory.writeLong(physical(address), value);
    }
  }

  /** Writes eight bytes if there is a place for them. */
  public void optional64(long address, long value) {
    if (address != 0) {
      u64(address, value);
    }
  }

  /**
   * Copies bytes out.
   *
   * @param length at most {@code limit}
   */
  public byte[] bytes(long address, long length, int limit) {
    EfiException.require(length >= 0 && length <= limit);
    byte[] result = new byte[(int) length];
    int done = 0;
    while (done < result.length) {
      int part = part(address + done, result.length - done);
      memory.read(physical(address + done), result, done, part);
      done += part;
    }
    return result;
  }

  /** Copies bytes in. */
  public void bytes(long address, byte[] source, int offset, int length) {
    int done = 0;
    while (done < length) {
      int part = part(address + done, length - done);
      memory.write(physical(address + done), source, offset + done, part);
      done += part;
    }
  }

  /** Copies bytes in. */
  public void bytes(long address, byte[] source) {
    bytes(address, source, 0, source.length);
  }

  private int part(long address, int length) {
    return root == own ? length : (int) Math.min(length, PAGE - (address & PAGE - 1));
  }

  /** Reads or writes host memory. */
  @FunctionalInterface
  public interface Transfer {
    /** Transfers the whole of a segment. */
    void with(MemorySegment segment) throws IOException;
  }

  /** Lets a device fill guest memory. */
  public void fill(long address, long length, Transfer device) throws IOException {
    if (length == 0) {
      return;
    }
    if (root == own) {
      MemorySegment segment = memory.slice(address, length);
      try {
        device.with(segment);
      } finally {
        memory.written(address, length);
      }
      return;
    }
    EfiException.require(length > 0 && length <= 1 << 28);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(length);
      device.with(segment);
      bytes(address, segment.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
    }
  }

  /** Lets a device take guest memory. */
  public void drain(long address, long length, Transfer device) throws IOException {
    if (length == 0) {
      return;
    }
    if (root == own) {
      device.with(memory.slice(address, length));
      return;
    }
    byte[] bytes = bytes(address, length, 1 << 28);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(length);
      MemorySegment.copy(
          bytes, 0, segment, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, bytes.length);
      device.with(segment);
    }
  }

  /** Reads a string of 16-bit characters up to its zero. */
  public String string(long address) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < MAX_STRING; i++) {
      int c = u16(address + 2L * i);
      if (c == 0) {
        return text.toString();
      }
      text.append((char) c);
    }
    throw new EfiException(Status.INVALID_PARAMETER);
  }

  /** The bytes of a string with its zero. */
  public static byte[] string(String text) {
    return (text + "\0").getBytes(StandardCharsets.UTF_16LE);
  }

  /** Reads a GUID. */
  public UUID guid(long address) {
    return guid(bytes(address, 16, 16), 0);
  }

  /** A GUID of its bytes: the first three fields are little-endian (appendix A). */
  public static UUID guid(byte[] bytes, int offset) {
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long high =
        (b.getInt(offset) & 0xFFFF_FFFFL) << 32
            | (b.getShort(offset + 4) & 0xFFFFL) << 16
            | b.getShort(offset + 6) & 0xFFFFL;
    return new UUID(high, Long.reverseBytes(b.getLong(offset + 8)));
  }

  /** The bytes of a GUID. */
  public static byte[] guid(UUID guid) {
    long high = guid.getMostSignificantBits();
    return ByteBuffer.allocate(16)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt((int) (high >>> 32))
        .putShort((short) (high >>> 16))
        .putShort((short) high)
        .putLong(Long.reverseBytes(guid.getLeastSignificantBits()))
        .array();
  }
}
