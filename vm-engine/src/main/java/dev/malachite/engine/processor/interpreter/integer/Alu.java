// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.processor.interpreter.core.Cpu;

/**
 * Addition, subtraction and logic with their flags (SDM volume 1, section 3.4.3.1).
 *
 * <p>The flags' sources are kept as {@link Cpu} describes. With {@code a + b = s}, the carries out
 * of each bit are {@code a & b | (a | b) & ~s}; with {@code a - b = d}, the borrows are {@code ~a &
 * b | ~(a ^ b) & d}.
 */
final class Alu {
  /** Operations of {@link #apply}, as the opcode's bits 5 to 3 number them; and TEST. */
  static final int ADD = 0, OR = 1, ADC = 2, SBB = 3, AND = 4, SUB = 5, XOR = 6, CMP = 7, TEST = 8;

  private Alu() {}

  /** {@code a + b}. */
  static long add64(Cpu cpu, long a, long b) {
    long s = a + b;
    cpu.carries = a & b | (a | b) & ~s;
    return result(cpu, a, b, s);
  }

  /** {@code a + b}. */
  static int add32(Cpu cpu, int a, int b) {
    int s = a + b;
    cpu.carries = (long) (a & b | (a | b) & ~s) << 32;
    return result(cpu, a, b, s);
  }

  /** {@code a + b}. */
  static byte add8(Cpu cpu, byte a, byte b) {
    byte s = (byte) (a + b);
    cpu.carries = (long) (a & b | (a | b) & ~s) << 56;
    return result(cpu, a, b, s);
  }

  /** {@code a + b + CF}. */
  static long adc64(Cpu cpu, long a, long b) {
    long s = a + b + (cpu.carries >>> 63);
    cpu.carries = a & b | (a | b) & ~s;
    return result(cpu, a, b, s);
  }

  /** {@code a + b + CF}. */
  static int adc32(Cpu cpu, int a, int b) {
    int s = a + b + (int) (cpu.carries >>> 63);
    cpu.carries = (long) (a & b | (a | b) & ~s) << 32;
    return result(cpu, a, b, s);
  }

  /** {@code a + b + CF}. */
  static byte adc8(Cpu cpu, byte a, byte b) {
    byte s = (byte) (a + b + (int) (cpu.carries >>> 63));
    cpu.carries = (long) (a & b | (a | b) & ~s) << 56;
    return result(cpu, a, b, s);
  }

  /** {@code a - b}. */
  static long sub64(Cpu cpu, long a, long b) {
    long d = a - b;
    cpu.carries = ~a & b | ~(a ^ b) & d;
    return result(cpu, a, b, d);
  }

  /** {@code a - b}. */
  static int sub32(Cpu cpu, int a, int b) {
    int d = a - b;
    cpu.carries = (long) (~a & b | ~(a ^ b) & d) << 32;
    return result(cpu, a, b, d);
  }

  /** {@code a - b}. */
  static byte sub8(Cpu cpu, byte a, byte b) {
    byte d = (byte) (a - b);
    cpu.carries = (long) (~a & b | ~(a ^ b) & d) << 56;
    return result(cpu, a, b, d);
  }

  /** {@code a - b - CF}. */
  static long sbb64(Cpu cpu, long a, long b) {
    long d = a - b - (cpu.carries >>> 63);
    cpu.carries = ~a & b | ~(a ^ b) & d;
    return result(cpu, a, b, d);
  }

  /** {@code a - b - CF}. */
  static int sbb32(Cpu cpu, int a, int b) {
    int d = a - b - (int) (cpu.carries >>> 63);
    cpu.carries = (long) (~a & b | ~(a ^ b) & d) << 32;
    return result(cpu, a, b, d);
  }

  /** {@code a - b - CF}. */
  static byte sbb8(Cpu cpu, byte a, byte b) {
    byte d = (byte) (a - b - (int) (cpu.carries >>> 63));
    cpu.carries = (long) (~a & b | ~(a ^ b) & d) << 56;
    return result(cpu, a, b, d);
  }

  /** {@code a & b}. */
  static long and64(Cpu cpu, long a, long b) {
    return logic(cpu, a & b);
  }

  /** {@code a & b}. */
  static int and32(Cpu cpu, int a, int b) {
    return (int) logic(cpu, a & b);
  }

