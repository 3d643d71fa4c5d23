// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import dev.malachite.devices.chipset.HostBridge;
import dev.malachite.devices.chipset.IsaBridge;
import dev.malachite.devices.chipset.PciBus;
import dev.malachite.devices.chipset.PowerManagement;
import dev.malachite.devices.chipset.ShadowMemory;
import dev.malachite.devices.chipset.SystemControl;
import dev.malachite.devices.clock.RealTimeClock;
import dev.malachite.devices.fwcfg.DebugConsole;
import dev.malachite.devices.fwcfg.FirmwareConfiguration;
import dev.malachite.devices.pic.PicPair;
import dev.malachite.devices.pit.Pit8254;
import dev.malachite.devices.serial.Uart16550;
import dev.malachite.devices.storage.ScsiDvd;
import dev.malachite.devices.storage.ide.IdeController;
import dev.malachite.devices.video.vga.VgaAdapter;
import dev.malachite.engine.device.FrameBuffer;
import dev.malachite.engine.firmware.Smbios;
import dev.malachite.engine.interrupt.DeliveryMode;
import dev.malachite.engine.interrupt.LocalApic;
import dev.malachite.engine.machine.Board;
import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.MachineConfiguration;
import dev.malachite.engine.machine.MachineParts;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.ProcessorState;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The Generation 1 board: SeaBIOS on an i440FX and PIIX4 with the devices of a PC, and VMBus
 * devices beside them.
 */
final class Generation1Board implements Board {
  private static final System.Logger LOGGER = System.getLogger("malachite.firmware");

  private static final int COM1 = 0x3F8;
  private static final int PIIX4 = 7;
  private static final int VIDEO = 8;
  private static final long VIDEO_MEMORY = 16L << 20;
  private static final long FOUR_GIB = 1L << 32;

  private record Devices(
      MachineParts parts,
      PicPair pics,
      Pit8254 timer,
      RealTimeClock clock,
      PciBus pci,
      PowerManagement power,
      SystemControl control,
      FirmwareConfiguration firmware,
      IdeController ide,
      VgaAdapter video,
      @Nullable Uart16550 com1) {}

  private final MachineConfiguration configuration;
  private final SeaBios images;
  private final Generation1Layout layout;
  private @Nullable Devices devices;
  private GuestMemory.@Nullable Window videoMemory;

  Generation1Board(MachineConfiguration configuration, SeaBios images) {
    this.configuration = configuration;
    this.images = images;
    layout = new Generation1Layout(configuration.memory());
  }

  @Override
  public void addMemory(GuestMemory memory) {
    layout.addMemory(memory);
    byte[] rom = images.firmware();
    memory.addRom("bios", FOUR_GIB - rom.length, rom.length);
    memory.write(FOUR_GIB - rom.length, rom, 0, rom.length);
    videoMemory = memory.addWindow("video", VIDEO_MEMORY);
  }

