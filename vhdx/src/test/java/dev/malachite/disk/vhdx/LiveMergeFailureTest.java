// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.io.FaultyFile;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.MemoryFile;
import dev.malachite.disk.io.ParentFiles;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A merge of a disk in use whose host fails at any moment: the disk still shows what it did. */
class LiveMergeFailureTest {
  private static final Path PARENT = Path.of("/nowhere/parent.vhdx");
  private static final Path CHILD = Path.of("/nowhere/child.vhdx");
  private static final int BLOCK = 1 << 20;
  private static final int BLOCKS = 12;

  private final DiskExecutor executor = DiskExecutor.create("merge-failure", 1);

  @AfterEach
  void stop() {
    executor.close();
  }

  private static byte[] block(int value) {
    byte[] data = new byte[4096];
    Arrays.fill(data, (byte) value);
    return data;
  }

  private static void assertShows(VhdxDisk disk, byte[] model, Object what) throws IOException {
    byte[] found = new byte[4096];
    for (int i = 0; i < BLOCKS; i++) {
      disk.read((long) i * BLOCK, MemorySegment.ofArray(found));
      assertThat(found).as("block %d, %s", i, what).containsOnly(model[i]);
    }
  }

  /** Finds the parent in memory. */
  private record Parents(HostFile parent) implements ParentFiles {
    @Override
    public HostFile open(Path path) throws IOException {
      if (!path.equals(PARENT)) {
        throw new NoSuchFileException(path.toString());
      }
      return parent;
    }

    @Override
    public HostFile openExclusiveInstead(HostFile reader) {
      return reader;
    }
  }

  private static HostFile sound(MemoryFile file, Path path) {
    return new FaultyFile(file, path, Integer.MAX_VALUE, false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theDiskGoesOnShowingWhatItDid(boolean childFails) throws IOException {
    byte[] model = new byte[BLOCKS];
    MemoryFile parent = new MemoryFile();
    VhdxSettings settings = VhdxSettings.dynamic((long) BLOCKS * BLOCK).withBlockSize(BLOCK);
    VhdxCreator.create(parent, settings);
    try (VhdxDisk disk = VhdxDisk.open(sound(parent, PARENT), false, executor)) {
      for (int i = 0; i < BLOCKS; i += 2) {
        model[i] = (byte) (i + 1);
        disk.write((long) i * BLOCK, MemorySegment.ofArray(block(i + 1)));
      }
    }
    MemoryFile child = new MemoryFile();
    VhdxImage image = VhdxImage.load(parent);
    VhdxCreator.createDifferencing(
        child,
        settings.withIdentity(image.metadata().identity()),
        ParentLocator.of(CHILD, PARENT, image.headers().current().dataWriteGuid()));
    try (VhdxDisk disk =
        VhdxDisk.open(sound(child, CHILD), false, new Parents(sound(parent, PARENT)), executor)) {
      for (int i = 0; i < BLOCKS; i += 3) {
        model[i] = (byte) (i + 50);
        disk.write((long) i * BLOCK, MemorySegment.ofArray(block(i + 50)));
      }
      disk.writeZeroes(2 * BLOCK, BLOCK);
      model[2] = 0;
    }
    int failures = 0;
    boolean merged = false;
    for (int moment = 0; !merged; moment++) {
      MemoryFile parentLeft = parent.copy();
      MemoryFile childLeft = child.copy();
      int never = Integer.MAX_VALUE;
      HostFile childFile = new FaultyFile(childLeft, CHILD, childFails ? moment : never, true);
      HostFile parentFile = new FaultyFile(parentLeft, PARENT, childFails ? never : moment, true);
      VhdxDisk disk = VhdxDisk.open(childFile, false, new Parents(parentFile), executor);
      try {
        disk.mergeIntoParent(DiskProgress.NONE);
        merged = disk.type() == DiskType.DYNAMIC;
      } catch (IOException e) {
        failures++;
        assertThat(e).hasMessageContaining("host has failed");
        assertThat(disk.type()).isEqualTo(DiskType.DIFFERENCING);
      }
      assertShows(disk, model, "in use, failed at " + moment);
      try {
        disk.close();
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("host has failed");
        merged = false;
      }
      try (VhdxDisk again =
          VhdxDisk.open(
              sound(childLeft, CHILD), false, new Parents(sound(parentLeft, PARENT)), executor)) {
        assertShows(again, model, "opened again, failed at " + moment);
      }
    }
    assertThat(failures).isGreaterThan(5);
  }
}
