// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.firmware.uefi.call.EfiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The memory map, against a plain array of pages. */
class PageMapTest {
  private static final int PAGES = 64;

  @Test
  void agreesWithAnArrayOfPages() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    PageMap map = new PageMap();
    map.add(0, PAGES * PageMap.PAGE, MemoryType.CONVENTIONAL);
    int[] model = new int[PAGES];
    java.util.Arrays.fill(model, MemoryType.CONVENTIONAL);
    for (int step = 0; step < 20_000; step++) {
      int start = random.nextInt(PAGES);
      int count = 1 + random.nextInt(8);
      int type = 1 + random.nextInt(6);
      boolean free = random.nextBoolean();
      boolean possible = start + count <= PAGES;
      for (int i = start; possible && i < start + count; i++) {
        possible = free != (model[i] == MemoryType.CONVENTIONAL);
      }
      long key = map.key();
      boolean done = true;
      try {
        if (free) {
          map.free(start * PageMap.PAGE, count);
        } else {
          map.allocateAt(start * PageMap.PAGE, count, type);
        }
      } catch (EfiException e) {
        done = false;
      }
      assertThat(done).as("seed %d step %d", seed, step).isEqualTo(possible);
      assertThat(map.key() != key).isEqualTo(done);
      if (done) {
        for (int i = start; i < start + count; i++) {
          model[i] = free ? MemoryType.CONVENTIONAL : type;
        }
      }
      check(map, model);
    }
  }

  private static void check(PageMap map, int[] model) {
    List<Integer> pages = new ArrayList<>();
    int last = -1;
    for (PageMap.Range r : map.ranges()) {
      assertThat(r.type()).as("neighbours are joined").isNotEqualTo(last);
      last = r.type();
      for (long at = r.start(); at < r.end(); at += PageMap.PAGE) {
        pages.add(r.type());
      }
    }
    assertThat(pages).containsExactlyElementsOf(java.util.Arrays.stream(model).boxed().toList());
  }

  @Test
  void allocatesHighButBelowFourGibibytes() {
    PageMap map = new PageMap();
    map.add(0, 1 << 20, MemoryType.CONVENTIONAL);
    map.add(1L << 32, 1 << 20, MemoryType.CONVENTIONAL);
    assertThat(map.allocate(1, MemoryType.LOADER_DATA, Long.MAX_VALUE)).isEqualTo(0xFF000);
    assertThat(map.allocate(256, MemoryType.LOADER_DATA, Long.MAX_VALUE)).isEqualTo(1L << 32);
    assertThat(map.allocate(1, MemoryType.LOADER_DATA, 0x8FFF)).isEqualTo(0x8000);
    assertThat(map.allocate(1, MemoryType.LOADER_DATA, 0x9FFE)).isEqualTo(0x7000);
    assertThatThrownBy(() -> map.allocate(300, MemoryType.LOADER_DATA, Long.MAX_VALUE))
        .isInstanceOf(EfiException.class);
  }

  @Test
  void poolsGiveBackWhatTheyGot() {
    PageMap map = new PageMap();
    map.add(0, 1 << 20, MemoryType.CONVENTIONAL);
    Pool pool = new Pool(map);
    List<Long> pieces = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      pieces.add(pool.allocate(MemoryType.LOADER_DATA, i * 40L));
    }
    assertThat(pieces).doesNotHaveDuplicates().allMatch(a -> a % 16 == 0);
    pieces.forEach(pool::free);
    assertThatThrownBy(() -> pool.free(pieces.getFirst())).isInstanceOf(EfiException.class);
    assertThatThrownBy(() -> pool.allocate(MemoryType.LOADER_DATA, 1L << 39))
        .isInstanceOf(EfiException.class);
  }
}
