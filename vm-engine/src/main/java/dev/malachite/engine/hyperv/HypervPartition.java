// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import dev.malachite.engine.interrupt.ApicBus;
import dev.malachite.engine.interrupt.LocalApic;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.VirtualProcessor;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import org.jspecify.annotations.Nullable;

/**
 * The Hyper-V interface of a machine: CPUID leaves, synthetic MSRs, hypercalls and, for VMBus,
 * messages and events (Hypervisor Top-Level Functional Specification, "TLFS").
 *
 * <p>CPUID, MSRs and hypercalls belong to the thread of the processor concerned; messages, events
 * and ports may be used from any.
 */
public final class HypervPartition implements Saveable {
  /** The port of the hypercall page's code: no PC device has ever been there. */
  public static final int HYPERCALL_PORT = 0xE4;

  /** The longest payload of a SynIC message, in bytes. */
  public static final int MAX_PAYLOAD = SynicMessage.MAX_PAYLOAD;

  /** Event flags that a SINT has. */
  public static final int EVENT_FLAGS = Synic.FLAGS;

  /** The most processors a partition may have. */
  public static final int MAX_PROCESSORS = HypervLeaves.MAX_PROCESSORS;

  private static final int TIMERS = 4;
  private static final int FIRST_MSR = 0x4000_0000;
  private static final int LAST_MSR = 0x4000_01FF;

  /** Saves or restores it all; ports stay. The memory must be there already. */
  @Override
  public void transfer(StateTransfer s) throws StateException {
    hypercallPage.transfer(s);
    referenceTsc.transfer(s);
    crash.transfer(s);
    tscInvariantControl = s.number(tscInvariantControl, 0, 1);
    for (Processor p : processors) {
      p.synic.transfer(s);
      p.assist.transfer(s);
      for (SyntheticTimer timer : p.timers) {
        timer.transfer(s);
      }
    }
  }

  /** What one processor has of the interface. */
  private static final class Processor {
    final Synic synic;
    final SyntheticTimer[] timers = new SyntheticTimer[TIMERS];
    final OverlayPage assist;
    final Hypercalls hypercalls;

    Processor(Synic synic, OverlayPage assist, Hypercalls hypercalls) {
      this.synic = synic;
      this.assist = assist;
      this.hypercalls = hypercalls;
    }

    void reset() {
      synic.reset();
      assist.reset();
      for (SyntheticTimer timer : timers) {
        timer.reset();
      }
    }

    void slotMayBeFree(int sint) {
      for (SyntheticTimer timer : timers) {
        timer.slotMayBeFree(sint);
      }
    }
  }

  private final MachineClock clock;
  private final ApicBus bus;
  private final PartitionEvents events;
  private final HypercallPage hypercallPage;
  private final ReferenceTscPage referenceTsc;
  private final CrashRegisters crash;
  private final Processor[] processors;
  private final PortTable<MessagePort> messagePorts = new PortTable<>();
  private final PortTable<EventPort> eventPorts = new PortTable<>();
  private volatile long tscInvariantControl;

  /**
   * Makes the interface of a machine whose local APICs are on the bus already.
   *
   * @param memory the machine's memory
   * @param clock its time
   * @param timers runs the synthetic timers
   * @param bus carries interrupts; has an APIC for each processor
   * @param processorCount how many processors, 1 to {@link #MAX_PROCESSORS}
   * @param hypercallPort the port of the hypercall page's {@code out}, 0 to 255
   * @param flusher does the flush hypercalls
   * @param events hears of crashes and resets
   */
  public HypervPartition(
      GuestMemory memory,
      MachineClock clock,
      TimerQueue timers,
      ApicBus bus,
      int processorCount,
      int hypercallPort,
      TlbFlusher flusher,
      PartitionEvents events) {
    if (processorCount < 1 || processorCount > MAX_PROCESSORS || processorCount != bus.size()) {
      throw new IllegalArgumentException(
          "a partition has 1 to %d processors, each with a local APIC: not %d with %d"
              .formatted(MAX_PROCESSORS, processorCount, bus.size()));
    }
    this.clock = clock;
    this.bus = bus;
    this.events = events;
    hypercallPage = new HypercallPage(memory, hypercallPort);
    referenceTsc = new ReferenceTscPage(memory);
    crash = new CrashRegisters(memory, events);
    processors = new Processor[processorCount];
    for (int i = 0; i < processorCount; i++) {
      Synic synic = new Synic(i, memory, bus);
      Processor p =
          new Processor(
              synic,
              new OverlayPage(memory),
              new Hypercalls(memory, bus, processorCount, flusher, messagePorts, eventPorts));
      for (int t = 0; t < TIMERS; t++) {
        p.timers[t] = new SyntheticTimer(t, i, clock, timers, bus, synic);
      }
      synic.observeSlots(p::slotMayBeFree);
      bus.apic(i).observeEnds(synic::endOfInterrupt);
      processors[i] = p;
    }
  }

