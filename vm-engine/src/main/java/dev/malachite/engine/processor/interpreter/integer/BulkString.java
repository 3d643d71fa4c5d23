// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.HostMemory;

/** Many elements of a repeated string operation at once, within one page of guest memory. */
final class BulkString {
  private BulkString() {}

  /** False while each element must be looked at: going down, or with checks armed. */
  static boolean possible(Cpu cpu) {
    boolean checked =
        (cpu.dr[7] & 0xFF) != 0
            || cpu.cpl == 3 && (cpu.systemFlags & Cpu.AC) != 0 && (cpu.cr0 & Cpu.CR0_AM) != 0;
    return !checked && (cpu.systemFlags & Cpu.DF) == 0;
  }

  /**
   * How many elements lie in the page of an offset, before the offset wraps.
   *
   * @param mask ones for the bits of the address size
   * @param most not more than that many
   */
  static int fitting(Cpu cpu, int segment, long offset, long mask, int size, int most) {
    long base = cpu.mode64 && segment < Cpu.FS ? 0 : cpu.segments[segment].base;
    int inPage = (4096 - ((int) (base + offset) & 4095)) / size;
    int fit = Math.min(most, inPage);
    long left = mask - offset;
    return left >= 0 && left < (long) fit * size ? (int) (left + 1) / size : fit;
  }

  /** Host address of bytes to read; 0 if they aren't all in one page of memory, or would fault. */
  static long source(Cpu cpu, int segment, long offset, int bytes) {
    long cr2 = cpu.cr2;
    try {
      return cpu.hostForRead(cpu.linearForRead(segment, offset, bytes), bytes);
    } catch (GuestFault e) {
      // The elements before the one at fault still count, one by one.
      cpu.cr2 = cr2;
      return 0;
    }
  }

  /** As {@link #source}, for bytes at an offset in ES to write. */
  static long target(Cpu cpu, long offset, int bytes) {
    long cr2 = cpu.cr2;
    try {
      return cpu.hostForWrite(cpu.linearForWrite(Cpu.ES, offset, bytes), bytes);
    } catch (GuestFault e) {
      cpu.cr2 = cr2;
      return 0;
    }
  }

  /** Copies elements upwards one after the other; what was copied may be copied again. */
  static void copy(long from, long to, int size, int count) {
    long bytes = (long) count * size;
    long distance = to - from;
    if (distance <= 0 || distance >= bytes) {
      HostMemory.copy(from, to, bytes);
      return;
    }
    for (int i = 0; i < count; i++) {
      long at = (long) i * size;
      switch (size) {
        case 1 -> HostMemory.put8(to + at, HostMemory.get8(from + at));
        case 2 -> HostMemory.put16(to + at, HostMemory.get16(from + at));
        case 4 -> HostMemory.put32(to + at, HostMemory.get32(from + at));
        default -> HostMemory.put64(to + at, HostMemory.get64(from + at));
      }
    }
  }

  /** Fills elements with a value. */
  static void fill(long to, long value, int size, int count) {
    if (size == 1 || value == 0) {
      HostMemory.fill(to, (long) count * size, (byte) value);
      return;
    }
    for (int i = 0; i < count; i++) {
      long at = to + (long) i * size;
      switch (size) {
        case 2 -> HostMemory.put16(at, (int) value);
        case 4 -> HostMemory.put32(at, (int) value);
        default -> HostMemory.put64(at, value);
      }
    }
  }
}
