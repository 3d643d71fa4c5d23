// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Work on files by one name, whatever their format. */
class DiskMaintenanceTest {
  private static final int SIZE = 8 << 20;

  @TempDir Path directory;

  private Path disk(DiskFormat format) throws IOException {
    Path path = directory.resolve("disk." + format);
    switch (format) {
      case VHDX -> VirtualDisks.createVhdx(path, VhdxSettings.dynamic(SIZE).withBlockSize(1 << 20));
      case VHD -> VirtualDisks.createVhd(path, VhdSettings.dynamic(SIZE));
      case RAW -> VirtualDisks.createRaw(path, SIZE);
      case ISO -> {
        byte[] image = new byte[64 << 10];
        byte[] name = "CD001".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, image, (32 << 10) + 1, name.length);
        Files.write(path, image);
      }
    }
    return path;
  }

  private static byte[] pattern(Path path, int offset, int length, boolean write)
      throws IOException {
    byte[] data = new byte[length];
    Arrays.fill(data, (byte) 7);
    DiskOptions options = write ? DiskOptions.readWrite() : DiskOptions.readOnly();
    try (DiskExecutor executor = DiskExecutor.create("maintenance", 1);
        VirtualDisk disk = VirtualDisks.open(path, executor, options)) {
      if (write) {
        disk.write(offset, MemorySegment.ofArray(data));
      } else {
        disk.read(offset, MemorySegment.ofArray(data));
      }
    }
    return data;
  }

  @ParameterizedTest
  @EnumSource(DiskFormat.class)
  void everyFormatIsCheckedAndRepaired(DiskFormat format) throws IOException {
    Path path = disk(format);
    byte[] before = Files.readAllBytes(path);
    assertThat(DiskMaintenance.check(path, DiskProgress.NONE).sound()).isTrue();
    assertThat(DiskMaintenance.repair(path, DiskProgress.NONE).sound()).isTrue();
    assertThat(Files.readAllBytes(path)).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(
      value = DiskFormat.class,
      names = {"VHDX", "VHD", "RAW"})
  void everyFormatIsResizedWithoutLoss(DiskFormat format) throws IOException {
    Path path = disk(format);
    byte[] data = pattern(path, 6 << 20, 4096, true);
    DiskMaintenance.resize(path, 12L << 20, false, DiskProgress.NONE);
    assertThat(VirtualDisks.information(path).virtualSize()).isEqualTo(12L << 20);
    assertThat(pattern(path, 6 << 20, 4096, false)).isEqualTo(data);
    assertThatThrownBy(() -> DiskMaintenance.resize(path, 4L << 20, false, DiskProgress.NONE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("data");
    assertThat(pattern(path, 6 << 20, 4096, false)).isEqualTo(data);
    DiskMaintenance.resize(path, 7L << 20, false, DiskProgress.NONE);
    DiskMaintenance.resize(path, 4L << 20, true, DiskProgress.NONE);
    assertThat(VirtualDisks.information(path).virtualSize()).isEqualTo(4L << 20);
    assertThatThrownBy(() -> DiskMaintenance.resize(path, 1000, true, DiskProgress.NONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DiskMaintenance.resize(path, 0, true, DiskProgress.NONE))
        .isInstanceOf(IllegalArgumentException.class);
    DiskMaintenance.resize(path, 8L << 20, false, DiskProgress.NONE);
    assertThat(pattern(path, 6 << 20, 4096, false)).containsOnly(0);
  }

  @Test
  void whatAFormatCannotBeIsSaid() throws IOException {
    Path iso = disk(DiskFormat.ISO);
    Path raw = disk(DiskFormat.RAW);
    Path vhd = disk(DiskFormat.VHD);
    Path vhdx = disk(DiskFormat.VHDX);
    assertThatThrownBy(() -> DiskMaintenance.resize(iso, SIZE, false, DiskProgress.NONE))
        .hasMessageContaining("size of its contents");
    for (Path path : new Path[] {iso, raw}) {
      assertThatThrownBy(() -> DiskMaintenance.compact(path, DiskProgress.NONE))
          .hasMessageContaining("only VHDX and VHD disks can be compacted");
      Path child = directory.resolve("child");
      assertThatThrownBy(() -> DiskMaintenance.createDifferencing(child, path, 0))
          .hasMessageContaining("can be parents");
      assertThat(child).doesNotExist();
      assertThatThrownBy(() -> DiskMaintenance.merge(path, DiskProgress.NONE))
          .hasMessageContaining("has no parent");
      assertThatThrownBy(() -> DiskMaintenance.reparent(path, path, true))
          .hasMessageContaining("has no parent");
      assertThatThrownBy(() -> DiskMaintenance.setIdentity(path, UUID.randomUUID()))
          .isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> DiskMaintenance.reparent(vhd, vhdx, true))
        .hasMessageContaining("of its own format, VHD");
    for (Path path : new Path[] {vhd, vhdx}) {
      assertThatThrownBy(() -> DiskMaintenance.merge(path, DiskProgress.NONE))
          .hasMessageContaining("parent");
      assertThat(path).exists();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DiskFormat.class,
      names = {"VHDX", "VHD"})
  void chainsAreMadeAndUnmade(DiskFormat format) throws IOException {
    Path parent = disk(format);
    byte[] data = pattern(parent, 0, 512, true);
    Path child = directory.resolve("child");
    DiskInformation made = DiskMaintenance.createDifferencing(child, parent, 0);
    assertThat(made.type()).isEqualTo(DiskType.DIFFERENCING);
    pattern(child, 1 << 20, 512, true);
    UUID identity = UUID.randomUUID();
    DiskMaintenance.setIdentity(child, identity);
    assertThat(VirtualDisks.information(child).identity()).isEqualTo(identity);
    Path moved = Files.move(parent, directory.resolve("elsewhere"));
    DiskMaintenance.reparent(child, moved, false);
    assertThat(pattern(child, 0, 512, false)).isEqualTo(data);
    assertThat(DiskMaintenance.merge(child, DiskProgress.NONE)).isEqualTo(moved);
    assertThat(child).doesNotExist();
    assertThat(pattern(moved, 1 << 20, 512, false)).isEqualTo(data);
    DiskMaintenance.compact(moved, DiskProgress.NONE);
    assertThat(pattern(moved, 1 << 20, 512, false)).isEqualTo(data);
    assertThatThrownBy(() -> DiskMaintenance.compact(moved, (done, total) -> false))
        .isInstanceOf(DiskCancelledException.class);
  }

  @Test
  void liveMergesAreForVhdxOnly() throws IOException {
    Path vhd = disk(DiskFormat.VHD);
    try (DiskExecutor executor = DiskExecutor.create("maintenance", 1);
        VirtualDisk disk = VirtualDisks.open(vhd, executor, DiskOptions.readWrite())) {
      assertThatThrownBy(() -> VirtualDisks.mergeOpen(disk, DiskProgress.NONE))
          .hasMessageContaining("Only VHDX");
    }
    Path vhdx = disk(DiskFormat.VHDX);
    try (DiskExecutor executor = DiskExecutor.create("maintenance", 1);
        VirtualDisk disk = VirtualDisks.open(vhdx, executor, DiskOptions.readOnly())) {
      assertThatThrownBy(() -> VirtualDisks.mergeOpen(disk, DiskProgress.NONE))
          .hasMessageContaining("read only");
    }
  }
}
