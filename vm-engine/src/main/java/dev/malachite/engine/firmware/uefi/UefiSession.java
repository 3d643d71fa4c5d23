// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi;

import dev.malachite.engine.firmware.MemoryMap;
import dev.malachite.engine.firmware.uefi.boot.BootManager;
import dev.malachite.engine.firmware.uefi.boot.BootServices;
import dev.malachite.engine.firmware.uefi.boot.Storage;
import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.Calls;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.call.Outcome;
import dev.malachite.engine.firmware.uefi.call.Service;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.console.ConsoleProtocols;
import dev.malachite.engine.firmware.uefi.console.InputKey;
import dev.malachite.engine.firmware.uefi.console.KeyQueue;
import dev.malachite.engine.firmware.uefi.console.ScreenText;
import dev.malachite.engine.firmware.uefi.console.SerialTerminal;
import dev.malachite.engine.firmware.uefi.console.TextConsole;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.event.Events;
import dev.malachite.engine.firmware.uefi.graphics.Display;
import dev.malachite.engine.firmware.uefi.graphics.GraphicsOutput;
import dev.malachite.engine.firmware.uefi.handle.ProtocolServices;
import dev.malachite.engine.firmware.uefi.handle.Protocols;
import dev.malachite.engine.firmware.uefi.image.Images;
import dev.malachite.engine.firmware.uefi.memory.MemoryServices;
import dev.malachite.engine.firmware.uefi.memory.MemoryType;
import dev.malachite.engine.firmware.uefi.memory.PageMap;
import dev.malachite.engine.firmware.uefi.misc.Collation;
import dev.malachite.engine.firmware.uefi.misc.PathProtocols;
import dev.malachite.engine.firmware.uefi.misc.RandomProtocol;
import dev.malachite.engine.firmware.uefi.path.DevicePath;
import dev.malachite.engine.firmware.uefi.runtime.Clocks;
import dev.malachite.engine.firmware.uefi.runtime.RuntimeTables;
import dev.malachite.engine.firmware.uefi.secure.SecureBoot;
import dev.malachite.engine.firmware.uefi.variable.Variable;
import dev.malachite.engine.firmware.uefi.variable.VariableServices;
import dev.malachite.engine.firmware.uefi.variable.VariableStore;
import dev.malachite.engine.machine.FirmwareSettings;
import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.processor.RegisterAccess;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The firmware from one power-on or reset to the next. */
final class UefiSession implements Saveable {
  /** EFI_ACPI_20_TABLE_GUID (section 4.6.1.1). */
  private static final UUID ACPI = UUID.fromString("8868e871-e4f1-11d3-bc22-0080c73c8881");

  private static final UUID SMBIOS3 = UUID.fromString("f2fd1544-9794-4a2c-992e-e5bbcf20e394");

  private static final int SERIAL_HID = 0x0501_41D0;
  private static final long IDLE = 10_000_000L;
  private static final int VOLATILE = Variable.BOOT | Variable.RUNTIME;
  private static final int LASTING = VOLATILE | Variable.NON_VOLATILE;

  private final UefiPlatform platform;
  private final VariableStore variables;
  private final Calls calls;
  private final Core core;
  private final ConsoleProtocols consoles;
  private final TextConsole console = new TextConsole();
  private final BootManager manager;
  private final RuntimeTables tables;
  private volatile boolean over;

