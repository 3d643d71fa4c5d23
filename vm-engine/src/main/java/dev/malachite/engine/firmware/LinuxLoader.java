// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware;

import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.processor.ProcessorState.SegmentState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Starts a Linux kernel by its 64-bit boot protocol (Documentation/arch/x86/boot.rst): loads kernel
 * and initial RAM disk, fills the boot parameters, and sets the processor up in long mode.
 */
public final class LinuxLoader {
  private static final long GDT = 0x6000;
  private static final long BOOT_PARAMETERS = 0x7000;
  private static final long PAGE_TABLES = 0x9000;
  private static final long COMMAND_LINE = 0x2_0000;
  private static final int COMMAND_LINE_ROOM = 0x1_0000;

  // Fields of the set-up header, by their offset in the file's first sectors.
  private static final int SETUP_SECTORS = 0x1F1;
  private static final int BOOT_FLAG = 0x1FE;
  private static final int HEADER_MAGIC = 0x202;
  private static final int VERSION = 0x206;
  private static final int LOADER_TYPE = 0x210;
  private static final int LOAD_FLAGS = 0x211;
  private static final int RAMDISK_ADDRESS = 0x218;
  private static final int RAMDISK_SIZE = 0x21C;
  private static final int COMMAND_LINE_ADDRESS = 0x228;
  private static final int RAMDISK_MAXIMUM = 0x22C;
  private static final int EXTENDED_FLAGS = 0x236;
  private static final int COMMAND_LINE_SIZE = 0x238;
  private static final int PREFERRED_ADDRESS = 0x258;
  private static final int INIT_SIZE = 0x260;
  private static final int HEADER_END = 0x290;

  // Fields of the boot parameters.
  private static final int ACPI_POINTER = 0x70;
  private static final int EFI_INFO = 0x1C0;
  private static final int MAP_ENTRIES = 0x1E8;
  private static final int MAP_TABLE = 0x2D0;
  private static final int MAP_MAXIMUM = 128;
  private static final int SCREEN_LFB_BASE = 0x18;
  private static final int SCREEN_LFB_SIZE = 0x1C;

  private static final int HEADER_SIGNATURE = 0x5372_6448;
  private static final int ENTRY_64 = 0x200;
  private static final int ELF_MAGIC = 0x464C_457F;
  private static final int ELF_HEADER = 64;
  private static final int ELF_SEGMENT = 56;

  private final GuestMemory memory;
  private final MemoryMap map;
  private final long acpi;
  private final long smbios;
  private final long efiData;
  private final long efiCode;
  private final long frameBuffer;
  private final long frameBufferBytes;
  private long entryPoint;

  /**
   * A loader for a machine.
   *
   * @param acpi address of the ACPI root pointer
   * @param smbios address of the SMBIOS 3 entry point
   * @param efiData a page for UEFI tables
   * @param efiCode a page for UEFI run-time code
   * @param frameBuffer address of the video memory
   * @param frameBufferBytes its size
   */
  public LinuxLoader(
      GuestMemory memory,
      MemoryMap map,
      long acpi,
      long smbios,
      long efiData,
      long efiCode,
      long frameBuffer,
      long frameBufferBytes) {
    this.memory = memory;
    this.map = map;
    this.acpi = acpi;
    this.smbios = smbios;
    this.efiData = efiData;
    this.efiCode = efiCode;
    this.frameBuffer = frameBuffer;
    this.frameBufferBytes = frameBufferBytes;
  }

  /**
   * Loads everything and points the processor at the kernel.
   *
   * @throws IOException if a file can't be read or isn't a kernel this protocol starts
   */
  public void load(DirectBoot boot, ProcessorState processor) throws IOException {
    byte[] parameters = new byte[4096];
    long kernel;
    try (FileChannel file = FileChannel.open(boot.kernel(), StandardOpenOption.READ)) {
      kernel = loadKernel(boot.kernel(), file, parameters);
    }
    if (boot.initrd() != null) {
      loadRamDisk(boot.initrd(), kernel, parameters);
    }
    byte[] commandLine = commandLine(boot, parameters);
    memory.write(COMMAND_LINE, commandLine, 0, commandLine.length);
    put32(parameters, COMMAND_LINE_ADDRESS, COMMAND_LINE);
    fillParameters(parameters);
    memory.write(BOOT_PARAMETERS, parameters, 0, parameters.length);
    enterLongMode(processor, entryPoint);
  }

