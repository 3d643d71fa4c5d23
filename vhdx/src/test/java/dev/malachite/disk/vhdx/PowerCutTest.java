// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.ScatterList;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.io.LittleEndian;
import dev.malachite.disk.io.MemoryFile;
import dev.malachite.disk.io.RecordingFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Whatever a power cut leaves of a VHDX file opens, is sound and holds every acknowledged flush.
 *
 * <p>A random workload runs on a recording file; the file is then cut back to random moments.
 */
class PowerCutTest {
  private static final int SECTOR = 512;
  private static final long MIB = 1L << 20;

  /** What a sector of the virtual disk may hold, as stamps; 0 is a sector of zeroes. */
  private static final class History {
    final List<Integer> orders = new ArrayList<>();
    final List<Integer> moments = new ArrayList<>();
    final List<Integer> stamps = new ArrayList<>();

    void add(int order, int moment, int stamp) {
      orders.add(order);
      moments.add(moment);
      stamps.add(stamp);
    }

    /** Stamps that may be found: the last before the flush, and those submitted before the cut. */
    Set<Integer> allowed(int flushOrder, int cut) {
      Set<Integer> allowed = new HashSet<>(Set.of(0));
      for (int i = 0; i < moments.size() && moments.get(i) <= cut; i++) {
        if (orders.get(i) <= flushOrder) {
          allowed.clear();
        }
        allowed.add(stamps.get(i));
      }
      return allowed;
    }
  }

  /** A flush: its place in the order of operations, and when it was acknowledged. */
  private record Flush(int order, int acknowledged) {}

  private final Map<Long, History> histories = new HashMap<>();
  private final List<Flush> flushes = new ArrayList<>();
  private int stamp;
  private int order;

  @Property(tries = 24, shrinking = ShrinkingMode.OFF)
  void cutsLeaveFlushedDataAndSoundStructures(@ForAll long seed) throws IOException {
    histories.clear();
    flushes.clear();
    stamp = 0;
    order = 0;
    Random random = new Random(seed);
    MemoryFile empty = new MemoryFile();
    boolean fixed = random.nextInt(6) == 0;
    long size = fixed ? 8 * MIB : (random.nextBoolean() ? 16 * MIB : 96L << 30);
    VhdxSettings settings = fixed ? VhdxSettings.fixed(size) : VhdxSettings.dynamic(size);
    VhdxCreator.create(empty, settings.withBlockSize(1 << 20));
    RecordingFile file = new RecordingFile(empty);
    flushes.add(new Flush(0, 0));
    try (DiskExecutor executor = DiskExecutor.create("power-cut", 1)) {
      int sessions = 1 + random.nextInt(3);
      for (int i = 0; i < sessions; i++) {
        run(file, size, random, executor, 10 + random.nextInt(60));
      }
      for (int i = 0; i < 80; i++) {
        int moment = random.nextInt(file.moment() + 1);
        MemoryFile left = file.cut(moment, random);
        if (i % 4 == 0) {
          // The power fails again while the file is opened after the first time.
          RecordingFile again = new RecordingFile(left);
          VhdxDisk.open(again, false, executor).close();
          left = again.cut(random.nextInt(again.moment() + 1), random);
        }
        verify(left, size, moment, executor);
      }
    }
  }

  private void run(
      RecordingFile file, long size, Random random, DiskExecutor executor, int operations)
      throws IOException {
    try (VhdxDisk disk = VhdxDisk.open(file, false, executor)) {
      for (int i = 0; i < operations; i++) {
        // A few blocks far apart, so that they are met again and many table sectors change.
        long spread = Math.min(size / MIB, 1 + random.nextInt(200));
        long block = random.nextLong(spread) * ((size / MIB) / spread);
        long offset = block * MIB + random.nextInt(2000) * (long) SECTOR;
        int sectors = (int) Math.min(1 + random.nextInt(24), (size - offset) / SECTOR);
        switch (random.nextInt(12)) {
          case 0, 1 -> flush(file, disk);
          case 2 -> {
            if (disk.unmapSupported()) {
              forget(file, block * MIB, MIB);
            }
            disk.unmap(block * MIB, MIB);
          }
          case 3 -> {
            forget(file, offset, sectors * (long) SECTOR);
            disk.writeZeroes(offset, sectors * (long) SECTOR);
          }
          default -> write(file, disk, offset, sectors);
        }
      }
    }
    // Closing flushes; every write was submitted before it.
    flushes.add(new Flush(++order, file.moment()));
  }

  private void flush(RecordingFile file, VhdxDisk disk) throws IOException {
    disk.flush();
    flushes.add(new Flush(++order, file.moment()));
  }

  private void forget(RecordingFile file, long offset, long length) {
    int moment = file.moment();
    order++;
    for (Map.Entry<Long, History> entry : histories.entrySet()) {
      long at = entry.getKey() * SECTOR;
      if (at >= offset && at < offset + length) {
        entry.getValue().add(order, moment, 0);
      }
    }
  }

  private void write(RecordingFile file, VhdxDisk disk, long offset, int sectors)
      throws IOException {
    MemorySegment data = MemorySegment.ofArray(new byte[sectors * SECTOR]);
    int moment = file.moment();
    order++;
    for (int i = 0; i < sectors; i++) {
      stamp++;
      LittleEndian.putInt(data, (long) i * SECTOR, stamp);
      LittleEndian.putInt(data, (i + 1L) * SECTOR - 4, stamp);
      histories
          .computeIfAbsent(offset / SECTOR + i, number -> new History())
          .add(order, moment, stamp);
    }
    disk.write(offset, data);
  }

  private void verify(MemoryFile left, long size, int moment, DiskExecutor executor)
      throws IOException {
    int flushed = 0;
    for (Flush flush : flushes) {
      if (flush.acknowledged() <= moment) {
        flushed = Math.max(flushed, flush.order());
      }
    }
    MemorySegment sector = Arena.ofAuto().allocate(SECTOR, 8);
    ScatterList list = new ScatterList();
    list.add(sector, 0, SECTOR);
    MemoryFile untouched = left.copy();
    try (VhdxDisk disk = VhdxDisk.open(left.copy(), true, executor)) {
      verifyContents(disk, list, flushed, moment);
    }
    try (VhdxDisk disk = VhdxDisk.open(left, false, executor)) {
      assertThat(disk.size()).isEqualTo(size);
      verifyContents(disk, list, flushed, moment);
    }
    VhdxImage image = VhdxImage.load(left);
    assertThat(image.headers().current().hasLog()).isFalse();
    assertThat(untouched.size()).isLessThanOrEqualTo(left.size());
  }

  private void verifyContents(VhdxDisk disk, ScatterList list, int flushed, int moment)
      throws IOException {
    for (Map.Entry<Long, History> entry : histories.entrySet()) {
      disk.readRange(entry.getKey() * SECTOR, list);
      MemorySegment sector = list.segment(0);
      int head = LittleEndian.getInt(sector, 0);
      Set<Integer> allowed = entry.getValue().allowed(flushed, moment);
      if (!allowed.contains(head) || LittleEndian.getInt(sector, SECTOR - 4) != head) {
        fail(
            "after a cut at %d (flushed to %d) sector %d holds %d, which is none of %s",
            moment, flushed, entry.getKey(), head, allowed);
      }
    }
  }
}
