// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.interrupt;

import dev.malachite.engine.processor.InterruptSource;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The local APIC of one processor: xAPIC in memory and x2APIC in MSRs (SDM volume 3, chapter 11).
 *
 * <p>Registers belong to the processor's own thread. Interrupts arrive from any thread: they are
 * set in the request register, which is atomic, and the processor is told; no lock is taken.
 *
 * <p>There is no management mode (SMI does nothing), no thermal sensor and no performance counter
 * behind the entries of the local vector table that have their names.
 */
public final class LocalApic implements InterruptSource, Saveable {
  /** Is told when the processor ends an interrupt, on the processor's thread. */
  @FunctionalInterface
  public interface EndObserver {
    /** The guest has ended the interrupt of this vector. */
    void ended(int vector);
  }

  /** Bit 8 of IA32_APIC_BASE: this is the bootstrap processor. */
  private static final long BASE_BOOTSTRAP = 1 << 8;

  private static final long BASE_X2APIC = 1 << 10;
  private static final long BASE_ENABLED = 1 << 11;
  private static final long DEFAULT_ADDRESS = 0xFEE0_0000L;

  /** Physical addresses have 40 bits, as CPUID says. */
  private static final long BASE_VALID =
      BASE_BOOTSTRAP | BASE_X2APIC | BASE_ENABLED | 0xFF_FFFF_F000L;

  /** Version 0x14, six entries in the local vector table. */
  private static final int VERSION = 5 << 16 | 0x14;

  private static final int LVT_MASKED = 1 << 16;
  private static final int LVT_LEVEL = 1 << 15;
  private static final int LVT_REMOTE_IRR = 1 << 14;

  private static final int TIMER = 0;
  private static final int LINT0 = 3;
  private static final int ERROR = 5;

  /** Bits that can be written in each entry, in the order of the registers. */
  private static final int[] LVT_WRITABLE = {0x700FF, 0x107FF, 0x107FF, 0x1A7FF, 0x1A7FF, 0x100FF};

  private static final int ERROR_SEND_VECTOR = 1 << 5;
  private static final int ERROR_RECEIVE_VECTOR = 1 << 6;
  private static final int ERROR_REGISTER = 1 << 7;

  private static final int SOFTWARE_ENABLED = 1 << 8;

  private static final long NOT_WRITABLE = -1;

  private static final int SHORTHAND_NONE = 0;
  private static final int SHORTHAND_SELF = 1;
  private static final int SHORTHAND_ALL = 2;

  private final int id;
  private final ApicBus bus;
  private final ApicTimer timer;
  private volatile Listener listener = () -> {};
  private volatile EndObserver endObserver = vector -> {};
  private volatile ExternalInterrupts external = ExternalInterrupts.NONE;

  private final VectorSet request = new VectorSet();
  private final VectorSet inService = new VectorSet();
  private final VectorSet levelTriggered = new VectorSet();
  private final VectorSet endsItself = new VectorSet();
  private final AtomicIntegerArray lvt = new AtomicIntegerArray(LVT_WRITABLE.length);
  private final AtomicInteger newErrors = new AtomicInteger();
  private final AtomicInteger lines = new AtomicInteger();

  private volatile long base;
  private volatile int taskPriority;
  private volatile int processorPriority;
  private volatile int logicalDestination;
  private volatile int destinationFormat;
  private volatile int spurious;
  private int errors;
  private long command;

  private volatile boolean nmiPending;
  private volatile boolean initPending;
  private final AtomicInteger startupPending = new AtomicInteger(-1);
  private volatile boolean externalPending;

  /**
   * Makes the APIC of a processor, in its power-on state, and puts it on the bus.
   *
   * @param id the APIC id, which is the processor's number in the machine: 0 to 254; 0 is the
   *     bootstrap processor
   * @param bus where its messages go and come from
   * @param clock the machine's time
   * @param timers runs its timer
   */
  @SuppressWarnings("this-escape")
  public LocalApic(int id, ApicBus bus, MachineClock clock, TimerQueue timers) {
    this.id = id;
    this.bus = bus;
    timer = new ApicTimer(clock, timers, this::timerExpired);
    powerOn();
    bus.add(this);
  }

  /** The APIC id, which is the processor's number. */
  public int id() {
    return id;
  }

  @Override
  public void listen(Listener newListener) {
    listener = newListener;
  }

  /** Sets who is told of ended interrupts. Once, while the machine is being built. */
  public void observeEnds(EndObserver observer) {
    endObserver = observer;
  }

