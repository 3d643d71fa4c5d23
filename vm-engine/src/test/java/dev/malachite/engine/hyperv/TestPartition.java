// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import dev.malachite.engine.interrupt.ApicBus;
import dev.malachite.engine.interrupt.LocalApic;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.VirtualProcessor;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A partition with a little memory and fake processors, which writes down what it is told. */
final class TestPartition implements AutoCloseable {
  static final long MEMORY = 1 << 20;
  static final int HYPERCALL_PAGE = 0x10_000 / 4096;

  final GuestMemory memory = new GuestMemory();
  final MachineClock clock = new MachineClock();
  final TimerQueue timers = new TimerQueue(clock);
  final ApicBus bus = new ApicBus();
  final Semaphore attention = new Semaphore(0);
  final List<String> flushes = new ArrayList<>();
  final List<String> events = new ArrayList<>();
  final FakeProcessor[] processors;
  final HypervPartition partition;

  TestPartition(int count) {
    memory.addRegion("test", 0, MEMORY, true);
    processors = new FakeProcessor[count];
    for (int i = 0; i < count; i++) {
      processors[i] = new FakeProcessor(i);
      LocalApic apic = new LocalApic(i, bus, clock, timers);
      apic.writeMmio(0xF0, 0x1FF);
      apic.listen(attention::release);
    }
    partition =
        new HypervPartition(
            memory,
            clock,
            timers,
            bus,
            count,
            HypervPartition.HYPERCALL_PORT,
            new Flusher(),
            new Events());
  }

  private final class Flusher implements TlbFlusher {
    @Override
    public void flush(VirtualProcessor caller, VpSet targets, long space, boolean globals) {
      flushes.add(
          "all %s of %x by %d globals %b".formatted(list(targets), space, caller.index(), globals));
    }

    @Override
    public void flushPages(
        VirtualProcessor caller, VpSet targets, long space, long[] ranges, int count) {
      StringBuilder pages = new StringBuilder();
      Arrays.stream(ranges, 0, count).forEach(r -> pages.append(' ').append(Long.toHexString(r)));
      flushes.add("pages %s of %x:%s".formatted(list(targets), space, pages));
    }
  }

  private final class Events implements PartitionEvents {
    @Override
    public void crash(int processor, long[] parameters, @Nullable String message) {
      events.add("crash of %d %s %s".formatted(processor, Arrays.toString(parameters), message));
    }

    @Override
    public void reset() {
      events.add("reset");
    }

    @Override
    public long runtime(int processor) {
      return 4711L + processor;
    }
  }

  static List<Integer> list(VpSet set) {
    List<Integer> members = new ArrayList<>();
    for (int i = set.next(0); i >= 0; i = set.next(i + 1)) {
      members.add(i);
    }
    return members;
  }

  /** Establishes the hypercall interface as a guest does. */
  void enableHypercalls() {
    require(write(0x4000_0000, 0x8100_0000_0000_0000L));
    require(write(0x4000_0001, (long) HYPERCALL_PAGE << 12 | 1));
  }

  private static void require(boolean done) {
    if (!done) {
      throw new AssertionError("refused");
    }
  }

  boolean write(int msr, long value) {
    return partition.writeMsr(0, msr, value);
  }

  long read(int msr) {
    long[] result = new long[1];
    require(partition.readMsr(0, msr, result));
    return result[0];
  }

  boolean readable(int msr) {
    return partition.readMsr(0, msr, new long[1]);
  }

  /** Makes a hypercall in 64-bit mode: returns RAX. */
  long call(int processor, long control, long rdx, long r8) {
    FakeProcessor p = processors[processor];
    p.general[FakeProcessor.RCX] = control;
    p.general[FakeProcessor.RDX] = rdx;
    p.general[FakeProcessor.R8] = r8;
    require(partition.hypercall(p));
    return p.general[FakeProcessor.RAX];
  }

  void put(long gpa, long... values) {
    for (int i = 0; i < values.length; i++) {
      memory.writeLong(gpa + i * 8L, values[i]);
    }
  }

  @Override
  public void close() {
    timers.close();
    memory.close();
  }
}
