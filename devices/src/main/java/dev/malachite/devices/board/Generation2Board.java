// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import dev.malachite.devices.clock.RealTimeClock;
import dev.malachite.devices.input.KeySink;
import dev.malachite.devices.input.KeyTyper;
import dev.malachite.devices.input.SyntheticKeyboard;
import dev.malachite.devices.serial.Uart16550;
import dev.malachite.devices.services.HeartbeatService;
import dev.malachite.devices.services.KeyValueService;
import dev.malachite.devices.services.ShutdownService;
import dev.malachite.devices.services.TimeSyncService;
import dev.malachite.devices.storage.ScsiDisk;
import dev.malachite.devices.storage.ScsiDvd;
import dev.malachite.devices.storage.ScsiTarget;
import dev.malachite.devices.storage.StorVsp;
import dev.malachite.devices.video.Screen;
import dev.malachite.devices.video.SyntheticVideo;
import dev.malachite.engine.device.FrameBuffer;
import dev.malachite.engine.device.ScreenWatcher;
import dev.malachite.engine.firmware.AcpiTables;
import dev.malachite.engine.firmware.LinuxLoader;
import dev.malachite.engine.firmware.Smbios;
import dev.malachite.engine.firmware.uefi.UefiFirmware;
import dev.malachite.engine.firmware.uefi.UefiPlatform;
import dev.malachite.engine.machine.Board;
import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.MachineConfiguration;
import dev.malachite.engine.machine.MachineParts;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.state.StateSections;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The Generation 2 board: VMBus devices, a clock, hardware-reduced ACPI, optionally a serial port;
 * no PCI, no legacy interrupt controller or timer.
 */
final class Generation2Board implements Board {
  private static final int COM1 = 0x3F8;
  private static final int COM1_LINE = 4;
  private static final int CLOCK_LINE = 8;

  /** What is there once the board is connected. */
  private record Devices(
      MachineParts parts,
      RealTimeClock clock,
      @Nullable Uart16550 com1,
      SyntheticVideo video,
      StorVsp storage,
      @Nullable UefiFirmware firmware,
      KeySink keyboard,
      KeyTyper typer,
      ShutdownService shutdown,
      TimeSyncService time) {}

  private final MachineConfiguration configuration;
  private final @Nullable DirectBoot boot;
  private final Generation2Layout layout;
  private final List<Drive> drives = new CopyOnWriteArrayList<>();
  private @Nullable Devices devices;
  private @Nullable ScreenReport report;
  private GuestMemory.@Nullable Region videoMemory;

  Generation2Board(MachineConfiguration configuration) {
    this.configuration = configuration;
    boot = configuration.boot();
    drives.addAll(configuration.drives());
    layout = new Generation2Layout(configuration.memory());
  }

  @Override
  public void addMemory(GuestMemory memory) {
    layout.addMemory(memory);
    videoMemory =
        memory.addRegion("video", Generation2Layout.VIDEO, Generation2Layout.VIDEO_LENGTH, false);
  }

  @Override
  public void connect(MachineParts parts) {
    RealTimeClock clock =
        new RealTimeClock(
            parts.ioApic().line(CLOCK_LINE), parts.clock(), parts.timers(), Clock.systemUTC());
    parts.bus().mapPorts(RealTimeClock.PORT, 2, clock);
    PowerControl power = new PowerControl(parts.control());
    parts.bus().mapPorts(AcpiTables.SLEEP_CONTROL_PORT, 3, power);
    Uart16550 com1 = null;
    if (configuration.com1() != null) {
      com1 = new Uart16550(COM1, parts.ioApic().line(COM1_LINE), configuration.com1());
      parts.bus().mapPorts(COM1, 8, com1);
    }
    GuestMemory.Region video = videoMemory;
    if (video == null) {
      throw new IllegalStateException("addMemory comes before connect");
    }
    SyntheticVideo adapter = new SyntheticVideo(video, new Screen());
    parts.vmbus().add(adapter);
    SyntheticKeyboard synthetic = new SyntheticKeyboard();
    parts.vmbus().add(synthetic);
    StorVsp storage = new StorVsp(instance("scsi"));
    attachDrives(storage);
    parts.vmbus().add(storage);
    ShutdownService shutdown = new ShutdownService();
    parts.vmbus().add(shutdown);
    parts.vmbus().add(new HeartbeatService(parts.clock(), parts.timers()));
    TimeSyncService time = new TimeSyncService(parts.clock(), parts.timers());
    parts.vmbus().add(time);
    parts.vmbus().add(new KeyValueService());
    UefiFirmware firmware =
        boot == null ? firmware(parts, new FirmwareDisplay(video, adapter.screen())) : null;
    KeySink keyboard = new FirmwareKeyboard(synthetic, firmware);
    KeyTyper typer = new KeyTyper(keyboard, parts.clock(), parts.timers());
    devices =
        new Devices(
            parts, clock, com1, adapter, storage, firmware, keyboard, typer, shutdown, time);
  }

