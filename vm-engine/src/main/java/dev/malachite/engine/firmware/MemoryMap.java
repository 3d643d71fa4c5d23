// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware;

import java.util.List;

/**
 * What the guest's physical addresses are used for, in rising order.
 *
 * @param entries the ranges; none overlaps another
 */
public record MemoryMap(List<Entry> entries) {
  /** Uses of memory. */
  public enum Use {
    /** Free for the operating system. */
    FREE(1, 7, 0xF),
    /** Not to be touched. */
    RESERVED(2, 0, 0),
    /** ACPI tables. */
    ACPI(3, 9, 0xF),
    /** Code that the operating system calls at run time. */
    RUNTIME_CODE(2, 5, 0x8000_0000_0000_000FL),
    /** Data of that code. */
    RUNTIME_DATA(2, 6, 0x8000_0000_0000_000FL);

    /** Type in the BIOS's memory map (ACPI 6.5, table 15.4). */
    final int e820;

    /** Type in UEFI's memory map (UEFI 2.10, section 7.2.1). */
    final int efi;

    /** Attributes in UEFI's memory map. */
    final long attributes;

    Use(int e820, int efi, long attributes) {
      this.e820 = e820;
      this.efi = efi;
      this.attributes = attributes;
    }
  }

  /**
   * A range.
   *
   * @param start its first address, page aligned
   * @param length in bytes, a multiple of the page size
   * @param use what for
   */
  public record Entry(long start, long length, Use use) {}

  /** Copies the list. */
  public MemoryMap {
    entries = List.copyOf(entries);
  }
}
