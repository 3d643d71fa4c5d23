// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.EngineKind;
import dev.malachite.engine.machine.Machine;
import dev.malachite.engine.machine.MachineConfiguration;
import dev.malachite.engine.machine.MachineEnd;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Debian on a Generation 1 machine: SeaBIOS, GRUB from the boot sector, disks over VMBus. */
class Generation1DebianTest {
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  @Test
  void bootsFromItsDiskAndShutsDownWhenAsked() throws Exception {
    GuestImage image = GuestImage.build("debian");
    SerialConsole console = new SerialConsole();
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk disk =
            VirtualDisks.open(image.file("debian.raw"), executor, DiskOptions.snapshot());
        Machine machine =
            new Machine(
                new MachineConfiguration(
                    "test",
                    UUID.randomUUID(),
                    1,
                    512L << 20,
                    1,
                    EngineKind.AUTO,
                    null,
                    List.of(new Drive(Drive.Kind.DISK, disk)),
                    console))) {
      machine.start();
      console.await("malachite login:", PATIENCE);
      console.type("root\n");
      console.await("~#", PATIENCE);
      console.type("readlink -f /sys/block/sda/device; echo done-$((6 * 7))\n");
      String text = console.await("done-42", PATIENCE);
      assertThat(text).as("the disk is VMBus's").containsPattern("/VMBUS:\\d+/00000000-0000-8899-");
      assertThat(machine.requestShutdown()).isTrue();
      assertThat(
              machine
                  .awaitEnd(PATIENCE)
                  .orElseThrow(() -> new AssertionError("still running:\n" + console.text()))
                  .cause())
          .isEqualTo(MachineEnd.Cause.POWERED_OFF);
    }
  }
}
