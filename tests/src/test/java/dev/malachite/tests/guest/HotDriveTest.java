// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.machine.Drive;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks come and go while Linux runs. */
class HotDriveTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int SECTOR = 512;

  @TempDir private Path folder = Path.of("");

  private Path raw(String name, int mebibytes) throws IOException {
    Path file = folder.resolve(name);
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.setLength((long) mebibytes << 20);
    }
    return file;
  }

  @Test
  void guestFindsANewDiskAndLosesIt() throws Exception {
    GuestImage image = GuestImage.build("tiny");
    DirectBoot boot =
        new DirectBoot(
            image.file("vmlinuz"),
            image.file("initrd.img"),
            image.commandLine("malachite.test=shell"));
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk first = VirtualDisks.open(raw("first", 16), executor, DiskOptions.readWrite());
        VirtualDisk second =
            VirtualDisks.open(raw("second", 32), executor, DiskOptions.readWrite());
        GuestRun run = new GuestRun.Plan(boot).disk(first).start()) {
      SerialConsole console = run.console();
      console.await("MALACHITE: shell", PATIENCE);
      console.type(
          "until [ -b /dev/sda ]; do sleep 1; done; echo one=$(cat /sys/block/sda/size)\n");
      console.await("one=" + (16 << 20) / SECTOR, PATIENCE);
      assertThat(console.text()).doesNotContain("sdb");

      run.machine().attachDrive(new Drive(Drive.Kind.DISK, second));
      console.type(
          "until [ -b /dev/sdb ]; do sleep 1; done; echo two=$(cat /sys/block/sdb/size)\n");
      console.await("two=" + (32 << 20) / SECTOR, PATIENCE);
      console.type("echo Malachite > /dev/sdb && sync && echo wri''tten\n");
      console.await("written", PATIENCE);

      assertThat(run.machine().detachLastDrive().disk()).isSameAs(second);
      console.type("while [ -e /sys/block/sdb ]; do sleep 1; done; echo go''ne\n");
      console.await("gone", PATIENCE);
      assertThat(run.machine().drives()).hasSize(1);
    }
    byte[] start = new byte[9];
    try (RandomAccessFile raw = new RandomAccessFile(folder.resolve("second").toFile(), "r")) {
      raw.readFully(start);
    }
    assertThat(start).asString().isEqualTo("Malachite");
  }
}