  /** Sets the state of a machine just switched on; ports stay. While no processor runs. */
  public void reset() {
    hypercallPage.reset();
    referenceTsc.reset();
    crash.reset();
    tscInvariantControl = 0;
    for (Processor p : processors) {
      p.reset();
    }
  }

  /**
   * Answers the hypervisor's CPUID leaves.
   *
   * @param leaf any leaf
   * @param result takes EAX, EBX, ECX, EDX
   * @return false if the leaf is not one of the hypervisor's
   */
  public boolean cpuid(int leaf, int[] result) {
    return HypervLeaves.read(leaf, result);
  }

  /**
   * Reads a synthetic MSR.
   *
   * @param processor the number of the processor that reads
   * @param msr any number
   * @param result its first element takes the value
   * @return false if there is no such register or it can't be read: general protection fault
   */
  public boolean readMsr(int processor, int msr, long[] result) {
    if (msr < FIRST_MSR || msr > LAST_MSR) {
      return false;
    }
    Processor p = processors[processor];
    LocalApic apic = bus.apic(processor);
    switch (msr) {
      case HypervMsr.GUEST_OS_ID -> result[0] = hypercallPage.guestOsId();
      case HypervMsr.HYPERCALL -> result[0] = hypercallPage.register();
      case HypervMsr.VP_INDEX -> result[0] = processor;
      case HypervMsr.RESET -> result[0] = 0;
      case HypervMsr.VP_RUNTIME -> result[0] = events.runtime(processor);
      case HypervMsr.TIME_REFERENCE_COUNT -> result[0] = clock.referenceTime();
      case HypervMsr.REFERENCE_TSC -> result[0] = referenceTsc.register();
      case HypervMsr.TSC_FREQUENCY -> result[0] = MachineClock.TSC_FREQUENCY;
      case HypervMsr.APIC_FREQUENCY -> result[0] = MachineClock.APIC_FREQUENCY;
      case HypervMsr.INTERRUPT_COMMAND -> result[0] = apic.command();
      case HypervMsr.TASK_PRIORITY -> result[0] = apic.taskPriorityRegister();
      case HypervMsr.VP_ASSIST_PAGE -> result[0] = p.assist.register();
      case HypervMsr.CRASH_CONTROL -> result[0] = crash.control();
      case HypervMsr.TSC_INVARIANT_CONTROL -> result[0] = tscInvariantControl;
      default -> {
        if (msr >= HypervMsr.TIMER0_CONFIGURATION && msr <= HypervMsr.TIMER3_COUNT) {
          SyntheticTimer timer = p.timers[msr - HypervMsr.TIMER0_CONFIGURATION >> 1];
          result[0] = (msr & 1) == 0 ? timer.configuration() : timer.count();
        } else if (msr >= HypervMsr.CRASH_P0 && msr <= HypervMsr.CRASH_P4) {
          result[0] = crash.parameter(msr - HypervMsr.CRASH_P0);
        } else {
          return p.synic.readMsr(msr, result);
        }
      }
    }
    return true;
  }

