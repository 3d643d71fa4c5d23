// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.translator.Effects;
import dev.malachite.engine.processor.translator.MemoryUse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * As {@link EffectsHostTest}, for every VEX encoding that the decoder knows, on vectors of 128
 * bits: what a run leaves of the upper halves is not looked at.
 */
class EffectsVexTest {
  private static final Form ANY = Form.parse("later", "NOP 90").getFirst();

  private final SplittableRandom random;
  private final long seed = Long.getLong("malachite.seed", System.nanoTime());
  private final Decoder decoder = new Decoder(true);
  private final Instruction instruction = new Instruction();

  EffectsVexTest() {
    random = new SplittableRandom(seed);
  }

  /** All opcodes, some times each. */
  @Test
  void effectsAreThoseOfTheHost() {
    assumeTrue(HostProcessor.available());
    assumeTrue(EffectsCheck.HOST.containsAll(List.of("avx2", "fma", "f16c", "bmi1", "bmi2")));
    assumeTrue(EffectsCheck.HOST.containsAll(List.of("aes", "pclmulqdq")));
    Map<String, String> reports = new TreeMap<>();
    int done = 0;
    try (HostProcessor host = new HostProcessor()) {
      CaseGenerator generator = new CaseGenerator(host.layout());
      EffectsCheck check = new EffectsCheck(host);
      for (int opcode = 0; opcode < 3 * 4 * 2 * 256; opcode++) {
        for (int round = 0; round < 12; round++) {
          TestCase c = generator.generate(ANY, random.nextLong());
          if (c == null || !encode(c, opcode, host.layout())) {
            continue;
          }
          done++;
          String report = check.check(c, instruction);
          if (report != null) {
            report = check.check(c, instruction); // not a signal frame on the stack?
          }
          if (report != null) {
            reports.put(instruction.opcode.name(), c.instruction() + ": " + report);
          }
        }
      }
    }
    assertThat(reports.values())
        .as(String.format(Locale.ROOT, "repeat with -Dmalachite.seed=%d", seed))
        .isEmpty();
    assertThat(done).isGreaterThan(2_000);
  }

  // Map, prefix, W and opcode byte come from the number, the rest is drawn.
  private boolean encode(TestCase c, int opcode, Layout layout) {
    byte[] code = new byte[15];
    int map = 1 + (opcode >> 11);
    boolean memory = random.nextBoolean();
    int base = random.nextInt(16);
    int modrm = random.nextInt(256);
    code[0] = (byte) 0xC4;
    int high = random.nextInt(8) << 5;
    if (memory) {
      base = (base & 7) == 4 || (base & 7) == 5 ? base ^ 4 : base;
      modrm = modrm & 0x38 | base & 7;
      high = high & ~0x20 | (~base & 8) << 2;
    } else {
      modrm |= 0xC0;
    }
    code[1] = (byte) (high | map);
    int vvvv = random.nextInt(3) == 0 ? 15 : random.nextInt(16);
    code[2] = (byte) ((opcode >> 8 & 1) << 7 | vvvv << 3 | opcode >> 9 & 3);
    code[3] = (byte) opcode;
    code[4] = (byte) modrm;
    code[5] = (byte) random.nextInt();
    if (decoder.decode(code, 0, 15, 8, instruction) != Decoder.Status.OK) {
      return false;
    }
    int offset = 0x800 + random.nextInt(0x400);
    switch (instruction.opcode) {
      case VLDMXCSR -> {
        return false;
      }
      case VMASKMOVDQU -> c.in.r[7] = layout.window() + offset;
      default -> {}
    }
    if (instruction.vectorIndex) {
      return false;
    }
    c.code = Arrays.copyOf(code, instruction.length);
    c.undefinedFlags = undefined();
    if (instruction.hasMemory()) {
      c.memoryOffset = offset & -MemoryUse.alignment(instruction);
      c.in.r[base] = layout.window() + c.memoryOffset;
    }
    return base != 4 || !memory;
  }

  // SDM volume 2, "Flags Affected".
  private int undefined() {
    return switch (instruction.opcode) {
      case ANDN, BLSI, BLSMSK, BLSR, BZHI -> Effects.AF | Effects.PF;
      case BEXTR -> Effects.AF | Effects.PF | Effects.SF;
      default -> 0;
    };
  }
}