  /** Connects an external controller to LINT0. Once, while the machine is being built. */
  public void externalInterrupts(ExternalInterrupts controller) {
    external = controller;
  }

  /**
   * Says how far the guest's time stamp counter is ahead of {@link MachineClock#tsc()}: the
   * deadline timer compares with the guest's. Any thread.
   */
  @Override
  public void tscOffset(long offset) {
    timer.tscOffset(offset);
  }

  // The processor's questions.

  @Override
  public boolean interruptPending() {
    int vector = request.highest();
    return vector >= 0 && vector >> 4 > processorPriority >> 4 || externalWanted();
  }

  @Override
  public int acknowledge() {
    if (externalWanted()) {
      externalPending = false;
      int vector = external.acknowledge();
      if (vector >= 0) {
        return vector;
      }
    }
    int vector = request.highest();
    if (vector < 0 || vector >> 4 <= processorPriority >> 4) {
      return -1;
    }
    request.remove(vector);
    if (!endsItself.contains(vector)) {
      inService.add(vector);
      updatePriority();
    }
    return vector;
  }

  @Override
  public boolean takeNmi() {
    boolean taken = nmiPending;
    if (taken) {
      nmiPending = false;
    }
    return taken;
  }

  @Override
  public boolean takeInit() {
    boolean taken = initPending;
    if (taken) {
      initPending = false;
    }
    return taken;
  }

  @Override
  public int takeStartup() {
    return startupPending.get() < 0 ? -1 : startupPending.getAndSet(-1);
  }

  @Override
  public int taskPriority() {
    return taskPriority >> 4;
  }

  @Override
  public void taskPriority(int priority) {
    setTaskPriority((priority & 0xF) << 4);
  }

  @Override
  public long base() {
    return base;
  }

  @Override
  public boolean base(long value) {
    if ((value & ~BASE_VALID) != 0) {
      return false;
    }
    boolean enabled = (value & BASE_ENABLED) != 0;
    boolean x2apic = (value & BASE_X2APIC) != 0;
    boolean wasEnabled = (base & BASE_ENABLED) != 0;
    if (x2apic && (!enabled || !wasEnabled) || isX2apic() && enabled && !x2apic) {
      return false;
    }
    boolean entersX2apic = x2apic && !isX2apic();
    base = value;
    if (wasEnabled && !enabled) {
      reset();
    } else if (entersX2apic) {
      logicalDestination = x2apicLogicalId();
      command = 0;
    }
    return true;
  }

  @Override
  public void reset() {
    timer.reset();
    request.clear();
    inService.clear();
    levelTriggered.clear();
    endsItself.clear();
    for (int i = 0; i < lvt.length(); i++) {
      lvt.set(i, LVT_MASKED);
    }
    newErrors.set(0);
    errors = 0;
    command = 0;
    taskPriority = 0;
    processorPriority = 0;
    destinationFormat = -1;
    logicalDestination = isX2apic() ? x2apicLogicalId() : 0;
    spurious = 0xFF;
    nmiPending = false;
    externalPending = false;
  }

  /**
   * Sets the power-on state: that of {@link #reset}, and the base register, and no message waits.
   * Only while the processor doesn't run.
   */
  public void powerOn() {
    base = DEFAULT_ADDRESS | BASE_ENABLED | (id == 0 ? BASE_BOOTSTRAP : 0);
    initPending = false;
    startupPending.set(-1);
    reset();
  }

  // What arrives, on any thread.

  /**
   * Requests an interrupt.
   *
   * @param vector 0 to 255; below 16 it is an error, noted in the error status register
   * @param level true for a level-triggered interrupt: its end is told to the IOAPICs
   * @param autoEnd true if the processor's taking it ends it (SynIC auto-EOI)
   * @return false if this APIC takes no interrupts now
   */
  boolean accept(int vector, boolean level, boolean autoEnd) {
    if ((spurious & SOFTWARE_ENABLED) == 0 || (base & BASE_ENABLED) == 0) {
      return false;
    }
    if (vector < 16) {
      error(ERROR_RECEIVE_VECTOR);
      return false;
    }
    set(levelTriggered, vector, level);
    set(endsItself, vector, autoEnd);
    request.add(vector);
    listener.attention();
    return true;
  }

  private static void set(VectorSet set, int vector, boolean member) {
    if (set.contains(vector) != member) {
      if (member) {
        set.add(vector);
      } else {
        set.remove(vector);
      }
    }
  }

