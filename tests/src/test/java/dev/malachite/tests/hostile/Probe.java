// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.Machine;
import dev.malachite.engine.machine.MachineConfiguration;
import dev.malachite.engine.machine.MachineEnd;
import dev.malachite.tests.EngineUnderTest;
import dev.malachite.tests.hostile.Step.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * A machine whose guest ({@code probe.s}) executes single instructions as the test says, so that a
 * test decides what a hostile guest does and sees what comes of each step.
 *
 * <p>Interrupts are taken and ended while a step runs. Memory: the probe lies at 1 MiB, the
 * hypercall page at 2 MiB, values of XMM registers for hypercalls at {@link #XMM_VALUES}; from
 * {@link #FREE} on it belongs to the test.
 */
final class Probe implements AutoCloseable {
  static final long MEMORY = 64L << 20;
  static final long HYPERCALL_PAGE = 0x20_0000;
  static final long XMM_VALUES = 0x21_0000;
  static final long SCRIBBLER = 0x21_1000;
  static final long FREE = 0x40_0000;

  static final int GENERAL_PROTECTION = 13;
  static final int PAGE_FAULT = 14;

  static final int GUEST_OS_ID = 0x4000_0000;
  static final int HYPERCALL = 0x4000_0001;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * What came of a step.
   *
   * @param vector the exception, -1 for none
   * @param value the result
   * @param error the exception's error code, if it has one
   * @param cr2 the address of a page fault
   */
  record Outcome(int vector, long value, long error, long cr2) {
    boolean fault() {
      return vector >= 0;
    }
  }

  private final ProbeLine line = new ProbeLine();
  private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> warnings = new ConcurrentLinkedQueue<>();
  private final Handler logHandler = new LogHandler();
  private final List<Step> kept = new ArrayList<>();
  private final Machine machine;

  /** Starts a machine with one or two processors; the second waits. */
  Probe(int processors, Drive... drives) throws IOException {
    Logger.getLogger("").addHandler(logHandler);
    machine =
        new Machine(
            new MachineConfiguration(
                "probe",
                UUID.randomUUID(),
                2,
                MEMORY,
                processors,
                EngineUnderTest.kind(),
                new DirectBoot(ProbeImage.file(), null, ""),
                List.of(drives),
                line));
    var _ = machine.end().thenRun(line::end);
    machine.start();
    assertThat(answer().value).isZero();
  }

  private final class LogHandler extends Handler {
    @Override
    public void publish(LogRecord record) {
      String line = new SimpleFormatter().formatMessage(record);
      if (record.getLevel().intValue() >= Level.SEVERE.intValue()) {
        errors.add(line + " " + record.getThrown());
      } else if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
        warnings.add(line);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private void request(Operation operation, long... arguments) {
    request(List.of(Step.of(operation, arguments)));
  }

  private void request(List<Step> steps) {
    ByteBuffer buffer = ByteBuffer.allocate(steps.stream().mapToInt(Step::size).sum());
    steps.forEach(step -> step.put(buffer));
    line.send(buffer.array());
  }

  private Outcome answer() {
    ByteBuffer buffer = ByteBuffer.wrap(line.take(32)).order(ByteOrder.LITTLE_ENDIAN);
    long status = buffer.getLong();
    int vector = status >>> 8 == 1 ? (int) status & 0xFF : -1;
    return new Outcome(vector, buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  private Outcome step(Operation operation, long... arguments) {
    return step(Step.of(operation, arguments));
  }

  /** Does one thing. */
  Outcome step(Step step) {
    request(List.of(step));
    return answer();
  }

  /** Does many things one after the other, without waiting for each. */
  List<Outcome> steps(List<Step> steps) {
    request(steps);
    List<Outcome> outcomes = new ArrayList<>(steps.size());
    for (Step step : steps) {
      try {
        outcomes.add(answer());
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + " at " + step, e);
      }
    }
    return outcomes;
  }

  /** Keeps a step for {@link #flush}. */
  void later(Step step) {
    kept.add(step);
  }

  /** Does what has been kept. */
  List<Outcome> flush() {
    List<Step> steps = List.copyOf(kept);
    kept.clear();
    return steps(steps);
  }

  /** The answer to a step that may have had none. */
  Outcome pending() {
    return answer();
  }

  void nothing() {
    assertThat(step(Operation.NOTHING).fault()).isFalse();
  }

  Outcome readMsr(int msr) {
    return step(Step.readMsr(msr));
  }

  Outcome writeMsr(int msr, long value) {
    return step(Step.writeMsr(msr, value));
  }

  /** Writes a register without waiting for an answer. */
  void writeMsrForGood(int msr, long value) {
    request(Operation.WRITE_MSR, msr, value);
  }

  /** Lets the guest make hypercalls. */
  void enableHypercalls() {
    assertThat(writeMsr(GUEST_OS_ID, 0x8100_0000_0000_0000L).fault()).isFalse();
    assertThat(writeMsr(HYPERCALL, HYPERCALL_PAGE | 1).fault()).isFalse();
  }

  /** Calls the hypercall page, with RCX, RDX and R8, and RAX as it is before. */
  Outcome hypercall(long control, long input, long output) {
    return step(Step.hypercall(control, input, output));
  }

  Outcome in(int port, int size) {
    return step(Step.in(port, size));
  }

  Outcome out(int port, int size, int value) {
    return step(Step.out(port, size, value));
  }

  /** Writes a byte to a port without waiting for an answer. */
  void outForGood(int port, int value) {
    request(Operation.OUT, port, 1, value);
  }

  /** Loads 1, 2, 4, 8 or 16 bytes. */
  Outcome load(long address, int size) {
    return step(Step.load(address, size));
  }

  /** Stores 1, 2, 4, 8 or 16 bytes; with size 32 adds 8 bytes with a lock. */
  Outcome store(long address, int size, long value) {
    return step(Step.store(address, size, value));
  }

  /** Calls an address with RDI, RSI and RDX. */
  Outcome call(long address, long... arguments) {
    long[] all = new long[1 + arguments.length];
    all[0] = address;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return step(Operation.CALL, all);
  }

  /** Calls code that may do anything; false if no sound answer comes in a while. */
  boolean callAndLook(long address, Duration time) {
    request(Operation.CALL, address);
    byte[] bytes = line.poll(32, time);
    if (bytes == null) {
      return false;
    }
    long status = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return status == 0 || status >>> 8 == 1;
  }

  /** Calls without waiting for an answer. */
  void callForGood(long address) {
    request(Operation.CALL, address);
  }

  /** Enters level 3, which ends by an exception or {@code int 0x80}. */
  Outcome user(long address, long flags, long rcx, long rdx, long r8) {
    return step(Operation.USER, address, flags, rcx, rdx, r8);
  }

  /** Loads CR3; no answer may come. */
  void pageTables(long address) {
    request(Operation.SET_CR3, address);
  }

  /**
   * Loads the interrupt descriptor table's register and raises a breakpoint; no answer may come.
   */
  void interruptTable(long address, int limit) {
    request(Operation.SET_IDT, address, limit);
  }

  /** Loads the global descriptor table's register and then ES; no answer may come. */
  void descriptorTable(long address, int limit, int selector) {
    request(Operation.SET_GDT, address, limit, selector);
  }

  /** Waits for the byte by which code of the test's own says that it is at work. */
  void awaitWork() {
    assertThat(line.take(1)).containsExactly(33);
  }

  /** True if an answer comes, false if the machine ends before. */
  boolean goesOn() {
    try {
      answer();
      return true;
    } catch (ProbeLine.EndedError e) {
      return false;
    }
  }

  Outcome invalidate(long address) {
    return step(Operation.INVALIDATE, address);
  }

  /** Interrupts taken so far. */
  long interrupts() {
    return step(Operation.INTERRUPTS).value;
  }

  void write(long address, byte[] bytes) {
    assertThat(step(Step.write(address, bytes)).fault()).isFalse();
  }

  void write(long address, byte[] bytes, int count) {
    write(address, Arrays.copyOf(bytes, count));
  }

  void writeLong(long address, long value) {
    assertThat(store(address, 8, value).fault()).isFalse();
  }

  byte[] read(long address, int length) {
    request(Operation.READ, address, length);
    assertThat(answer().fault()).isFalse();
    return line.take(length);
  }

  long readLong(long address) {
    return load(address, 8).value;
  }

  /** Reads and writes ports at random, bytes each, then sets up the serial port again. */
  void portStorm(int first, int count, int rounds, long seed) {
    long mark = seed ^ 0x6D61_6C61_6368_6974L;
    request(Operation.PORT_STORM, first, count, rounds, seed, mark);
    long last = 0;
    while (last != mark) {
      last = last >>> 8 | (long) line.take(1)[0] << 56;
    }
    assertThat(answer().fault()).isFalse();
  }

  /** Starts the second processor, which writes rubbish where {@link #scribble} says. */
  void startSecondProcessor() {
    for (int command : new int[] {0x4500, 0x4608}) {
      writeMsr(0x4000_0071, 1L << 56 | command);
    }
    scribble(FREE, 0, 0);
    while (readLong(SCRIBBLER + 24) == 0) {
      Thread.onSpinWait();
    }
    stopScribbling();
  }

  /** Has the second processor write rubbish. */
  void scribble(long base, long offsetMask, long valueMask) {
    writeLong(SCRIBBLER + 8, offsetMask);
    writeLong(SCRIBBLER + 16, valueMask);
    writeLong(SCRIBBLER, base);
  }

  void stopScribbling() {
    writeLong(SCRIBBLER, 0);
    writeLong(SCRIBBLER + 32, 0);
    while (readLong(SCRIBBLER + 32) == 0) {
      Thread.onSpinWait();
    }
  }

  /** Has the second processor call an address once. */
  void callOnSecond(long address) {
    writeLong(SCRIBBLER + 48, 0);
    writeLong(SCRIBBLER + 40, address);
  }

  /** Waits until the second processor has come back. */
  void awaitSecond() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (readLong(SCRIBBLER + 48) == 0) {
      assertThat(System.nanoTime()).as("time").isLessThan(deadline);
    }
  }

  /** Waits for a warning in the host's log, as often as it is asked for. */
  void awaitWarning(String words) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!warnings.removeIf(new FirstWith(words))) {
      assertThat(System.nanoTime()).as("time for: " + words).isLessThan(deadline);
      nothing();
    }
  }

  private static final class FirstWith implements Predicate<String> {
    private final String words;
    private boolean found;

    FirstWith(String words) {
      this.words = words;
    }

    @Override
    public boolean test(String line) {
      boolean match = !found && line.contains(words);
      found |= match;
      return match;
    }
  }

  /** The machine must be well: the guest says goodbye and powers off. */
  void powerOff() throws InterruptedException {
    request(Operation.GOODBYE);
    assertThat(new String(line.take(8), StandardCharsets.US_ASCII)).isEqualTo("GOODBYE\n");
    assertThat(awaitEnd()).isEqualTo(new MachineEnd(MachineEnd.Cause.POWERED_OFF, ""));
    assertNoErrors();
  }

  /** The machine must end by the guest's own crash. */
  void crash() throws InterruptedException {
    assertThat(awaitEnd().cause()).isEqualTo(MachineEnd.Cause.CRASHED);
    assertNoErrors();
  }

  /** The machine must start again. */
  void awaitRestart() {
    assertThat(answer().value).isZero();
  }

  MachineEnd awaitEnd() throws InterruptedException {
    return machine.awaitEnd(PATIENCE).orElseThrow(() -> new AssertionError("still running"));
  }

  Machine machine() {
    return machine;
  }

  /** Nothing the guest did may be logged as an error of the host. */
  void assertNoErrors() {
    assertThat(errors).as("errors of the host").isEmpty();
  }

  @Override
  public void close() {
    machine.close();
    Logger.getLogger("").removeHandler(logHandler);
  }
}
