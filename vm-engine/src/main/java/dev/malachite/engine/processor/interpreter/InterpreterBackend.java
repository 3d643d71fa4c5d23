// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.InterruptSource;
import dev.malachite.engine.processor.ProcessorExits;
import dev.malachite.engine.processor.SoftwareProcessors;
import dev.malachite.engine.processor.VirtualProcessor;
import dev.malachite.engine.processor.interpreter.core.CodePages;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.time.MachineClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** All interpreted processors of one machine. */
public final class InterpreterBackend implements SoftwareProcessors {
  private static final int SPINS = 200;
  private static final long PAUSE_NANOSECONDS = 5_000;

  private final List<InterpreterProcessor> processors = new ArrayList<>();

  /**
   * Makes a machine's processors, in their power-on state.
   *
   * @param memory with all its regions
   * @param apics a local APIC for each processor
   * @param archCapabilities what IA32_ARCH_CAPABILITIES reads
   */
  public InterpreterBackend(
      GuestMemory memory,
      ProcessorExits exits,
      List<? extends InterruptSource> apics,
      MachineClock clock,
      long archCapabilities) {
    this(memory, exits, apics, clock, archCapabilities, null);
  }

  /**
   * As {@link #InterpreterBackend(GuestMemory, ProcessorExits, List, MachineClock, long)}.
   *
   * @param accelerators what runs the code that is executed often; null for nothing
   */
  public InterpreterBackend(
      GuestMemory memory,
      ProcessorExits exits,
      List<? extends InterruptSource> apics,
      MachineClock clock,
      long archCapabilities,
      Accelerator.@Nullable Factory accelerators) {
    CodePages code = new CodePages(memory);
    List<Cpu> cpus = new ArrayList<>();
    for (int i = 0; i < apics.size(); i++) {
      cpus.add(new Cpu(i, memory, code, exits, apics.get(i), clock, archCapabilities));
    }
    code.processors(cpus);
    for (Cpu cpu : cpus) {
      processors.add(
          new InterpreterProcessor(
              cpu, accelerators == null ? null : accelerators.accelerator(cpu)));
    }
  }

  @Override
  public List<? extends VirtualProcessor> processors() {
    return processors;
  }

  @Override
  public void flush(VirtualProcessor caller, IntPredicate targets) {
    int[] tickets = new int[processors.size()];
    for (int i = 0; i < tickets.length; i++) {
      if (targets.test(i)) {
        tickets[i] = processors.get(i).cpu().requestTlbFlush();
      }
    }
    Cpu own = processors.get(caller.index()).cpu();
    for (int i = 0; i < tickets.length; i++) {
      if (targets.test(i)) {
        await(own, processors.get(i).cpu(), tickets[i]);
      }
    }
  }

  // The caller serves others meanwhile: two processors may be flushing each other.
  private static void await(Cpu own, Cpu target, int ticket) {
    int spins = 0;
    while (true) {
      own.serveRequests();
      if (target.tlbFlushDone(ticket)) {
        return;
      }
      if (++spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(PAUSE_NANOSECONDS);
      }
    }
  }

  @Override
  public void flushPages(VirtualProcessor caller, IntPredicate targets, long[] ranges, int count) {
    int self = caller.index();
    if (targets.test(self)) {
      Cpu own = processors.get(self).cpu();
      for (int i = 0; i < count; i++) {
        long page = ranges[i] & -4096L;
        for (long more = ranges[i] & 4095; more >= 0; more--) {
          own.mmu.flushPage(page);
          page += 4096;
        }
      }
    }
    flush(caller, i -> i != self && targets.test(i));
  }
}
