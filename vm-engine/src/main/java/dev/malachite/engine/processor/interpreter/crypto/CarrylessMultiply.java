// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.crypto;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import org.jspecify.annotations.Nullable;

/**
 * PCLMULQDQ (SDM volume 2): the product of two polynomials over the field of two elements.
 *
 * <p>It is made of ordinary products: each factor is split into four, by bit number modulo 4. In
 * the product of two such parts every fourth bit counts something, and the three bits above it have
 * room for the count's carries, as long as one factor has at most 15 bits to the part. That is why
 * its top four bits are treated apart. Takes the same time for all factors.
 */
public final class CarrylessMultiply extends BlockOperation {
  private static final long EVERY_FOURTH = 0x1111_1111_1111_1111L;
  private static final long WITHOUT_TOP = 0x0FFF_FFFF_FFFF_FFFFL;

  private final int targetHalf;
  private final boolean sourceHigh;

  CarrylessMultiply(Instruction i, @Nullable Address memory) {
    super(i, memory);
    int choice = (int) i.operands[2].value;
    targetHalf = target + (choice & 1);
    sourceHigh = (choice & 0x10) != 0;
  }

  @Override
  public void execute(Cpu cpu) {
    long at = begin(cpu);
    long b = sourceHigh ? high(cpu, at) : low(cpu, at);
    long[] x = cpu.xmm;
    long a = x[targetHalf];
    x[target] = low(a, b);
    x[target + 1] = high(a, b);
  }

  /** The product's low half. */
  public static long low(long a, long b) {
    long a0 = a & EVERY_FOURTH & WITHOUT_TOP;
    long a1 = a & EVERY_FOURTH << 1 & WITHOUT_TOP;
    long a2 = a & EVERY_FOURTH << 2 & WITHOUT_TOP;
    long a3 = a & EVERY_FOURTH << 3 & WITHOUT_TOP;
    long b0 = b & EVERY_FOURTH;
    long b1 = b & EVERY_FOURTH << 1;
    long b2 = b & EVERY_FOURTH << 2;
    long b3 = b & EVERY_FOURTH << 3;
    long c0 = a0 * b0 ^ a1 * b3 ^ a2 * b2 ^ a3 * b1;
    long c1 = a0 * b1 ^ a1 * b0 ^ a2 * b3 ^ a3 * b2;
    long c2 = a0 * b2 ^ a1 * b1 ^ a2 * b0 ^ a3 * b3;
    long c3 = a0 * b3 ^ a1 * b2 ^ a2 * b1 ^ a3 * b0;
    return gather(c0, c1, c2, c3)
        ^ b << 60 & bit(a, 60)
        ^ b << 61 & bit(a, 61)
        ^ b << 62 & bit(a, 62)
        ^ b << 63 & bit(a, 63);
  }

  /** The product's high half. */
  public static long high(long a, long b) {
    long a0 = a & EVERY_FOURTH & WITHOUT_TOP;
    long a1 = a & EVERY_FOURTH << 1 & WITHOUT_TOP;
    long a2 = a & EVERY_FOURTH << 2 & WITHOUT_TOP;
    long a3 = a & EVERY_FOURTH << 3 & WITHOUT_TOP;
    long b0 = b & EVERY_FOURTH;
    long b1 = b & EVERY_FOURTH << 1;
    long b2 = b & EVERY_FOURTH << 2;
    long b3 = b & EVERY_FOURTH << 3;
    long c0 = top(a0, b0) ^ top(a1, b3) ^ top(a2, b2) ^ top(a3, b1);
    long c1 = top(a0, b1) ^ top(a1, b0) ^ top(a2, b3) ^ top(a3, b2);
    long c2 = top(a0, b2) ^ top(a1, b1) ^ top(a2, b0) ^ top(a3, b3);
    long c3 = top(a0, b3) ^ top(a1, b2) ^ top(a2, b1) ^ top(a3, b0);
    return gather(c0, c1, c2, c3)
        ^ b >>> 4 & bit(a, 60)
        ^ b >>> 3 & bit(a, 61)
        ^ b >>> 2 & bit(a, 62)
        ^ b >>> 1 & bit(a, 63);
  }

  private static long top(long a, long b) {
    return Math.unsignedMultiplyHigh(a, b);
  }

  private static long gather(long c0, long c1, long c2, long c3) {
    return c0 & EVERY_FOURTH
        | c1 & EVERY_FOURTH << 1
        | c2 & EVERY_FOURTH << 2
        | c3 & EVERY_FOURTH << 3;
  }

  /** All ones if a bit is set. */
  private static long bit(long value, int number) {
    return value << 63 - number >> 63;
  }
}
