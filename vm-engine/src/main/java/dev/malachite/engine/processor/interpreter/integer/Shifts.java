// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Cpu;

/**
 * The arithmetic of shifts and rotations with their flags. Counts are masked and not 0.
 *
 * <p>OF is defined for a count of 1 only; for others it is what the same formula gives.
 */
final class Shifts {
  private Shifts() {}

  /**
   * SHL.
   *
   * @param unused 64 less the bits of the operand
   * @return the result, sign-extended
   */
  static long shiftLeft(Cpu cpu, long a, int count, int unused) {
    // The last bit out is bit 63 of this, and the sign of the result bit 62.
    long last = a << count - 1 << unused;
    cpu.carries = last;
    cpu.adjustSource = 0;
    long result = last << 1 >> unused;
    cpu.setResult(result);
    return result;
  }

  /**
   * SHR.
   *
   * @param a zero-extended
   * @param unused 64 less the bits of the operand
   * @return the result, sign-extended
   */
  static long shiftRight(Cpu cpu, long a, int count, int unused) {
    long last = a >>> count - 1;
    long result = last >>> 1;
    // OF is the sign before, for a count of 1, which leaves it one below the sign.
    long overflow = result << unused & 1L << 62;
    cpu.carries = (last << 63 >> 1 & 3L << 62) ^ overflow;
    cpu.adjustSource = 0;
    result = result << unused >> unused;
    cpu.setResult(result);
    return result;
  }

  /**
   * SAR.
   *
   * @param a sign-extended
   * @return the result, sign-extended
   */
  static long shiftArithmetic(Cpu cpu, long a, int count) {
    long last = a >> count - 1;
    cpu.carries = last << 63 >> 1 & 3L << 62;
    cpu.adjustSource = 0;
    long result = last >> 1;
    cpu.setResult(result);
    return result;
  }

  /**
   * Any of the simple ones.
   *
   * @param a sign-extended from the size
   * @param size 1, 2, 4 or 8 bytes
   */
  static long apply(Cpu cpu, Opcode opcode, long a, int count, int size) {
    int unused = 64 - 8 * size;
    return switch (opcode) {
      case SHL -> shiftLeft(cpu, a & Place.mask(size), count, unused);
      case SHR -> shiftRight(cpu, a & Place.mask(size), count, unused);
      case SAR -> shiftArithmetic(cpu, a, count);
      case ROL -> rotateLeft(cpu, a, count, size);
      case ROR -> rotateRight(cpu, a, count, size);
      case RCL -> rotateCarryLeft(cpu, a, count, size);
      default -> rotateCarryRight(cpu, a, count, size);
    };
  }

  private static long rotate(long a, int left, int size) {
    return switch (size) {
      case 8 -> Long.rotateLeft(a, left);
      case 4 -> Integer.rotateLeft((int) a, left);
      default -> {
        int bits = 8 * size;
        int n = left & bits - 1;
        long value = a & Place.mask(size);
        yield value << n | value >>> bits - n;
      }
    };
  }

  private static boolean bit(long value, int number) {
    return (value >>> number & 1) != 0;
  }

  /**
   * The flags' source of a rotation: to the left CF is bit 0 and OF that bit and bit 63 differing,
   * to the right CF is bit 63 and OF that bit and bit 62 differing.
   */
  static long rotated(long result, boolean right) {
    return right ? result : result << 63 | result >>> 63 << 62;
  }

  private static long rotateLeft(Cpu cpu, long a, int count, int size) {
    long result = rotate(a, count, size);
    boolean carry = (result & 1) != 0;
    cpu.setCarryAndOverflow(carry, bit(result, 8 * size - 1) != carry);
    return result;
  }

  private static long rotateRight(Cpu cpu, long a, int count, int size) {
    long result = rotate(a, -count, size);
    boolean carry = bit(result, 8 * size - 1);
    cpu.setCarryAndOverflow(carry, bit(result, 8 * size - 2) != carry);
    return result;
  }

  private static long rotateCarryLeft(Cpu cpu, long a, int count, int size) {
    int bits = 8 * size;
    int n = count % (bits + 1);
    long value = a & Place.mask(size);
    long carry = cpu.carries >>> 63;
    if (n != 0) {
      // The upper bits come down behind the carry, which stands below bit 0.
      long low = carry << n - 1 | (n == 1 ? 0 : value >>> bits + 1 - n);
      carry = value >>> bits - n & 1;
      value = (n == 64 ? 0 : value << n) | low;
    }
    cpu.setCarryAndOverflow(carry != 0, bit(value, bits - 1) != (carry != 0));
    return value;
  }

  private static long rotateCarryRight(Cpu cpu, long a, int count, int size) {
    int bits = 8 * size;
    int n = count % (bits + 1);
    long value = a & Place.mask(size);
    long carry = cpu.carries >>> 63;
    if (n != 0) {
      long high = carry << bits - n | (n == 1 ? 0 : value << bits + 1 - n);
      carry = value >>> n - 1 & 1;
      value = (n == 64 ? 0 : value >>> n) | high;
    }
    cpu.setCarryAndOverflow(carry != 0, bit(value, bits - 1) != bit(value, bits - 2));
    return value;
  }

  /** SHLD. For 16 bits and counts above 16, which leave the result undefined, bits go round. */
  static long doubleLeft(Cpu cpu, long a, long b, int count, int size) {
    int bits = 8 * size;
    long value = a & Place.mask(size);
    long filler = b & Place.mask(size);
    long result;
    long carry;
    if (size == 2) {
      long all = value << 32 | filler << 16 | value;
      result = all << count >>> 32;
      carry = all >>> 48 - count & 1;
    } else {
      result = value << count | filler >>> bits - count;
      carry = value >>> bits - count & 1;
    }
    return doubled(cpu, value, result, carry, size);
  }

  /** SHRD. For 16 bits and counts above 16, which leave the result undefined, bits go round. */
  static long doubleRight(Cpu cpu, long a, long b, int count, int size) {
    int bits = 8 * size;
    long value = a & Place.mask(size);
    long filler = b & Place.mask(size);
    long result;
    if (size == 2) {
      long all = value << 32 | filler << 16 | value;
      result = all >>> count;
      return doubled(cpu, value, result, all >>> count - 1 & 1, size);
    }
    result = value >>> count | filler << bits - count;
    return doubled(cpu, value, result, value >>> count - 1 & 1, size);
  }

  private static long doubled(Cpu cpu, long before, long result, long carry, int size) {
    int unused = 64 - 8 * size;
    long extended = result << unused >> unused;
    cpu.setCarryAndOverflow(carry != 0, (before << unused ^ extended) < 0);
    cpu.adjustSource = 0;
    cpu.setResult(extended);
    return extended;
  }
}
