// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.boot;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.Outcome;
import dev.malachite.engine.firmware.uefi.call.Service;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.event.Events;
import dev.malachite.engine.firmware.uefi.handle.DriverConnector;
import dev.malachite.engine.firmware.uefi.handle.ProtocolServices;
import dev.malachite.engine.firmware.uefi.image.Images;
import dev.malachite.engine.firmware.uefi.memory.MemoryServices;
import dev.malachite.engine.firmware.uefi.runtime.RuntimeTables;
import java.nio.ByteBuffer;
import java.util.List;

/** The table of boot services (UEFI 2.10, section 4.4) and what ends them. */
public final class BootServices {
  private static final long SIGNATURE = 0x5652_4553_544F_4F42L;
  private static final int SERVICES = 44;
  private static final int HEADER = 24;
  private static final int MAX_CRC = 1 << 28;

  private final Core core;
  private final RuntimeTables tables;
  private final long stopTimer;
  private final Runnable over;
  private final ByteBuffer table = Core.table(HEADER + 8 * SERVICES);
  private long count;

  /**
   * Makes the services.
   *
   * @param over told when boot services have ended
   */
  public BootServices(
      Core core,
      RuntimeTables tables,
      MemoryServices memory,
      ProtocolServices protocols,
      Images images,
      long stopTimer,
      Runnable over) {
    this.core = core;
    this.tables = tables;
    this.stopTimer = stopTimer;
    this.over = over;
    DriverConnector drivers = new DriverConnector(core.space(), core.handles());
    Events events = core.events();
    table.putLong(SIGNATURE).putInt(RuntimeTables.REVISION).putInt(table.capacity());
    table.position(HEADER);
    add("RaiseTPL", events::raise);
    add("RestoreTPL", events::restore);
    add("AllocatePages", memory::allocatePages);
    add("FreePages", memory::freePages);
    add("GetMemoryMap", memory::getMemoryMap);
    add("AllocatePool", memory::allocatePool);
    add("FreePool", memory::freePool);
    add("CreateEvent", events::create);
    add("SetTimer", events::setTimer);
    addFull("WaitForEvent", events::wait);
    add("SignalEvent", events::signal);
    add("CloseEvent", events::close);
    add("CheckEvent", events::check);
    add("InstallProtocolInterface", protocols::install);
    add("ReinstallProtocolInterface", protocols::reinstall);
    add("UninstallProtocolInterface", protocols::uninstall);
    add("HandleProtocol", protocols::handleProtocol);
    table.putLong(0);
    add("RegisterProtocolNotify", protocols::registerNotify);
    add("LocateHandle", protocols::locateHandle);
    add("LocateDevicePath", protocols::locateDevicePath);
    add("InstallConfigurationTable", tables::installConfiguration);
    add("LoadImage", images::load);
    addFull("StartImage", images::start);
    addFull("Exit", images::exit);
    addFull("UnloadImage", images::unload);
    addFull("ExitBootServices", this::exit);
    add("GetNextMonotonicCount", this::monotonic);
    addFull("Stall", events::stall);
    // A machine that hangs is its host's business: the timer is set and never fires.
    add("SetWatchdogTimer", a -> Status.SUCCESS);
    addFull("ConnectController", drivers::connect);
    addFull("DisconnectController", drivers::disconnect);
    add("OpenProtocol", protocols::openProtocol);
    add("CloseProtocol", protocols::closeProtocol);
    add("OpenProtocolInformation", protocols::openInformation);
    add("ProtocolsPerHandle", protocols::protocolsPerHandle);
    add("LocateHandleBuffer", protocols::locateHandleBuffer);
    add("LocateProtocol", protocols::locateProtocol);
    add("InstallMultipleProtocolInterfaces", protocols::installMultiple);
    add("UninstallMultipleProtocolInterfaces", protocols::uninstallMultiple);
    add("CalculateCrc32", this::crc);
    add("CopyMem", memory::copyMem);
    add("SetMem", memory::setMem);
    add("CreateEventEx", events::createEx);
  }

  private void add(String name, Service.Simple service) {
    table.putLong(core.simple(name, service));
  }

  private void addFull(String name, Service service) {
    table.putLong(core.function(name, service));
  }

  /** Writes the table to memory and returns its address. */
  public long place() {
    byte[] bytes = Core.bytes(table);
    table.putInt(16, RuntimeTables.crc(bytes, bytes.length));
    return core.data(Core.bytes(table));
  }

  private long monotonic(Arguments a) {
    core.space().u64(a.pointer(0), ++count);
    return Status.SUCCESS;
  }

  // CalculateCrc32(*Data, Size, *Crc).
  private long crc(Arguments a) {
    long size = a.get(1);
    EfiException.require(size > 0);
    byte[] bytes = core.space().bytes(a.pointer(0), size, MAX_CRC);
    core.space().u32(a.pointer(2), RuntimeTables.crc(bytes, bytes.length));
    return Status.SUCCESS;
  }

  // ExitBootServices(Image, MapKey).
  private Outcome exit(Arguments a) {
    if (a.get(1) != core.pages().key()) {
      return new Outcome.Done(Status.INVALID_PARAMETER);
    }
    core.events().stopTimers();
    core.events().signalGroup(Events.GROUP_BEFORE_EXIT_BOOT_SERVICES);
    core.events().signalGroup(Events.GROUP_EXIT_BOOT_SERVICES);
    return lastNotifications();
  }

  private Outcome lastNotifications() {
    Outcome.Enter due = core.events().due();
    if (due == null) {
      return new Outcome.Enter(
          stopTimer,
          List.of(),
          null,
          nothing -> {
            tables.endBootServices();
            core.calls().endBootServices();
            over.run();
            return new Outcome.Done(Status.SUCCESS);
          });
    }
    return new Outcome.Enter(
        due.function(),
        due.arguments(),
        null,
        result -> {
          due.then().resume(result);
          return lastNotifications();
        });
  }
}