  UefiSession(
      UefiPlatform platform,
      FirmwareSettings settings,
      VariableStore variables,
      KeyQueue keys,
      ProcessorState processor) {
    this.platform = platform;
    this.variables = variables;
    SecureBoot secureBoot =
        new SecureBoot(variables, settings.secureBoot() != FirmwareSettings.SecureBoot.OFF);
    GuestSpace space = new GuestSpace(platform.memory());
    PageMap pages = new PageMap();
    for (MemoryMap.Entry e : platform.map().entries()) {
      pages.add(e.start(), e.length(), type(e.use()));
    }
    calls = new Calls(space, platform.control()::crashed);
    core = new Core(space, pages, calls, new Events(space, platform.clock()::nanoseconds));
    FirstState first = new FirstState(core);
    screen();
    SerialTerminal serial =
        platform.serialPort() == 0
            ? null
            : new SerialTerminal(platform.bus(), platform.serialPort());
    if (serial != null) {
      console.add(serial);
    }
    consoles = new ConsoleProtocols(core, console, keys, serial, platform.clock()::nanoseconds);
    tables = new RuntimeTables(core);
    long consoleHandle = consoleHandle(serial);
    consoles.install(consoleHandle);
    ProtocolServices protocols =
        new ProtocolServices(space, core.handles(), core.pool(), core.events());
    Storage storage = new Storage(core, platform.calendar());
    long firmwareHandle = core.install(0, Protocols.LOADED_IMAGE, core.data(new byte[96]));
    Images images =
        new Images(core, storage::read, secureBoot, tables.systemTable(), firmwareHandle);
    BootServices boot =
        new BootServices(
            core,
            tables,
            new MemoryServices(space, pages, core.pool()),
            protocols,
            images,
            first.stopTimer(),
            this::bootServicesEnded);
    storage.attach(platform.controller(), platform.drives());
    smallProtocols();
    manager =
        new BootManager(
            core,
            images,
            storage,
            variables,
            console,
            settings.bootOrder(),
            consoles::next,
            platform.clock()::nanoseconds);
    long start = core.function("boot", a -> manager.run());
    long idle = core.function("idle", this::idle);
    first.place(processor, start, idle, Service.of(this::exception));
    runtimeServices(tables, secureBoot);
    tables.installConfiguration(ACPI, platform.acpi());
    tables.installConfiguration(SMBIOS3, platform.smbios());
    tables.installMemoryAttributes();
    tables.connect(boot.place(), consoleHandle, consoles.input(), consoles.output());
    globals();
    console.clear();
  }

  private static int type(MemoryMap.Use use) {
    return switch (use) {
      case FREE -> MemoryType.CONVENTIONAL;
      case ACPI -> MemoryType.ACPI_RECLAIM;
      default -> MemoryType.RESERVED;
    };
  }

  private long consoleHandle(@Nullable SerialTerminal serial) {
    if (serial == null) {
      return core.handles().create();
    }
    ByteBuffer port = Core.table(8).putInt(SERIAL_HID).putInt(0);
    DevicePath path = DevicePath.EMPTY.plus(DevicePath.ACPI, 1, Core.bytes(port)).uart();
    return core.install(0, Protocols.DEVICE_PATH, core.data(path.toBytes()));
  }

  private void smallProtocols() {
    long handle = core.handles().create();
    new PathProtocols(core, handle);
    new Collation(core, handle);
    new RandomProtocol(core, handle);
  }

  private void screen() {
    Display display = platform.display();
    if (display != null) {
      List<Display.Mode> modes = display.modes();
      int first = Math.max(0, modes.indexOf(new Display.Mode(1024, 768)));
      GraphicsOutput output = new GraphicsOutput(core, display, core.handles().create(), first);
      console.add(new ScreenText(display, output::mode));
      console.limit(ScreenText.columns(output.mode()), ScreenText.rows(output.mode()));
    }
  }

  // ---- run time ------------------------------------------------------------------------------

  private void runtimeServices(RuntimeTables tables, SecureBoot secureBoot) {
    GuestSpace space = core.space();
    Clocks clocks = new Clocks(space, platform.calendar());
    VariableServices services =
        new VariableServices(space, variables, calls::bootServicesEnded, secureBoot);
    add(tables, "GetTime", clocks::get);
    add(tables, "SetTime", clocks::set);
    tables.add("GetWakeupTime", Service.constant(Status.UNSUPPORTED));
    tables.add("SetWakeupTime", Service.constant(Status.UNSUPPORTED));
    add(tables, "SetVirtualAddressMap", tables::setVirtualAddressMap);
    tables.add("ConvertPointer", Service.constant(Status.UNSUPPORTED));
    add(tables, "GetVariable", services::get);
    add(tables, "GetNextVariableName", services::next);
    add(tables, "SetVariable", services::set);
    add(tables, "GetNextHighMonotonicCount", this::highCount);
    add(tables, "ResetSystem", this::resetSystem);
    tables.add("UpdateCapsule", Service.constant(Status.UNSUPPORTED));
    tables.add("QueryCapsuleCapabilities", Service.constant(Status.UNSUPPORTED));
    add(tables, "QueryVariableInfo", services::query);
  }

