// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** One instruction with the state it starts from, and what the comparison must not look at. */
final class TestCase {
  /** The encoding it was made from. */
  final Form form;

  /** What the generator drew everything else from. */
  final long seed;

  /** The instruction's bytes. */
  byte[] code = new byte[0];

  /** Where it stands. */
  long ip;

  /** The state it starts from. */
  MachineState in = new MachineState();

  /** Flags that are undefined here. */
  int undefinedFlags;

  /** x87 status bits that are undefined here. */
  int undefinedStatus;

  /** Bytes of the window that are undefined here: pairs of first and behind last. */
  final List<int[]> undefinedMemory = new ArrayList<>();

  /** General registers that may not be changed when the case is made smaller. */
  int fixedRegisters = 1 << 4;

  /** True if vector registers may not be changed when the case is made smaller. */
  boolean fixedVectors;

  /** True if memory may not be changed when the case is made smaller. */
  boolean fixedMemory;

  /** True if the instruction means something else when it becomes shorter. */
  boolean fixedCode;

  /** Offset of the memory operand in the window, or -1. */
  int memoryOffset = -1;

  /** Its bytes. */
  int memorySize;

  TestCase(Form form, long seed) {
    this.form = form;
    this.seed = seed;
  }

  /** A copy to change. */
  TestCase copy() {
    TestCase c = new TestCase(form, seed);
    c.code = code.clone();
    c.ip = ip;
    c.in = in.copy();
    c.undefinedFlags = undefinedFlags;
    c.undefinedStatus = undefinedStatus;
    c.undefinedMemory.addAll(undefinedMemory);
    c.fixedRegisters = fixedRegisters;
    c.fixedMemory = fixedMemory;
    c.fixedVectors = fixedVectors;
    c.fixedCode = fixedCode;
    c.memoryOffset = memoryOffset;
    c.memorySize = memorySize;
    return c;
  }

  /** Says that some bytes of the window are undefined afterwards. */
  void ignoreMemory(int first, int end) {
    undefinedMemory.add(new int[] {first, end});
  }

  /** The instruction as hex bytes and its form. */
  String instruction() {
    return HexFormat.ofDelimiter(" ").formatHex(code) + "  (" + form + ")";
  }
}
