// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import dev.malachite.engine.firmware.MemoryMap;
import dev.malachite.engine.firmware.MemoryMap.Use;
import dev.malachite.engine.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * Where things are in a Generation 2 machine's physical addresses.
 *
 * <p>Memory goes from 0 to the window below 4 GiB and on from 4 GiB. VMBus devices have that window
 * and one more above all memory.
 */
final class Generation2Layout {
  /** The window below 4 GiB: up to the IOAPIC. */
  static final long WINDOW = 0xF800_0000L;

  static final long WINDOW_LENGTH = 0xFEC0_0000L - WINDOW;

  /** Video memory: at the window's start, where a guest's driver looks for it first. */
  static final long VIDEO = WINDOW;

  static final long VIDEO_LENGTH = 16L << 20;

  /** Length of the window above memory. */
  static final long HIGH_WINDOW_LENGTH = 4L << 30;

  /** UEFI tables: a page for data, then a page for code. */
  static final long EFI_DATA = 0x8_0000L;

  static final long EFI_CODE = EFI_DATA + GuestMemory.PAGE_SIZE;

  /** ACPI tables, the root pointer first. */
  static final long ACPI = 0xE_0000L;

  static final int ACPI_ROOM = 0x1_0000;

  /** The SMBIOS entry point. */
  static final long SMBIOS = 0xF_0000L;

  private static final long FOUR_GIB = 1L << 32;

  private final long memory;

  Generation2Layout(long memory) {
    this.memory = memory;
  }

  private long low() {
    return Math.min(memory, WINDOW);
  }

  private long high() {
    return memory - low();
  }

  long highWindow() {
    // A multiple of 1 GiB, so that it can be mapped by large pages.
    long end = FOUR_GIB + high();
    return end + (1 << 30) - 1 & -(1L << 30);
  }

  void addMemory(GuestMemory guest) {
    guest.addRegion("ram", 0, low(), true);
    if (high() > 0) {
      guest.addRegion("ram-high", FOUR_GIB, high(), true);
    }
  }

  /** What firmware starts from: everything free but the tables below 1 MiB. */
  MemoryMap firmwareMap() {
    List<MemoryMap.Entry> entries = new ArrayList<>();
    entries.add(new MemoryMap.Entry(0, 0xA_0000, Use.FREE));
    entries.add(new MemoryMap.Entry(ACPI, ACPI_ROOM, Use.ACPI));
    entries.add(new MemoryMap.Entry(SMBIOS, 0x1_0000, Use.RESERVED));
    entries.add(new MemoryMap.Entry(0x10_0000, low() - 0x10_0000, Use.FREE));
    if (high() > 0) {
      entries.add(new MemoryMap.Entry(FOUR_GIB, high(), Use.FREE));
    }
    return new MemoryMap(entries);
  }

  MemoryMap map() {
    List<MemoryMap.Entry> entries = new ArrayList<>();
    long page = GuestMemory.PAGE_SIZE;
    entries.add(new MemoryMap.Entry(0, EFI_DATA, Use.FREE));
    entries.add(new MemoryMap.Entry(EFI_DATA, page, Use.RUNTIME_DATA));
    entries.add(new MemoryMap.Entry(EFI_CODE, page, Use.RUNTIME_CODE));
    long free = EFI_CODE + page;
    entries.add(new MemoryMap.Entry(free, 0xA_0000 - free, Use.FREE));
    entries.add(new MemoryMap.Entry(ACPI, ACPI_ROOM, Use.ACPI));
    entries.add(new MemoryMap.Entry(SMBIOS, 0x1_0000, Use.RESERVED));
    entries.add(new MemoryMap.Entry(0x10_0000, low() - 0x10_0000, Use.FREE));
    if (high() > 0) {
      entries.add(new MemoryMap.Entry(FOUR_GIB, high(), Use.FREE));
    }
    return new MemoryMap(entries);
  }
}
