// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Whatever is done to a disk, it holds what a plain array that is treated the same holds. */
class VirtualDiskPropertyTest {
  private static final int MIB = 1 << 20;

  enum Kind {
    DYNAMIC,
    FIXED,
    RAW,
    SNAPSHOT
  }

  @Property(tries = 24, shrinking = ShrinkingMode.OFF)
  void holdsWhatAPlainArrayHolds(@ForAll Kind kind, @ForAll long seed) throws IOException {
    Random random = new Random(seed);
    int sector = kind != Kind.RAW && random.nextInt(3) == 0 ? 4096 : 512;
    int size = (1 + random.nextInt(6 * MIB / sector)) * sector;
    Path directory = Files.createTempDirectory("disk-property");
    Path file = directory.resolve("disk");
    byte[] model = new byte[size];
    try (DiskExecutor executor = DiskExecutor.create("property", 3)) {
      create(file, kind, size, sector);
      if (kind == Kind.SNAPSHOT) {
        try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
          operate(disk, model, random, 10);
        }
        byte[] before = Files.readAllBytes(file);
        try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.snapshot())) {
          operate(disk, model.clone(), random, 60);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
      } else {
        for (int i = 0; i < 3; i++) {
          try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
            operate(disk, model, random, random.nextInt(40));
          }
        }
      }
      try (VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readOnly())) {
        assertHolds(disk, model);
      }
    } finally {
      delete(directory);
    }
  }

  private static void create(Path file, Kind kind, int size, int sector) throws IOException {
    if (kind == Kind.RAW) {
      VirtualDisks.createRaw(file, size);
    } else {
      VhdxSettings settings =
          kind == Kind.FIXED ? VhdxSettings.fixed(size) : VhdxSettings.dynamic(size);
      VirtualDisks.createVhdx(file, settings.withBlockSize(MIB).withLogicalSectorSize(sector));
    }
  }

  /** Does random operations to both, unmap only where its outcome is certain. */
  private static void operate(VirtualDisk disk, byte[] model, Random random, int operations)
      throws IOException {
    int sector = disk.logicalSectorSize();
    for (int i = 0; i < operations; i++) {
      int offset = random.nextInt(model.length / sector) * sector;
      int most = random.nextInt(4) == 0 ? 3 * MIB : 64 << 10;
      int length = Math.min(model.length - offset, (1 + random.nextInt(most / sector)) * sector);
      switch (random.nextInt(10)) {
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
        case 4, 5 -> {
          byte[] found = new byte[length];
          disk.read(offset, MemorySegment.ofArray(found));
          assertThat(
                  MemorySegment.ofArray(found)
                      .mismatch(MemorySegment.ofArray(model).asSlice(offset, length)))
              .as("first difference at %d + %d", offset, length)
              .isEqualTo(-1);
        }
        default -> {
          byte[] data = new byte[length];
          random.nextBytes(data);
          disk.write(offset, MemorySegment.ofArray(data));
          System.arraycopy(data, 0, model, offset, length);
        }
      }
    }
    assertHolds(disk, model);
  }

  private static void assertHolds(VirtualDisk disk, byte[] model) throws IOException {
    assertThat(disk.size()).isEqualTo(model.length);
    byte[] found = new byte[model.length];
    disk.read(0, MemorySegment.ofArray(found));
    assertThat(MemorySegment.ofArray(found).mismatch(MemorySegment.ofArray(model)))
        .as("first difference")
        .isEqualTo(-1);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /**
   * Many requests in flight at once over scattered memory, to ranges that don't overlap, with
   * flushes and unmaps of other blocks between them.
   */
  @Property(tries = 12, shrinking = ShrinkingMode.OFF)
  void manyRequestsInFlightDoNotDisturbEachOther(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 32) int depth) throws Exception {
    Random random = new Random(seed);
    int slots = 96;
    int slot = MIB / 4;
    Path directory = Files.createTempDirectory("disk-parallel");
    Path file = directory.resolve("disk.vhdx");
    // Blocks of 1 MiB hold four slots each; every third block only ever gets unmapped and
    // rewritten.
    VirtualDisks.createVhdx(file, VhdxSettings.dynamic((long) slots * slot).withBlockSize(MIB));
    byte[] fill = new byte[slots];
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (DiskExecutor executor = DiskExecutor.create("parallel", 4);
        Arena arena = Arena.ofShared();
        VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      MemorySegment memory = arena.allocate((long) slots * slot, 4096);
      Semaphore free = new Semaphore(depth);
      boolean[] busy = new boolean[slots / 4];
      Deque<DiskRequest> pool = new ArrayDeque<>();
      DiskCompletion completion =
          (request, error) -> {
            if (error != null) {
              failure.compareAndSet(null, error);
            }
            synchronized (pool) {
              if (request.attachment() instanceof Integer block) {
                busy[block] = false;
              }
              pool.add(request);
            }
            free.release();
          };
      for (int i = 0; i < depth; i++) {
        pool.add(new DiskRequest(completion));
      }
      for (int i = 0; i < 300 && failure.get() == null; i++) {
        free.acquire();
        DiskRequest request;
        int block = random.nextInt(slots / 4);
        synchronized (pool) {
          request = pool.remove();
          if (busy[block]) {
            request.attach(null).flush();
          } else {
            busy[block] = true;
            request.attach(block);
            setUp(request, memory, fill, block, slot, random);
          }
        }
        disk.submit(request);
      }
      free.acquire(depth);
      assertThat(failure.get()).isNull();
      disk.flush();
      verifySlots(disk, fill, slot);
    }
    try (DiskExecutor executor = DiskExecutor.create("parallel", 1);
        VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readOnly())) {
      verifySlots(disk, fill, slot);
    } finally {
      delete(directory);
    }
  }

  private static void setUp(
      DiskRequest request, MemorySegment memory, byte[] fill, int block, int slot, Random random) {
    long blockOffset = 4L * block * slot;
    switch (random.nextInt(4)) {
      case 0 -> {
        request.unmap(blockOffset, 4L * slot);
        Arrays.fill(fill, 4 * block, 4 * block + 4, (byte) 0);
      }
      case 1 -> {
        request.writeZeroes(blockOffset + slot, 2L * slot);
        Arrays.fill(fill, 4 * block + 1, 4 * block + 3, (byte) 0);
      }
      default -> {
        int within = random.nextInt(4);
        byte value = (byte) (1 + random.nextInt(255));
        long offset = blockOffset + (long) within * slot;
        memory.asSlice(offset, slot).fill(value);
        request.write(offset);
        long left = slot;
        while (left > 0) {
          long part = Math.min(left, 512L * (1 + random.nextInt(64)));
          request.addMemory(memory, offset + slot - left, part);
          left -= part;
        }
        fill[4 * block + within] = value;
      }
    }
  }

  private static void verifySlots(VirtualDisk disk, byte[] fill, int slot) throws IOException {
    MemorySegment found = Arena.ofAuto().allocate(slot, 8);
    MemorySegment expected = Arena.ofAuto().allocate(slot, 8);
    for (int i = 0; i < fill.length; i++) {
      disk.read((long) i * slot, found);
      expected.fill(fill[i]);
      assertThat(found.mismatch(expected))
          .as("slot %d holds %d, not %d", i, found.get(ValueLayout.JAVA_BYTE, 0), fill[i])
          .isEqualTo(-1);
    }
  }
}
