// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import dev.malachite.engine.processor.CpuidModel;
import dev.malachite.engine.processor.InterruptSource;
import dev.malachite.engine.processor.ProcessorExits;
import dev.malachite.engine.processor.VirtualProcessor;

/** A machine around a processor in which nothing is and nothing happens. */
class QuietSurroundings implements ProcessorExits, InterruptSource {
  private CpuidModel model = model(CpuidModel.Level.V2);

  private static CpuidModel model(CpuidModel.Level level) {
    return new CpuidModel(1, level.features(), (leaf, result) -> false);
  }

  /** Says what CPUID shows; x86-64-v2 at first. */
  void level(CpuidModel.Level level) {
    model = model(level);
  }

  @Override
  public int readPort(VirtualProcessor processor, int port, int size) {
    return -1;
  }

  @Override
  public void writePort(VirtualProcessor processor, int port, int size, int value) {}

  @Override
  public long readMmio(VirtualProcessor processor, long gpa, int size) {
    throw new IllegalStateException("read of absent memory at 0x" + Long.toHexString(gpa));
  }

  @Override
  public void writeMmio(VirtualProcessor processor, long gpa, int size, long value) {
    throw new IllegalStateException("write to absent memory at 0x" + Long.toHexString(gpa));
  }

  @Override
  public boolean readMsr(VirtualProcessor processor, int msr, long[] result) {
    return false;
  }

  @Override
  public boolean writeMsr(VirtualProcessor processor, int msr, long value) {
    return false;
  }

  @Override
  public void cpuid(VirtualProcessor processor, int leaf, int subleaf, int[] result) {
    model.cpuid(0, leaf, subleaf, result);
  }

  @Override
  public void endOfInterrupt(int vector) {}

  @Override
  public void listen(Listener listener) {}

  @Override
  public boolean interruptPending() {
    return false;
  }

  @Override
  public int acknowledge() {
    return -1;
  }

  @Override
  public boolean takeNmi() {
    return false;
  }

  @Override
  public boolean takeInit() {
    return false;
  }

  @Override
  public int takeStartup() {
    return -1;
  }

  @Override
  public int taskPriority() {
    return 0;
  }

  @Override
  public void taskPriority(int priority) {}

  @Override
  public long base() {
    return 0xFEE0_0000L;
  }

  @Override
  public boolean base(long value) {
    return false;
  }

  @Override
  public boolean readMsr(int msr, long[] result) {
    return false;
  }

  @Override
  public boolean writeMsr(int msr, long value) {
    return false;
  }

  @Override
  public int readMmio(int offset) {
    return 0;
  }

  @Override
  public void writeMmio(int offset, int value) {}

  @Override
  public void tscOffset(long offset) {}

  @Override
  public void reset() {}
}
