// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Host memory by absolute address, for addresses that come out of the TLB and nowhere else.
 *
 * <p>This is the one place without a bounds check: the TLB holds only addresses of guest memory.
 */
@SuppressWarnings("restricted")
public final class HostMemory {
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  private static final VarHandle BYTE = JAVA_BYTE.varHandle();
  private static final VarHandle SHORT = JAVA_SHORT.varHandle();
  private static final VarHandle INT = JAVA_INT.varHandle();
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private HostMemory() {}

  /** Reads a byte, zero-extended. */
  public static int get8(long address) {
    return ALL.get(JAVA_BYTE, address) & 0xFF;
  }

  /** Reads two bytes, zero-extended. */
  public static int get16(long address) {
    return ALL.get(JAVA_SHORT_UNALIGNED, address) & 0xFFFF;
  }

  /** Reads four bytes. */
  public static int get32(long address) {
    return ALL.get(JAVA_INT_UNALIGNED, address);
  }

  /** Reads eight bytes. */
  public static long get64(long address) {
    return ALL.get(JAVA_LONG_UNALIGNED, address);
  }

  /** Writes a byte. */
  public static void put8(long address, int value) {
    ALL.set(JAVA_BYTE, address, (byte) value);
  }

  /** Writes two bytes. */
  public static void put16(long address, int value) {
    ALL.set(JAVA_SHORT_UNALIGNED, address, (short) value);
  }

  /** Writes four bytes. */
  public static void put32(long address, int value) {
    ALL.set(JAVA_INT_UNALIGNED, address, value);
  }

  /** Writes eight bytes. */
  public static void put64(long address, long value) {
    ALL.set(JAVA_LONG_UNALIGNED, address, value);
  }

  /**
   * Compares and sets atomically; the address is aligned to the size.
   *
   * @param size 1, 2, 4 or 8 bytes
   * @return true if memory held {@code expected} and holds {@code value} now
   */
  public static boolean compareAndSet(long address, int size, long expected, long value) {
    return switch (size) {
      case 1, 2 -> compareAndSetPart(address, size, expected, value);
      case 4 -> INT.compareAndSet(ALL, address, (int) expected, (int) value);
      default -> LONG.compareAndSet(ALL, address, expected, value);
    };
  }

  // One and two bytes have no compare-and-set of their own in the memory-segment API: change their
  // word.
  private static boolean compareAndSetPart(long address, int size, long expected, long value) {
    long word = address & ~3L;
    int shift = (int) (address & 3) * 8;
    int mask = (1 << 8 * size) - 1;
    while (true) {
      int old = (int) INT.getVolatile(ALL, word);
      if (((old >>> shift ^ (int) expected) & mask) != 0) {
        return false;
      }
      int changed = old & ~(mask << shift) | ((int) value & mask) << shift;
      if (INT.compareAndSet(ALL, word, old, changed)) {
        return true;
      }
    }
  }

  /** Reads a value with the order of a volatile, zero-extended. The address is aligned. */
  public static long getVolatile(long address, int size) {
    return switch (size) {
      case 1 -> (byte) BYTE.getVolatile(ALL, address) & 0xFF;
      case 2 -> (short) SHORT.getVolatile(ALL, address) & 0xFFFF;
      case 4 -> (int) INT.getVolatile(ALL, address) & 0xFFFF_FFFFL;
      default -> (long) LONG.getVolatile(ALL, address);
    };
  }

  /** Writes four bytes with the order of a volatile. The address is aligned. */
  public static void putVolatile(long address, int value) {
    INT.setVolatile(ALL, address, value);
  }

  /** Copies bytes; the ranges may overlap. */
  public static void copy(long from, long to, long bytes) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }

  /** Copies bytes into an array. */
  public static void copyOut(long from, byte[] to, int at, int bytes) {
    MemorySegment.copy(ALL, JAVA_BYTE, from, to, at, bytes);
  }

  /** Fills bytes. */
  public static void fill(long address, long bytes, byte value) {
    ALL.asSlice(address, bytes).fill(value);
  }
}