  /** A message for this APIC whose mode is not fixed or lowest priority. */
  boolean special(int mode, int vector) {
    if ((base & BASE_ENABLED) == 0) {
      return false;
    }
    switch (mode) {
      case DeliveryMode.NMI -> nmiPending = true;
      case DeliveryMode.INIT -> {
        startupPending.set(-1);
        initPending = true;
      }
      case DeliveryMode.STARTUP -> startupPending.set(vector & 0xFF);
      case DeliveryMode.EXTERNAL -> externalPending = true;
      default -> {
        return false;
      }
    }
    listener.attention();
    return true;
  }

  /**
   * Drives one of the two local interrupt pins. Any thread.
   *
   * @param pin 0 for LINT0, where a PIC sits; 1 for LINT1, where the board's NMI arrives
   */
  public void lint(int pin, boolean asserted) {
    int bit = 1 << (pin & 1);
    int before = asserted ? lines.getAndUpdate(l -> l | bit) : lines.getAndUpdate(l -> l & ~bit);
    if (asserted && (before & bit) == 0) {
      lintAsserted(LINT0 + (pin & 1));
    }
  }

  private void lintAsserted(int index) {
    int entry = lvt.get(index);
    if (index == LINT0 && (base & BASE_ENABLED) == 0) {
      listener.attention();
      return;
    }
    if ((entry & LVT_MASKED) != 0) {
      return;
    }
    int mode = entry >> 8 & 7;
    if (index == LINT0 && mode == DeliveryMode.EXTERNAL) {
      listener.attention();
    } else if (mode != DeliveryMode.FIXED) {
      special(mode, 0);
    } else if (index == LINT0 && (entry & LVT_LEVEL) != 0) {
      if ((entry & LVT_REMOTE_IRR) == 0
          && lvt.compareAndSet(index, entry, entry | LVT_REMOTE_IRR)) {
        accept(entry & 0xFF, true, false);
      }
    } else {
      accept(entry & 0xFF, false, false);
    }
  }

  private boolean externalWanted() {
    if (externalPending) {
      return true;
    }
    if ((lines.get() & 1) == 0) {
      return false;
    }
    int entry = lvt.get(LINT0);
    return (base & BASE_ENABLED) == 0
        || (entry & LVT_MASKED) == 0 && (entry >> 8 & 7) == DeliveryMode.EXTERNAL;
  }

  private void timerExpired() {
    int entry = lvt.get(TIMER);
    if ((entry & LVT_MASKED) == 0) {
      accept(entry & 0xFF, false, false);
    }
  }

  private void error(int bit) {
    newErrors.getAndUpdate(e -> e | bit);
    int entry = lvt.get(ERROR);
    if ((entry & LVT_MASKED) == 0 && (entry & 0xFF) >= 16) {
      accept(entry & 0xFF, false, false);
    }
  }

  // What other APICs' messages ask of this one.

  boolean isX2apic() {
    return (base & BASE_X2APIC) != 0;
  }

  /** Priority for lowest-priority arbitration: less is chosen first. */
  int arbitrationPriority() {
    return processorPriority;
  }

  boolean takesInterrupts() {
    return (spurious & SOFTWARE_ENABLED) != 0 && (base & BASE_ENABLED) != 0;
  }

  /** True if a logical destination names this APIC (SDM volume 3, section 11.6.2.2). */
  boolean matchesLogical(int destination) {
    if (destination == ApicBus.EVERYBODY) {
      return true;
    }
    int mine = logicalDestination;
    if (isX2apic()) {
      return destination >>> 16 == mine >>> 16 && (destination & mine & 0xFFFF) != 0;
    }
    if (destination >>> 8 != 0) {
      return false;
    }
    mine >>>= 24;
    if (destinationFormat >>> 28 == 0xF) {
      return (destination & mine) != 0;
    }
    int cluster = destination >> 4;
    return (cluster == 0xF || cluster == mine >> 4) && (destination & mine & 0xF) != 0;
  }

  private int x2apicLogicalId() {
    return id >> 4 << 16 | 1 << (id & 0xF);
  }

  // Registers.

