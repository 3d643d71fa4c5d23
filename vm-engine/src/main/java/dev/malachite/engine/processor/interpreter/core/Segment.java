// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import dev.malachite.engine.processor.ProcessorState.SegmentState;

/** A segment register with its hidden part (SDM volume 3, section 3.4.3). */
public final class Segment {
  /** Attribute bit: present. */
  public static final int PRESENT = 1 << 7;

  /** Attribute bit: code or data, not a system segment. */
  public static final int CODE_OR_DATA = 1 << 4;

  /** Attribute bit: 64-bit code. */
  public static final int LONG = 1 << 9;

  /** Attribute bit: 32-bit default operand size, or a 32-bit stack. */
  public static final int BIG = 1 << 10;

  /** Attribute bit: limit counts pages. */
  public static final int GRANULAR = 1 << 11;

  /** Attribute bit: loaded with a null selector. */
  public static final int UNUSABLE = 1 << 12;

  /** The visible part. */
  public int selector;

  /** Linear address of the first byte. */
  public long base;

  /** The last valid offset in bytes, unsigned 32 bits. */
  public long limit;

  /** Bits 0-7: type, S, DPL, P; bits 8-11: AVL, L, D/B, G; bit 12: unusable. */
  public int attributes;

  /** True if reads at offset 0 to 4 GiB - 1 need no check. */
  boolean flatRead;

  /** True if writes at offset 0 to 4 GiB - 1 need no check. */
  boolean flatWrite;

  Segment() {}

  /** Sets everything. */
  public void set(int newSelector, long newBase, long newLimit, int newAttributes) {
    selector = newSelector & 0xFFFF;
    base = newBase;
    limit = newLimit & 0xFFFF_FFFFL;
    attributes = newAttributes;
    boolean usable = (newAttributes & (UNUSABLE | PRESENT)) == PRESENT;
    boolean full = usable && limit == 0xFFFF_FFFFL && !expandDown();
    flatRead = full && readable();
    flatWrite = full && writable();
  }

  /** True if any offset may be read and written. */
  public boolean flat() {
    return flatRead && flatWrite;
  }

  /** Descriptor privilege level. */
  public int dpl() {
    return attributes >> 5 & 3;
  }

  /** True for a code segment. */
  public boolean code() {
    return (attributes & 0x18) == 0x18;
  }

  /** True if it may be read. */
  public boolean readable() {
    return !code() || (attributes & 2) != 0;
  }

  /** True if it may be written. */
  public boolean writable() {
    return (attributes & 0x1A) == 0x12;
  }

  /** True for a data segment whose valid offsets lie above its limit. */
  public boolean expandDown() {
    return (attributes & 0x1C) == 0x14;
  }

  /** True if {@code size} bytes at {@code offset} (unsigned 32 bits) lie within the limit. */
  boolean within(long offset, int size) {
    long last = offset + size - 1;
    if (expandDown()) {
      long top = (attributes & BIG) != 0 ? 0xFFFF_FFFFL : 0xFFFFL;
      return offset > limit && last <= top;
    }
    return last <= limit;
  }

  /** Everything, as a value. */
  public SegmentState state() {
    return new SegmentState(selector, base, (int) limit, attributes);
  }

  /** Sets everything. */
  public void state(SegmentState state) {
    set(state.selector(), state.base(), state.limit(), state.attributes());
  }
}
