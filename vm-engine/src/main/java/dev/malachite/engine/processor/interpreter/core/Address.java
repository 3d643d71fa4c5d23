// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

/**
 * A memory operand: computes effective and linear addresses.
 *
 * <p>Base and index are positions in {@link Cpu#r}: 0 to 15 general registers, {@link Cpu#ZERO} for
 * none, {@link Cpu#IP_BASE} for RIP-relative, where the displacement counts from the page's start.
 */
public final class Address {
  private final int base;
  private final int index;
  private final int shift;
  private final long displacement;
  private final long mask;
  private final int segment;
  private final boolean flat;

  /**
   * @param base position of the base register
   * @param index position of the index register
   * @param shift 0 to 3: the index register counts 1, 2, 4, 8 times
   * @param displacement added
   * @param addressSize 2, 4 or 8 bytes
   * @param segment number of the segment register, 0 to 5
   * @param longMode true in 64-bit mode, where only FS and GS have a base
   */
  public Address(
      int base,
      int index,
      int shift,
      long displacement,
      int addressSize,
      int segment,
      boolean longMode) {
    this.base = base;
    this.index = index;
    this.shift = shift;
    this.displacement = displacement;
    mask = addressSize == 8 ? -1L : addressSize == 4 ? 0xFFFF_FFFFL : 0xFFFFL;
    this.segment = segment;
    flat = longMode && segment < Cpu.FS;
  }

  /** The segment register's number. */
  public int segment() {
    return segment;
  }

  /** The offset within the segment, cut to the address size: what LEA computes. */
  public long effective(Cpu cpu) {
    long[] r = cpu.r;
    return (r[base] + (r[index] << shift) + displacement) & mask;
  }

  /**
   * The linear address for reading.
   *
   * @param size bytes accessed, for the segment's limit
   */
  public long read(Cpu cpu, int size) {
    long[] r = cpu.r;
    long effective = (r[base] + (r[index] << shift) + displacement) & mask;
    return flat ? effective : cpu.linearForRead(segment, effective, size);
  }

  /**
   * The linear address for writing.
   *
   * @param size bytes accessed, for the segment's limit
   */
  public long write(Cpu cpu, int size) {
    long[] r = cpu.r;
    long effective = (r[base] + (r[index] << shift) + displacement) & mask;
    return flat ? effective : cpu.linearForWrite(segment, effective, size);
  }

  /**
   * The linear address for reading of a bit-string operand (BT and its kin): the effective address
   * moved by a signed number of bytes.
   */
  public long read(Cpu cpu, int size, long bytes) {
    long effective = (effective(cpu) + bytes) & mask;
    return flat ? effective : cpu.linearForRead(segment, effective, size);
  }

  /** As {@link #read(Cpu, int, long)}, for writing. */
  public long write(Cpu cpu, int size, long bytes) {
    long effective = (effective(cpu) + bytes) & mask;
    return flat ? effective : cpu.linearForWrite(segment, effective, size);
  }
}
