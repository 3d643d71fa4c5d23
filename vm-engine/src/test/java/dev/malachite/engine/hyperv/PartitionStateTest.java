// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.state.MemoryState;
import dev.malachite.engine.state.StateProgress;
import dev.malachite.engine.state.StateReader;
import dev.malachite.engine.state.StateSections;
import dev.malachite.engine.state.StateWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partition that was restored answers as the one that was saved. */
class PartitionStateTest {
  private static final int ROUNDS = 6;
  private static final int STEPS = 2000;
  private static final long FIRST_MSR = 0x4000_0000L;

  @TempDir private Path folder = Path.of("");

  private static void transfer(TestPartition t, StateSections sections) throws IOException {
    sections.section("clock", 1, t.clock);
    sections.section("apic 0", 1, t.bus.apic(0));
    sections.section("apic 1", 1, t.bus.apic(1));
    sections.section("partition", 1, t.partition);
  }

  private static TestPartition standing() {
    TestPartition t = new TestPartition(2);
    t.timers.stop();
    t.clock.stop();
    return t;
  }

  private Path save(TestPartition t, String name) throws IOException {
    Path file = folder.resolve(name);
    Files.deleteIfExists(file);
    try (StateWriter writer = new StateWriter(file)) {
      transfer(t, writer);
      MemoryState.save(t.memory, writer, StateProgress.NONE);
      writer.finish();
    }
    return file;
  }

  private static long step(TestPartition t, Random random) {
    byte[] payload = new byte[16];
    int processor = random.nextInt(2);
    int sint = random.nextInt(16);
    switch (random.nextInt(8)) {
      case 0 -> {
        random.nextBytes(payload);
        return t.partition.postMessage(processor, sint, 1 + random.nextInt(9), payload, 0, 16)
            ? 1
            : 0;
      }
      case 1 -> {
        return t.partition.signalEvent(processor, sint, random.nextInt(2048)) ? 1 : 0;
      }
      case 2 -> {
        int vector = t.bus.apic(processor).acknowledge();
        t.bus.apic(processor).endOfInterrupt();
        return vector;
      }
      case 3 -> {
        // Empties a slot, as a guest does that has read its message.
        t.memory.writeInt((random.nextInt(8) << 12) + sint * 256L, 0);
        return t.partition.writeMsr(processor, 0x4000_0084, 0) ? 1 : 0;
      }
      default -> {
        int msr = (int) (FIRST_MSR + random.nextInt(0x110));
        long value =
            switch (random.nextInt(4)) {
              case 0 -> random.nextInt(8) << 12 | 1;
              case 1 -> random.nextInt(0x2_0000);
              case 2 -> random.nextLong() >>> random.nextInt(64);
              default -> 0x20 + random.nextInt(0xD0);
            };
        boolean written = msr != 0x4000_0003 && t.partition.writeMsr(processor, msr, value);
        long[] result = new long[1];
        boolean read = t.partition.readMsr(processor, msr, result);
        return result[0] * 4 + (written ? 2 : 0) + (read ? 1 : 0);
      }
    }
  }

  @Test
  void aRestoredPartitionIsTheOriginal() throws IOException {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(seed + round);
      try (TestPartition original = standing();
          TestPartition copy = standing()) {
        int before = random.nextInt(STEPS);
        for (int i = 0; i < before; i++) {
          step(original, random);
        }
        Path file = save(original, "first");
        try (StateReader reader = new StateReader(file)) {
          MemoryState.load(copy.memory, reader, StateProgress.NONE);
          transfer(copy, reader);
          reader.requireAllRead();
        }
        assertThat(save(copy, "second")).hasSameBinaryContentAs(file);
        long then = random.nextLong();
        Random one = new Random(then);
        Random other = new Random(then);
        for (int i = 0; i < STEPS; i++) {
          assertThat(step(copy, other))
              .as("seed %d, step %d", seed + round, i)
              .isEqualTo(step(original, one));
        }
        save(original, "third");
        assertThat(save(copy, "fourth")).hasSameBinaryContentAs(folder.resolve("third"));
      }
    }
  }
}
