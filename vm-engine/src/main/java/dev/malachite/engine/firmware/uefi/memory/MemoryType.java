// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.memory;

/**
 * Types of memory (UEFI 2.10, section 7.2.1); operating systems may use others above 0x7FFFFFFF.
 */
public final class MemoryType {
  /** Not usable. */
  public static final int RESERVED = 0;

  /** Code of a loader. */
  public static final int LOADER_CODE = 1;

  /** Data of a loader. */
  public static final int LOADER_DATA = 2;

  /** Code of boot services. */
  public static final int BOOT_CODE = 3;

  /** Data of boot services. */
  public static final int BOOT_DATA = 4;

  /** Code of run-time services. */
  public static final int RUNTIME_CODE = 5;

  /** Data of run-time services. */
  public static final int RUNTIME_DATA = 6;

  /** Free. */
  public static final int CONVENTIONAL = 7;

  /** ACPI tables. */
  public static final int ACPI_RECLAIM = 9;

  /** Memory that must be kept over sleep. */
  public static final int ACPI_NVS = 10;

  /** Memory-mapped registers. */
  public static final int MMIO = 11;

  private static final int PERSISTENT = 14;
  private static final int FIRST_OEM = 0x7000_0000;

  /** Attribute: the operating system must map it for run-time services. */
  public static final long RUNTIME = 1L << 63;

  /** Attributes: uncached, write-combining, write-through, write-back. */
  public static final long CACHES = 0xF;

  private MemoryType() {}

  /** Attributes of memory of a type. */
  static long attributes(int type) {
    return type == RUNTIME_CODE || type == RUNTIME_DATA ? CACHES | RUNTIME : CACHES;
  }

  /** True for a type that a guest may allocate. */
  static boolean allocatable(int type) {
    return type >= RESERVED && type < PERSISTENT && type != CONVENTIONAL
        || type < 0
        || type >= FIRST_OEM;
  }
}
