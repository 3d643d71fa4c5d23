// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.malachite.disk.AbstractVirtualDisk;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.VhdSettings;
import dev.malachite.disk.io.MemoryFile;
import dev.malachite.disk.io.ParentFiles;
import dev.malachite.disk.io.RecordingFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Whatever a power cut leaves of a dynamic VHD file opens, is sound or can be repaired, and holds
 * every acknowledged flush, also while it is compacted, resized or renamed.
 */
class VhdPowerCutTest {
  private static final int SECTOR = 512;
  private static final int BLOCK = 512 << 10;

  /** What was written to a sector: when it was begun, in operations and in changes, and what. */
  private record Version(int order, int moment, byte value) {}

  private record Flush(int order, int acknowledged) {}

  private final Map<Long, List<Version>> histories = new TreeMap<>();
  private final List<Flush> flushes = new ArrayList<>();
  private final Set<Long> sizes = new HashSet<>();
  private int order;

  @Property(tries = 16, shrinking = ShrinkingMode.OFF)
  void cutsLeaveFlushedDataAndSoundStructures(@ForAll long seed) throws IOException {
    histories.clear();
    flushes.clear();
    sizes.clear();
    order = 0;
    Random random = new Random(seed);
    MemoryFile empty = new MemoryFile();
    long size = 6L * BLOCK + SECTOR * (long) random.nextInt(500);
    VhdCreator.create(empty, VhdSettings.dynamic(size).withBlockSize(BLOCK));
    RecordingFile file = new RecordingFile(empty);
    sizes.add(size);
    flushes.add(new Flush(0, 0));
    try (DiskExecutor executor = DiskExecutor.create("vhd-power-cut", 1)) {
      for (int session = 0; session < 3; session++) {
        work(file, random, executor);
        maintain(file, random);
      }
      for (int i = 0; i < 60; i++) {
        int moment = random.nextInt(file.moment() + 1);
        MemoryFile left = file.cut(moment, random);
        if (i % 4 == 0) {
          // The power fails again while the file is opened after the first time.
          RecordingFile again = new RecordingFile(left);
          VhdMaintenance.mend(again);
          left = again.cut(random.nextInt(again.moment() + 1), random);
        }
        verify(left, moment, executor);
      }
    }
  }

  private void work(RecordingFile file, Random random, DiskExecutor executor) throws IOException {
    try (AbstractVirtualDisk disk = VhdDisk.open(file, false, ParentFiles.DEFAULT, executor)) {
      long sectors = disk.size() / SECTOR;
      for (int i = 0; i < 25; i++) {
        long first = random.nextLong(sectors);
        int count = (int) Math.min(1 + random.nextInt(12), sectors - first);
        switch (random.nextInt(8)) {
          case 0, 1 -> {
            int before = ++order;
            disk.flush();
            flushes.add(new Flush(before, file.moment()));
          }
          case 2 -> {
            note(file, first, count, (byte) 0);
            disk.writeZeroes(first * SECTOR, (long) count * SECTOR);
          }
          default -> {
            byte value = (byte) (1 + random.nextInt(255));
            note(file, first, count, value);
            MemorySegment data = MemorySegment.ofArray(new byte[count * SECTOR]);
            disk.write(first * SECTOR, data.fill(value));
          }
        }
      }
    }
    flushes.add(new Flush(++order, file.moment()));
  }

  private void note(RecordingFile file, long first, int count, byte value) {
    order++;
    for (int i = 0; i < count; i++) {
      histories
          .computeIfAbsent(first + i, sector -> new ArrayList<>())
          .add(new Version(order, file.moment(), value));
    }
  }

  private void maintain(RecordingFile file, Random random) throws IOException {
    VhdImage image = VhdMaintenance.mend(file);
    switch (random.nextInt(4)) {
      case 0 -> {
        long size = image.footer().currentSize() + SECTOR * (1 + random.nextLong(4000));
        if (random.nextInt(3) == 0) {
          size += 200L * BLOCK;
        }
        sizes.add(size);
        VhdResize.resizeDynamic(file, image, size);
      }
      case 1 -> new VhdCompaction(file, image, DiskProgress.NONE).run();
      case 2 ->
          VhdMaintenance.replaceFooter(
              file,
              image,
              image.footer().withIdentity(new UUID(random.nextLong(), 1)),
              image.footerOffset());
      default -> {
        // Nothing this time.
      }
    }
  }

