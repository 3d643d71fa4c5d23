// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

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

/** VHDX files with a few fields changed at random are refused with a reason, or they work. */
class HostileFilePropertyTest {
  @BeforeContainer
  static void prepare() throws IOException {
    HostileFileTest.prepare();
  }

  @AfterContainer
  static void stop() {
    HostileFileTest.stop();
  }

  @Property(tries = 6000, shrinking = ShrinkingMode.OFF)
  void refusesOrWorks(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    MemoryFile file = (random.nextBoolean() ? HostileFileTest.clean : HostileFileTest.dirty).copy();
    SampleImages.damage(file, random);
    if (random.nextInt(8) != 0) {
      SampleImages.mendChecksums(file);
    }
    boolean readOnly = random.nextInt(3) == 0;
    assertTimeout(Duration.ofSeconds(10), () -> HostileFileTest.use(file, readOnly));
  }
}