  @Override
  public void connect(MachineParts parts) {
    LocalApic first = parts.apics().apic(0);
    PicPair pics = new PicPair(asserted -> first.lint(0, asserted));
    first.externalInterrupts(pics);
    pics.connect(parts.bus());
    IsaInterrupts interrupts = new IsaInterrupts(pics, parts.ioApic());
    Pit8254 timer = new Pit8254(interrupts.line(0), parts.clock(), parts.timers());
    timer.connect(parts.bus());
    RealTimeClock clock =
        new RealTimeClock(interrupts.line(8), parts.clock(), parts.timers(), Clock.systemUTC());
    parts.bus().mapPorts(RealTimeClock.PORT, 2, clock);
    Uart16550 com1 = null;
    if (configuration.com1() != null) {
      com1 = new Uart16550(COM1, interrupts.line(4), configuration.com1());
      parts.bus().mapPorts(COM1, 8, com1);
    }
    byte[] rom = images.firmware();
    parts.bus().mapMmio(FOUR_GIB - rom.length, rom.length, new RomReader(rom));
    ShadowMemory shadow = new ShadowMemory(parts.memory(), rom);
    parts.bus().mapMmio(ShadowMemory.START, ShadowMemory.SIZE, shadow);
    SystemControl control =
        new SystemControl(() -> parts.apics().deliver(0, false, DeliveryMode.INIT, 0, false));
    parts.bus().mapPorts(SystemControl.PORT, 1, control);
    PciBus pci = new PciBus(parts.control()::reset);
    pci.connect(parts.bus());
    pci.add(0, 0, new HostBridge(shadow));
    pci.add(PIIX4, 0, new IsaBridge(interrupts::line));
    PowerManagement power =
        new PowerManagement(
            interrupts.line(9), parts.bus(), parts.clock(), parts.timers(), parts.control());
    pci.add(PIIX4, 3, power);
    IdeController ide =
        new IdeController(interrupts.line(14), interrupts.line(15), parts.bus(), parts.memory());
    pci.add(PIIX4, 1, ide);
    attachDrives(ide);
    GuestMemory.Window memory = videoMemory;
    if (memory == null) {
      throw new IllegalStateException("addMemory comes before connect");
    }
    VgaAdapter video = new VgaAdapter(memory, parts.bus(), parts.clock());
    pci.add(VIDEO, 0, video);
    FirmwareConfiguration firmware = new FirmwareConfiguration(parts.memory());
    firmware.connect(parts.bus());
    parts
        .bus()
        .mapPorts(
            DebugConsole.PORT,
            1,
            new DebugConsole(line -> LOGGER.log(System.Logger.Level.DEBUG, line)));
    describe(firmware);
    devices =
        new Devices(parts, pics, timer, clock, pci, power, control, firmware, ide, video, com1);
  }

  private void attachDrives(IdeController ide) {
    int place = 0;
    for (Drive drive : configuration.drives()) {
      switch (drive.kind()) {
        case DISK -> ide.attachDisk(place, drive.disk());
        case DVD -> ide.attachDvd(place, new ScsiDvd(instance("dvd" + place), drive.disk()));
      }
      place++;
    }
  }

  // Instances keep their identity from start to start, and differ between machines.
  private UUID instance(String device) {
    String name = configuration.id() + "/" + device;
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  private void describe(FirmwareConfiguration firmware) {
    int count = configuration.processors();
    firmware.item(FirmwareConfiguration.PROCESSORS, new byte[] {(byte) count, 0});
    firmware.file(
        "pci%04x,%04x.rom".formatted(VgaAdapter.VENDOR_ID, VgaAdapter.DEVICE_ID), images.video());
    firmware.file("etc/e820", layout.memoryMap());
    new Generation1Acpi(count, layout, configuration.com1() != null, false).addTo(firmware);
    // Linux leaves a Generation 1 machine's disks to VMBus when the manufacturer is this one.
    byte[] structures =
        Smbios.structures(
            "Microsoft Corporation", configuration.id(), count, configuration.memory());
    firmware.file("etc/smbios/smbios-tables", structures);
    firmware.file("etc/smbios/smbios-anchor", Smbios.entryPoint(structures.length, 0));
  }

  // What SeaBIOS reads from the clock's memory.
  private void fillClockMemory(RealTimeClock clock) {
    // Boot from DVD, then hard disk, then floppy.
    clock.store(0x3D, 0x23);
    clock.store(0x38, 0x10);
    // Disks' geometries are made up from their block numbers.
    clock.store(0x39, 0x55);
    clock.store(0x5F, configuration.processors() - 1);
  }

  private Devices devices() {
    Devices all = devices;
    if (all == null) {
      throw new IllegalStateException("the board is not connected");
    }
    return all;
  }

  @Override
  public void powerOn(ProcessorState processor) {
    Devices d = devices();
    d.pics.reset();
    d.timer.reset();
    d.clock.reset();
    fillClockMemory(d.clock);
    d.control.reset();
    d.firmware.reset();
    d.pci.reset();
    if (d.com1 != null) {
      d.com1.reset();
    }
  }

  @Override
  public Optional<FrameBuffer> frameBuffer() {
    return devices().video.picture();
  }

  @Override
  public void type(String text) {
    throw new IllegalStateException("the board has no keyboard");
  }

  @Override
  public boolean requestShutdown() {
    return devices().power.pressPowerButton();
  }

  @Override
  public String statistics() {
    return "";
  }

  @Override
  public void close() {
    // Drives belong to whoever configured the machine.
    devices().ide.close();
  }
}
