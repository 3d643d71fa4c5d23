// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware;

import dev.malachite.engine.memory.GuestMemory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * SMBIOS 3 tables (DMTF DSP0134): firmware, system, chassis, processor, memory, so that guests show
 * what they run on.
 */
public final class Smbios {
  private static final int ENTRY_POINT = 24;

  private Smbios() {}

  /**
   * Writes the entry point and the structures behind it.
   *
   * @param gpa where, 16-byte aligned, in 0xF0000 to 0xFFFFF so that guests find it by searching
   * @param id the machine's identifier
   * @param processors how many
   * @param memoryBytes main memory
   */
  public static void write(
      GuestMemory memory, long gpa, UUID id, int processors, long memoryBytes) {
    byte[] structures = structures("Malachite", id, processors, memoryBytes);
    long at = gpa + 32;
    memory.write(at, structures, 0, structures.length);
    byte[] entry = entryPoint(structures.length, at);
    memory.write(gpa, entry, 0, entry.length);
  }

  /**
   * The structures.
   *
   * @param manufacturer who made the machine, as guests see it
   */
  public static byte[] structures(String manufacturer, UUID id, int processors, long memoryBytes) {
    TableWriter w = new TableWriter();
    // Type 0, firmware (section 7.1): characteristics "not supported" but virtual machine and UEFI.
    TableWriter firmware = new TableWriter();
    firmware.u8(1).u8(2).u16(0).u8(3).u8(0).u64(1 << 3).u8(0).u8(0x1C);
    firmware.u8(0).u8(1).u8(0xFF).u8(0xFF);
    structure(w, 0, 0, firmware, List.of("Malachite", "0.1", "11/24/2026"));
    TableWriter system = new TableWriter();
    system.u8(1).u8(2).u8(3).u8(4);
    system.u32(id.getMostSignificantBits() >>> 32);
    system.u16((int) (id.getMostSignificantBits() >>> 16)).u16((int) id.getMostSignificantBits());
    for (int shift = 56; shift >= 0; shift -= 8) {
      system.u8((int) (id.getLeastSignificantBits() >>> shift));
    }
    system.u8(6).u8(0).u8(0);
    structure(w, 1, 1, system, List.of(manufacturer, "Virtual Machine", "0.1", id.toString()));
    TableWriter chassis = new TableWriter();
    chassis.u8(1).u8(3).u8(0).u8(0).u8(0).u8(3).u8(3).u8(3).u8(2).u32(0).u8(0).u8(0).u8(0).u8(0);
    structure(w, 3, 3, chassis, List.of(manufacturer));
    TableWriter processor = new TableWriter();
    processor.u8(1).u8(3).u8(2).u8(1).u64(0).u8(2).u8(0).u16(0).u16(1000).u16(1000).u8(0x41).u8(1);
    processor.u16(0xFFFF).u16(0xFFFF).u16(0xFFFF).u8(0).u8(0).u8(0);
    processor.u8(processors).u8(processors).u8(processors).u16(0).u16(2);
    structure(w, 4, 4, processor, List.of("None", "Malachite"));
    TableWriter array = new TableWriter();
    long kib = memoryBytes >>> 10;
    array.u8(1).u8(3).u8(3).u32(Math.min(kib, 0x8000_0000L)).u16(0xFFFE).u16(1);
    array.u64(kib >= 0x8000_0000L ? memoryBytes : 0);
    structure(w, 16, 0x1000, array, List.of());
    TableWriter module = new TableWriter();
    long mib = memoryBytes >>> 20;
    module.u16(0x1000).u16(0xFFFE).u16(64).u16(64).u16(mib < 0x7FFF ? (int) mib : 0x7FFF);
    module.u8(9).u8(0).u8(1).u8(0).u8(2).u16(0).u16(0).u8(2).u8(0).u8(0).u8(0).u8(0).u32(mib);
    module.u16(0);
    structure(w, 17, 0x1100, module, List.of("DIMM 0", "Malachite"));
    structure(w, 127, 0x7F00, new TableWriter(), List.of());
    return w.toBytes();
  }

  /** The entry point of structures at a physical address (section 5.2.2). */
  public static byte[] entryPoint(int length, long at) {
    byte[] entry =
        new TableWriter()
            .bytes("_SM3_".getBytes(StandardCharsets.US_ASCII))
            .u8(0)
            .u8(ENTRY_POINT)
            .u8(3)
            .u8(0)
            .u8(0)
            .u8(1)
            .u8(0)
            .u32(length)
            .u64(at)
            .toBytes();
    int sum = 0;
    for (byte b : entry) {
      sum += b;
    }
    entry[5] = (byte) -sum;
    return entry;
  }

  private static void structure(
      TableWriter w, int type, int handle, TableWriter body, List<String> strings) {
    w.u8(type).u8(4 + body.size()).u16(handle).bytes(body.toBytes());
    for (String string : strings) {
      w.bytes(string.getBytes(StandardCharsets.US_ASCII)).u8(0);
    }
    // A structure ends with an empty string; one without strings with two zeros.
    w.u8(0);
    if (strings.isEmpty()) {
      w.u8(0);
    }
  }
}
