// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskCancelledException;
import dev.malachite.disk.DiskCheck;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.DiskInUseException;
import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.QemuTools;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.HostFiles;
import dev.malachite.disk.io.LittleEndian;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Differencing disks, and what is done to VHDX files as a whole. */
class VhdxMaintenanceTest {
  private static final int MIB = 1 << 20;

  @TempDir Path directory;
  private final DiskExecutor executor = DiskExecutor.create("maintenance-test", 2);

  @AfterEach
  void stop() {
    executor.close();
  }

  private Path dynamic(String name, long size) throws IOException {
    Path file = directory.resolve(name);
    VirtualDisks.createVhdx(file, VhdxSettings.dynamic(size).withBlockSize(MIB));
    return file;
  }

  private Path child(String name, Path parent) throws IOException {
    Path file = directory.resolve(name);
    VhdxMaintenance.createDifferencing(file, parent, MIB);
    return file;
  }

  private VirtualDisk open(Path file) throws IOException {
    return VirtualDisks.open(file, executor, DiskOptions.readWrite());
  }

  private void write(Path file, long offset, int length, int value) throws IOException {
    byte[] data = new byte[length];
    Arrays.fill(data, (byte) value);
    try (VirtualDisk disk = open(file)) {
      disk.write(offset, MemorySegment.ofArray(data));
    }
  }

