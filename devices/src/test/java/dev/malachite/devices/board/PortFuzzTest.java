// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.EngineKind;
import dev.malachite.engine.machine.MachineConfiguration;
import dev.malachite.engine.machine.MachineControl;
import dev.malachite.engine.machine.MachineParts;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import dev.malachite.engine.vmbus.Vmbus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole Generation 1 board under random accesses: all its devices take them, each bounded. */
class PortFuzzTest {
  private static final int ACCESSES = 300_000;

  @TempDir private Path folder = Path.of("");

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

  @Test
  void everyPortTakesEverything() throws IOException {
    long seed = System.nanoTime();
    Path file = folder.resolve("disk.img");
    Path floppy = folder.resolve("floppy.img");
    VirtualDisks.createRaw(file, 4 << 20);
    VirtualDisks.createRaw(floppy, 1440 << 10);
    Nobody nobody = new Nobody();
    MachineClock clock = new MachineClock();
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite());
        VirtualDisk diskette = VirtualDisks.open(floppy, executor, DiskOptions.readWrite());
        FakeGuest guest = new FakeGuest();
        GuestMemory memory = new GuestMemory();
        TimerQueue timers = new TimerQueue(clock)) {
      MachineConfiguration configuration =
          new MachineConfiguration(
              "fuzz",
              UUID.randomUUID(),
              1,
              64 << 20,
              1,
              EngineKind.INTERPRETER,
              null,
              List.of(
                  new Drive(Drive.Kind.DISK, disk),
                  new Drive(Drive.Kind.DVD, disk),
                  new Drive(Drive.Kind.FLOPPY, diskette)),
              nobody);
      try (Generation1Board board = new Generation1Board(configuration, SeaBios.installed())) {
        board.addMemory(memory);
        ApicBus apics = new ApicBus();
        IoApic ioApic = new IoApic(apics);
        LocalApic apic = new LocalApic(0, apics, clock, timers);
        IoBus bus = new IoBus();
        Vmbus vmbus = new Vmbus(guest, memory, 1);
        board.connect(
            new MachineParts(
                configuration, memory, bus, clock, timers, apics, ioApic, vmbus, nobody));
        board.powerOn(new ProcessorState());
        try {
          hammer(new Random(seed), bus, memory, board);
        } catch (RuntimeException e) {
          throw new AssertionError("seed " + seed, e);
        }
        assertThat(apic.id()).isZero();
        board.powerOn(new ProcessorState());
        vmbus.close();
      }
    }
  }

  private static void hammer(Random random, IoBus bus, GuestMemory memory, Generation1Board board) {
    for (int i = 0; i < ACCESSES; i++) {
      int size = 1 << random.nextInt(3);
      int value = random.nextInt() & (int) ((1L << 8 * size) - 1);
      int port = port(random);
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> bus.readPort(port, size);
        case 3, 4 -> bus.writePort(port, size, value);
        case 5 -> {
          // Configuration space of a device that is there.
          bus.writePort(0xCF8, 4, 1 << 31 | (7 + random.nextInt(2)) << 11 | random.nextInt(2048));
          bus.writePort(0xCFC, 4, random.nextInt());
        }
        case 6 -> {
          long gpa = 0xA_0000L + random.nextInt(0x5_FFF8);
          if (memory.hostAddress(gpa) == 0) {
            bus.writeMmio(gpa, size, value);
          }
        }
        default -> memory.writeInt(random.nextInt(1000) * 4L, random.nextInt(2 << 20));
      }
      if (i % 5000 == 0) {
        board.frameBuffer();
        board.key(random.nextInt(0x80), random.nextBoolean());
        board.requestShutdown();
      }
    }
  }

  private static int port(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt(0x100);
      case 1 -> 0x170 + random.nextInt(0x90);
      case 2 -> 0x370 + random.nextInt(0x90);
      case 3 -> 0x402 + random.nextInt(0x120);
      case 4 -> 0xCF8 + random.nextInt(8);
      default -> random.nextInt(0x10000);
    };
  }
}
