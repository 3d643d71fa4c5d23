// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.malachite.disk.io.MemoryFile;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** VHD files with a few fields changed at random are refused with a reason, or they work. */
class VhdHostileFilePropertyTest {
  @BeforeContainer
  static void prepare() throws IOException {
    VhdHostileFileTest.prepare();
  }

  @AfterContainer
  static void stop() {
    VhdHostileFileTest.stop();
  }

  @Property(tries = 4000, shrinking = ShrinkingMode.OFF)
  void refusesOrWorks(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    MemoryFile file =
        (random.nextInt(4) == 0 ? VhdHostileFileTest.fixed : VhdHostileFileTest.dynamic).copy();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      damage(file, random);
    }
    if (random.nextInt(8) != 0) {
      VhdHostileFileTest.mend(file);
    }
    if (random.nextInt(10) == 0) {
      file.truncate(random.nextLong(file.size()));
    }
    boolean readOnly = random.nextInt(3) == 0;
    assertTimeout(Duration.ofSeconds(10), () -> VhdHostileFileTest.use(file, readOnly));
  }

  private static void damage(MemoryFile file, Random random) throws IOException {
    long footer = file.size() - 512;
    long at =
        switch (random.nextInt(5)) {
          case 0 -> random.nextInt(24) * 4L;
          case 1 -> footer + random.nextInt(24) * 4L;
          case 2 -> VhdHostileFileTest.HEADER + random.nextInt(18) * 4L;
          case 3 -> VhdHostileFileTest.HEADER + VhdHeader.AT_LOCATORS + random.nextInt(48) * 4L;
          default ->
              VhdHostileFileTest.TABLE
                  + random.nextInt(VhdHostileFileTest.SIZE / VhdHostileFileTest.BLOCK) * 4L;
        };
    int old = VhdHostileFileTest.getInt(file, at);
    int value =
        switch (random.nextInt(9)) {
          case 0 -> 0;
          case 1 -> -1;
          case 2 -> old ^ 1 << random.nextInt(32);
          case 3 -> old + 1;
          case 4 -> old - 1;
          case 5 -> random.nextInt();
          case 6 -> Integer.MIN_VALUE >>> random.nextInt(20);
          case 7 -> random.nextInt(64);
          default -> old & ~0xFF | random.nextInt(256);
        };
    VhdHostileFileTest.putInt(file, at, value);
    if (at < 512 && random.nextBoolean()) {
      VhdHostileFileTest.putInt(file, footer + at, value);
    }
  }
}