  @Override
  public boolean readMsr(int msr, long[] result) {
    if (msr == 0x6E0) {
      result[0] = timer.deadline();
      return true;
    }
    if (!isX2apic()) {
      return false;
    }
    int offset = msr - ApicRegister.X2APIC_FIRST_MSR << 4;
    if (offset == ApicRegister.COMMAND) {
      result[0] = command;
      return true;
    }
    switch (offset) {
      case ApicRegister.END_OF_INTERRUPT,
          ApicRegister.SELF_IPI,
          ApicRegister.DESTINATION_FORMAT,
          ApicRegister.ARBITRATION_PRIORITY,
          ApicRegister.REMOTE_READ,
          ApicRegister.COMMAND_HIGH -> {
        return false;
      }
      case ApicRegister.ID -> result[0] = id;
      default -> {
        if (!isRegister(offset)) {
          return false;
        }
        result[0] = Integer.toUnsignedLong(read(offset));
      }
    }
    return true;
  }

  @Override
  public boolean writeMsr(int msr, long value) {
    if (msr == 0x6E0) {
      timer.deadline(value);
      return true;
    }
    if (!isX2apic()) {
      return false;
    }
    int offset = msr - ApicRegister.X2APIC_FIRST_MSR << 4;
    if (offset == ApicRegister.COMMAND) {
      return writeCommand(value);
    }
    long writable = writableBits(offset);
    if (writable == NOT_WRITABLE || (value & ~writable) != 0) {
      return false;
    }
    if (offset == ApicRegister.SELF_IPI) {
      sendCommand(SHORTHAND_SELF << 18 | (int) value, 0);
    } else {
      write(offset, (int) value);
    }
    return true;
  }

  private boolean writeCommand(long value) {
    if ((value & 0xFFF3_2000L) != 0) {
      return false;
    }
    command = value & ~0x1000L;
    sendCommand((int) value, (int) (value >>> 32));
    return true;
  }

  /** Which bits an x2APIC write may set; none at all for registers that aren't there. */
  private static long writableBits(int offset) {
    return switch (offset) {
      case ApicRegister.TASK_PRIORITY, ApicRegister.SELF_IPI -> 0xFF;
      case ApicRegister.END_OF_INTERRUPT, ApicRegister.ERROR_STATUS -> 0;
      case ApicRegister.SPURIOUS_VECTOR -> 0x3FF;
      case ApicRegister.INITIAL_COUNT -> 0xFFFF_FFFFL;
      case ApicRegister.DIVIDE -> 0xB;
      default -> {
        int index = lvtIndex(offset);
        yield index < 0 ? NOT_WRITABLE : LVT_WRITABLE[index] | LVT_REMOTE_IRR | 1 << 12;
      }
    };
  }

  private static int lvtIndex(int offset) {
    return offset < ApicRegister.LVT_TIMER || offset > ApicRegister.LVT_ERROR
        ? -1
        : offset - ApicRegister.LVT_TIMER >> 4;
  }

  private static boolean isRegister(int offset) {
    return switch (offset) {
      case ApicRegister.ID,
          ApicRegister.VERSION,
          ApicRegister.TASK_PRIORITY,
          ApicRegister.ARBITRATION_PRIORITY,
          ApicRegister.PROCESSOR_PRIORITY,
          ApicRegister.END_OF_INTERRUPT,
          ApicRegister.REMOTE_READ,
          ApicRegister.LOGICAL_DESTINATION,
          ApicRegister.DESTINATION_FORMAT,
          ApicRegister.SPURIOUS_VECTOR,
          ApicRegister.ERROR_STATUS,
          ApicRegister.COMMAND,
          ApicRegister.COMMAND_HIGH,
          ApicRegister.INITIAL_COUNT,
          ApicRegister.CURRENT_COUNT,
          ApicRegister.DIVIDE ->
          true;
      default -> lvtIndex(offset) >= 0 || offset >= ApicRegister.IN_SERVICE && offset < 0x280;
    };
  }

  @Override
  public int readMmio(int offset) {
    if (isX2apic() || (base & BASE_ENABLED) == 0) {
      return -1;
    }
    int register = offset & 0xFF0;
    if (!isRegister(register)) {
      error(ERROR_REGISTER);
      return 0;
    }
    return read(register) >>> (offset & 3) * 8;
  }

