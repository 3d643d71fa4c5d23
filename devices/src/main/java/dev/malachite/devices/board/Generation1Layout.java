// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import dev.malachite.devices.chipset.ShadowMemory;
import dev.malachite.engine.firmware.TableWriter;
import dev.malachite.engine.memory.GuestMemory;

/**
 * Where things are in a Generation 1 machine's physical addresses.
 *
 * <p>Memory goes from 0 to at most 0xE0000000, with the hole of the display adapter at 0xA0000, and
 * on from 4 GiB. PCI and VMBus devices have what lies between, and VMBus one more window above all
 * memory.
 */
final class Generation1Layout {
  /** The display adapter's memory as a VGA has it. */
  static final long VGA = 0xA_0000L;

  static final long VGA_LENGTH = 0x2_0000L;

  /** The end of the window for devices below 4 GiB. */
  static final long WINDOW_END = 0xFEC0_0000L;

  /** Length of the window above memory. */
  static final long HIGH_WINDOW_LENGTH = 4L << 30;

  private static final long LARGEST_LOW = 0xE000_0000L;
  private static final long FOUR_GIB = 1L << 32;
  private static final long MEBIBYTE = 1L << 20;
  private static final int E820_MEMORY = 1;

  private final long memory;

  Generation1Layout(long memory) {
    this.memory = memory;
  }

  /** Bytes of memory below 4 GiB, the holes included. */
  long low() {
    return Math.min(memory, LARGEST_LOW);
  }

  /** Bytes of memory above 4 GiB. */
  long high() {
    return memory - low();
  }

  /** The start of the window for devices below 4 GiB, where SeaBIOS places it. */
  long window() {
    return low() <= 0x8000_0000L
        ? 0x8000_0000L
        : low() <= 0xC000_0000L ? 0xC000_0000L : LARGEST_LOW;
  }

  /** The start of the window above all memory: a multiple of 1 GiB. */
  long highWindow() {
    return FOUR_GIB + high() + (1 << 30) - 1 & -(1L << 30);
  }

  /** Adds main memory. */
  void addMemory(GuestMemory guest) {
    guest.addRegion("ram", MEBIBYTE, low() - MEBIBYTE, true);
    guest.addRegion("ram-base", 0, VGA, true);
    guest.addRegion("ram-shadow", ShadowMemory.START, ShadowMemory.SIZE, true);
    if (high() > 0) {
      guest.addRegion("ram-high", FOUR_GIB, high(), true);
    }
  }

  /** The file {@code etc/e820}: firmware makes the holes below 1 MiB itself. */
  byte[] memoryMap() {
    TableWriter map = new TableWriter().u64(0).u64(low()).u32(E820_MEMORY);
    if (high() > 0) {
      map.u64(FOUR_GIB).u64(high()).u32(E820_MEMORY);
    }
    return map.toBytes();
  }
}
