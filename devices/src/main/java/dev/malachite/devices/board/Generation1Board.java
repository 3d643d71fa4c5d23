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
import dev.malachite.devices.floppy.DmaPair;
import dev.malachite.devices.floppy.FloppyController;
import dev.malachite.devices.fwcfg.DebugConsole;
import dev.malachite.devices.fwcfg.FirmwareConfiguration;
import dev.malachite.devices.input.KeyTyper;
import dev.malachite.devices.input.KeyboardController;
import dev.malachite.devices.pic.PicPair;
import dev.malachite.devices.pit.Pit8254;
import dev.malachite.devices.serial.Uart16550;
import dev.malachite.devices.services.HeartbeatService;
import dev.malachite.devices.services.KeyValueService;
import dev.malachite.devices.services.ShutdownService;
import dev.malachite.devices.services.TimeSyncService;
import dev.malachite.devices.storage.ScsiDisk;
import dev.malachite.devices.storage.ScsiDvd;
import dev.malachite.devices.storage.StorVsp;
import dev.malachite.devices.storage.ide.IdeController;
import dev.malachite.devices.video.Screen;
import dev.malachite.devices.video.SyntheticVideo;
import dev.malachite.devices.video.VideoMemory;
import dev.malachite.devices.video.vga.VgaAdapter;
import dev.malachite.engine.device.FrameBuffer;
import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.firmware.Smbios;
import dev.malachite.engine.interrupt.DeliveryMode;
import dev.malachite.engine.interrupt.LocalApic;
import dev.malachite.engine.machine.Board;
import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.MachineConfiguration;
import dev.malachite.engine.machine.MachineParts;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.state.StateSections;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
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
  private static final int IDE_PLACES = 4;
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
      Screen screen,
      KeyboardController keyboard,
      KeyTyper typer,
      DmaPair dma,
      @Nullable FloppyController floppy,
      @Nullable KernelLoader kernel,
      List<StorVsp> storage,
      ShutdownService shutdown,
      TimeSyncService time,
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
    GuestMemory.Window memory = videoMemory;
    if (memory == null) {
      throw new IllegalStateException("addMemory comes before connect");
    }
    IoBus bus = parts.bus();
    LocalApic first = parts.apics().apic(0);
    PicPair pics = new PicPair(asserted -> first.lint(0, asserted));
    first.externalInterrupts(pics);
    pics.connect(bus);
    IsaInterrupts interrupts = new IsaInterrupts(pics, parts.ioApic());
    Pit8254 timer = new Pit8254(interrupts.line(0), parts.clock(), parts.timers());
    timer.connect(bus);
    RealTimeClock clock =
        new RealTimeClock(interrupts.line(8), parts.clock(), parts.timers(), Clock.systemUTC());
    bus.mapPorts(RealTimeClock.PORT, 2, clock);
    Uart16550 com1 = null;
    if (configuration.com1() != null) {
      com1 = new Uart16550(COM1, interrupts.line(4), configuration.com1());
      bus.mapPorts(COM1, 8, com1);
    }
    SystemControl control =
        new SystemControl(() -> parts.apics().deliver(0, false, DeliveryMode.INIT, 0, false));
    bus.mapPorts(SystemControl.PORT, 1, control);
    KeyboardController keyboard =
        new KeyboardController(
            interrupts.line(1), interrupts.line(12), control::gateA20, control::initialize);
    keyboard.connect(bus);
    PciBus pci = new PciBus(parts.control()::reset);
    pci.connect(bus);
    pci.add(0, 0, new HostBridge(firmwareMemory(parts)));
    pci.add(PIIX4, 0, new IsaBridge(interrupts::line));
    IdeController ide =
        new IdeController(interrupts.line(14), interrupts.line(15), bus, parts.memory());
    pci.add(PIIX4, 1, ide);
    PowerManagement power =
        new PowerManagement(
            interrupts.line(9), bus, parts.clock(), parts.timers(), parts.control());
    pci.add(PIIX4, 3, power);
    VgaAdapter video = new VgaAdapter(memory, bus, parts.clock());
    pci.add(VIDEO, 0, video);
    DmaPair dma = new DmaPair(parts.memory());
    dma.connect(bus);
    FloppyController floppy = floppy(interrupts, dma);
    if (floppy != null) {
      floppy.connect(bus);
    }
    FirmwareConfiguration firmware = new FirmwareConfiguration(parts.memory());
    firmware.connect(bus);
    bus.mapPorts(
        DebugConsole.PORT,
        1,
        new DebugConsole(line -> LOGGER.log(System.Logger.Level.DEBUG, line)));
    describe(firmware, floppy != null);
    KernelLoader kernel = null;
    if (configuration.boot() != null) {
      kernel = new KernelLoader(configuration.boot(), parts.memory(), layout.low());
      bus.mapPorts(KernelLoader.PORT, 1, kernel);
      firmware.file(KernelRom.FILE, KernelRom.bytes());
      firmware.file("bootorder", KernelRom.BOOT_ORDER.getBytes(StandardCharsets.US_ASCII));
    }
    Screen screen = new Screen();
    parts.vmbus().add(new SyntheticVideo(VideoMemory.of(memory), screen));
    List<StorVsp> storage = attachDrives(ide);
    storage.forEach(parts.vmbus()::add);
    ShutdownService shutdown = new ShutdownService();
    parts.vmbus().add(shutdown);
    parts.vmbus().add(new HeartbeatService(parts.clock(), parts.timers()));
    TimeSyncService time = new TimeSyncService(parts.clock(), parts.timers());
    parts.vmbus().add(time);
    parts.vmbus().add(new KeyValueService());
    devices =
        new Devices(
            parts,
            pics,
            timer,
            clock,
            pci,
            power,
            control,
            firmware,
            ide,
            video,
            screen,
            keyboard,
            new KeyTyper(keyboard, parts.clock(), parts.timers()),
            dma,
            floppy,
            kernel,
            storage,
            shutdown,
            time,
            com1);
  }

  // The firmware's ROM at the end of 4 GiB, and what shows of it below 1 MiB.
  private ShadowMemory firmwareMemory(MachineParts parts) {
    byte[] rom = images.firmware();
    parts.bus().mapMmio(FOUR_GIB - rom.length, rom.length, new RomReader(rom));
    ShadowMemory shadow = new ShadowMemory(parts.memory(), rom);
    parts.bus().mapMmio(ShadowMemory.START, ShadowMemory.SIZE, shadow);
    return shadow;
  }

  // The first four drives are on IDE, its disks accelerated; further ones on a SCSI controller.
  private List<StorVsp> attachDrives(IdeController ide) {
    List<StorVsp> controllers = new ArrayList<>();
    StorVsp scsi = new StorVsp(instance("scsi"));
    int place = 0;
    for (Drive drive : configuration.drives()) {
      if (drive.kind() == Drive.Kind.FLOPPY) {
        continue;
      }
      boolean onIde = place < IDE_PLACES;
      if (drive.kind() == Drive.Kind.DVD) {
        ScsiDvd dvd = new ScsiDvd(instance("dvd" + place), drive.disk());
        if (onIde) {
          ide.attachDvd(place, dvd);
        } else {
          scsi.attach(place - IDE_PLACES, dvd);
        }
      } else {
        ScsiDisk disk = new ScsiDisk(drive.disk());
        if (onIde) {
          ide.attachDisk(place, drive.disk());
          controllers.add(StorVsp.ide(place >> 1, place & 1, disk));
        } else {
          scsi.attach(place - IDE_PLACES, disk);
        }
      }
      place++;
    }
    controllers.add(scsi);
    return controllers;
  }

  private @Nullable FloppyController floppy(IsaInterrupts interrupts, DmaPair dma) {
    FloppyController controller = null;
    for (Drive drive : configuration.drives()) {
      if (drive.kind() == Drive.Kind.FLOPPY) {
        if (controller != null) {
          throw new IllegalArgumentException("a machine has one floppy drive");
        }
        controller = new FloppyController(interrupts.line(6), dma, drive.disk());
      }
    }
    return controller;
  }

  // Instances keep their identity from start to start, and differ between machines.
  private UUID instance(String device) {
    String name = configuration.id() + "/" + device;
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  private void describe(FirmwareConfiguration firmware, boolean floppy) {
    int count = configuration.processors();
    firmware.item(FirmwareConfiguration.PROCESSORS, new byte[] {(byte) count, 0});
    firmware.file(
        "pci%04x,%04x.rom".formatted(VgaAdapter.VENDOR_ID, VgaAdapter.DEVICE_ID), images.video());
    firmware.file("etc/e820", layout.memoryMap());
    new Generation1Acpi(count, layout, configuration.com1() != null, floppy).addTo(firmware);
    // Linux leaves a Generation 1 machine's disks to VMBus when the manufacturer is this one.
    byte[] structures =
        Smbios.structures(
            "Microsoft Corporation", configuration.id(), count, configuration.memory());
    firmware.file("etc/smbios/smbios-tables", structures);
    firmware.file("etc/smbios/smbios-anchor", Smbios.entryPoint(structures.length, 0));
  }

  // What SeaBIOS reads from the clock's memory.
  private void fillClockMemory(RealTimeClock clock, int floppyType) {
    // Boot from DVD, then hard disk, then floppy.
    clock.store(0x3D, 0x23);
    clock.store(0x38, 0x10);
    clock.store(0x10, floppyType << 4);
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
  public void powerOn(ProcessorState processor) throws IOException {
    Devices d = devices();
    if (d.kernel != null) {
      // A kernel that can't be started is known now rather than on the screen.
      d.kernel.load();
    }
    byte[] rom = images.firmware();
    d.parts.memory().write(FOUR_GIB - rom.length, rom, 0, rom.length);
    d.pics.reset();
    d.timer.reset();
    d.clock.reset();
    d.storage.forEach(StorVsp::reset);
    fillClockMemory(d.clock, d.floppy == null ? 0 : d.floppy.driveType());
    d.control.reset();
    d.keyboard.reset();
    d.dma.reset();
    if (d.floppy != null) {
      d.floppy.reset();
    }
    d.firmware.reset();
    d.screen.show(null);
    d.pci.reset();
    if (d.com1 != null) {
      d.com1.reset();
    }
  }

  @Override
  public void drain() {
    devices().ide.drain();
  }

  @Override
  public void transfer(StateSections sections) throws IOException {
    Devices d = devices();
    sections.section("pic", 1, d.pics);
    sections.section("pit", 1, d.timer);
    sections.section("clock device", 1, d.clock);
    sections.section("system control", 1, d.control);
    sections.section("keyboard controller", 1, d.keyboard);
    sections.section("dma", 1, d.dma);
    if (d.floppy != null) {
      sections.section("floppy", 1, d.floppy);
    }
    sections.section("firmware configuration", 1, d.firmware);
    if (d.kernel != null) {
      sections.section("kernel loader", 1, d.kernel);
    }
    sections.section("pci", 1, d.pci);
    if (d.com1 != null) {
      sections.section("com1", 1, d.com1);
    }
    sections.section("typing", 1, d.typer);
  }

  @Override
  public void resumed() {
    devices().time.resumed();
  }

  @Override
  public Optional<FrameBuffer> frameBuffer() {
    Screen.View view = devices().screen.view();
    return view == null
        ? devices().video.picture()
        : Optional.of(new FrameBuffer(view.width(), view.height(), view.stride(), view.pixels()));
  }

  @Override
  public boolean key(int scanCode, boolean pressed) {
    return devices().keyboard.key(scanCode, pressed);
  }

  @Override
  public void type(String text) {
    devices().typer.type(text);
  }

  @Override
  public boolean requestShutdown() {
    Devices d = devices();
    if (!d.shutdown.isAvailable()) {
      return d.power.pressPowerButton();
    }
    CompletableFuture<ShutdownService.Outcome> answer =
        d.shutdown.request(ShutdownService.Action.SHUT_DOWN, true, "The host asks for a shutdown");
    return answer.getNow(ShutdownService.Outcome.ACCEPTED) != ShutdownService.Outcome.UNAVAILABLE;
  }

  @Override
  public String statistics() {
    long commands = 0;
    long bytes = 0;
    for (StorVsp controller : devices().storage) {
      commands += controller.commands();
      bytes += controller.bytes();
    }
    return "VMBus storage commands %,d bytes %,d".formatted(commands, bytes);
  }

  @Override
  public void close() {
    // Drives belong to whoever configured the machine.
    devices().ide.close();
  }
}
