// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk whose changes are forgotten, and files that are told by what is in them. */
class SnapshotDiskTest {
  private static final int SIZE = (5 << 20) + 512;

  @TempDir Path directory;
  private final DiskExecutor executor = DiskExecutor.create("snapshot", 2);

  @AfterEach
  void stop() {
    executor.close();
  }

  @Test
  void changesShowAndAreForgotten() throws IOException {
    Path file = directory.resolve("disk.vhdx");
    VirtualDisks.createVhdx(file, VhdxSettings.dynamic(SIZE).withBlockSize(1 << 20));
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] model = new byte[SIZE];
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      write(disk, model, random, 3 << 20, 200_000);
    }
    byte[] before = Files.readAllBytes(file);
    DiskOptions options = DiskOptions.snapshot();
    try (VirtualDisk disk = VirtualDisks.open(file, executor, options)) {
      assertThat(disk.nextData(0)).isBetween(3L << 20, (3L << 20) + 1);
      for (int i = 0; i < 30; i++) {
        int length = 512 * (1 + random.nextInt(400));
        write(disk, model, random, random.nextInt((SIZE - length) / 512) * 512, length);
        int zero = random.nextInt(SIZE / 512) * 512;
        int end = Math.min(SIZE, zero + 512 * random.nextInt(300));
        disk.writeZeroes(zero, end - zero);
        Arrays.fill(model, zero, end, (byte) 0);
      }
      disk.unmap(0, SIZE);
      disk.flush();
      byte[] sparse = new byte[SIZE];
      for (long at = disk.nextData(0); at < SIZE; at = disk.nextData(at)) {
        long hole = disk.nextHole(at);
        assertThat(hole).isGreaterThan(at);
        disk.read(at, MemorySegment.ofArray(sparse).asSlice(at, hole - at));
        at = hole;
      }
      assertThat(Arrays.equals(sparse, model)).as("seed %d", seed).isTrue();
      assertThat(disk.readOnly()).isFalse();
      assertThat(disk.unmapSupported()).isFalse();
      assertThat(disk.identity()).isEqualTo(disk.information().identity());
      assertThat(disk.type()).isEqualTo(DiskType.DYNAMIC);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  private static void write(VirtualDisk disk, byte[] model, Random random, int at, int length)
      throws IOException {
    byte[] data = new byte[length];
    random.nextBytes(data);
    disk.write(at, MemorySegment.ofArray(data));
    System.arraycopy(data, 0, model, at, length);
  }

  @Test
  void qcowIsRefusedWithAMendWhateverIsAsked() throws IOException {
    Path file = directory.resolve("disk.qcow2");
    byte[] header = new byte[512];
    header[0] = 'Q';
    header[1] = 'F';
    header[2] = 'I';
    header[3] = (byte) 0xFB;
    Files.write(file, header);
    assertThatThrownBy(() -> VirtualDisks.open(file, executor, DiskOptions.readOnly()))
        .hasMessageContaining("qemu-img convert");
    assertThatThrownBy(() -> VirtualDisks.information(file))
        .hasMessageContaining("qemu-img convert");
    assertThatThrownBy(() -> DiskMaintenance.check(file, DiskProgress.NONE))
        .hasMessageContaining("qemu-img convert");
    assertThatThrownBy(() -> VirtualDisks.open(file, executor, DiskOptions.shared()))
        .hasMessageContaining("several machines");
    assertThatThrownBy(() -> VirtualDisks.open(file, executor, DiskOptions.snapshot()))
        .hasMessageContaining("qemu-img convert");
  }

  @Test
  void onlyDisksOfFixedPlacesAreShared() throws IOException {
    Path vhd = directory.resolve("disk.vhd");
    VirtualDisks.createVhd(vhd, VhdSettings.dynamic(SIZE));
    assertThatThrownBy(() -> VirtualDisks.open(vhd, executor, DiskOptions.shared()))
        .hasMessageContaining("several machines");
    Path raw = directory.resolve("disk.raw");
    VirtualDisks.createRaw(raw, 4096);
    try (VirtualDisk one = VirtualDisks.open(raw, executor, DiskOptions.shared());
        VirtualDisk other = VirtualDisks.open(raw, executor, DiskOptions.shared())) {
      one.write(0, MemorySegment.ofArray(new byte[] {7}));
      byte[] found = new byte[1];
      other.read(0, MemorySegment.ofArray(found));
      assertThat(found[0]).isEqualTo((byte) 7);
      assertThatThrownBy(() -> VirtualDisks.open(raw, executor, DiskOptions.readWrite()))
          .isInstanceOf(DiskInUseException.class);
    }
    assertThatThrownBy(() -> VirtualDisks.createRaw(directory.resolve("odd"), 1000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> VirtualDisks.createRaw(directory.resolve("none"), 0))
        .isInstanceOf(IllegalArgumentException.class);
    Path empty = Files.createFile(directory.resolve("empty"));
    assertThatThrownBy(() -> VirtualDisks.open(empty, executor, DiskOptions.snapshot()))
        .hasMessageContaining("is empty");
  }

  @Test
  void closedDisksAndBadRequestsAreTold() throws IOException {
    Path raw = directory.resolve("disk.raw");
    VirtualDisks.createRaw(raw, 4096);
    VirtualDisk disk = VirtualDisks.open(raw, executor, DiskOptions.readWrite());
    assertThatThrownBy(() -> disk.unmap(-1, 10)).hasMessageContaining("outside the disk");
    assertThatThrownBy(() -> disk.unmap(0, -1)).hasMessageContaining("outside the disk");
    assertThatThrownBy(() -> disk.writeZeroes(4000, 97)).hasMessageContaining("outside the disk");
    assertThatThrownBy(() -> disk.writeZeroes(5000, 0)).hasMessageContaining("outside the disk");
    assertThat(disk.nextData(5000)).isEqualTo(4096);
    DiskRequest request = new DiskRequest((done, error) -> {});
    request.writeZeroes(0, 512).forceUnitAccess();
    disk.submit(request);
    disk.close();
    disk.close();
    assertThatThrownBy(disk::flush).hasMessageContaining("closed");
    assertThatThrownBy(() -> disk.nextHole(0)).hasMessageContaining("closed");
  }
}