  /** {@code a & b}. */
  static byte and8(Cpu cpu, byte a, byte b) {
    return (byte) logic(cpu, a & b);
  }

  /** {@code a | b}. */
  static long or64(Cpu cpu, long a, long b) {
    return logic(cpu, a | b);
  }

  /** {@code a | b}. */
  static int or32(Cpu cpu, int a, int b) {
    return (int) logic(cpu, a | b);
  }

  /** {@code a | b}. */
  static byte or8(Cpu cpu, byte a, byte b) {
    return (byte) logic(cpu, a | b);
  }

  /** {@code a ^ b}. */
  static long xor64(Cpu cpu, long a, long b) {
    return logic(cpu, a ^ b);
  }

  /** {@code a ^ b}. */
  static int xor32(Cpu cpu, int a, int b) {
    return (int) logic(cpu, a ^ b);
  }

  /** {@code a ^ b}. */
  static byte xor8(Cpu cpu, byte a, byte b) {
    return (byte) logic(cpu, a ^ b);
  }

  /** The flags of a logical operation, whose result is sign-extended. */
  static long logic(Cpu cpu, long result) {
    cpu.carries = 0;
    cpu.adjustSource = 0;
    cpu.zeroSource = result;
    cpu.signSource = result;
    cpu.paritySource = result;
    return result;
  }

  /** {@code a + 1}, CF left alone; a is sign-extended from the size. */
  static long increment(Cpu cpu, long a, int size) {
    int shift = 64 - 8 * size;
    long s = a + 1 << shift >> shift;
    long carry = cpu.carries & Long.MIN_VALUE;
    cpu.carries = carry | carry >>> 1 ^ (~a & s) >>> 63 << 62;
    cpu.adjustSource = a ^ s;
    cpu.setResult(s);
    return s;
  }

  /** {@code a - 1}, CF left alone; a is sign-extended from the size. */
  static long decrement(Cpu cpu, long a, int size) {
    int shift = 64 - 8 * size;
    long d = a - 1 << shift >> shift;
    long carry = cpu.carries & Long.MIN_VALUE;
    cpu.carries = carry | carry >>> 1 ^ (a & ~d) >>> 63 << 62;
    cpu.adjustSource = a ^ d;
    cpu.setResult(d);
    return d;
  }

  /**
   * Any of them at any size.
   *
   * @param operation {@link #ADD} to {@link #TEST}
   * @param a sign-extended from the size
   * @param b sign-extended from the size
   * @param size 1, 2, 4 or 8 bytes
   * @return the result, sign-extended; that of CMP is the difference
   */
  static long apply(Cpu cpu, int operation, long a, long b, int size) {
    int shift = 64 - 8 * size;
    return switch (operation) {
      case ADD -> sum(cpu, a, b, 0, shift);
      case OR -> logic(cpu, a | b);
      case ADC -> sum(cpu, a, b, cpu.carries >>> 63, shift);
      case SBB -> difference(cpu, a, b, cpu.carries >>> 63, shift);
      case SUB, CMP -> difference(cpu, a, b, 0, shift);
      case XOR -> logic(cpu, a ^ b);
      default -> logic(cpu, a & b);
    };
  }

  private static long sum(Cpu cpu, long a, long b, long carry, int shift) {
    long s = a + b + carry << shift >> shift;
    cpu.carries = (a & b | (a | b) & ~s) << shift;
    return result(cpu, a, b, s);
  }

  private static long difference(Cpu cpu, long a, long b, long borrow, int shift) {
    long d = a - b - borrow << shift >> shift;
    cpu.carries = (~a & b | ~(a ^ b) & d) << shift;
    return result(cpu, a, b, d);
  }

  private static long result(Cpu cpu, long a, long b, long result) {
    cpu.adjustSource = a ^ b ^ result;
    cpu.zeroSource = result;
    cpu.signSource = result;
    cpu.paritySource = result;
    return result;
  }

  private static int result(Cpu cpu, int a, int b, int result) {
    cpu.adjustSource = a ^ b ^ result;
    cpu.zeroSource = result;
    cpu.signSource = result;
    cpu.paritySource = result;
    return result;
  }

  private static byte result(Cpu cpu, byte a, byte b, byte result) {
    cpu.adjustSource = a ^ b ^ result;
    cpu.zeroSource = result;
    cpu.signSource = result;
    cpu.paritySource = result;
    return result;
  }
}