  @Override
  public void writeMmio(int offset, int value) {
    if (isX2apic() || (base & BASE_ENABLED) == 0 || (offset & 3) != 0) {
      return;
    }
    int register = offset & 0xFF0;
    switch (register) {
      case ApicRegister.COMMAND -> {
        command = command & 0xFFFF_FFFF_0000_0000L | Integer.toUnsignedLong(value & ~0x1000);
        int destination = (int) (command >>> 56);
        sendCommand(
            value, destination == 0xFF && (value & 0x800) == 0 ? ApicBus.EVERYBODY : destination);
      }
      case ApicRegister.COMMAND_HIGH ->
          command = command & 0xFFFF_FFFFL | (value & 0xFF00_0000L) << 32;
      case ApicRegister.LOGICAL_DESTINATION -> logicalDestination = value & 0xFF00_0000;
      case ApicRegister.DESTINATION_FORMAT -> destinationFormat = value | 0x0FFF_FFFF;
      default -> {
        if (isRegister(register)) {
          write(register, value);
        } else {
          error(ERROR_REGISTER);
        }
      }
    }
  }

  private int read(int offset) {
    return switch (offset) {
      case ApicRegister.ID -> id << 24;
      case ApicRegister.VERSION -> VERSION;
      case ApicRegister.TASK_PRIORITY -> taskPriority;
      case ApicRegister.ARBITRATION_PRIORITY, ApicRegister.PROCESSOR_PRIORITY -> processorPriority;
      case ApicRegister.LOGICAL_DESTINATION -> logicalDestination;
      case ApicRegister.DESTINATION_FORMAT -> destinationFormat;
      case ApicRegister.SPURIOUS_VECTOR -> spurious;
      case ApicRegister.ERROR_STATUS -> errors;
      case ApicRegister.COMMAND -> (int) command;
      case ApicRegister.COMMAND_HIGH -> (int) (command >>> 32);
      case ApicRegister.INITIAL_COUNT -> timer.initialCount();
      case ApicRegister.CURRENT_COUNT -> timer.currentCount();
      case ApicRegister.DIVIDE -> timer.divide();
      default -> {
        int index = lvtIndex(offset);
        if (index >= 0) {
          yield lvt.get(index);
        }
        int word = offset >> 4 & 7;
        yield switch (offset & 0xF80) {
          case ApicRegister.IN_SERVICE -> inService.register(word);
          case ApicRegister.TRIGGER_MODE -> levelTriggered.register(word);
          case ApicRegister.REQUEST -> request.register(word);
          default -> 0;
        };
      }
    };
  }

  private void write(int offset, int value) {
    switch (offset) {
      case ApicRegister.TASK_PRIORITY -> setTaskPriority(value & 0xFF);
      case ApicRegister.END_OF_INTERRUPT -> endOfInterrupt();
      case ApicRegister.SPURIOUS_VECTOR -> {
        spurious = value & 0x3FF;
        if ((value & SOFTWARE_ENABLED) == 0) {
          for (int i = 0; i < lvt.length(); i++) {
            writeLvt(i, lvt.get(i));
          }
        }
      }
      case ApicRegister.ERROR_STATUS -> errors = newErrors.getAndSet(0);
      case ApicRegister.INITIAL_COUNT -> timer.initialCount(value);
      case ApicRegister.DIVIDE -> timer.divide(value);
      default -> {
        int index = lvtIndex(offset);
        if (index >= 0) {
          writeLvt(index, value);
        }
      }
    }
  }

  private void writeLvt(int index, int value) {
    boolean maskedBySoftware = (spurious & SOFTWARE_ENABLED) == 0;
    int entry = value & LVT_WRITABLE[index] | (maskedBySoftware ? LVT_MASKED : 0);
    if (index == LINT0) {
      // Remote IRR is the APIC's own bit, and means nothing to an edge.
      int level = entry & LVT_LEVEL;
      lvt.getAndUpdate(index, old -> entry | (level != 0 ? old & LVT_REMOTE_IRR : 0));
      if ((lines.get() & 1) != 0) {
        lintUnmasked(entry);
      }
      return;
    }
    lvt.set(index, entry);
    if (index == TIMER) {
      timer.configure(entry >> 17 & 3, (entry & LVT_MASKED) != 0);
    }
  }

  /** LINT0's entry was written while its line is up: a level counts, an edge has passed. */
  private void lintUnmasked(int entry) {
    boolean fixed = (entry >> 8 & 7) == DeliveryMode.FIXED;
    if (!fixed) {
      listener.attention();
    } else if ((entry & LVT_LEVEL) != 0) {
      lintAsserted(LINT0);
    }
  }

  /** The task priority register, 0 to 255, as Hyper-V's MSR shows it. */
  public int taskPriorityRegister() {
    return taskPriority;
  }

  /** Sets the task priority register, 0 to 255. */
  public void taskPriorityRegister(int value) {
    setTaskPriority(value & 0xFF);
  }

