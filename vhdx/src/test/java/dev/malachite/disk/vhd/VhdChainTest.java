// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.DiskType;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Differencing disks: what they show, where they look for parents, merging and reparenting. */
class VhdChainTest {
  private static final int MIB = 1 << 20;
  private static final int SIZE = 12 * MIB + 512;

  @TempDir Path directory;
  private final DiskExecutor executor = DiskExecutor.create("vhd-chain", 2);

  @AfterEach
  void stop() {
    executor.close();
  }

  private byte[] scribble(Path file, byte[] model, long seed) throws IOException {
    Random random = new Random(seed);
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      for (int i = 0; i < 40; i++) {
        // Every other write starts or ends within a sector.
        int unit = i % 2 == 0 ? 512 : 100;
        int length = (1 + random.nextInt(40_000 / unit)) * unit;
        int offset = random.nextInt((model.length - length) / unit) * unit;
        byte[] data = new byte[length];
        if (i % 5 == 4) {
          offset = offset / 512 * 512;
          length = length / 512 * 512;
          disk.writeZeroes(offset, length);
          Arrays.fill(model, offset, offset + length, (byte) 0);
        } else {
          random.nextBytes(data);
          disk.write(offset, MemorySegment.ofArray(data));
          System.arraycopy(data, 0, model, offset, length);
        }
        if (i % 9 == 0) {
          disk.flush();
        }
      }
      assertHolds(disk, model);
    }
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readOnly())) {
      assertHolds(disk, model);
    }
    return model;
  }

  private static void assertHolds(VirtualDisk disk, byte[] model) throws IOException {
    MemorySegment found = MemorySegment.ofArray(new byte[model.length]);
    disk.read(0, found);
    assertThat(found.mismatch(MemorySegment.ofArray(model))).as("first difference").isEqualTo(-1);
    byte[] sparse = new byte[model.length];
    for (long at = disk.nextData(0); at < disk.size(); at = disk.nextData(at)) {
      long end = disk.nextHole(at);
      assertThat(end).isGreaterThan(at);
      disk.read(at, MemorySegment.ofArray(sparse).asSlice(at, end - at));
      at = end;
    }
    assertThat(MemorySegment.ofArray(sparse).mismatch(MemorySegment.ofArray(model)))
        .as("what nextData and nextHole leave out is zero")
        .isEqualTo(-1);
  }

  private void assertHolds(Path file, byte[] model) throws IOException {
    try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readOnly())) {
      assertHolds(disk, model);
    }
  }

  private Path parent(String name, boolean fixed) throws IOException {
    Path file = directory.resolve(name);
    VirtualDisks.createVhd(file, fixed ? VhdSettings.fixed(SIZE) : VhdSettings.dynamic(SIZE));
    return file;
  }

  private Path child(String name, Path parent) throws IOException {
    Path file = directory.resolve(name);
    VhdMaintenance.createDifferencing(file, parent);
    return file;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aChainShowsTheLatestOfEachSector(boolean fixed) throws IOException {
    Path parent = parent("parent.vhd", fixed);
    byte[] model = scribble(parent, new byte[SIZE], 1);
    Path child = child("child.vhd", parent);
    byte[] childModel = scribble(child, model.clone(), 2);
    Path grandchild = child("grandchild.vhd", child);
    byte[] grandchildModel = scribble(grandchild, childModel.clone(), 3);
    assertHolds(parent, model);
    assertHolds(child, childModel);
    assertHolds(grandchild, grandchildModel);
    DiskInformation information = VirtualDisks.information(grandchild);
    assertThat(information.type()).isEqualTo(DiskType.DIFFERENCING);
    assertThat(information.parent()).isEqualTo(child.toRealPath());
    assertThat(information.parentId()).isEqualTo(VirtualDisks.information(child).identity());
    assertThat(VhdMaintenance.check(grandchild, DiskProgress.NONE).problems()).isEmpty();

    assertThat(VhdMaintenance.merge(grandchild, DiskProgress.NONE)).isEqualTo(child.toRealPath());
    assertHolds(child, grandchildModel);
    VhdMaintenance.merge(child, DiskProgress.NONE);
    assertHolds(parent, grandchildModel);
    assertHolds(grandchild, grandchildModel);
  }

  @Test
  void aParentIsFoundWhereverTheFolderGoes() throws IOException {
    Path parent = parent("parent.vhd", false);
    byte[] model = scribble(parent, new byte[SIZE], 4);
    Files.createDirectory(directory.resolve("children"));
    Path child = child("children/child.vhd", parent);
    assertHolds(child, model);
    Path moved = directory.resolve("moved");
    Files.createDirectory(moved);
    Files.createDirectory(moved.resolve("children"));
    Files.move(parent, moved.resolve("parent.vhd"));
    Files.move(child, moved.resolve("children/child.vhd"));
    assertHolds(moved.resolve("children/child.vhd"), model);
    // The child alone moves: the absolute path still leads to the parent.
    Files.move(moved.resolve("children/child.vhd"), directory.resolve("lone.vhd"));
    Files.move(moved.resolve("parent.vhd"), parent);
    assertHolds(directory.resolve("lone.vhd"), model);
  }

  @Test
  void aMissingParentIsNamed() throws IOException {
    Path parent = parent("parent.vhd", false);
    Path child = child("child.vhd", parent);
    Path real = parent.toRealPath();
    Files.delete(parent);
    assertThatThrownBy(() -> VirtualDisks.open(child, executor, DiskOptions.readOnly()).close())
        .isInstanceOf(DiskFormatException.class)
        .hasMessageContaining("parent.vhd")
        .hasMessageContaining("reparent");
    assertThat(VirtualDisks.information(child).parent()).isEqualTo(real);
    assertThat(VhdMaintenance.check(child, DiskProgress.NONE).sound()).isFalse();
  }

  @Test
  void anotherDiskInTheParentsPlaceIsRefused() throws IOException {
    Path parent = parent("parent.vhd", false);
    Path child = child("child.vhd", parent);
    VhdMaintenance.setIdentity(parent, UUID.randomUUID());
    assertThatThrownBy(() -> VirtualDisks.open(child, executor, DiskOptions.readOnly()).close())
        .isInstanceOf(DiskFormatException.class)
        .hasMessageContaining("identifier");
    assertThatThrownBy(() -> VhdMaintenance.reparent(child, parent, false))
        .hasMessageContaining("--force");
    VhdMaintenance.reparent(child, parent, true);
    assertHolds(child, new byte[SIZE]);
  }

  @Test
  void reparentingKeepsTheChildsOwnSectors() throws IOException {
    Path parent = parent("parent.vhd", false);
    byte[] model = scribble(parent, new byte[SIZE], 5);
    Path child = child("child.vhd", parent);
    byte[] childModel = scribble(child, model.clone(), 6);
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere")).resolve("p.vhd");
    Files.move(parent, elsewhere);
    VhdMaintenance.reparent(child, elsewhere, false);
    assertHolds(child, childModel);
    assertThat(VhdMaintenance.check(child, DiskProgress.NONE).problems()).isEmpty();
    childModel = scribble(child, childModel, 7);
    VhdMaintenance.compact(child, DiskProgress.NONE);
    assertHolds(child, childModel);
  }

  @Test
  void aDiskCantBeItsOwnAncestor() throws IOException {
    Path first = parent("first.vhd", false);
    Path second = child("second.vhd", first);
    Path third = child("third.vhd", second);
    assertThatThrownBy(() -> VhdMaintenance.reparent(second, second, true))
        .hasMessageContaining("own parent");
    assertThatThrownBy(() -> VhdMaintenance.reparent(second, third, true))
        .isInstanceOf(IOException.class);
    assertHolds(third, new byte[SIZE]);
    // Made by someone who doesn't care: two disks that name each other.
    byte[] bytes = Files.readAllBytes(third);
    Path loop = directory.resolve("loop.vhd");
    Files.write(loop, bytes);
    UUID id = VirtualDisks.information(second).identity();
    Files.delete(second);
    Files.move(loop, second);
    VhdMaintenance.setIdentity(second, id);
    assertThatThrownBy(() -> VirtualDisks.open(second, executor, DiskOptions.readOnly()).close())
        .isInstanceOf(DiskFormatException.class)
        .hasMessageContaining("comes back");
  }

  @Test
  void aParentInUseIsNotWritten() throws IOException {
    Path parent = parent("parent.vhd", false);
    Path child = child("child.vhd", parent);
    try (VirtualDisk disk = VirtualDisks.open(child, executor, DiskOptions.readWrite())) {
      assertThat(disk.unmapSupported()).isFalse();
      assertThatThrownBy(() -> VirtualDisks.open(parent, executor, DiskOptions.readWrite()).close())
          .hasMessageContaining("in use");
      Path sibling = child("sibling.vhd", parent);
      VirtualDisks.open(sibling, executor, DiskOptions.readWrite()).close();
    }
  }

  @Test
  void whatHasNoParentIsToldSo() throws IOException {
    Path disk = parent("disk.vhd", false);
    assertThatThrownBy(() -> VhdMaintenance.merge(disk, DiskProgress.NONE))
        .hasMessageContaining("no parent");
    assertThatThrownBy(() -> VhdMaintenance.reparent(disk, parent("other.vhd", false), true))
        .hasMessageContaining("no parent");
    Path child = child("child.vhd", disk);
    assertThatThrownBy(() -> VhdMaintenance.resize(child, 2 * SIZE + 512, false, DiskProgress.NONE))
        .hasMessageContaining("differencing");
  }
}
