// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.machine;

import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.hyperv.HypervPartition;
import dev.malachite.engine.interrupt.ApicBus;
import dev.malachite.engine.processor.CpuidModel;
import dev.malachite.engine.processor.ProcessorExits;
import dev.malachite.engine.processor.VirtualProcessor;

/** Answers processors: ports and registers from the bus, the rest from the partition. */
final class MachineExits implements ProcessorExits {
  private static final long MESSAGE_ADDRESSES = 0xFEE0_0000L;
  private static final long MESSAGE_MASK = ~0xF_FFFFL;

  private final IoBus bus;
  private final ApicBus apics;
  private final HypervPartition partition;
  private final CpuidModel cpuid;
  private final ExitCounters counters;

  MachineExits(
      IoBus bus,
      ApicBus apics,
      HypervPartition partition,
      CpuidModel cpuid,
      ExitCounters counters) {
    this.bus = bus;
    this.apics = apics;
    this.partition = partition;
    this.cpuid = cpuid;
    this.counters = counters;
  }

  @Override
  public int readPort(VirtualProcessor processor, int port, int size) {
    counters.count(processor.index(), ExitCounters.Kind.PORT);
    return bus.readPort(port, size);
  }

  @Override
  public void writePort(VirtualProcessor processor, int port, int size, int value) {
    if (port == HypervPartition.HYPERCALL_PORT && partition.hypercall(processor)) {
      counters.count(processor.index(), ExitCounters.Kind.HYPERCALL);
      return;
    }
    counters.count(processor.index(), ExitCounters.Kind.PORT);
    bus.writePort(processor, port, size, value);
  }

  @Override
  public long readMmio(VirtualProcessor processor, long gpa, int size) {
    counters.count(processor.index(), ExitCounters.Kind.MMIO);
    return bus.readMmio(gpa, size);
  }

  @Override
  public void writeMmio(VirtualProcessor processor, long gpa, int size, long value) {
    counters.count(processor.index(), ExitCounters.Kind.MMIO);
    if ((gpa & MESSAGE_MASK) == MESSAGE_ADDRESSES) {
      apics.message(gpa, (int) value);
    } else {
      bus.writeMmio(gpa, size, value);
    }
  }

  @Override
  public boolean readMsr(VirtualProcessor processor, int msr, long[] result) {
    counters.count(processor.index(), ExitCounters.Kind.MSR);
    return partition.readMsr(processor.index(), msr, result);
  }

  @Override
  public boolean writeMsr(VirtualProcessor processor, int msr, long value) {
    counters.count(processor.index(), ExitCounters.Kind.MSR);
    return partition.writeMsr(processor.index(), msr, value);
  }

  @Override
  public void cpuid(VirtualProcessor processor, int leaf, int subleaf, int[] result) {
    counters.count(processor.index(), ExitCounters.Kind.CPUID);
    cpuid.cpuid(processor.index(), leaf, subleaf, result);
  }

  @Override
  public void endOfInterrupt(int vector) {
    apics.endOfInterrupt(vector);
  }
}