  private UefiFirmware firmware(MachineParts parts, FirmwareDisplay display) {
    UefiPlatform platform =
        new UefiPlatform(
            parts.memory(),
            layout.firmwareMap(),
            parts.bus(),
            parts.clock(),
            Clock.systemUTC(),
            parts.control(),
            Generation2Layout.ACPI,
            Generation2Layout.SMBIOS,
            Collections.unmodifiableList(drives),
            instance("scsi"),
            configuration.com1() == null ? 0 : COM1,
            display);
    UefiFirmware firmware = new UefiFirmware(platform, configuration.firmware());
    parts.bus().mapCalls(UefiFirmware.PORT, firmware);
    return firmware;
  }

  private void attachDrives(StorVsp storage) {
    int lun = 0;
    for (Drive drive : drives) {
      storage.attach(lun, target(lun, drive));
      lun++;
    }
  }

  private ScsiTarget target(int lun, Drive drive) {
    return switch (drive.kind()) {
      case DISK -> new ScsiDisk(drive.disk());
      case DVD -> new ScsiDvd(instance("dvd" + lun), drive.disk());
      case FLOPPY ->
          throw new IllegalArgumentException(
              "Generation 2 machines have no floppy drive; use --generation 1");
    };
  }

  @Override
  public void attachDrive(int place, Drive drive) {
    if (place >= StorVsp.MAX_LUNS || drive.kind() == Drive.Kind.FLOPPY) {
      throw new IllegalStateException(
          "a Generation 2 machine takes up to " + StorVsp.MAX_LUNS + " disks and DVD drives");
    }
    devices().storage.attach(place, target(place, drive));
    drives.add(drive);
  }

  @Override
  public void detachDrive(int place) {
    devices().storage.detach(place);
    drives.remove(place);
  }

  // Instances keep their identity from start to start, and differ between machines.
  private UUID instance(String device) {
    String name = configuration.id() + "/" + device;
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
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
    d.clock.reset();
    d.storage.reset();
    if (d.com1 != null) {
      d.com1.reset();
    }
    GuestMemory memory = d.parts.memory();
    int count = configuration.processors();
    new AcpiTables(
            count,
            Generation2Layout.WINDOW,
            Generation2Layout.WINDOW_LENGTH,
            layout.highWindow(),
            Generation2Layout.HIGH_WINDOW_LENGTH,
            d.com1 != null)
        .write(memory, Generation2Layout.ACPI, Generation2Layout.ACPI_ROOM);
    Smbios.write(
        memory, Generation2Layout.SMBIOS, configuration.id(), count, configuration.memory());
    if (d.firmware != null) {
      d.firmware.powerOn(processor);
      return;
    }
    if (boot == null) {
      throw new IllegalStateException("a machine boots by firmware or a kernel");
    }
    new LinuxLoader(
            memory,
            layout.map(),
            Generation2Layout.ACPI,
            Generation2Layout.SMBIOS,
            Generation2Layout.EFI_DATA,
            Generation2Layout.EFI_CODE,
            Generation2Layout.VIDEO,
            Generation2Layout.VIDEO_LENGTH)
        .load(boot, processor);
  }

  @Override
  public void prepareRestore() throws IOException {
    Devices d = devices();
    if (d.firmware != null) {
      d.firmware.powerOn(new ProcessorState());
    }
  }

  @Override
  public void transfer(StateSections sections) throws IOException {
    Devices d = devices();
    if (d.firmware != null) {
      sections.section("uefi", 1, d.firmware);
    }
    sections.section("clock device", 1, d.clock);
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
    Screen.View view = devices().video.screen().view();
    return view == null
        ? Optional.empty()
        : Optional.of(new FrameBuffer(view.width(), view.height(), view.stride(), view.pixels()));
  }

  @Override
  public boolean watchScreen(@Nullable ScreenWatcher watcher) {
    SyntheticVideo video = devices().video;
    ScreenReport old = report;
    if (old != null) {
      video.screen().remove(old);
    }
    report = watcher == null ? null : new ScreenReport(watcher);
    if (report != null) {
      video.screen().add(report);
    }
    video.dirtyWanted(watcher != null);
    return true;
  }

  private record ScreenReport(ScreenWatcher watcher) implements Screen.Listener {
    @Override
    public void resized(Screen.@Nullable View view) {
      watcher.resized();
    }

    @Override
    public void dirty(int x, int y, int width, int height) {
      watcher.dirty(x, y, width, height);
    }
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
    ShutdownService shutdown = devices().shutdown;
    if (!shutdown.isAvailable()) {
      return false;
    }
    CompletableFuture<ShutdownService.Outcome> answer =
        shutdown.request(ShutdownService.Action.SHUT_DOWN, true, "The host asks for a shutdown");
    return answer.getNow(ShutdownService.Outcome.ACCEPTED) != ShutdownService.Outcome.UNAVAILABLE;
  }

  @Override
  public String statistics() {
    StorVsp storage = devices().storage;
    return "storage commands %,d bytes %,d".formatted(storage.commands(), storage.bytes());
  }

  @Override
  public void close() {
    // Devices own no resources; drives belong to whoever configured the machine.
  }
}
