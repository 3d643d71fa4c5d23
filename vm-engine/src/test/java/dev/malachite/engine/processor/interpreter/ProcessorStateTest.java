// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.processor.VirtualProcessor;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateReader;
import dev.malachite.engine.state.StateWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processors that are saved and restored by way of a file, a sound one or not. */
class ProcessorStateTest {
  private static final int ROUNDS = 200;

  @TempDir private Path folder = Path.of("");

  private Path save(VirtualProcessor processor, String name) throws IOException {
    ProcessorState state = new ProcessorState();
    processor.save(state);
    Path file = folder.resolve(name);
    Files.deleteIfExists(file);
    try (StateWriter writer = new StateWriter(file)) {
      writer.section("processor", 1, state);
      writer.finish();
    }
    return file;
  }

  private static ProcessorState load(Path file) throws IOException {
    ProcessorState state = new ProcessorState();
    try (StateReader reader = new StateReader(file)) {
      reader.section("processor", 1, state);
    }
    return state;
  }

  private static void fill(ProcessorState state, Random random) {
    for (int i = 0; i < 16; i++) {
      state.general[i] = random.nextLong();
    }
    for (int i = 0; i < 8; i++) {
      state.segments[i] =
          new ProcessorState.SegmentState(
              random.nextInt(0x10000), random.nextLong() >>> 20, random.nextInt(), 0x93);
    }
    // What lies behind the registers in the image is the program's; 28 to 31 is a mask.
    random.nextBytes(state.fxsave);
    state.fxsave[5] = 0;
    for (int i = 0; i < 32; i++) {
      state.ymmHigh[i] = random.nextLong();
    }
    state.rip = random.nextLong() >>> 17;
    state.rflags = 2 | random.nextInt() & 0xCD5;
    state.cr0 = 0x8000_0031L;
    state.cr2 = random.nextLong();
    state.cr3 = (long) random.nextInt(0x700) << 12;
    state.cr4 = 0x6A0;
    state.efer = 0xD01;
    state.xcr0 = 7;
    state.idtBase = random.nextLong() >>> 17;
    state.gdtLimit = random.nextInt(0x10000);
    state.debug[random.nextInt(4)] = random.nextLong() >>> 17;
    state.instructionSelector = random.nextInt(0x10000);
    state.pagePointers[random.nextInt(4)] = random.nextLong();
    state.halted = random.nextBoolean();
    state.interruptShadow = random.nextBoolean();
    state.nmiBlocked = random.nextBoolean();
  }

  @Test
  void aRestoredProcessorIsTheOriginal() throws IOException {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    Random random = new Random(seed);
    try (SmallMachine one = new SmallMachine(1);
        SmallMachine other = new SmallMachine(1)) {
      VirtualProcessor original = one.processors().getFirst();
      VirtualProcessor copy = other.processors().getFirst();
      for (int round = 0; round < ROUNDS; round++) {
        ProcessorState state = new ProcessorState();
        original.save(state);
        fill(state, random);
        for (int i = 0; i < state.msrs.length; i += 2) {
          state.msrs[i + 1] = random.nextInt(7);
        }
        original.restore(state);
        Path first = save(original, "first");
        copy.restore(load(first));
        assertThat(save(copy, "second")).as("seed %d", seed).hasSameBinaryContentAs(first);
        assertThat(copy.general(5)).isEqualTo(state.general[5]);
      }
    }
  }

  @Test
  void impossibleStatesAreRefused() throws IOException {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    Random random = new Random(seed);
    int refused = 0;
    try (SmallMachine machine = new SmallMachine(1)) {
      Path good = save(machine.processors().getFirst(), "good");
      byte[] bytes = Files.readAllBytes(good);
      // Behind the file's header and the section's; before the last section.
      byte[] content = java.util.Arrays.copyOfRange(bytes, 16 + 12 + 9, bytes.length - 19);
      for (int round = 0; round < ROUNDS; round++) {
        byte[] bad = content.clone();
        for (int i = 0; i < 4; i++) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt();
        }
        Path file = folder.resolve("bad");
        Files.deleteIfExists(file);
        try (StateWriter writer = new StateWriter(file)) {
          writer.section("processor", 1, s -> s.bytes(bad));
          writer.finish();
        }
        try {
          machine.processors().getFirst().restore(load(file));
        } catch (StateException e) {
          refused++;
          assertThat(e).as("seed %d", seed).hasMessageContaining("saved state is damaged");
        }
      }
    }
    assertThat(refused).as("seed %d", seed).isPositive();
  }
}
