// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import dev.malachite.engine.processor.ExitReason;
import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.processor.VirtualProcessor;

/** A processor that is always inside an exit: plain registers and nothing else. */
final class FakeProcessor implements VirtualProcessor {
  final long[] general = new long[16];
  final long[] xmm = new long[32];
  int privilegeLevel;
  boolean longMode = true;
  private final int index;

  FakeProcessor(int index) {
    this.index = index;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public long general(int register) {
    return general[register];
  }

  @Override
  public void general(int register, long value) {
    general[register] = value;
  }

  @Override
  public long xmm(int register, int half) {
    return xmm[register * 2 + half];
  }

  @Override
  public void xmm(int register, int half, long value) {
    xmm[register * 2 + half] = value;
  }

  @Override
  public int privilegeLevel() {
    return privilegeLevel;
  }

  @Override
  public boolean longMode() {
    return longMode;
  }

  @Override
  public ExitReason run() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void kick() {}

  @Override
  public void reset() {}

  @Override
  public void save(ProcessorState state) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void restore(ProcessorState state) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long instructions() {
    return 0;
  }

  @Override
  public void close() {}
}