  private void verify(MemoryFile left, int moment, DiskExecutor executor) throws IOException {
    int flushed = 0;
    for (Flush flush : flushes) {
      if (flush.acknowledged() <= moment) {
        flushed = Math.max(flushed, flush.order());
      }
    }
    assertThat(VhdCheck.structures(left).repairable()).isTrue();
    try (AbstractVirtualDisk disk =
        VhdDisk.open(left.copy(), true, ParentFiles.DEFAULT, executor)) {
      verifyContents(disk, flushed, moment);
    }
    VhdMaintenance.mend(left);
    assertThat(VhdCheck.structures(left).problems()).isEmpty();
    try (AbstractVirtualDisk disk = VhdDisk.open(left, false, ParentFiles.DEFAULT, executor)) {
      verifyContents(disk, flushed, moment);
      // New blocks go where leftovers of the cut may lie.
      for (long at = 0; at + SECTOR < disk.size(); at += BLOCK) {
        byte[] sector = new byte[SECTOR];
        disk.read(at, MemorySegment.ofArray(sector));
        disk.write(at, MemorySegment.ofArray(sector));
      }
      disk.flush();
      verifyContents(disk, flushed, moment);
    }
    assertThat(VhdCheck.structures(left).problems()).isEmpty();
  }

  private void verifyContents(AbstractVirtualDisk disk, int flushed, int moment)
      throws IOException {
    assertThat(sizes).contains(disk.size());
    byte[] all = new byte[(int) Math.min(disk.size(), 16L * BLOCK)];
    disk.read(0, MemorySegment.ofArray(all));
    for (int sector = 0; sector < all.length / SECTOR; sector++) {
      byte head = all[sector * SECTOR];
      byte tail = all[sector * SECTOR + SECTOR - 1];
      Set<Byte> allowed = new HashSet<>(Set.of((byte) 0));
      for (Version version : histories.getOrDefault((long) sector, List.of())) {
        if (version.moment() <= moment) {
          if (version.order() <= flushed) {
            allowed.clear();
          }
          allowed.add(version.value());
        }
      }
      if (head != tail || !allowed.contains(head)) {
        fail(
            "after a cut at %d (flushed to %d) sector %d holds %d and %d, not one of %s",
            moment, flushed, sector, head, tail, allowed);
      }
    }
  }

  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void aFixedDiskIsShrunkOrNot(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    int large = 40 * SECTOR;
    int small = (1 + random.nextInt(39)) * SECTOR;
    byte[] model = new byte[large];
    random.nextBytes(model);
    Arrays.fill(model, small, large, (byte) 0);
    MemoryFile whole = new MemoryFile();
    VhdCreator.create(whole, VhdSettings.fixed(large));
    try (DiskExecutor executor = DiskExecutor.create("vhd-shrink", 1)) {
      try (AbstractVirtualDisk disk = VhdDisk.open(whole, false, ParentFiles.DEFAULT, executor)) {
        disk.write(0, MemorySegment.ofArray(model));
      }
      RecordingFile file = new RecordingFile(whole);
      VhdResize.shrinkFixed(file, VhdImage.load(file), small);
      for (int i = 0; i < 40; i++) {
        MemoryFile left = file.cut(random.nextInt(file.moment() + 1), random);
        for (boolean readOnly : new boolean[] {true, false, true}) {
          try (AbstractVirtualDisk disk =
              VhdDisk.open(left, readOnly, ParentFiles.DEFAULT, executor)) {
            assertThat(disk.size()).isIn((long) large, (long) small);
            byte[] found = new byte[(int) disk.size()];
            disk.read(0, MemorySegment.ofArray(found));
            assertThat(found).isEqualTo(Arrays.copyOf(model, found.length));
          }
        }
        assertThat(VhdCheck.structures(left).problems()).isEmpty();
      }
    }
  }
}
