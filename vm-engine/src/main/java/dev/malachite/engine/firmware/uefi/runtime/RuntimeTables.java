// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.runtime;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.Calls;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.call.Service;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.memory.MemoryType;
import dev.malachite.engine.firmware.uefi.memory.PageMap;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * The system table, the run-time services table and configuration tables: what an operating system
 * keeps (UEFI 2.10, chapter 4 and section 8.4).
 */
public final class RuntimeTables implements Saveable {
  private static final long SYSTEM_SIGNATURE = 0x5453_5953_2049_4249L;
  private static final long RUNTIME_SIGNATURE = 0x5652_4553_544E_5552L;

  /** Revision 2.80. */
  public static final int REVISION = 2 << 16 | 80;

  private static final int SYSTEM_SIZE = 120;
  private static final int RUNTIME_SIZE = 136;
  private static final int SERVICES = 14;
  private static final int MAX_CONFIGURATION = 64;

  private static final int HEADER_CRC = 16;

  /** EFI_MEMORY_ATTRIBUTES_TABLE_GUID. */
  private static final UUID MEMORY_ATTRIBUTES =
      UUID.fromString("dcfa911d-26eb-469f-a220-38b7dc461220");

  private static final int DESCRIPTOR = 48;
  private static final long NO_EXECUTION = 0x4000;
  private static final long READ_ONLY = 0x2_0000;

  // Places in the system table.
  private static final int VENDOR = 24;
  private static final int REVISION_OF_FIRMWARE = 32;
  private static final int CONSOLE_IN = 40;
  private static final int CONSOLE_OUT = 56;
  private static final int CONSOLE_ERROR = 72;
  private static final int RUNTIME = 88;
  private static final int BOOT = 96;
  private static final int TABLES = 104;
  private static final int TABLE = 112;

  /** A configuration table. */
  private record Configuration(UUID guid, long address) {}

  private final Core core;
  private long code;
  private long data;
  private final List<Configuration> configurations = new ArrayList<>();
  private int functions;
  private boolean virtual;

  /** Allocates the pages. */
  public RuntimeTables(Core core) {
    this.core = core;
    code = core.pages().allocate(1, MemoryType.RUNTIME_CODE, Long.MAX_VALUE);
    data = core.pages().allocate(2, MemoryType.RUNTIME_DATA, Long.MAX_VALUE);
    ByteBuffer system = Core.table(SYSTEM_SIZE);
    system.putLong(SYSTEM_SIGNATURE).putInt(REVISION).putInt(SYSTEM_SIZE).putInt(0).putInt(0);
    system.putLong(VENDOR, vendorAt()).putInt(REVISION_OF_FIRMWARE, 1);
    system.putLong(RUNTIME, runtimeAt()).putLong(TABLE, tablesAt());
    put(data, Core.bytes(system));
    byte[] vendor = "Malachite\0".getBytes(StandardCharsets.UTF_16LE);
    put(vendorAt(), vendor);
    ByteBuffer runtime = Core.table(RUNTIME_SIZE);
    runtime.putLong(RUNTIME_SIGNATURE).putInt(REVISION).putInt(RUNTIME_SIZE);
    put(runtimeAt(), Core.bytes(runtime));
  }

  /**
   * Installs the memory attributes table (section 4.6.4): the functions may be mapped read-only,
   * the tables without execution.
   */
  public void installMemoryAttributes() {
    ByteBuffer t = Core.table(16 + 2 * DESCRIPTOR);
    t.putInt(1).putInt(2).putInt(DESCRIPTOR).putInt(0);
    attributes(t, MemoryType.RUNTIME_CODE, code, 1, READ_ONLY);
    attributes(t, MemoryType.RUNTIME_DATA, data, 2, NO_EXECUTION);
    installConfiguration(MEMORY_ATTRIBUTES, core.data(Core.bytes(t)));
  }

  private static void attributes(ByteBuffer t, int type, long start, int pages, long protection) {
    t.putInt(type).putInt(0).putLong(start).putLong(0).putLong(pages);
    t.putLong(MemoryType.RUNTIME | protection).putLong(0);
  }

  private void put(long address, byte[] bytes) {
    core.space().memory().write(address, bytes, 0, bytes.length);
  }

  private long vendorAt() {
    return data + 0x80;
  }

  private long runtimeAt() {
    return data + 0x100;
  }

  private long tablesAt() {
    return data + 0x400;
  }

  /** The system table. */
  public long systemTable() {
    return data;
  }

  /** Adds the next function of the run-time services table; in the table's order. */
  public void add(String name, Service service) {
    if (functions == SERVICES) {
      throw new IllegalStateException("the run-time services table is full");
    }
    long stub = code + (long) functions * Calls.STUB;
    core.calls().place(stub, name, true, service);
    core.space().memory().writeLong(runtimeAt() + 24 + 8L * functions, stub);
    functions++;
    if (functions == SERVICES) {
      seal(runtimeAt(), RUNTIME_SIZE);
    }
  }

