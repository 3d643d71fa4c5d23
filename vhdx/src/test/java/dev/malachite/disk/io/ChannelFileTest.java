// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskInUseException;
import dev.malachite.disk.ScatterList;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.disk.vhdx.VhdxDisk;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of hosts where no native calls can be made, beside plain arrays. */
class ChannelFileTest {
  @TempDir Path directory;
  private final Arena arena = Arena.ofShared();

  @AfterEach
  void free() {
    arena.close();
  }

  @Test
  void scatteredTransfersHoldWhatAnArrayHolds() throws IOException {
    Path path = directory.resolve("file");
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] model = new byte[300_000];
    int size = 0;
    try (ChannelFile file = ChannelFile.create(path)) {
      MemorySegment memory = arena.allocate(200_000, 8);
      for (int i = 0; i < 400; i++) {
        ScatterList list = new ScatterList();
        int total = 0;
        for (int n = 1 + random.nextInt(5); n > 0; n--) {
          int length = 1 + random.nextInt(9000);
          list.add(memory, random.nextInt(190_000), length);
          total += length;
        }
        int from = random.nextInt(total);
        int length = random.nextInt(total - from) + 1;
        int at = random.nextInt(model.length - length);
        switch (random.nextInt(6)) {
          case 0, 1 -> {
            byte[] noise = new byte[200_000];
            random.nextBytes(noise);
            memory.copyFrom(MemorySegment.ofArray(noise));
            list.copyTo(from, MemorySegment.ofArray(model), at, length);
            file.write(at, list, from, length);
            size = Math.max(size, at + length);
          }
          case 2 -> {
            if (at + length <= size) {
              file.zero(at, length);
              Arrays.fill(model, at, at + length, (byte) 0);
            }
          }
          case 3 -> {
            file.truncate(at);
            Arrays.fill(model, at, model.length, (byte) 0);
            size = at;
          }
          case 4 -> {
            file.extend(at);
            size = Math.max(size, at);
          }
          default -> {
            long expected = Math.clamp(size - at, 0, length);
            assertThat(file.read(at, list, from, length)).isEqualTo(expected);
            byte[] found = new byte[(int) expected];
            list.copyTo(from, MemorySegment.ofArray(found), 0, expected);
            boolean same = Arrays.equals(found, 0, (int) expected, model, at, at + (int) expected);
            assertThat(same || overlaps(list)).as("seed %d, step %d", seed, i).isTrue();
            if (expected < length) {
              assertThatThrownBy(() -> file.readFully(at, list, from, length))
                  .isInstanceOf(EOFException.class)
                  .hasMessageContaining("was it cut short");
            }
          }
        }
        assertThat(file.size()).isEqualTo(size);
      }
      file.force(true);
      assertThat(file.nextData(5)).isEqualTo(Math.min(5, size));
      assertThat(file.nextHole(0)).isEqualTo(size);
      assertThat(file.discard(0, 10)).isFalse();
    }
    assertThat(Files.readAllBytes(path)).isEqualTo(Arrays.copyOf(model, size));
    assertThatThrownBy(() -> ChannelFile.create(path))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  /** Ranges of the memory that overlap hold the last one's bytes, so they can't be compared. */
  private static boolean overlaps(ScatterList list) {
    for (int i = 0; i < list.count(); i++) {
      for (int j = 0; j < i; j++) {
        if (list.offset(i) < list.offset(j) + list.length(j)
            && list.offset(j) < list.offset(i) + list.length(i)) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void usersInOneProcessExcludeEachOther() throws IOException {
    Path path = Files.createFile(directory.resolve("file"));
    try (ChannelFile writer = ChannelFile.openExclusive(path)) {
      assertThatThrownBy(() -> ChannelFile.openExclusive(path))
          .isInstanceOf(DiskInUseException.class);
      assertThatThrownBy(() -> ChannelFile.openShared(path)).isInstanceOf(DiskInUseException.class);
      try (ChannelFile looker = ChannelFile.openUnlocked(path)) {
        assertThat(looker.size()).isZero();
      }
      writer.write(0, arena.allocate(5, 1));
      assertThat(writer.size()).as("the looker's end did not close it").isEqualTo(5);
    }
    try (ChannelFile reader = ChannelFile.openShared(path);
        ChannelFile other = ChannelFile.openShared(path)) {
      assertThat(other.size()).isEqualTo(reader.size());
      assertThatThrownBy(() -> ChannelFile.openExclusive(path))
          .isInstanceOf(DiskInUseException.class);
    }
    try (ChannelFile looker = ChannelFile.openUnlocked(path);
        ChannelFile reader = ChannelFile.openShared(path)) {
      assertThat(looker.path()).isEqualTo(reader.path());
    }
    ChannelFile again = ChannelFile.openExclusive(path);
    again.close();
    again.close();
    assertThatThrownBy(() -> ChannelFile.openShared(directory)).hasMessageContaining("regular");
  }

  @Test
  void locksOfOthersAreRespected() throws IOException {
    Path path = Files.createFile(directory.resolve("file"));
    try (FileChannel other = FileChannel.open(path, StandardOpenOption.WRITE);
        FileLock lock = other.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(() -> ChannelFile.openExclusive(path))
          .isInstanceOf(DiskInUseException.class)
          .hasMessageContaining("this process");
    }
    ChannelFile.openExclusive(path).close();
  }

  @Test
  void disksWorkOnIt() throws IOException {
    Path path = directory.resolve("disk.vhdx");
    VirtualDisks.createVhdx(path, VhdxSettings.dynamic(8 << 20).withBlockSize(1 << 20));
    byte[] data = new byte[3 << 20];
    new Random(1).nextBytes(data);
    try (DiskExecutor executor = DiskExecutor.create("channel", 2)) {
      try (VhdxDisk disk =
          VhdxDisk.open(ChannelFile.openExclusive(path), false, ParentFiles.DEFAULT, executor)) {
        disk.write(512 << 10, MemorySegment.ofArray(data));
        disk.unmap(1 << 20, 1 << 20);
        disk.flush();
        disk.write(1 << 20, MemorySegment.ofArray(data).asSlice(0, 512));
      }
      try (VhdxDisk disk =
          VhdxDisk.open(ChannelFile.openShared(path), true, ParentFiles.DEFAULT, executor)) {
        byte[] found = new byte[512];
        disk.read(1 << 20, MemorySegment.ofArray(found));
        assertThat(found).isEqualTo(Arrays.copyOf(data, 512));
        disk.read((1 << 20) + 512, MemorySegment.ofArray(found));
        assertThat(found).containsOnly(0);
        byte[] last = new byte[512 << 10];
        disk.read(3 << 20, MemorySegment.ofArray(last));
        assertThat(last).isEqualTo(Arrays.copyOfRange(data, 5 << 19, 3 << 20));
      }
    }
  }
}
