// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import dev.malachite.devices.guest.FakeGuest;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.device.SerialBackend;
import dev.malachite.engine.interrupt.ApicBus;
import dev.malachite.engine.interrupt.IoApic;
import dev.malachite.engine.interrupt.LocalApic;
import dev.malachite.engine.machine.Board;
import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.EngineKind;
import dev.malachite.engine.machine.MachineConfiguration;
import dev.malachite.engine.machine.MachineControl;
import dev.malachite.engine.machine.MachineParts;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.state.MemoryState;
import dev.malachite.engine.state.StateProgress;
import dev.malachite.engine.state.StateReader;
import dev.malachite.engine.state.StateSections;
import dev.malachite.engine.state.StateWriter;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import dev.malachite.engine.vmbus.Vmbus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A board with interrupt controllers and memory, but no processor; its time stands still. */
final class BoardRig implements AutoCloseable {
  private static final UUID ID = UUID.fromString("1d1f9a6c-8ad6-4e8e-8d43-2a1b8f0e5c11");

  private final DiskExecutor executor = DiskExecutor.create();
  private final FakeGuest guest = new FakeGuest();
  private final MachineClock clock = new MachineClock();
  private final TimerQueue timers = new TimerQueue(clock);
  private final GuestMemory memory = new GuestMemory();
  private final IoBus bus = new IoBus();
  private final ApicBus apics = new ApicBus();
  private final IoApic ioApic = new IoApic(apics);
  private final LocalApic apic = new LocalApic(0, apics, clock, timers);
  private final Vmbus vmbus = new Vmbus(guest, memory, 1);
  private final Board board;
  private final VirtualDisk disk;
  private final VirtualDisk floppy;
  private final int generation;

  /** The other side of everything: nobody. */
  private static final class Nobody implements MachineControl, SerialBackend {
    @Override
    public void powerOff() {
      // The board goes on.
    }

    @Override
    public void reset() {
      // Done by the test.
    }

    @Override
    public void crashed(String detail) {
      throw new AssertionError(detail);
    }

    @Override
    public void connect(Receiver receiver) {
      // Sends nothing.
    }

    @Override
    public void transmit(byte value) {
      // Takes everything.
    }
  }

  BoardRig(int generation, Path folder, @Nullable DirectBoot boot) throws IOException {
    this.generation = generation;
    Path file = folder.resolve("disk.img");
    Path diskette = folder.resolve("floppy.img");
    if (!Files.exists(file)) {
      VirtualDisks.createRaw(file, 4 << 20);
      VirtualDisks.createRaw(diskette, 1440 << 10);
    }
    disk = VirtualDisks.open(file, executor, DiskOptions.readWrite());
    floppy = VirtualDisks.open(diskette, executor, DiskOptions.readWrite());
    Nobody nobody = new Nobody();
    Drive hard = new Drive(Drive.Kind.DISK, disk);
    Drive dvd = new Drive(Drive.Kind.DVD, disk);
    MachineConfiguration configuration =
        new MachineConfiguration(
            "rig",
            ID,
            generation,
            64 << 20,
            1,
            EngineKind.INTERPRETER,
            boot,
            generation == 1
                ? List.of(hard, dvd, new Drive(Drive.Kind.FLOPPY, floppy))
                : List.of(hard, dvd),
            nobody);
    board =
        generation == 1
            ? new Generation1Board(configuration, SeaBios.installed())
            : new Generation2Board(configuration);
    clock.stop();
    timers.stop();
    board.addMemory(memory);
    bus.mapMmio(IoApic.ADDRESS, 0x1000, ioApic);
    board.connect(
        new MachineParts(configuration, memory, bus, clock, timers, apics, ioApic, vmbus, nobody));
  }

  /** Power-on, and what a reset does. */
  void powerOn() throws IOException {
    apics.powerOn();
    vmbus.reset();
    board.powerOn(new ProcessorState());
  }

  private void transfer(StateSections sections) throws IOException {
    board.drain();
    sections.section("clock", 1, clock);
    sections.section("apic", 1, apic);
    sections.section("ioapic", 1, ioApic);
    board.transfer(sections);
    vmbus.pause();
    sections.section("vmbus", 1, vmbus);
    vmbus.resume();
  }

  void save(Path file) throws IOException {
    Files.deleteIfExists(file);
    try (StateWriter writer = new StateWriter(file)) {
      transfer(writer);
      MemoryState.save(memory, writer, StateProgress.NONE);
      writer.finish();
    }
  }

  void restore(Path file) throws IOException {
    try (StateReader reader = new StateReader(file)) {
      board.prepareRestore();
      MemoryState.load(memory, reader, StateProgress.NONE);
      transfer(reader);
      reader.requireAllRead();
    }
  }

  /** Each section as a file of its own. */
  Map<String, byte[]> sections(Path folder) throws IOException {
    Map<String, byte[]> all = new LinkedHashMap<>();
    Path file = folder.resolve("section");
    transfer(
        (name, version, part) -> {
          Files.deleteIfExists(file);
          try (StateWriter writer = new StateWriter(file)) {
            writer.section(name, version, part);
            writer.finish();
          }
          all.put(name, Files.readAllBytes(file));
        });
    return all;
  }

  /** Does one random thing; what it answers is a part of the result. */
  long step(Random random) {
    int size = 1 << random.nextInt(3);
    int value = random.nextInt() & (int) ((1L << 8 * size) - 1);
    int port = port(random);
    long result = 0;
    switch (random.nextInt(9)) {
      case 0, 1, 2 -> result = bus.readPort(port, size);
      case 3, 4 -> bus.writePort(port, size, value);
      case 5 -> {
        int device = 7 + random.nextInt(2);
        bus.writePort(0xCF8, 4, 1 << 31 | device << 11 | random.nextInt(2048));
        bus.writePort(0xCFC, 4, random.nextInt());
      }
      case 6 -> {
        long gpa = 0xA_0000L + random.nextInt(0x5_FFF8);
        if (generation == 1 && memory.hostAddress(gpa) == 0) {
          bus.writeMmio(gpa, size, value);
          result = bus.readMmio(gpa, size);
        }
      }
      case 7 -> {
        apic.writeMmio(random.nextInt(0x100) << 4, random.nextInt());
        result = apic.readMmio(random.nextInt(0x100) << 4);
        bus.writeMmio(IoApic.ADDRESS, 4, random.nextInt(0x40));
        bus.writeMmio(IoApic.ADDRESS + 0x10, 4, random.nextInt());
      }
      default -> memory.writeInt(random.nextInt(1000) * 4L, random.nextInt(2 << 20));
    }
    if (random.nextInt(50) == 0) {
      board.key(1 + random.nextInt(0x7F), random.nextBoolean());
    }
    board.drain();
    return result;
  }

  // All but the clock, whose time is the host's and goes on.
  private static int port(Random random) {
    int port =
        switch (random.nextInt(7)) {
          case 0, 1 -> random.nextInt(0x100);
          case 2 -> 0x170 + random.nextInt(0x90);
          case 3 -> 0x370 + random.nextInt(0x90);
          case 4 -> 0x402 + random.nextInt(0x120);
          case 5 -> 0xCF8 + random.nextInt(8);
          default -> random.nextInt(0x10000);
        };
    return port >= 0x6D && port <= 0x71 ? 0x61 : port;
  }

  @Override
  public void close() throws IOException {
    vmbus.close();
    board.close();
    timers.close();
    memory.close();
    guest.close();
    disk.close();
    floppy.close();
    executor.close();
  }
}