  /** Says where the boot services and the console are. */
  public void connect(long bootServices, long handle, long in, long out) {
    var memory = core.space().memory();
    memory.writeLong(data + CONSOLE_IN, handle);
    memory.writeLong(data + CONSOLE_IN + 8, in);
    memory.writeLong(data + CONSOLE_OUT, handle);
    memory.writeLong(data + CONSOLE_OUT + 8, out);
    memory.writeLong(data + CONSOLE_ERROR, handle);
    memory.writeLong(data + CONSOLE_ERROR + 8, out);
    memory.writeLong(data + BOOT, bootServices);
    seal(data, SYSTEM_SIZE);
  }

  /** Takes boot services and console out of the system table. */
  public void endBootServices() {
    connect(0, 0, 0, 0);
  }

  private void seal(long address, int size) {
    var memory = core.space().memory();
    memory.writeInt(address + HEADER_CRC, 0);
    byte[] bytes = new byte[size];
    memory.read(address, bytes, 0, size);
    memory.writeInt(address + HEADER_CRC, crc(bytes, size));
  }

  /** The check sum of a table. */
  public static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** InstallConfigurationTable(*Guid, *Table). */
  public long installConfiguration(Arguments a) {
    UUID guid = core.space().guid(a.pointer(0));
    long address = a.get(1);
    boolean removed = configurations.removeIf(c -> c.guid.equals(guid));
    if (address == 0 && !removed) {
      return Status.NOT_FOUND;
    }
    if (address != 0) {
      Core.require(configurations.size() < MAX_CONFIGURATION, Status.OUT_OF_RESOURCES);
      configurations.add(new Configuration(guid, address));
    }
    writeConfigurations();
    return Status.SUCCESS;
  }

  /** Adds a configuration table of the firmware's own. */
  public void installConfiguration(UUID guid, long address) {
    configurations.add(new Configuration(guid, address));
    writeConfigurations();
  }

  private void writeConfigurations() {
    ByteBuffer t = Core.table(24 * configurations.size());
    for (Configuration c : configurations) {
      t.put(GuestSpace.guid(c.guid)).putLong(c.address);
    }
    put(tablesAt(), Core.bytes(t));
    core.space().memory().writeLong(data + TABLES, configurations.size());
    seal(data, SYSTEM_SIZE);
  }

  /** Where the tables are; what is in them is in guest memory. */
  @Override
  public void transfer(StateTransfer s) throws StateException {
    code = s.int64(code);
    data = s.int64(data);
    virtual = s.flag(virtual);
    var memory = core.space().memory();
    if (!memory.covers(code, PageMap.PAGE) || !memory.covers(data, 2 * PageMap.PAGE)) {
      throw s.impossible("run-time services where there is no memory");
    }
  }

  // ---- SetVirtualAddressMap ------------------------------------------------------------------

  /** SetVirtualAddressMap(MapSize, DescriptorSize, Version, *Map). */
  public long setVirtualAddressMap(Arguments a) {
    Core.require(core.calls().bootServicesEnded() && !virtual, Status.UNSUPPORTED);
    long size = a.get(0);
    long step = a.get(1);
    EfiException.require(a.u32(2) == 1 && step >= 40 && step <= 4096 && size >= 0);
    byte[] map = core.space().bytes(a.pointer(3), size, 1 << 20);
    ByteBuffer b = ByteBuffer.wrap(map).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    long codeTo = 0;
    long dataTo = 0;
    for (long at = 0; at + 40 <= size; at += step) {
      int entry = (int) at;
      long start = b.getLong(entry + 8);
      long to = b.getLong(entry + 16);
      long length = b.getLong(entry + 24) * PageMap.PAGE;
      if ((b.getLong(entry + 32) & MemoryType.RUNTIME) == 0) {
        continue;
      }
      if (code - start >= 0 && code - start < length) {
        codeTo = to + code - start;
      }
      if (data - start >= 0 && data - start < length) {
        dataTo = to + data - start;
      }
    }
    Core.require(codeTo != 0 && dataTo != 0, Status.NOT_FOUND);
    virtual = true;
    var memory = core.space().memory();
    for (int i = 0; i < SERVICES; i++) {
      memory.writeLong(runtimeAt() + 24 + 8L * i, codeTo + (long) i * Calls.STUB);
    }
    seal(runtimeAt(), RUNTIME_SIZE);
    memory.writeLong(data + VENDOR, dataTo + vendorAt() - data);
    memory.writeLong(data + RUNTIME, dataTo + runtimeAt() - data);
    memory.writeLong(data + TABLE, dataTo + tablesAt() - data);
    seal(data, SYSTEM_SIZE);
    return Status.SUCCESS;
  }
}
