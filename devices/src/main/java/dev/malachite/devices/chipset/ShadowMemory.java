// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.chipset;

import dev.malachite.engine.device.MmioHandler;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.Arrays;

/**
 * Memory from 0xC0000 to 0xFFFFF, where each part reads and writes either memory or the bus with
 * the firmware's ROM on it (i440FX data sheet 290549, section 3.2.18). Any thread.
 *
 * <p>The machine's memory holds what reads show. While that is ROM, what is in memory waits aside.
 * Processors see a part directly when it reads and writes memory; any other part has a shield
 * before it, and comes here.
 */
public final class ShadowMemory implements MmioHandler, Saveable {
  /** Where it starts. */
  public static final long START = 0xC_0000;

  /** Its size in bytes. */
  public static final int SIZE = 0x4_0000;

  /** Bytes of the smallest part. */
  public static final int PART = 0x4000;

  private final GuestMemory memory;
  private final byte[] rom;
  private final byte[] aside = new byte[SIZE];
  private final boolean[] readsMemory = new boolean[SIZE / PART];
  private final boolean[] writesMemory = new boolean[SIZE / PART];

  /**
   * Takes the memory over; parts show the ROM and can't be written.
   *
   * @param memory has a region there
   * @param firmware the firmware's image, whose last bytes show below 1 MiB
   */
  public ShadowMemory(GuestMemory memory, byte[] firmware) {
    this.memory = memory;
    rom = new byte[SIZE];
    Arrays.fill(rom, (byte) 0xFF);
    // Only the last 128 KiB are decoded there.
    int length = Math.min(firmware.length, SIZE / 2);
    System.arraycopy(firmware, firmware.length - length, rom, SIZE - length, length);
    for (int part = 0; part < readsMemory.length; part++) {
      memory.read(gpa(part), aside, part * PART, PART);
      memory.write(gpa(part), rom, part * PART, PART);
      memory.shield(gpa(part), PART, true);
    }
  }

  private static long gpa(int part) {
    return START + (long) part * PART;
  }

  /**
   * Sets what parts do.
   *
   * @param first the first part's address, a multiple of {@link #PART}
   * @param length bytes, a multiple of {@link #PART}
   */
  public synchronized void set(long first, int length, boolean reads, boolean writes) {
    int from = (int) (first - START) / PART;
    for (int part = from; part < from + length / PART; part++) {
      if (readsMemory[part] != reads) {
        if (reads) {
          memory.write(gpa(part), aside, part * PART, PART);
        } else {
          memory.read(gpa(part), aside, part * PART, PART);
          memory.write(gpa(part), rom, part * PART, PART);
        }
      }
      readsMemory[part] = reads;
      writesMemory[part] = writes;
      memory.shield(gpa(part), PART, !(reads && writes));
    }
  }

  @Override
  public long readMmio(long offset, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | memory.readByte(START + offset + i);
    }
    return value;
  }

  @Override
  public synchronized void writeMmio(long offset, int size, long value) {
    for (int i = 0; i < size; i++) {
      int at = (int) offset + i;
      byte data = (byte) (value >> 8 * i);
      if (!writesMemory[at / PART]) {
        continue;
      }
      if (readsMemory[at / PART]) {
        memory.writeByte(START + at, data);
      } else {
        aside[at] = data;
      }
    }
  }

  /** Saves or restores the map and what is hidden; what shows is in guest memory. */
  @Override
  public synchronized void transfer(StateTransfer s) throws StateException {
    s.bytes(aside);
    s.flags(readsMemory);
    s.flags(writesMemory);
    if (s.loading()) {
      for (int part = 0; part < readsMemory.length; part++) {
        memory.shield(gpa(part), PART, !(readsMemory[part] && writesMemory[part]));
      }
    }
  }
}
