// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/**
 * PCMPESTRI, PCMPESTRM, PCMPISTRI and PCMPISTRM (SDM volume 2, section 4.1, "Imm8 Control Byte
 * Operation").
 */
final class StringComparison extends Operation {
  private final int first;
  private final int second;
  private final @Nullable Address memory;
  private final boolean explicitLengths;
  private final boolean mask;
  private final boolean wideLengths;
  private final int elements;
  private final boolean signed;
  private final int aggregation;
  private final int polarity;
  private final boolean outputChoice;

  /**
   * @param explicitLengths true if rAX and rDX hold the lengths
   * @param mask true if the result is a mask in XMM0, false if it is an index in ECX
   */
  StringComparison(Instruction i, @Nullable Address memory, boolean explicitLengths, boolean mask) {
    first = 2 * i.operands[0].register;
    second = 2 * i.operands[1].register;
    this.memory = i.operands[1].kind == Kind.MEMORY ? memory : null;
    this.explicitLengths = explicitLengths;
    this.mask = mask;
    wideLengths = i.operandSize == 8;
    int control = (int) i.operands[2].value;
    elements = (control & 1) != 0 ? 8 : 16;
    signed = (control & 2) != 0;
    aggregation = control >> 2 & 3;
    polarity = control >> 4 & 3;
    outputChoice = (control & 0x40) != 0;
  }

  @Override
  public void execute(Cpu cpu) {
    Sse.check(cpu);
    long[] x = cpu.xmm;
    long a0 = x[first];
    long a1 = x[first + 1];
    long b0 = x[second];
    long b1 = x[second + 1];
    Address m = memory;
    if (m != null) {
      long at = m.read(cpu, 16);
      b0 = cpu.read64(at);
      b1 = cpu.read64(cpu.wrap(at + 8));
    }
    int lengthA = explicitLengths ? length(cpu.r[Cpu.RAX]) : implicitLength(a0, a1);
    int lengthB = explicitLengths ? length(cpu.r[Cpu.RDX]) : implicitLength(b0, b1);
    int all = (1 << elements) - 1;
    int result =
        switch (aggregation) {
          case 0 -> equalAny(a0, a1, lengthA, b0, b1, lengthB);
          case 1 -> ranges(a0, a1, lengthA, b0, b1, lengthB);
          case 2 -> equalEach(a0, a1, lengthA, b0, b1, lengthB);
          default -> equalOrdered(a0, a1, lengthA, b0, b1, lengthB);
        };
    if (polarity == 1) {
      result ^= all;
    } else if (polarity == 3) {
      result ^= (1 << lengthB) - 1;
    }
    if (mask) {
      x[0] = outputChoice ? expand(result) : result;
      x[1] = outputChoice ? expand(result >> elements / 2) : 0;
    } else {
      int index = elements;
      if (result != 0) {
        index =
            outputChoice
                ? 31 - Integer.numberOfLeadingZeros(result)
                : Integer.numberOfTrailingZeros(result);
      }
      cpu.r[Cpu.RCX] = index;
    }
    cpu.arithmeticFlags(
        (result != 0 ? Cpu.CF : 0)
            | (lengthB < elements ? Cpu.ZF : 0)
            | (lengthA < elements ? Cpu.SF : 0)
            | ((result & 1) != 0 ? Cpu.OF : 0));
  }

  private int length(long register) {
    long value = wideLengths ? register : (int) register;
    return value >= elements || value <= -elements ? elements : Math.abs((int) value);
  }

  private int implicitLength(long low, long high) {
    int i = 0;
    while (i < elements && element(low, high, i) != 0) {
      i++;
    }
    return i;
  }

  private int element(long low, long high, int i) {
    if (elements == 16) {
      int value = (int) ((i < 8 ? low : high) >>> (i & 7) * 8);
      return signed ? (byte) value : value & 0xFF;
    }
    int value = (int) ((i < 4 ? low : high) >>> (i & 3) * 16);
    return signed ? (short) value : value & 0xFFFF;
  }

  private int equalAny(long a0, long a1, int lengthA, long b0, long b1, int lengthB) {
    int result = 0;
    for (int j = 0; j < lengthB; j++) {
      int b = element(b0, b1, j);
      for (int i = 0; i < lengthA; i++) {
        if (element(a0, a1, i) == b) {
          result |= 1 << j;
          break;
        }
      }
    }
    return result;
  }

  private int ranges(long a0, long a1, int lengthA, long b0, long b1, int lengthB) {
    int result = 0;
    for (int j = 0; j < lengthB; j++) {
      int b = element(b0, b1, j);
      for (int i = 0; i + 1 < lengthA; i += 2) {
        if (element(a0, a1, i) <= b && b <= element(a0, a1, i + 1)) {
          result |= 1 << j;
          break;
        }
      }
    }
    return result;
  }

  private int equalEach(long a0, long a1, int lengthA, long b0, long b1, int lengthB) {
    int result = 0;
    for (int i = 0; i < elements; i++) {
      boolean validA = i < lengthA;
      boolean validB = i < lengthB;
      boolean equal =
          validA && validB ? element(a0, a1, i) == element(b0, b1, i) : validA == validB;
      result |= equal ? 1 << i : 0;
    }
    return result;
  }

  private int equalOrdered(long a0, long a1, int lengthA, long b0, long b1, int lengthB) {
    int result = 0;
    for (int j = 0; j < elements; j++) {
      boolean found = true;
      for (int i = 0; found && i < lengthA && j + i < elements; i++) {
        found = j + i < lengthB && element(a0, a1, i) == element(b0, b1, j + i);
      }
      result |= found ? 1 << j : 0;
    }
    return result;
  }

  private long expand(int bits) {
    int width = 128 / elements;
    long ones = (1L << width) - 1;
    long result = 0;
    for (int i = 0; i < 64 / width; i++) {
      result |= (bits >> i & 1) * ones << i * width;
    }
    return result;
  }
}
