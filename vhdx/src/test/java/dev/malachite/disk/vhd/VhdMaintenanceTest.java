// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskCancelledException;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.VhdSettings;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Resizing, compacting, renaming and repairing VHD files. */
class VhdMaintenanceTest {
  private static final int MIB = 1 << 20;

  @TempDir Path directory;
  private final DiskExecutor executor = DiskExecutor.create("vhd-maintenance", 1);

  @AfterEach
  void stop() {
    executor.close();
  }

  private Path disk(boolean fixed, int size) throws IOException {
    Path file = directory.resolve("disk.vhd");
    VirtualDisks.createVhd(file, fixed ? VhdSettings.fixed(size) : VhdSettings.dynamic(size));
    return file;
  }

  private void write(Path file, int offset, byte[] data) throws IOException {
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      disk.write(offset, MemorySegment.ofArray(data));
    }
  }

  private byte[] contents(Path file) throws IOException {
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readOnly())) {
      byte[] all = new byte[(int) disk.size()];
      disk.read(0, MemorySegment.ofArray(all));
      return all;
    }
  }

  private static byte[] random(int length, long seed) {
    byte[] data = new byte[length];
    new Random(seed).nextBytes(data);
    return data;
  }

  @ParameterizedTest
  @CsvSource({
    "true, 5242880, 9437696",
    "false, 5242880, 9437696",
    "false, 5242880, 5243392",
    "false, 5242880, 2147483648",
  })
  void growsAndShrinksBack(boolean fixed, int small, long large) throws IOException {
    Path file = disk(fixed, small);
    byte[] data = random(small, large);
    write(file, 0, data);
    VhdMaintenance.resize(file, large, false, DiskProgress.NONE);
    assertThat(VirtualDisks.information(file).virtualSize()).isEqualTo(large);
    assertThat(VhdMaintenance.check(file, DiskProgress.NONE).problems()).isEmpty();
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      byte[] tail = new byte[512];
      disk.read(large - 512, MemorySegment.ofArray(tail));
      assertThat(tail).containsOnly(0);
      byte[] border = new byte[1024];
      disk.read(small - 512, MemorySegment.ofArray(border));
      assertThat(Arrays.copyOfRange(border, 512, 1024)).containsOnly(0);
      disk.write(large - 512, MemorySegment.ofArray(random(512, 5)));
    }
    assertThatThrownBy(() -> VhdMaintenance.resize(file, small, false, DiskProgress.NONE))
        .hasMessageContaining("there is data at byte");
    VhdMaintenance.resize(file, small, true, DiskProgress.NONE);
    assertThat(contents(file)).isEqualTo(data);
    VhdMaintenance.resize(file, small / 2, true, DiskProgress.NONE);
    assertThat(contents(file)).isEqualTo(Arrays.copyOf(data, small / 2));
    assertThat(VhdMaintenance.check(file, DiskProgress.NONE).problems()).isEmpty();
    // What was cut off stays away.
    VhdMaintenance.resize(file, small, false, DiskProgress.NONE);
    byte[] expected = Arrays.copyOf(data, small);
    Arrays.fill(expected, small / 2, small, (byte) 0);
    assertThat(contents(file)).isEqualTo(expected);
  }

  @Test
  void sizesThatTheFormatCantHaveAreRefused() throws IOException {
    Path file = disk(false, MIB);
    for (long size : new long[] {0, 1000, -512, (2040L << 30) + 512}) {
      assertThatThrownBy(() -> VhdMaintenance.resize(file, size, true, DiskProgress.NONE))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> VhdSettings.dynamic(size))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> VhdSettings.dynamic(MIB).withBlockSize(MIB))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void compactingGivesBlocksOfZeroesBack() throws IOException {
    Path file = disk(false, 24 * MIB);
    byte[] model = new byte[24 * MIB];
    for (int block : new int[] {11, 3, 7, 0, 9}) {
      byte[] data = random(70_000, block);
      write(file, block * 2 * MIB + 999 * 512, data);
      System.arraycopy(data, 0, model, block * 2 * MIB + 999 * 512, data.length);
    }
    long before = Files.size(file);
    for (int block : new int[] {11, 7}) {
      Arrays.fill(model, block * 2 * MIB, (block + 1) * 2 * MIB, (byte) 0);
      write(file, block * 2 * MIB, new byte[2 * MIB]);
    }
    VhdMaintenance.compact(file, DiskProgress.NONE);
    assertThat(Files.size(file)).isLessThan(before - 4 * MIB + 64 * 1024);
    assertThat(contents(file)).isEqualTo(model);
    assertThat(VhdMaintenance.check(file, DiskProgress.NONE).problems()).isEmpty();
    assertThat(VhdMaintenance.check(file, DiskProgress.NONE).allocatedBlocks()).isEqualTo(3);
    write(file, 22 * MIB, random(512, 1));
    System.arraycopy(random(512, 1), 0, model, 22 * MIB, 512);
    assertThat(contents(file)).isEqualTo(model);
  }

  @Test
  void aFixedDiskIsNotCompacted() throws IOException {
    Path file = disk(true, MIB);
    assertThatThrownBy(() -> VhdMaintenance.compact(file, DiskProgress.NONE))
        .hasMessageContaining("fixed");
  }

  @Test
  void cancellingLeavesTheDiskAsItWas() throws IOException {
    Path file = disk(true, 4 * MIB);
    write(file, 0, random(4 * MIB, 3));
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> VhdMaintenance.resize(file, 8 * MIB, false, (done, total) -> false))
        .isInstanceOf(DiskCancelledException.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void theIdentityCanBeChanged(boolean fixed) throws IOException {
    Path file = disk(fixed, MIB);
    UUID identity = new UUID(1, 2);
    VhdMaintenance.setIdentity(file, identity);
    assertThat(VirtualDisks.information(file).identity()).isEqualTo(identity);
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readOnly())) {
      assertThat(disk.identity()).isEqualTo(identity);
    }
    assertThat(VhdMaintenance.check(file, DiskProgress.NONE).problems()).isEmpty();
  }

  @Test
  void repairTellsWhatItCantMend() throws IOException {
    Path file = disk(false, 4 * MIB);
    write(file, 0, random(512, 9));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 512));
    assertThat(VhdMaintenance.check(file, DiskProgress.NONE).sound()).isFalse();
    assertThat(VirtualDisks.information(file).needsReplay()).isTrue();
    assertThat(VhdMaintenance.repair(file, DiskProgress.NONE).sound()).isTrue();
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - MIB));
    assertThat(VhdMaintenance.repair(file, DiskProgress.NONE).repairable()).isFalse();
    assertThat(Files.size(file)).isEqualTo(bytes.length - MIB);
  }

  @Test
  void unmappingAFixedOrDynamicDiskGivesSpaceBack() throws IOException {
    for (boolean fixed : new boolean[] {true, false}) {
      Path file = disk(fixed, 4 * MIB);
      write(file, 0, random(4 * MIB, 1));
      try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
        assertThat(disk.unmapSupported()).isTrue();
        long before = disk.information().allocatedSize();
        disk.unmap(MIB, 2 * MIB);
        disk.flush();
        assertThat(disk.information().allocatedSize()).isLessThan(before);
        assertThat(disk.nextHole(0)).isEqualTo(MIB);
        assertThat(disk.nextData(MIB)).isEqualTo(3 * MIB);
      }
      Files.delete(file);
    }
  }
}
