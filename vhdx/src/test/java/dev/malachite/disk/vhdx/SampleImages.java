// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.io.LittleEndian;
import dev.malachite.disk.io.MemoryFile;
import dev.malachite.disk.io.RecordingFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/** Small VHDX files in memory for tests to damage, in the layout that {@link VhdxCreator} makes. */
final class SampleImages {
  static final long MIB = 1L << 20;
  static final int DISK_SIZE = 16 << 20;
  static final int BLOCK_SIZE = 1 << 20;
  static final long LOG = MIB;
  static final long METADATA = 2 * MIB;
  static final long BAT = 3 * MIB;
  static final long BLOCKS = 4 * MIB;

  private SampleImages() {}

  /** A dynamic disk of 16 blocks, of which 1, 2 and 5 are present; closed cleanly. */
  static MemoryFile clean() throws IOException {
    MemoryFile file = new MemoryFile();
    VhdxCreator.create(file, VhdxSettings.dynamic(DISK_SIZE).withBlockSize(BLOCK_SIZE));
    try (DiskExecutor executor = DiskExecutor.create("sample", 1);
        VhdxDisk disk = VhdxDisk.open(file, false, executor)) {
      fill(disk);
    }
    return file;
  }

  /** The same, left as a power cut leaves it: the last log entry is not in place yet. */
  static MemoryFile dirty() throws IOException {
    MemoryFile empty = new MemoryFile();
    VhdxCreator.create(empty, VhdxSettings.dynamic(DISK_SIZE).withBlockSize(BLOCK_SIZE));
    RecordingFile file = new RecordingFile(empty);
    try (DiskExecutor executor = DiskExecutor.create("sample", 1);
        VhdxDisk disk = VhdxDisk.open(file, false, executor)) {
      fill(disk);
      disk.flush();
      MemoryFile left = file.cutWhole(file.moment());
      byte[] unapplied = new byte[MemoryFile.SECTOR];
      left.putSector(BAT / MemoryFile.SECTOR, unapplied);
      return left;
    }
  }

  private static void fill(VhdxDisk disk) throws IOException {
    byte[] data = new byte[8192];
    for (int block : new int[] {1, 2, 5}) {
      Arrays.fill(data, (byte) block);
      disk.write(block * MIB, MemorySegment.ofArray(data));
      disk.flush();
    }
  }

  static long getLong(MemoryFile file, long position) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(8, 8);
      file.readFully(position, bytes);
      return LittleEndian.getLong(bytes, 0);
    }
  }

  static void putLong(MemoryFile file, long position, long value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(8, 8);
      LittleEndian.putLong(bytes, 0, value);
      file.write(position, bytes);
    }
  }

  static void putInt(MemoryFile file, long position, int value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(4, 8);
      LittleEndian.putInt(bytes, 0, value);
      file.write(position, bytes);
    }
  }

  /** Makes the checksums of headers, region tables and log entries right again. */
  static void mendChecksums(MemoryFile file) throws IOException {
    for (int i = 0; i < 2; i++) {
      mend(file, VhdxHeader.offset(i), VhdxHeader.SIZE, 4);
      mend(file, RegionTable.OFFSET + (long) i * RegionTable.SIZE, RegionTable.SIZE, 4);
    }
    for (long at = LOG; at < LOG + MIB; at += VhdxConstants.SECTOR) {
      if ((int) getLong(file, at) == LogFormat.ENTRY_SIGNATURE) {
        long length = getLong(file, at + LogFormat.AT_ENTRY_LENGTH) & 0xFFFF_FFFFL;
        if (length >= VhdxConstants.SECTOR && at + length <= LOG + MIB) {
          mend(file, at, (int) length, LogFormat.AT_CHECKSUM);
        }
      }
    }
  }

  private static void mend(MemoryFile file, long position, int length, int field)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(length, 8);
      file.readFully(position, bytes);
      putInt(file, position + field, Crc32c.of(bytes, field));
    }
  }

  /** Changes a few fields of the file's structures to values that break things. */
  static void damage(MemoryFile file, Random random) throws IOException {
    int count = 1 + random.nextInt(4);
    boolean logOnly = random.nextInt(4) == 0;
    for (int i = 0; i < count; i++) {
      long position =
          switch (logOnly ? 6 : random.nextInt(8)) {
            case 0 -> VhdxHeader.offset(random.nextInt(2)) + random.nextInt(20) * 4L;
            case 1, 2 ->
                RegionTable.OFFSET
                    + (random.nextBoolean() ? RegionTable.SIZE : 0)
                    + random.nextInt(24) * 4L;
            case 3 -> METADATA + random.nextInt(52) * 4L;
            case 4 -> METADATA + MetadataTable.SIZE + random.nextInt(10) * 4L;
            case 5 -> BAT + random.nextInt(18) * 8L;
            case 6 -> LOG + random.nextInt(8) * 4096L + random.nextInt(26) * 4L;
            default -> random.nextInt((int) BLOCKS / 4) * 4L;
          };
      long old = getLong(file, position);
      long value =
          switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> old ^ (1L << random.nextInt(64));
            case 3 -> old + MIB;
            case 4 -> old - MIB;
            case 5 -> random.nextLong();
            case 6 -> Long.MIN_VALUE >>> random.nextInt(20);
            case 7 -> (random.nextInt(12) * MIB) | 6;
            case 8 -> old + (random.nextInt(17) - 8) * 4096L;
            default -> old & ~0xFFFFL | random.nextInt(0x1_0000);
          };
      if (random.nextBoolean()) {
        putLong(file, position, value);
      } else {
        putInt(file, position, (int) value);
      }
    }
  }
}