  private static void add(RuntimeTables tables, String name, Service.Simple service) {
    tables.add(name, Service.of(service));
  }

  // The high half of the count goes up at each start.
  private long highCount(Arguments a) {
    long target = a.pointer(0);
    Variable last = variables.get(Variable.GLOBAL, "MTC");
    int next = last == null || last.data().length != 4 ? 1 : word(last.data()) + 1;
    byte[] data = {(byte) next, (byte) (next >> 8), (byte) (next >> 16), (byte) (next >> 24)};
    variables.put(
        new Variable(
            "MTC", Variable.GLOBAL, Variable.NON_VOLATILE | Variable.BOOT, data, new byte[0]));
    core.space().u32(target, next);
    return Status.SUCCESS;
  }

  private static int word(byte[] b) {
    return b[0] & 0xFF | (b[1] & 0xFF) << 8 | (b[2] & 0xFF) << 16 | b[3] << 24;
  }

  // ResetSystem(Type, Status, DataSize, *Data): cold, warm, shutdown, platform specific.
  private long resetSystem(Arguments a) {
    if (a.u32(0) == 2) {
      platform.control().powerOff();
    } else {
      platform.control().reset();
    }
    return Status.SUCCESS;
  }

  private void globals() {
    global("PlatformLang", "en\0".getBytes(StandardCharsets.US_ASCII), LASTING);
    global("PlatformLangCodes", "en\0".getBytes(StandardCharsets.US_ASCII), VOLATILE);
    global("OsIndicationsSupported", new byte[] {1, 0, 0, 0, 0, 0, 0, 0}, VOLATILE);
    global("BootOptionSupport", new byte[] {1, 0, 0, 0}, VOLATILE);
  }

  private void global(String name, byte[] data, int attributes) {
    Variable old = variables.get(Variable.GLOBAL, name);
    if (old == null) {
      variables.put(new Variable(name, Variable.GLOBAL, attributes, data, new byte[0]));
    }
  }

  /** Saves or restores what is left once boot services have ended. */
  @Override
  public void transfer(StateTransfer s) throws StateException {
    if (!s.loading() && !over) {
      throw new StateException(
          "the machine is still in its firmware; wait until the system has started");
    }
    tables.transfer(s);
    calls.transfer(s);
    variables.transfer(s);
    over = true;
  }

  // ---- the processor's calls -----------------------------------------------------------------

  void call(RegisterAccess registers) {
    calls.call(registers);
  }

  boolean inBootServices() {
    return !over;
  }

  private void bootServicesEnded() {
    over = true;
  }

  // Where the processor is when nothing could be booted.
  private Outcome idle(Arguments a) {
    if (manager.asks()) {
      return manager.run();
    }
    InputKey key = consoles.next();
    if (key == null) {
      return new Outcome.Again(IDLE);
    }
    if (BootManager.wantsMenu(key)) {
      manager.openMenu();
    }
    return manager.run();
  }

  // Stack: vector, error code, instruction pointer, code segment, flags, stack pointer.
  private long exception(Arguments a) {
    long stack = a.stack();
    GuestSpace space = core.space();
    String text =
        "exception %d (error code 0x%x) in a boot program at 0x%x, stack 0x%x, address 0x%x"
            .formatted(
                space.u64(stack),
                space.u64(stack + 8),
                space.u64(stack + 16),
                space.u64(stack + 40),
                a.extra());
    console.write("\r\n" + text + "\r\n");
    platform.control().crashed("UEFI: " + text);
    return 0;
  }
}
