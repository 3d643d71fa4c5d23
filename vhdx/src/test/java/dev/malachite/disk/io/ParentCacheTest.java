// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.ScatterList;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParentCacheTest {
  private static final int CLUSTER = ParentCache.CLUSTER;

  private final Arena arena = Arena.ofShared();
  private final ParentCache cache = new ParentCache(4 * CLUSTER * ParentCache.WAYS);

  @AfterEach
  void free() {
    arena.close();
  }

  /** A parent whose bytes come from their place; counts what is asked of it. */
  private static final class Counted implements DiskParent {
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger closes = new AtomicInteger();
    private final MemorySegment bytes;
    private boolean failing;

    Counted(int size, long seed) {
      byte[] noise = new byte[size];
      new Random(seed).nextBytes(noise);
      bytes = MemorySegment.ofArray(noise);
    }

    @Override
    public long size() {
      return bytes.byteSize();
    }

    @Override
    public void read(long offset, ScatterList memory, long from, long length) throws IOException {
      reads.incrementAndGet();
      if (failing) {
        failing = false;
        throw new IOException("a bad sector");
      }
      memory.copyFrom(from, bytes, offset, length);
    }

    @Override
    public long nextData(long offset) {
      return offset + 1;
    }

    @Override
    public long nextHole(long offset) {
      return offset + 2;
    }

    @Override
    public void close() {
      closes.incrementAndGet();
    }
  }

  private void check(DiskParent cached, Counted source, long offset, int length)
      throws IOException {
    MemorySegment memory = arena.allocate(length + 32L, 8);
    ScatterList list = new ScatterList();
    list.add(memory, 0, 16 + length / 3);
    list.add(memory, 32 + length / 3, length - length / 3);
    cached.read(offset, list, 16, length);
    byte[] found = new byte[length];
    list.copyTo(16, MemorySegment.ofArray(found), 0, length);
    assertThat(found)
        .isEqualTo(source.bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    assertThat(memory.get(ValueLayout.JAVA_LONG, 0)).isZero();
  }

  @Test
  void smallReadsAreServedFromWhatWasReadBefore() throws IOException {
    Counted source = new Counted(8 * CLUSTER + 512, 1);
    DiskParent cached = cache.before(source, "file", new UUID(1, 1));
    check(cached, source, 512, 4096);
    check(cached, source, 8192, 4096);
    check(cached, source, 0, CLUSTER);
    assertThat(source.reads).hasValue(1);
    check(cached, source, CLUSTER - 512, 1024);
    assertThat(source.reads).hasValue(2);
    check(cached, source, 8 * CLUSTER, 512);
    check(cached, source, 8 * CLUSTER + 100, 412);
    assertThat(source.reads).hasValue(3);
    check(cached, source, 100, 3 * CLUSTER);
    check(cached, source, 100, 3 * CLUSTER);
    assertThat(source.reads).as("long reads go past the cache").hasValue(5);
    assertThat(cached.size()).isEqualTo(source.size());
    assertThat(cached.nextData(5)).isEqualTo(6);
    assertThat(cached.nextHole(5)).isEqualTo(7);
  }

  @Test
  void openingsOfOneParentShareAndOthersDoNot() throws IOException {
    Counted source = new Counted(CLUSTER, 1);
    DiskParent first = cache.before(source, "file", new UUID(1, 1));
    DiskParent second = cache.before(source, "file", new UUID(1, 1));
    Counted changed = new Counted(CLUSTER, 2);
    DiskParent third = cache.before(changed, "file", new UUID(1, 2));
    Counted other = new Counted(CLUSTER, 3);
    DiskParent fourth = cache.before(other, "other", new UUID(1, 1));
    check(first, source, 0, 512);
    check(second, source, 512, 512);
    assertThat(source.reads).hasValue(1);
    check(third, changed, 0, 512);
    check(fourth, other, 0, 512);
    for (DiskParent each : List.of(first, second, third)) {
      each.close();
      each.close();
    }
    assertThat(source.closes).hasValue(2);
    assertThat(changed.closes).hasValue(1);
    check(fourth, other, 0, 512);
    assertThat(other.reads).hasValue(1);
    assertThat(cache.used()).isPositive();
    fourth.close();
    assertThat(cache.used()).as("without parents it holds nothing").isZero();
    DiskParent again = cache.before(source, "file", new UUID(1, 1));
    check(again, source, 0, 512);
    assertThat(source.reads).as("what was closed is not believed").hasValue(2);
  }

  @Test
  void failedReadsLeaveNothingBehind() throws IOException {
    Counted source = new Counted(CLUSTER, 1);
    DiskParent cached = cache.before(source, "file", new UUID(1, 1));
    source.failing = true;
    assertThatThrownBy(() -> check(cached, source, 0, 512)).hasMessage("a bad sector");
    check(cached, source, 0, 512);
    assertThat(source.reads).hasValue(2);
  }

  @Test
  void memoryStaysBoundedWhileThreadsDriveEachOtherOut() throws Exception {
    int size = 200 * CLUSTER;
    Counted source = new Counted(size, 7);
    DiskParent cached = cache.before(source, "file", new UUID(1, 1));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Random random = new Random(i);
        tasks.add(
            () -> {
              MemorySegment memory = arena.allocate(4096, 8);
              ScatterList list = new ScatterList();
              list.add(memory, 0, 4096);
              for (int n = 0; n < 20_000; n++) {
                // Half of the reads are for few clusters, so that there are hits under way.
                int at = random.nextInt(random.nextBoolean() ? size - 4096 : 8 * CLUSTER);
                cached.read(at, list, 0, 4096);
                if (memory.mismatch(source.bytes.asSlice(at, 4096)) >= 0) {
                  return false;
                }
              }
              return true;
            });
      }
      for (Future<Boolean> result : threads.invokeAll(tasks)) {
        assertThat(result.get()).isTrue();
      }
    }
    assertThat(cache.used()).isEqualTo(4L * CLUSTER * ParentCache.WAYS);
    assertThat(source.reads.get()).isBetween(200, 79_000);
  }
}
