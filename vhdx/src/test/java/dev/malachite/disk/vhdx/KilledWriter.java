// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.disk.io.LittleEndian;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Random;

/**
 * A program that writes to a disk until it is killed. Sector {@code i} of a round holds the round's
 * number; a byte on its standard output tells of each round that has been flushed.
 */
final class KilledWriter {
  static final int SECTORS = 16;
  static final long SPREAD = 3L << 20;

  private KilledWriter() {}

  /** Where on the disk a sector of each round is. */
  static long offset(int sector) {
    return sector * SPREAD + 512L * sector;
  }

  public static void main(String[] arguments) throws IOException {
    int round = Integer.parseInt(arguments[1]);
    Random random = new Random(round);
    OutputStream output = output();
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk disk =
            VirtualDisks.open(Path.of(arguments[0]), executor, DiskOptions.readWrite())) {
      MemorySegment sector = MemorySegment.ofArray(new byte[512]);
      while (true) {
        for (int i = 0; i < SECTORS; i++) {
          LittleEndian.putInt(sector, 0, round);
          LittleEndian.putInt(sector, 508, round);
          disk.write(offset(i), sector);
          // Blocks come and go, so that the tables change.
          long block = 64L + random.nextInt(100);
          if (random.nextBoolean()) {
            disk.write(block << 20, sector);
          } else {
            disk.unmap(block << 20, 1 << 20);
          }
        }
        disk.flush();
        output.write('.');
        output.flush();
        round++;
      }
    }
  }

  @SuppressWarnings("SystemOut")
  private static OutputStream output() {
    return System.out;
  }
}
