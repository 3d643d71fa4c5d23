// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware;

import dev.malachite.engine.memory.GuestMemory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The UEFI tables a kernel finds when it was started directly: a system table with ACPI and SMBIOS,
 * run-time services that are all unsupported, and a memory map (UEFI 2.10, chapters 4 and 8).
 *
 * <p>A Generation 2 guest takes their presence as the sign that it is one: without them, Linux's
 * frame buffer driver looks for a Generation 1 video card.
 */
final class EfiTables {
  /** Bytes of a memory descriptor. */
  static final int DESCRIPTOR = 48;

  private static final long SYSTEM_TABLE_SIGNATURE = 0x5453_5953_2049_4249L;
  private static final long RUNTIME_SIGNATURE = 0x5652_4553_544E_5552L;
  private static final int REVISION = 2 << 16 | 70;
  private static final int SERVICES = 14;
  private static final int SET_VIRTUAL_ADDRESS_MAP = 4;
  private static final int VENDOR = 0x100;
  private static final int CONFIGURATION = 0x200;
  private static final int RUNTIME = 0x300;
  private static final int MAP = 0x400;

  private EfiTables() {}

  /** Where a kernel finds the memory map and how long it is. */
  record Location(long systemTable, long map, int mapBytes) {}

  /**
   * Writes the tables.
   *
   * @param data a page for data
   * @param code a page for code
   */
  static Location write(
      GuestMemory memory, long data, long code, long acpi, long smbios, MemoryMap map) {
    byte[] vendor = "Malachite\0".getBytes(StandardCharsets.UTF_16LE);
    memory.write(data + VENDOR, vendor, 0, vendor.length);
    TableWriter tables = new TableWriter();
    // EFI_ACPI_20_TABLE_GUID and SMBIOS3_TABLE_GUID (sections 4.6.1.1).
    tables.u64(0x11D3_E4F1_8868_E871L).u64(0x8188_3CC7_8000_22BCL).u64(acpi);
    tables.u64(0x4A2C_9794_F2FD_1544L).u64(0x94E3_20CF_BBE5_2E99L).u64(smbios);
    put(memory, data + CONFIGURATION, tables);
    // xor eax, eax; ret -- and: mov rax, EFI_UNSUPPORTED; ret.
    TableWriter stubs = new TableWriter().u8(0x31).u8(0xC0).u8(0xC3).zeros(13);
    stubs.u8(0x48).u8(0xB8).u64(0x8000_0000_0000_0003L).u8(0xC3);
    put(memory, code, stubs);
    TableWriter runtime = new TableWriter();
    runtime.u64(RUNTIME_SIGNATURE).u32(REVISION).u32(24 + 8 * SERVICES).u32(0).u32(0);
    for (int i = 0; i < SERVICES; i++) {
      runtime.u64(i == SET_VIRTUAL_ADDRESS_MAP ? code : code + 16);
    }
    put(memory, data + RUNTIME, runtime);
    TableWriter system = new TableWriter();
    system.u64(SYSTEM_TABLE_SIGNATURE).u32(REVISION).u32(120).u32(0).u32(0);
    system.u64(data + VENDOR).u32(1).u32(0);
    system.zeros(48);
    system.u64(data + RUNTIME).u64(0).u64(2).u64(data + CONFIGURATION);
    put(memory, data, system);
    TableWriter descriptors = new TableWriter();
    List<MemoryMap.Entry> entries = map.entries();
    for (MemoryMap.Entry e : entries) {
      descriptors.u32(e.use().efi).u32(0).u64(e.start()).u64(0).u64(e.length() >>> 12);
      descriptors.u64(e.use().attributes).u64(0);
    }
    put(memory, data + MAP, descriptors);
    return new Location(data, data + MAP, entries.size() * DESCRIPTOR);
  }

  private static void put(GuestMemory memory, long gpa, TableWriter table) {
    memory.write(gpa, table.toBytes(), 0, table.size());
  }
}