  private byte[] read(Path file, long offset, int length) throws IOException {
    byte[] data = new byte[length];
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readOnly())) {
      disk.read(offset, MemorySegment.ofArray(data));
    }
    return data;
  }

  private static void assertSound(Path file) throws IOException {
    assertThat(VhdxMaintenance.check(file, DiskProgress.NONE).problems()).isEmpty();
  }

  /** A chain of three against a plain array, with requests of any alignment. */
  @Test
  void chainsHoldWhatAPlainArrayHolds() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int size = 9 * MIB + 512 * 77;
    byte[] model = new byte[size];
    Path file = dynamic("base.vhdx", size);
    for (int level = 0; level < 4; level++) {
      try (VirtualDisk disk = open(file)) {
        for (int i = 0; i < 60; i++) {
          operate(disk, model, random);
        }
        byte[] found = new byte[size];
        disk.read(0, MemorySegment.ofArray(found));
        assertThat(MemorySegment.ofArray(found).mismatch(MemorySegment.ofArray(model)))
            .as("first difference at level %d, seed %d", level, seed)
            .isEqualTo(-1);
        assertHolesAreZero(disk, model, seed);
      }
      assertSound(file);
      if (level < 3) {
        file = child("child" + level + ".vhdx", file);
      }
    }
    while (VirtualDisks.information(file).type() == DiskType.DIFFERENCING) {
      Path parent = VhdxMaintenance.merge(file, DiskProgress.NONE);
      Files.delete(file);
      file = parent;
      assertThat(MemorySegment.ofArray(read(file, 0, size)).mismatch(MemorySegment.ofArray(model)))
          .as("first difference after merging into %s, seed %d", file, seed)
          .isEqualTo(-1);
      assertSound(file);
    }
  }

  private static void operate(VirtualDisk disk, byte[] model, Random random) throws IOException {
    int unit = random.nextInt(4) == 0 ? 1 : 512;
    int offset = random.nextInt(model.length / unit) * unit;
    int most = random.nextInt(5) == 0 ? 3 * MIB : 20_000;
    int length = Math.min(model.length - offset, (1 + random.nextInt(most / unit)) * unit);
    switch (random.nextInt(8)) {
      case 0 -> disk.flush();
      case 1, 2 -> {
        disk.writeZeroes(offset, length);
        Arrays.fill(model, offset, offset + length, (byte) 0);
      }
      case 3 -> {
        disk.writeZeroes(offset, length);
        disk.unmap(offset, length);
        Arrays.fill(model, offset, offset + length, (byte) 0);
      }
      default -> {
        byte[] data = new byte[length];
        random.nextBytes(data);
        disk.write(offset, MemorySegment.ofArray(data));
        System.arraycopy(data, 0, model, offset, length);
      }
    }
  }

  private static void assertHolesAreZero(VirtualDisk disk, byte[] model, long seed)
      throws IOException {
    long at = 0;
    while (at < model.length) {
      long data = disk.nextData(at);
      for (int i = (int) at; i < data; i++) {
        assertThat(model[i]).as("byte %d of a hole, seed %d", i, seed).isZero();
      }
      at = disk.nextHole(data);
    }
  }

  @Test
  void childrenLeaveTheirParentAloneAndAreDescribed() throws IOException {
    Path base = dynamic("base.vhdx", 8 * MIB);
    write(base, MIB, 4096, 7);
    Path child = child("child.vhdx", base);
    byte[] before = Files.readAllBytes(base);
    write(child, MIB + 512, 512, 9);
    assertThat(Files.readAllBytes(base)).isEqualTo(before);
    byte[] found = read(child, MIB, 1536);
    assertThat(found[511]).isEqualTo((byte) 7);
    assertThat(found[512]).isEqualTo((byte) 9);
    assertThat(found[1024]).isEqualTo((byte) 7);
    DiskInformation information = VirtualDisks.information(child);
    assertThat(information.type()).isEqualTo(DiskType.DIFFERENCING);
    assertThat(information.parent()).isEqualTo(base);
    assertThat(information.parentId()).isEqualTo(VirtualDisks.information(base).dataWriteId());
    assertThat(information.identity()).isEqualTo(VirtualDisks.information(base).identity());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(child)))
        .isEqualTo("rw-------");
  }

  @Test
  void movedTogetherTheyFindEachOther() throws IOException {
    Path base = dynamic("base.vhdx", 8 * MIB);
    write(base, 0, 512, 3);
    child("child.vhdx", base);
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.move(base, elsewhere.resolve("base.vhdx"));
    Files.move(directory.resolve("child.vhdx"), elsewhere.resolve("child.vhdx"));
    assertThat(read(elsewhere.resolve("child.vhdx"), 0, 1)[0]).isEqualTo((byte) 3);
  }

  @Test
  void missingAndChangedParentsAreRefusedUntilReparented() throws IOException {
    Path base = dynamic("base.vhdx", 8 * MIB);
    Path child = child("child.vhdx", base);
    Path moved = Files.createDirectory(directory.resolve("moved")).resolve("other-name.vhdx");
    Files.move(base, moved);
    assertThatThrownBy(() -> open(child))
        .isInstanceOf(DiskFormatException.class)
        .hasMessageContaining("none of the recorded places");
    assertThatThrownBy(() -> VhdxMaintenance.merge(child, DiskProgress.NONE))
        .hasMessageContaining("none of the recorded places");
    VhdxMaintenance.reparent(child, moved, false);
    read(child, 0, 512);
    write(moved, 0, 512, 5);
    assertThatThrownBy(() -> open(child)).hasMessageContaining("has been changed since");
    assertThatThrownBy(() -> VhdxMaintenance.merge(child, DiskProgress.NONE))
        .hasMessageContaining("has been changed since");
    assertThatThrownBy(() -> VhdxMaintenance.reparent(child, moved, false))
        .hasMessageContaining("use force");
    VhdxMaintenance.reparent(child, moved, true);
    assertThat(read(child, 0, 1)[0]).isEqualTo((byte) 5);
    assertSound(child);
  }

  @Test
  void whatCanBeNoParentIsRefused() throws IOException {
    Path raw = directory.resolve("raw");
    VirtualDisks.createRaw(raw, MIB);
    assertThatThrownBy(() -> child("child.vhdx", raw)).hasMessageContaining("no VHDX disk");
    Path base = dynamic("base.vhdx", 8 * MIB);
    Path child = child("child.vhdx", base);
    assertThatThrownBy(() -> VhdxMaintenance.reparent(base, child, true))
        .hasMessageContaining("the disk has no parent");
    assertThatThrownBy(() -> VhdxMaintenance.reparent(child, child, true))
        .isInstanceOf(DiskInUseException.class);
    Path grandchild = child("grandchild.vhdx", child);
    assertThatThrownBy(() -> VhdxMaintenance.reparent(child, grandchild, true))
        .isInstanceOf(IOException.class);
    Path large = directory.resolve("4k.vhdx");
    VirtualDisks.createVhdx(large, VhdxSettings.dynamic(8 * MIB).withLogicalSectorSize(4096));
    assertThatThrownBy(() -> VhdxMaintenance.reparent(child, large, true))
        .hasMessageContaining("has sectors of 4096 bytes");
  }

  @Test
  void filesInUseAreLeftAlone() throws IOException {
    Path base = dynamic("base.vhdx", 8 * MIB);
    Path child = child("child.vhdx", base);
    try (VirtualDisk disk = open(child)) {
      assertThatThrownBy(() -> open(base)).isInstanceOf(DiskInUseException.class);
      assertThatThrownBy(() -> VhdxMaintenance.compact(child, DiskProgress.NONE))
          .isInstanceOf(DiskInUseException.class);
      assertThatThrownBy(() -> VhdxMaintenance.merge(child, DiskProgress.NONE))
          .isInstanceOf(DiskInUseException.class);
      // A second child of the same parent may be used at the same time.
      Path second = child("second.vhdx", base);
      write(second, 0, 512, 1);
      disk.flush();
    }
  }

  @Test
  void severalMayWriteAFixedDiskTogether() throws IOException {
    Path file = directory.resolve("fixed.vhdx");
    VirtualDisks.createVhdx(file, VhdxSettings.fixed(8 * MIB).withBlockSize(MIB));
    byte[] found = new byte[512];
    try (VirtualDisk one = VirtualDisks.open(file, executor, DiskOptions.shared());
        VirtualDisk two = VirtualDisks.open(file, executor, DiskOptions.shared())) {
      one.write(MIB, MemorySegment.ofArray(new byte[] {1, 2, 3}));
      two.read(MIB, MemorySegment.ofArray(found));
      assertThat(found).startsWith(1, 2, 3);
      two.writeZeroes(MIB, 2);
      two.unmap(0, 4 * MIB);
      one.flush();
      for (DiskOptions options :
          new DiskOptions[] {DiskOptions.readWrite(), DiskOptions.readOnly()}) {
        assertThatThrownBy(() -> VirtualDisks.open(file, executor, options))
            .isInstanceOf(DiskInUseException.class);
      }
    }
    assertThat(read(file, MIB, 3)).containsExactly(0, 0, 3);
    try (VirtualDisk reader = VirtualDisks.open(file, executor, DiskOptions.readOnly())) {
      assertThat(reader.readOnly()).isTrue();
      assertThatThrownBy(() -> VirtualDisks.open(file, executor, DiskOptions.shared()))
          .isInstanceOf(DiskInUseException.class);
    }
    Path dynamic = dynamic("dynamic.vhdx", 8 * MIB);
    assertThatThrownBy(() -> VirtualDisks.open(dynamic, executor, DiskOptions.shared()))
        .hasMessageContaining("fixed disk only");
    assertSound(file);
  }

  @Test
  void disksGrowAndShrink() throws Exception {
    Path file = dynamic("disk.vhdx", 8 * MIB + 512);
    write(file, 8 * MIB, 512, 1);
    for (long size : new long[] {8 * MIB + 1024, 300L << 30, 20 * MIB, 64L << 40, 9 * MIB}) {
      VhdxMaintenance.resize(file, size, false, DiskProgress.NONE);
      assertThat(VirtualDisks.information(file).virtualSize()).isEqualTo(size);
      assertThat(read(file, 8 * MIB, 1024)).endsWith(0).startsWith(1);
      assertSound(file);
      QemuTools.assumeInstalled();
      QemuTools.check(file);
    }
    assertThatThrownBy(() -> VhdxMaintenance.resize(file, 4 * MIB, false, DiskProgress.NONE))
        .hasMessageContaining("holds data at byte " + 8 * MIB);
    VhdxMaintenance.resize(file, 4 * MIB, true, DiskProgress.NONE);
    VhdxMaintenance.resize(file, 9 * MIB, false, DiskProgress.NONE);
    assertThat(read(file, 8 * MIB, 512)).containsOnly(0);
    for (long size : new long[] {0, 511, (64L << 40) + 512}) {
      assertThatThrownBy(() -> VhdxMaintenance.resize(file, size, true, DiskProgress.NONE))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void fixedDisksGrowWithTheirBlocks() throws IOException {
    Path file = directory.resolve("fixed.vhdx");
    VirtualDisks.createVhdx(file, VhdxSettings.fixed(3 * MIB).withBlockSize(MIB));
    write(file, 2 * MIB, 512, 1);
    VhdxMaintenance.resize(file, 9 * MIB, false, DiskProgress.NONE);
    write(file, 8 * MIB, 512, 2);
    assertThat(VirtualDisks.information(file).fileSize()).isGreaterThanOrEqualTo(12 * MIB);
    VhdxMaintenance.compact(file, DiskProgress.NONE);
    VhdxMaintenance.resize(file, 5 * MIB, true, DiskProgress.NONE);
    assertThat(read(file, 2 * MIB, 1)[0]).isEqualTo((byte) 1);
    assertThat(VirtualDisks.information(file).type()).isEqualTo(DiskType.FIXED);
    assertSound(file);
  }

  @Test
  void childrenOfOtherSizesMerge() throws IOException {
    Path base = dynamic("base.vhdx", 8 * MIB);
    write(base, 7 * MIB, 512, 1);
    Path child = child("child.vhdx", base);
    VhdxMaintenance.resize(child, 6 * MIB, true, DiskProgress.NONE);
    VhdxMaintenance.resize(child, 12 * MIB, false, DiskProgress.NONE);
    assertThat(read(child, 7 * MIB, 512)).as("cut off, so not the parent's").containsOnly(0);
    write(child, 11 * MIB, 512, 2);
    UUID identity = UUID.randomUUID();
    VhdxMaintenance.setIdentity(child, identity);
    UUID dataWriteId = VirtualDisks.information(child).dataWriteId();
    Path grandchild = child("grandchild.vhdx", child);
    assertThat(VhdxMaintenance.merge(child, DiskProgress.NONE)).isEqualTo(base);
    assertThat(read(base, 7 * MIB, 512)).containsOnly(0);
    assertThat(read(base, 11 * MIB, 512)).containsOnly(2);
    DiskInformation merged = VirtualDisks.information(base);
    assertThat(merged.virtualSize()).isEqualTo(12 * MIB);
    assertThat(merged.identity()).isEqualTo(identity);
    assertThat(merged.dataWriteId()).isEqualTo(dataWriteId);
    Files.delete(child);
    VhdxMaintenance.reparent(grandchild, base, false);
    assertThat(read(grandchild, 11 * MIB, 512)).containsOnly(2);
    assertSound(base);
  }

  @Test
  void cancelledMergesLeaveTheChildWhole() throws IOException {
    Path base = dynamic("base.vhdx", 8 * MIB);
    Path child = child("child.vhdx", base);
    try (VirtualDisk disk = open(child)) {
      for (int i = 0; i < 8; i++) {
        disk.write((long) i * MIB, MemorySegment.ofArray(new byte[] {1}));
      }
    }
    DiskProgress impatient = (done, total) -> done < 3;
    assertThatThrownBy(() -> VhdxMaintenance.merge(child, impatient))
        .isInstanceOf(DiskCancelledException.class);
    assertThat(read(child, 7 * MIB, 1)[0]).isEqualTo((byte) 1);
    VhdxMaintenance.merge(child, DiskProgress.NONE);
    assertThat(read(base, 7 * MIB, 1)[0]).isEqualTo((byte) 1);
  }

  @Test
  void compactingTakesOutZeroesAndGaps() throws IOException {
    Path file = dynamic("disk.vhdx", 64 * MIB);
    byte[] block = new byte[MIB];
    try (VirtualDisk disk = open(file)) {
      for (int i = 0; i < 40; i++) {
        Arrays.fill(block, (byte) (i % 4 == 0 ? i + 1 : 0));
        disk.write((long) i * MIB, MemorySegment.ofArray(block));
      }
      disk.unmap(0, MIB);
    }
    assertThat(Files.size(file)).isGreaterThanOrEqualTo(44 * MIB);
    VhdxMaintenance.compact(file, DiskProgress.NONE);
    assertThat(Files.size(file)).isEqualTo((4 + 9) * MIB);
    for (int i = 1; i < 40; i++) {
      assertThat(read(file, (long) i * MIB, MIB)).containsOnly(i % 4 == 0 ? i + 1 : 0);
    }
    assertSound(file);
    DiskCheck check = VhdxMaintenance.check(file, DiskProgress.NONE);
    assertThat(check.allocatedBlocks()).isEqualTo(9);
    assertThat(check.unusedBytes()).isZero();
  }

  @Test
  void compactedChildrenStillShowTheirParent() throws IOException {
    Path base = dynamic("base.vhdx", 16 * MIB);
    write(base, 0, 16 * MIB, 1);
    Path child = child("child.vhdx", base);
    write(child, 3 * MIB, 2 * MIB, 0);
    write(child, 6 * MIB + 512, 512, 2);
    write(child, 9 * MIB, MIB - 512, 3);
    write(child, 10 * MIB - 512, 512, 3);
    try (VirtualDisk disk = open(child)) {
      disk.writeZeroes(12 * MIB, MIB);
    }
    byte[] before = read(child, 0, 16 * MIB);
    VhdxMaintenance.compact(child, DiskProgress.NONE);
    assertThat(read(child, 0, 16 * MIB)).isEqualTo(before);
    assertThat(Files.size(child)).isEqualTo((4 + 3) * MIB);
    assertSound(child);
  }

  private static void edit(Path file, long position, long value) throws IOException {
    try (HostFile host = HostFiles.openExclusive(file);
        Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(8, 8);
      LittleEndian.putLong(bytes, 0, value);
      host.write(position, bytes);
    }
  }

  @Test
  void repairMendsWhatCanBeMended() throws IOException {
    Path file = dynamic("disk.vhdx", 16 * MIB);
    for (int i = 0; i < 6; i++) {
      write(file, (long) i * MIB, 512, i + 1);
    }
    long table = SampleImages.BAT;
    edit(file, VhdxHeader.offset(0) + 4, 0);
    edit(file, RegionTable.OFFSET + 4, 0);
    edit(file, table + 8, BatEntry.of(BatEntry.FULLY_PRESENT, SampleImages.BLOCKS)); // As block 0.
    edit(file, table + 16, BatEntry.of(BatEntry.FULLY_PRESENT, 1L << 40));
    edit(file, table + 24, 5);
    edit(file, table + 32, BatEntry.of(BatEntry.PARTIALLY_PRESENT, SampleImages.BLOCKS));
    edit(file, table + 40, BatEntry.of(BatEntry.FULLY_PRESENT, SampleImages.LOG));
    DiskCheck check = VhdxMaintenance.check(file, DiskProgress.NONE);
    assertThat(check.problems()).hasSize(7);
    assertThat(check.sound()).isFalse();
    assertThat(check.repairable()).as("some lose data").isFalse();
    assertThatThrownBy(() -> open(file)).isInstanceOf(DiskFormatException.class);
    assertThat(VhdxMaintenance.repair(file, DiskProgress.NONE).problems()).isEmpty();
    assertThat(read(file, 0, 1)[0]).isEqualTo((byte) 1);
    assertThat(read(file, MIB, 1)[0]).as("a copy of its rival").isEqualTo((byte) 1);
    write(file, MIB, 512, 9);
    assertThat(read(file, 0, 1)[0]).isEqualTo((byte) 1);
    assertThat(read(file, 2 * MIB, 4 * MIB)).containsOnly(0);
    assertSound(file);
  }

  @Test
  void repairLengthensACutFileAndDropsALogThatIsGone() throws IOException {
    Path file = dynamic("disk.vhdx", 16 * MIB);
    write(file, 0, 2 * MIB, 1);
    try (HostFile host = HostFiles.openExclusive(file)) {
      host.truncate(Files.size(file) - 1000);
      VhdxHeaders headers = VhdxHeaders.read(host);
      headers.updateBoth(host, headers.current().withLogGuid(UUID.randomUUID()));
    }
    assertThat(VhdxMaintenance.check(file, DiskProgress.NONE).problems())
        .extracting(DiskCheck.Problem::structure)
        .containsExactly("log", "block allocation table");
    assertThat(VhdxMaintenance.repair(file, DiskProgress.NONE).problems()).isEmpty();
    byte[] found = read(file, 0, 2 * MIB);
    assertThat(found[2 * MIB - 1001]).isEqualTo((byte) 1);
    assertThat(found[2 * MIB - 1]).isZero();
  }

  @Test
  void whatIsBeyondRepairIsSaid() throws IOException {
    Path base = dynamic("base.vhdx", 16 * MIB);
    Path file = child("child.vhdx", base);
    write(file, 0, 512, 1);
    long bitmap = SampleImages.BAT + 8 * 4096;
    edit(file, bitmap, 0);
    assertThat(VhdxMaintenance.repair(file, DiskProgress.NONE).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.text()).contains("no sector bitmap"));
    edit(file, bitmap, 3);
    assertThat(VhdxMaintenance.repair(file, DiskProgress.NONE).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.text()).contains("state 3"));
    edit(file, bitmap, BatEntry.of(BatEntry.FULLY_PRESENT, 1L << 40));
    assertThat(VhdxMaintenance.check(file, DiskProgress.NONE).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.text()).contains("outside the file"));
    edit(file, bitmap, BatEntry.of(BatEntry.FULLY_PRESENT, SampleImages.LOG));
    assertThat(VhdxMaintenance.check(file, DiskProgress.NONE).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.text()).contains("overlaps"));
    edit(base, SampleImages.BAT + 8 * 4096, 6);
    edit(base, SampleImages.METADATA, 0);
    assertThat(VhdxMaintenance.check(base, DiskProgress.NONE).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.structure()).isEqualTo("metadata table"));
  }

  /** Writes to a disk from another thread, each round to other places, until told to stop. */
  private static final class Writer extends Thread {
    private final VirtualDisk disk;
    private final byte[] model;
    private final long seed;
    private volatile boolean stop;
    private volatile @Nullable Throwable failure;

    Writer(VirtualDisk disk, byte[] model, long seed) {
      this.disk = disk;
      this.model = model;
      this.seed = seed;
    }

    @Override
    public void run() {
      Random random = new Random(seed);
      try {
        do {
          operate(disk, model, random);
          int at = random.nextInt(model.length - 512);
          byte[] found = new byte[512];
          disk.read(at, MemorySegment.ofArray(found));
          assertThat(found).isEqualTo(Arrays.copyOfRange(model, at, at + 512));
        } while (!stop);
      } catch (IOException | AssertionError e) {
        failure = e;
      }
    }
  }

  @Test
  void disksMergeWhileTheyAreWritten() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int size = 48 * MIB;
    byte[] model = new byte[size];
    Path base = dynamic("base.vhdx", size);
    try (VirtualDisk disk = open(base)) {
      for (int i = 0; i < 40; i++) {
        operate(disk, model, random);
      }
    }
    Path child = child("child.vhdx", base);
    try (VirtualDisk disk = open(child)) {
      for (int i = 0; i < 80; i++) {
        operate(disk, model, random);
      }
      assertThatThrownBy(() -> VirtualDisks.mergeOpen(disk, (done, total) -> done < 20))
          .isInstanceOf(DiskCancelledException.class);
      assertThatThrownBy(() -> open(base)).isInstanceOf(DiskInUseException.class);
      Writer writer = new Writer(disk, model, seed);
      writer.start();
      assertThat(VirtualDisks.mergeOpen(disk, DiskProgress.NONE)).isEqualTo(base);
      writer.stop = true;
      writer.join();
      assertThat(writer.failure).as("seed %d", seed).isNull();
      assertThat(disk.type()).isEqualTo(DiskType.DYNAMIC);
      assertThatThrownBy(() -> VirtualDisks.mergeOpen(disk, DiskProgress.NONE))
          .hasMessageContaining("has no parent");
    }
    for (Path file : new Path[] {child, base}) {
      assertThat(MemorySegment.ofArray(read(file, 0, size)).mismatch(MemorySegment.ofArray(model)))
          .as("first difference of %s, seed %d", file, seed)
          .isEqualTo(-1);
      assertSound(file);
    }
  }
}
