// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.filesystem;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.io.MemoryFile;
import dev.malachite.disk.raw.RawDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Partition tables, FAT and ext file systems of any contents, read within bounds. */
class FileSystemFuzzTest {
  private static final int SIZE = 4 << 20;
  private static final int MOST = 2_000;

  private static DiskExecutor executor = DiskExecutor.create("fs-fuzz", 1);

  @BeforeAll
  static void prepare() {
    executor = DiskExecutor.create("fs-fuzz", 1);
  }

  @AfterAll
  static void stop() {
    executor.close();
  }

  @FuzzTest(maxDuration = "20s")
  void readsOrRefuses(byte[] input) throws IOException {
    if (input.length < 2) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(input);
    int kind = bytes.get() & 3;
    MemoryFile file = new MemoryFile();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment disk = arena.allocate(64 << 10, 8);
      ByteBuffer view = disk.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      switch (kind) {
        case 0 -> view.putShort(510, (short) 0xAA55);
        case 1 -> view.putShort(1080, (short) 0xEF53).putInt(1024 + 32, 8192).putInt(1028, 4096);
        case 2 -> fat(view);
        default -> view.put(512, "EFI PART".getBytes(StandardCharsets.US_ASCII));
      }
      while (bytes.remaining() >= 10) {
        int at = Short.toUnsignedInt(bytes.getShort());
        view.putLong(Math.min(at, view.capacity() - 8), bytes.getLong());
      }
      file.write(0, disk);
    }
    file.truncate(SIZE);
    try (VirtualDisk disk = RawDisk.openRaw(file, true, executor)) {
      for (Partition partition : PartitionTable.read(disk)) {
        Optional<FileSystem> found = FileSystem.open(disk, partition);
        if (found.isPresent()) {
          int[] left = {MOST};
          walk(found.get(), found.get().root(), 0, left);
        }
      }
    } catch (DamagedFileSystemException | DiskFormatException e) {
      // That is how damage is told.
    }
  }

  /** A FAT16 file system's first sector. */
  private static void fat(ByteBuffer view) {
    view.putShort(11, (short) 512).put(13, (byte) 1).putShort(14, (short) 1).put(16, (byte) 2);
    view.putShort(17, (short) 512).putShort(19, (short) (SIZE / 512)).put(21, (byte) 0xF8);
    view.putShort(22, (short) 32).putShort(510, (short) 0xAA55);
    view.put(0, (byte) 0xEB).put(2, (byte) 0x90);
  }

  private static void walk(FileSystem files, FileSystem.Entry entry, int depth, int[] left)
      throws IOException {
    if (depth > 4 || left[0]-- <= 0) {
      return;
    }
    switch (entry.kind()) {
      case FOLDER -> {
        for (FileSystem.Entry each : files.list(entry)) {
          walk(files, each, depth + 1, left);
        }
      }
      case FILE -> {
        if (entry.size() < 1 << 20) {
          files.copy(entry, OutputStream.nullOutputStream());
        }
      }
      case LINK -> files.target(entry);
      case SPECIAL -> {
        // Nothing to be read.
      }
    }
  }
}