  private long loadKernel(Path path, FileChannel file, byte[] parameters) throws IOException {
    byte[] head = new byte[HEADER_END];
    if (file.size() < 4096 || file.size() > 1 << 30) {
      throw refuse(path, "its size of " + file.size() + " bytes is not a kernel's");
    }
    file.read(ByteBuffer.wrap(head), 0);
    if (get32(head, 0) == ELF_MAGIC) {
      return loadElf(path, file, parameters);
    }
    if (get16(head, BOOT_FLAG) != 0xAA55 || get32(head, HEADER_MAGIC) != HEADER_SIGNATURE) {
      throw refuse(
          path,
          "it is neither a bzImage (no Linux set-up header at offset 0x1fe) nor an ELF kernel");
    }
    int version = get16(head, VERSION);
    if (version < 0x20C || (get16(head, EXTENDED_FLAGS) & 1) == 0) {
      throw refuse(path, "it has no 64-bit entry point (boot protocol 0x%x)".formatted(version));
    }
    int sectors = head[SETUP_SECTORS] & 0xFF;
    long skip = 512L * ((sectors == 0 ? 4 : sectors) + 1);
    long length = file.size() - skip;
    long address = get64(head, PREFERRED_ADDRESS);
    long needed = get32(head, INIT_SIZE) & 0xFFFF_FFFFL;
    if (length <= 0 || address < 0x10_0000 || !memory.covers(address, Math.max(length, needed))) {
      throw refuse(
          path,
          "it needs %d MiB from 0x%x; give the machine more memory"
              .formatted(needed + (1 << 20) - 1 >> 20, address));
    }
    readInto(path, file, skip, address, length);
    // The header's length byte tells how much of it is there (boot.rst, "Details of header").
    int end = Math.min(0x202 + (head[0x201] & 0xFF), HEADER_END);
    System.arraycopy(head, SETUP_SECTORS, parameters, SETUP_SECTORS, end - SETUP_SECTORS);
    parameters[LOADER_TYPE] = (byte) 0xFF;
    parameters[LOAD_FLAGS] &= ~0x20;
    entryPoint = address + ENTRY_64;
    return address;
  }

  // An uncompressed kernel: its segments go where their physical addresses say (System V ABI,
  // chapter 5), and the set-up header that a bzImage would bring is made up.
  private long loadElf(Path path, FileChannel file, byte[] parameters) throws IOException {
    byte[] header = new byte[ELF_HEADER];
    file.read(ByteBuffer.wrap(header), 0);
    long entry = get64(header, 24);
    long table = get64(header, 32);
    int size = get16(header, 54);
    int count = get16(header, 56);
    boolean inside = table >= ELF_HEADER && table <= file.size() - (long) count * ELF_SEGMENT;
    if (header[4] != 2 || get16(header, 18) != 62 || size != ELF_SEGMENT || count > 64 || !inside) {
      throw refuse(path, "it is an ELF file, but not a 64-bit x86 kernel");
    }
    long start = Long.MAX_VALUE;
    long end = 0;
    for (int i = 0; i < count; i++) {
      byte[] segment = new byte[ELF_SEGMENT];
      file.read(ByteBuffer.wrap(segment), table + (long) i * ELF_SEGMENT);
      if (get32(segment, 0) != 1) {
        continue;
      }
      long inFile = get64(segment, 32);
      long inMemory = get64(segment, 40);
      long at = get64(segment, 24);
      long offset = get64(segment, 8);
      if (offset < 0
          || offset > file.size()
          || inFile < 0
          || inMemory < inFile
          || at < 0x10_0000
          || !memory.covers(at, Math.max(inMemory, 1))) {
        throw refuse(
            path,
            "its segment %d needs %d bytes at 0x%x; give the machine more memory"
                .formatted(i, inMemory, at));
      }
      readInto(path, file, offset, at, inFile);
      memory.slice(at + inFile, inMemory - inFile).fill((byte) 0);
      memory.written(at + inFile, inMemory - inFile);
      start = Math.min(start, at);
      end = Math.max(end, at + inMemory);
    }
    if (entry < start || entry >= end) {
      throw refuse(path, "its entry point 0x%x lies outside its segments".formatted(entry));
    }
    put32(parameters, BOOT_FLAG, 0xAA55);
    put32(parameters, HEADER_MAGIC, HEADER_SIGNATURE);
    parameters[VERSION] = 0x0F;
    parameters[VERSION + 1] = 2;
    parameters[LOADER_TYPE] = (byte) 0xFF;
    parameters[LOAD_FLAGS] = 1;
    put32(parameters, RAMDISK_MAXIMUM, 0x7FFF_FFFFL);
    put32(parameters, COMMAND_LINE_SIZE, 2047);
    // The kernel's heap before it knows memory lies behind its image: keep the RAM disk off that.
    put32(parameters, INIT_SIZE, end - start + (16 << 20));
    entryPoint = entry;
    return start;
  }

  private void readInto(Path path, FileChannel file, long position, long gpa, long length)
      throws IOException {
    ByteBuffer target = memory.slice(gpa, length).asByteBuffer();
    long at = position;
    while (target.hasRemaining()) {
      int count = file.read(target, at);
      if (count < 0) {
        throw refuse(path, "it ends at byte " + at);
      }
      at += count;
    }
    memory.written(gpa, length);
  }

