// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.guest;

import dev.malachite.disk.VirtualDisk;
import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.EngineKind;
import dev.malachite.engine.machine.Machine;
import dev.malachite.engine.machine.MachineConfiguration;
import dev.malachite.engine.machine.MachineEnd;
import dev.malachite.tests.EngineUnderTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One machine under test, with its console. */
final class GuestRun implements AutoCloseable {
  /** What a machine is to be. */
  static final class Plan {
    private final DirectBoot boot;
    private final List<Drive> drives = new ArrayList<>();
    private long memory = 512L << 20;
    private int processors = 1;
    private EngineKind engine = EngineUnderTest.kind();

    Plan(DirectBoot boot) {
      this.boot = boot;
    }

    Plan memory(long bytes) {
      memory = bytes;
      return this;
    }

    Plan processors(int count) {
      processors = count;
      return this;
    }

    Plan engine(EngineKind kind) {
      engine = kind;
      return this;
    }

    Plan disk(@Nullable VirtualDisk disk) {
      if (disk != null) {
        drives.add(new Drive(Drive.Kind.DISK, disk));
      }
      return this;
    }

    GuestRun start() throws IOException {
      return new GuestRun(this);
    }
  }

  private final SerialConsole console = new SerialConsole();
  private final Machine machine;
  private final CompletableFuture<Void> told;

  private GuestRun(Plan plan) throws IOException {
    machine =
        new Machine(
            new MachineConfiguration(
                "test",
                UUID.randomUUID(),
                2,
                plan.memory,
                plan.processors,
                plan.engine,
                plan.boot,
                plan.drives,
                console));
    told = machine.end().thenRun(console::end);
    machine.start();
  }

  SerialConsole console() {
    return console;
  }

  Machine machine() {
    return machine;
  }

  /** Waits for the machine's end. */
  MachineEnd awaitEnd(Duration time) throws InterruptedException {
    return machine
        .awaitEnd(time)
        .orElseThrow(
            () ->
                new AssertionError(
                    "still running after " + time + "; serial port:\n" + console.text()));
  }

  @Override
  public void close() {
    for (String line : machine.statistics()) {
      System.Logger logger = System.getLogger(GuestRun.class.getName());
      logger.log(System.Logger.Level.INFO, line);
    }
    machine.close();
    told.join();
  }
}
