// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.crypto;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-1 instructions (SDM volume 2; FIPS 180-4, section 6.1). Of four words, the first is in
 * the highest double word.
 */
final class Sha1Operations {
  private Sha1Operations() {}

  /** The operation, or null if it isn't one of these. */
  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    return switch (i.opcode) {
      case SHA1RNDS4 ->
          switch ((int) i.operands[2].value & 3) {
            case 0 -> new ChooseRounds(i, memory);
            case 1 -> new ParityRounds(i, memory, 0x6ED9_EBA1);
            case 2 -> new MajorityRounds(i, memory);
            default -> new ParityRounds(i, memory, 0xCA62_C1D6);
          };
      case SHA1NEXTE -> new NextE(i, memory);
      case SHA1MSG1 -> new ScheduleStart(i, memory);
      case SHA1MSG2 -> new ScheduleEnd(i, memory);
      default -> null;
    };
  }

  private static int choose(int b, int c, int d) {
    return d ^ b & (c ^ d);
  }

  private static int parity(int b, int c, int d) {
    return b ^ c ^ d;
  }

  private static int majority(int b, int c, int d) {
    return b & c | d & (b | c);
  }

  /** Four of the rounds 0 to 19. */
  private static final class ChooseRounds extends BlockOperation {
    private static final int K = 0x5A82_7999;

    ChooseRounds(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      long w23 = low(cpu, at);
      long w01 = high(cpu, at);
      long[] x = cpu.xmm;
      int a = upper(x[target + 1]);
      int b = (int) x[target + 1];
      int c = upper(x[target]);
      int d = (int) x[target];
      int c1 = Integer.rotateLeft(b, 30);
      int c2 = Integer.rotateLeft(a, 30);
      int a1 = Integer.rotateLeft(a, 5) + choose(b, c, d) + upper(w01) + K;
      int d4 = Integer.rotateLeft(a1, 30);
      int a2 = Integer.rotateLeft(a1, 5) + choose(a, c1, c) + (int) w01 + K + d;
      int c4 = Integer.rotateLeft(a2, 30);
      int a3 = Integer.rotateLeft(a2, 5) + choose(a1, c2, c1) + upper(w23) + K + c;
      int a4 = Integer.rotateLeft(a3, 5) + choose(a2, d4, c2) + (int) w23 + K + c1;
      x[target] = pair(d4, c4);
      x[target + 1] = pair(a3, a4);
    }
  }

  /** Four of the rounds 20 to 39 or 60 to 79, told apart by their constant. */
  private static final class ParityRounds extends BlockOperation {
    private final int k;

    ParityRounds(Instruction i, @Nullable Address memory, int k) {
      super(i, memory);
      this.k = k;
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      long w23 = low(cpu, at);
      long w01 = high(cpu, at);
      long[] x = cpu.xmm;
      int a = upper(x[target + 1]);
      int b = (int) x[target + 1];
      int c = upper(x[target]);
      int d = (int) x[target];
      int c1 = Integer.rotateLeft(b, 30);
      int c2 = Integer.rotateLeft(a, 30);
      int a1 = Integer.rotateLeft(a, 5) + parity(b, c, d) + upper(w01) + k;
      int d4 = Integer.rotateLeft(a1, 30);
      int a2 = Integer.rotateLeft(a1, 5) + parity(a, c1, c) + (int) w01 + k + d;
      int c4 = Integer.rotateLeft(a2, 30);
      int a3 = Integer.rotateLeft(a2, 5) + parity(a1, c2, c1) + upper(w23) + k + c;
      int a4 = Integer.rotateLeft(a3, 5) + parity(a2, d4, c2) + (int) w23 + k + c1;
      x[target] = pair(d4, c4);
      x[target + 1] = pair(a3, a4);
    }
  }

  /** Four of the rounds 40 to 59. */
  private static final class MajorityRounds extends BlockOperation {
    private static final int K = 0x8F1B_BCDC;

    MajorityRounds(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      long w23 = low(cpu, at);
      long w01 = high(cpu, at);
      long[] x = cpu.xmm;
      int a = upper(x[target + 1]);
      int b = (int) x[target + 1];
      int c = upper(x[target]);
      int d = (int) x[target];
      int c1 = Integer.rotateLeft(b, 30);
      int c2 = Integer.rotateLeft(a, 30);
      int a1 = Integer.rotateLeft(a, 5) + majority(b, c, d) + upper(w01) + K;
      int d4 = Integer.rotateLeft(a1, 30);
      int a2 = Integer.rotateLeft(a1, 5) + majority(a, c1, c) + (int) w01 + K + d;
      int c4 = Integer.rotateLeft(a2, 30);
      int a3 = Integer.rotateLeft(a2, 5) + majority(a1, c2, c1) + upper(w23) + K + c;
      int a4 = Integer.rotateLeft(a3, 5) + majority(a2, d4, c2) + (int) w23 + K + c1;
      x[target] = pair(d4, c4);
      x[target + 1] = pair(a3, a4);
    }
  }

  /** The fifth word of the state four rounds on, added to the first word of the schedule. */
  private static final class NextE extends BlockOperation {
    NextE(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      long low = low(cpu, at);
      long high = high(cpu, at);
      long[] x = cpu.xmm;
      int e = Integer.rotateLeft(upper(x[target + 1]), 30);
      x[target] = low;
      x[target + 1] = high + ((long) e << 32);
    }
  }

  /** The first half of four words of the schedule: what is 16 and 14 words back. */
  private static final class ScheduleStart extends BlockOperation {
    ScheduleStart(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      long w45 = high(cpu, at);
      long[] x = cpu.xmm;
      long w23 = x[target];
      x[target + 1] ^= w23;
      x[target] = w23 ^ w45;
    }
  }

  /** The second half: what is three words back, and the rotation. */
  private static final class ScheduleEnd extends BlockOperation {
    ScheduleEnd(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long at = begin(cpu);
      long low = low(cpu, at);
      long high = high(cpu, at);
      long[] x = cpu.xmm;
      int w16 = Integer.rotateLeft(upper(x[target + 1]) ^ (int) high, 1);
      int w17 = Integer.rotateLeft((int) x[target + 1] ^ upper(low), 1);
      int w18 = Integer.rotateLeft(upper(x[target]) ^ (int) low, 1);
      int w19 = Integer.rotateLeft((int) x[target] ^ w16, 1);
      x[target] = pair(w19, w18);
      x[target + 1] = pair(w17, w16);
    }
  }
}