  private void loadRamDisk(Path path, long kernel, byte[] parameters) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      long length = file.size();
      long kernelEnd = kernel + (get32(parameters, INIT_SIZE) & 0xFFFF_FFFFL);
      long top = (get32(parameters, RAMDISK_MAXIMUM) & 0xFFFF_FFFFL) + 1;
      for (MemoryMap.Entry e : map.entries()) {
        if (e.use() == MemoryMap.Use.FREE && e.start() <= kernel) {
          long end = Math.min(top, e.start() + e.length());
          long start = end - length & -4096L;
          if (e.start() + e.length() > kernel && start >= kernelEnd) {
            readInto(path, file, 0, start, length);
            put32(parameters, RAMDISK_ADDRESS, start);
            put32(parameters, RAMDISK_SIZE, length);
            return;
          }
        }
      }
      throw refuse(
          path,
          "its %d MiB don't fit beside the kernel; give the machine more memory"
              .formatted(length >> 20));
    }
  }

  private static byte[] commandLine(DirectBoot boot, byte[] parameters) throws IOException {
    byte[] text = (boot.commandLine() + "\0").getBytes(StandardCharsets.UTF_8);
    long most =
        Math.min(get32(parameters, COMMAND_LINE_SIZE) & 0xFFFF_FFFFL, COMMAND_LINE_ROOM - 1);
    if (text.length - 1 > most) {
      throw new IOException(
          "the kernel command line has "
              + (text.length - 1)
              + " bytes; this kernel takes at most "
              + most);
    }
    return text;
  }

  private void fillParameters(byte[] p) {
    put32(p, ACPI_POINTER, acpi);
    put32(p, ACPI_POINTER + 4, acpi >>> 32);
    put32(p, SCREEN_LFB_BASE, frameBuffer);
    put32(p, SCREEN_LFB_SIZE, frameBufferBytes);
    int count = 0;
    for (MemoryMap.Entry e : map.entries()) {
      if (count == MAP_MAXIMUM) {
        break;
      }
      int at = MAP_TABLE + 20 * count++;
      put32(p, at, e.start());
      put32(p, at + 4, e.start() >>> 32);
      put32(p, at + 8, e.length());
      put32(p, at + 12, e.length() >>> 32);
      put32(p, at + 16, e.use().e820);
    }
    p[MAP_ENTRIES] = (byte) count;
    EfiTables.Location efi = EfiTables.write(memory, efiData, efiCode, acpi, smbios, map);
    put32(p, EFI_INFO, 0x3436_4C45);
    put32(p, EFI_INFO + 4, efi.systemTable());
    put32(p, EFI_INFO + 8, EfiTables.DESCRIPTOR);
    put32(p, EFI_INFO + 12, 1);
    put32(p, EFI_INFO + 16, efi.map());
    put32(p, EFI_INFO + 20, efi.mapBytes());
    put32(p, EFI_INFO + 24, efi.systemTable() >>> 32);
    put32(p, EFI_INFO + 28, efi.map() >>> 32);
  }

  // Long mode with the first 4 GiB mapped one to one, flat segments at selectors 0x10 and 0x18.
  private void enterLongMode(ProcessorState s, long entry) {
    memory.writeLong(PAGE_TABLES, PAGE_TABLES + 0x1000 | 3);
    for (int i = 0; i < 4; i++) {
      long directory = PAGE_TABLES + 0x2000 + i * 0x1000L;
      memory.writeLong(PAGE_TABLES + 0x1000 + i * 8L, directory | 3);
      for (int j = 0; j < 512; j++) {
        memory.writeLong(directory + j * 8L, (long) i << 30 | (long) j << 21 | 0x83);
      }
    }
    memory.writeLong(GDT, 0);
    memory.writeLong(GDT + 8, 0);
    memory.writeLong(GDT + 16, 0x00AF_9B00_0000_FFFFL);
    memory.writeLong(GDT + 24, 0x00CF_9300_0000_FFFFL);
    SegmentState code = new SegmentState(0x10, 0, -1, 0xA9B);
    SegmentState data = new SegmentState(0x18, 0, -1, 0xC93);
    Arrays.fill(s.segments, data);
    s.segments[ProcessorState.CS] = code;
    s.segments[ProcessorState.LDTR] = new SegmentState(0, 0, 0xFFFF, 0x82);
    s.segments[ProcessorState.TR] = new SegmentState(0, 0, 0xFFFF, 0x8B);
    s.gdtBase = GDT;
    s.gdtLimit = 31;
    s.idtBase = 0;
    s.idtLimit = 0;
    s.cr0 = 0x8000_0011L;
    s.cr3 = PAGE_TABLES;
    s.cr4 = 0x20;
    s.efer = 0x500;
    s.rflags = 2;
    s.rip = entry;
    Arrays.fill(s.general, 0);
    s.general[6] = BOOT_PARAMETERS;
  }

  private static IOException refuse(Path path, String why) {
    return new IOException(path + ": cannot boot this file: " + why);
  }

  private static int get16(byte[] b, int at) {
    return b[at] & 0xFF | (b[at + 1] & 0xFF) << 8;
  }

  private static int get32(byte[] b, int at) {
    return get16(b, at) | get16(b, at + 2) << 16;
  }

  private static long get64(byte[] b, int at) {
    return get32(b, at) & 0xFFFF_FFFFL | (long) get32(b, at + 4) << 32;
  }

  private static void put32(byte[] b, int at, long value) {
    for (int i = 0; i < 4; i++) {
      b[at + i] = (byte) (value >>> 8 * i);
    }
  }
}
