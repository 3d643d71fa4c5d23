// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;

/** One thing for the probe to do; the order of the operations is that of {@code probe.s}. */
final class Step {
  private static final int REQUEST = 48;

  /** Operations without data of their own in the request or the answer, except as noted. */
  enum Operation {
    NOTHING,
    READ_MSR,
    WRITE_MSR,
    HYPERCALL,
    IN,
    OUT,
    LOAD,
    STORE,
    CALL,
    /** Followed by the data. */
    WRITE,
    /** Answered with the data. */
    READ,
    PORT_STORM,
    SET_CR3,
    SET_IDT,
    SET_GDT,
    INVALIDATE,
    USER,
    GOODBYE,
    INTERRUPTS
  }

  private final Operation operation;
  private final long[] arguments;

  private final byte[] data;

  private Step(Operation operation, long... arguments) {
    this(new byte[0], operation, arguments);
  }

  private Step(byte[] data, Operation operation, long... arguments) {
    this.operation = operation;
    this.arguments = arguments;
    this.data = data;
  }

  static Step of(Operation operation, long... arguments) {
    return new Step(operation, arguments);
  }

  static Step readMsr(int msr) {
    return new Step(Operation.READ_MSR, msr);
  }

  static Step writeMsr(int msr, long value) {
    return new Step(Operation.WRITE_MSR, msr, value);
  }

  /** A call of the hypercall page with RCX, RDX and R8. */
  static Step hypercall(long control, long input, long output) {
    return new Step(Operation.HYPERCALL, control, input, output, 0x5A5A_5A5AL);
  }

  static Step in(int port, int size) {
    return new Step(Operation.IN, port, size);
  }

  static Step out(int port, int size, int value) {
    return new Step(Operation.OUT, port, size, value);
  }

  /** Loads 1, 2, 4, 8 or 16 bytes. */
  static Step load(long address, int size) {
    return new Step(Operation.LOAD, address, size);
  }

  /** Stores 1, 2, 4, 8 or 16 bytes; with size 32 adds 8 bytes with a lock. */
  static Step store(long address, int size, long value) {
    return new Step(Operation.STORE, address, size, value);
  }

  /** Writes bytes to memory. */
  static Step write(long address, byte[] bytes) {
    return new Step(bytes, Operation.WRITE, address, bytes.length);
  }

  Operation operation() {
    return operation;
  }

  /** Bytes of the request. */
  int size() {
    return REQUEST + data.length;
  }

  /** The request as the probe takes it. */
  @SuppressWarnings("EnumOrdinal") // the order is the probe's table
  void put(ByteBuffer buffer) {
    int start = buffer.position();
    buffer.order(ByteOrder.LITTLE_ENDIAN).putLong(operation.ordinal());
    for (long argument : arguments) {
      buffer.putLong(argument);
    }
    while (buffer.position() < start + REQUEST) {
      buffer.putLong(0);
    }
    buffer.put(data);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(operation.name().toLowerCase(Locale.ROOT));
    Arrays.stream(arguments).forEach(a -> text.append(" 0x").append(Long.toHexString(a)));
    return text.toString();
  }
}