  private void setTaskPriority(int value) {
    taskPriority = value;
    updatePriority();
    if (interruptPending()) {
      listener.attention();
    }
  }

  /** SDM volume 3, section 11.8.3.1. */
  private void updatePriority() {
    int serving = Math.max(inService.highest(), 0) & 0xF0;
    processorPriority = (taskPriority & 0xF0) >= serving ? taskPriority : serving;
  }

  /** The processor ends the interrupt it serves: a write of the EOI register, or of Hyper-V's. */
  public void endOfInterrupt() {
    int vector = inService.highest();
    if (vector < 0) {
      return;
    }
    inService.remove(vector);
    updatePriority();
    if (levelTriggered.contains(vector)) {
      endLint(vector);
      bus.endOfInterrupt(vector);
    }
    endObserver.ended(vector);
    if (interruptPending()) {
      listener.attention();
    }
  }

  private void endLint(int vector) {
    int entry = lvt.get(LINT0);
    if ((entry & LVT_REMOTE_IRR) != 0 && (entry & 0xFF) == vector) {
      lvt.getAndUpdate(LINT0, old -> old & ~LVT_REMOTE_IRR);
      if ((lines.get() & 1) != 0) {
        lintAsserted(LINT0);
      }
    }
  }

  // Messages this APIC sends.

  /** The interrupt command register, as Hyper-V's MSR and the x2APIC's show it. */
  public long command() {
    return command;
  }

  /**
   * Writes the interrupt command register in its 64-bit form, whose destination is bits 63 to 32 in
   * x2APIC mode and 63 to 56 otherwise.
   *
   * @return false if reserved bits are set
   */
  public boolean command(long value) {
    if (isX2apic()) {
      return writeCommand(value);
    }
    writeMmio(ApicRegister.COMMAND_HIGH, (int) (value >>> 32));
    writeMmio(ApicRegister.COMMAND, (int) value);
    return true;
  }

  private void sendCommand(int low, int destination) {
    int mode = low >> 8 & 7;
    boolean assertLevel = (low & 1 << 14) != 0;
    boolean logical = (low & 1 << 11) != 0;
    if (mode == DeliveryMode.INIT && !assertLevel) {
      return; // INIT level de-assert means nothing since the Pentium 4
    }
    if (mode == 3 || mode == DeliveryMode.EXTERNAL) {
      return;
    }
    int vector = low & 0xFF;
    if ((mode == DeliveryMode.FIXED || mode == DeliveryMode.LOWEST_PRIORITY) && vector < 16) {
      error(ERROR_SEND_VECTOR);
      return;
    }
    switch (low >> 18 & 3) {
      case SHORTHAND_NONE -> bus.deliver(destination, logical, mode, vector, false);
      case SHORTHAND_SELF -> deliverToSelf(mode, vector);
      case SHORTHAND_ALL -> bus.broadcast(null, mode, vector);
      default -> bus.broadcast(this, mode, vector);
    }
  }

  private void deliverToSelf(int mode, int vector) {
    if (mode == DeliveryMode.FIXED || mode == DeliveryMode.LOWEST_PRIORITY) {
      accept(vector, false, false);
    } else if (mode == DeliveryMode.NMI) {
      special(mode, vector);
    }
  }

  // Saving.

  /** Saves or restores it all; what its pins are told, too, so the devices behind needn't. */
  @Override
  public void transfer(StateTransfer s) throws StateException {
    base = s.int64(base);
    if ((base & ~BASE_VALID) != 0) {
      throw s.impossible("the base register is 0x%x".formatted(base));
    }
    request.transfer(s);
    inService.transfer(s);
    levelTriggered.transfer(s);
    endsItself.transfer(s);
    for (int i = 0; i < lvt.length(); i++) {
      lvt.set(i, s.int32(lvt.get(i)));
    }
    newErrors.set(s.int32(newErrors.get()));
    errors = s.int32(errors);
    lines.set(s.number(lines.get(), 0, 3));
    taskPriority = s.number(taskPriority, 0, 0xFF);
    logicalDestination = s.int32(logicalDestination);
    destinationFormat = s.int32(destinationFormat);
    spurious = s.int32(spurious);
    command = s.int64(command);
    nmiPending = s.flag(nmiPending);
    initPending = s.flag(initPending);
    startupPending.set(s.number(startupPending.get(), -1, 0xFF));
    externalPending = s.flag(externalPending);
    timer.transfer(s);
    if (s.loading()) {
      updatePriority();
      listener.attention();
    }
  }
}