  /**
   * Writes a synthetic MSR.
   *
   * @param processor the number of the processor that writes
   * @param msr any number
   * @return false if there is no such register or the value is refused: general protection fault
   */
  public boolean writeMsr(int processor, int msr, long value) {
    if (msr < FIRST_MSR || msr > LAST_MSR) {
      return false;
    }
    Processor p = processors[processor];
    LocalApic apic = bus.apic(processor);
    switch (msr) {
      case HypervMsr.GUEST_OS_ID -> hypercallPage.guestOsId(value);
      case HypervMsr.HYPERCALL -> {
        return hypercallPage.write(value);
      }
      case HypervMsr.RESET -> {
        if ((value & 1) != 0) {
          events.reset();
        }
      }
      case HypervMsr.REFERENCE_TSC -> {
        return referenceTsc.write(value);
      }
      case HypervMsr.END_OF_INTERRUPT -> apic.endOfInterrupt();
      case HypervMsr.INTERRUPT_COMMAND -> {
        return apic.command(value);
      }
      case HypervMsr.TASK_PRIORITY -> {
        if ((value & ~0xFFL) != 0) {
          return false;
        }
        apic.taskPriorityRegister((int) value);
      }
      case HypervMsr.VP_ASSIST_PAGE -> {
        return p.assist.write(value);
      }
      case HypervMsr.CRASH_CONTROL -> crash.control(processor, value);
      case HypervMsr.TSC_INVARIANT_CONTROL -> {
        if ((value & ~1L) != 0) {
          return false;
        }
        tscInvariantControl = value;
      }
      default -> {
        if (msr >= HypervMsr.TIMER0_CONFIGURATION && msr <= HypervMsr.TIMER3_COUNT) {
          SyntheticTimer timer = p.timers[msr - HypervMsr.TIMER0_CONFIGURATION >> 1];
          if ((msr & 1) == 0) {
            timer.configuration(value);
          } else {
            timer.count(value);
          }
        } else if (msr >= HypervMsr.CRASH_P0 && msr <= HypervMsr.CRASH_P4) {
          crash.parameter(msr - HypervMsr.CRASH_P0, value);
        } else {
          return p.synic.writeMsr(msr, value);
        }
      }
    }
    return true;
  }

  /**
   * Does a hypercall: the processor has written the hypercall port.
   *
   * @return false if the guest has not enabled hypercalls or doesn't run at privilege level 0;
   *     nothing has been done then
   */
  public boolean hypercall(VirtualProcessor processor) {
    if (!hypercallPage.isEnabled() || processor.privilegeLevel() != 0) {
      return false;
    }
    processors[processor.index()].hypercalls.call(processor);
    return true;
  }

  /**
   * Posts a message to a processor. Where its slot is taken, the message waits for the guest to
   * empty it, behind those that came before.
   *
   * @param processor the processor's number
   * @param sint the synthetic interrupt source, 0 to 15
   * @param type the message type, not 0
   * @param payload the message's bytes, which are copied
   * @param offset the first of them in {@code payload}
   * @param length how many: 0 to {@link #MAX_PAYLOAD}
   * @return false if the guest has not enabled the SynIC's message page there, or if 4,096 messages
   *     wait already
   */
  public boolean postMessage(
      int processor, int sint, int type, byte[] payload, int offset, int length) {
    if (type == 0 || length < 0 || length > MAX_PAYLOAD) {
      throw new IllegalArgumentException(
          "message of type %d with %d bytes: a message has a type and at most %d bytes"
              .formatted(type, length, MAX_PAYLOAD));
    }
    return processor >= 0
        && processor < processors.length
        && sint >= 0
        && sint < Synic.SINTS
        && processors[processor].synic.post(sint, type, payload, offset, length);
  }

  /**
   * Sets an event flag of a processor, and interrupts it if the flag was clear.
   *
   * @param processor the processor's number
   * @param sint the synthetic interrupt source, 0 to 15
   * @param flag the flag, 0 to 2047
   * @return false if the guest has not enabled the SynIC's event flags page there, or one of the
   *     numbers is out of range
   */
  public boolean signalEvent(int processor, int sint, int flag) {
    return processor >= 0
        && processor < processors.length
        && sint >= 0
        && sint < Synic.SINTS
        && flag >= 0
        && flag < EVENT_FLAGS
        && processors[processor].synic.signal(sint, flag);
  }

  /** Sets who receives the messages posted to a connection, or nobody. */
  public void messagePort(int connectionId, @Nullable MessagePort port) {
    messagePorts.set(connectionId, port);
  }

  /** Sets who receives the events signalled to a connection, or nobody. */
  public void eventPort(int connectionId, @Nullable EventPort port) {
    eventPorts.set(connectionId, port);
  }
}
