// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.io.LittleEndian;
import dev.malachite.disk.io.MemoryFile;
import dev.malachite.disk.io.ParentFiles;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The parts of a VHDX disk that small random workloads don't reach. */
class VhdxDiskTest {
  private static final long MIB = 1L << 20;

  private final DiskExecutor executor = DiskExecutor.create("vhdx-test", 1);

  @AfterEach
  void stop() {
    executor.close();
  }

  private static MemoryFile create(long size) throws IOException {
    MemoryFile file = new MemoryFile();
    VhdxCreator.create(file, VhdxSettings.dynamic(size).withBlockSize(1 << 20));
    return file;
  }

  private static MemorySegment stamp(int value) {
    MemorySegment sector = MemorySegment.ofArray(new byte[512]);
    LittleEndian.putInt(sector, 0, value);
    return sector;
  }

  private static int readStamp(VhdxDisk disk, long offset) throws IOException {
    MemorySegment sector = MemorySegment.ofArray(new byte[512]);
    disk.read(offset, sector);
    return LittleEndian.getInt(sector, 0);
  }

  @Test
  void theLogGoesRoundManyTimes() throws IOException {
    MemoryFile file = create(64 * MIB);
    Random random = new Random(42);
    int[] stamps = new int[64];
    try (VhdxDisk disk = VhdxDisk.open(file, false, executor)) {
      for (int i = 1; i <= 600; i++) {
        int block = random.nextInt(64);
        if (stamps[block] == 0) {
          disk.write(block * MIB, stamp(i));
          stamps[block] = i;
        } else {
          disk.unmap(block * MIB, MIB);
          stamps[block] = 0;
        }
        disk.flush();
        if (i % 97 == 0) {
          MemoryFile left = file.copy();
          try (VhdxDisk copy = VhdxDisk.open(left, false, executor)) {
            for (int j = 0; j < 64; j++) {
              assertThat(readStamp(copy, j * MIB)).as("block %d", j).isEqualTo(stamps[j]);
            }
          }
        }
      }
    }
  }

  @Test
  void aSmallTableCacheServesALargeTable() throws IOException {
    MemoryFile file = create(4L << 40);
    Map<Long, Integer> stamps = new HashMap<>();
    Random random = new Random(7);
    for (int session = 0; session < 2; session++) {
      try (VhdxDisk disk = VhdxDisk.open(file, false, ParentFiles.DEFAULT, 4, executor)) {
        for (int i = 1; i < 600; i++) {
          long block = random.nextLong(4L << 20);
          disk.write(block * MIB, stamp(i));
          stamps.put(block, i);
          if (i % 150 == 0) {
            disk.flush();
          }
        }
        for (Map.Entry<Long, Integer> entry : stamps.entrySet()) {
          assertThat(readStamp(disk, entry.getKey() * MIB)).isEqualTo(entry.getValue());
        }
      }
    }
    try (VhdxDisk disk = VhdxDisk.open(file, true, ParentFiles.DEFAULT, 1, executor)) {
      for (Map.Entry<Long, Integer> entry : stamps.entrySet()) {
        assertThat(readStamp(disk, entry.getKey() * MIB)).isEqualTo(entry.getValue());
      }
    }
  }

  /** A file whose forces fail once told to. */
  private static final class FailingFile extends MemoryFile {
    volatile boolean failing;

    FailingFile(MemoryFile contents) {
      super(contents);
    }

    @Override
    public void force(boolean sizeToo) throws IOException {
      if (failing) {
        throw new IOException("the medium is gone");
      }
    }
  }

  @Test
  void afterAFailedFlushNothingMoreIsWritten() throws IOException {
    FailingFile file = new FailingFile(create(64 * MIB));
    VhdxDisk disk = VhdxDisk.open(file, false, executor);
    disk.write(0, stamp(1));
    disk.flush();
    disk.write(MIB, stamp(2));
    file.failing = true;
    assertThatThrownBy(disk::flush).hasMessageContaining("the medium is gone");
    file.failing = false;
    assertThatThrownBy(disk::flush).hasMessageContaining("takes no more writes");
    assertThatThrownBy(() -> disk.write(0, stamp(3))).hasMessageContaining("takes no more");
    assertThat(readStamp(disk, 0)).isEqualTo(1);
    disk.close();
    assertThat(VhdxHeaders.read(file).current().hasLog()).as("the log is left").isTrue();
    try (VhdxDisk again = VhdxDisk.open(file, false, executor)) {
      assertThat(readStamp(again, 0)).isEqualTo(1);
    }
  }

  @Test
  void spaceFreedBeforeTheEndIsFoundAgainAfterReopening() throws IOException {
    MemoryFile file = create(64 * MIB);
    try (VhdxDisk disk = VhdxDisk.open(file, false, executor)) {
      for (int i = 0; i < 10; i++) {
        disk.write(i * MIB, stamp(i + 1));
      }
      disk.unmap(2 * MIB, 3 * MIB);
    }
    long size = file.size();
    try (VhdxDisk disk = VhdxDisk.open(file, false, executor)) {
      for (int i = 20; i < 23; i++) {
        disk.write(i * MIB + 4096, stamp(i));
        assertThat(readStamp(disk, i * MIB)).as("old contents don't show").isZero();
      }
    }
    assertThat(file.size()).isEqualTo(size);
  }

  @Test
  void hugeTrimsAndZeroesTakeBoundedSteps() throws IOException {
    MemoryFile file = create(1L << 40);
    try (VhdxDisk disk = VhdxDisk.open(file, false, executor)) {
      for (long i = 0; i < 200; i++) {
        disk.write(i * (5L << 30), stamp(1));
      }
      disk.unmap(0, 1L << 39);
      disk.writeZeroes(1L << 39, 1L << 39);
      for (long i = 0; i < 200; i++) {
        assertThat(readStamp(disk, i * (5L << 30))).isZero();
      }
    }
    VhdxImage.load(file);
  }
}
