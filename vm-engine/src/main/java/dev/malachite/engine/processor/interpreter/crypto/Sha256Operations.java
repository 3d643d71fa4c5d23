// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.crypto;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** The SHA-256 instructions (SDM volume 2; FIPS 180-4, section 6.2). */
final class Sha256Operations {
  private Sha256Operations() {}

  /** The operation, or null if it isn't one of these. */
  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    return switch (i.opcode) {
      case SHA256RNDS2 -> new TwoRounds(i, memory);
      case SHA256MSG1 -> new ScheduleStart(i, memory);
      case SHA256MSG2 -> new ScheduleEnd(i, memory);
      default -> null;
    };
  }

  private static int sum0(int x) {
    return Integer.rotateRight(x, 2) ^ Integer.rotateRight(x, 13) ^ Integer.rotateRight(x, 22);
  }

  private static int sum1(int x) {
    return Integer.rotateRight(x, 6) ^ Integer.rotateRight(x, 11) ^ Integer.rotateRight(x, 25);
  }

  private static int sigma0(int x) {
    return Integer.rotateRight(x, 7) ^ Integer.rotateRight(x, 18) ^ x >>> 3;
  }

  private static int sigma1(int x) {
    return Integer.rotateRight(x, 17) ^ Integer.rotateRight(x, 19) ^ x >>> 10;
  }

  private static int choose(int x, int y, int z) {
    return z ^ x & (y ^ z);
  }

  private static int majority(int x, int y, int z) {
    return x & y | z & (x | y);
  }

  /** Two rounds: C, D, G, H in the first operand, A, B, E, F in the second, W + K in XMM0. */
  private static final class TwoRounds extends BlockOperation {
    TwoRounds(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      long ef = low(cpu, at);
      long ab = high(cpu, at);
      long[] x = cpu.xmm;
      long gh = x[target];
      long cd = x[target + 1];
      long constants = x[0];
      int a = upper(ab);
      int b = (int) ab;
      int c = upper(cd);
      int e = upper(ef);
      int f = (int) ef;
      int g = upper(gh);

      int first = (int) gh + sum1(e) + choose(e, f, g) + (int) constants;
      int e1 = (int) cd + first;
      int a1 = first + sum0(a) + majority(a, b, c);
      int second = g + sum1(e1) + choose(e1, e, f) + upper(constants);
      int e2 = c + second;
      int a2 = second + sum0(a1) + majority(a1, a, b);

      x[target] = pair(e1, e2);
      x[target + 1] = pair(a1, a2);
    }
  }

  /** The first half of four words of the schedule: what is 16 and 15 words back. */
  private static final class ScheduleStart extends BlockOperation {
    ScheduleStart(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      int w4 = (int) low(cpu, at);
      long[] x = cpu.xmm;
      long w01 = x[target];
      long w23 = x[target + 1];
      int w1 = upper(w01);
      int w2 = (int) w23;
      int w3 = upper(w23);
      x[target] = pair((int) w01 + sigma0(w1), w1 + sigma0(w2));
      x[target + 1] = pair(w2 + sigma0(w3), w3 + sigma0(w4));
    }
  }

  /** The second half: what is two words back. */
  private static final class ScheduleEnd extends BlockOperation {
    ScheduleEnd(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      long w1415 = high(cpu, at);
      long[] x = cpu.xmm;
      long low = x[target];
      long high = x[target + 1];
      int w16 = (int) low + sigma1((int) w1415);
      int w17 = upper(low) + sigma1(upper(w1415));
      x[target] = pair(w16, w17);
      x[target + 1] = pair((int) high + sigma1(w16), upper(high) + sigma1(w17));
    }
  }
}
