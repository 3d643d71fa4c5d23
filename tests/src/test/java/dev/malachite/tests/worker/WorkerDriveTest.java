// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.control.NewDrive;
import dev.malachite.engine.control.WorkerService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Drives that come and go while a worker runs the machine. */
@Timeout(120)
final class WorkerDriveTest {
  private final Workshop workshop;

  WorkerDriveTest() throws IOException {
    workshop = new Workshop();
  }

  @AfterEach
  void close() throws IOException {
    workshop.close();
  }

  private NewDrive drive(String name) throws IOException {
    Path file = workshop.home().resolve(name);
    VirtualDisks.createVhdx(file, VhdxSettings.dynamic(16L << 20));
    return new NewDrive("disk", file.toString(), false);
  }

  private void attach(UUID id, NewDrive drive) throws IOException {
    workshop.manager().ask(id, worker -> worker.attachDrive(drive));
  }

  private static void openForWriting(String file) throws IOException {
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk disk = VirtualDisks.open(Path.of(file), executor, DiskOptions.readWrite())) {
      assertThat(disk.readOnly()).isFalse();
    }
  }

  @Test
  void anAttachedDriveIsKeptInTheSettingsAndTheSavedState() throws Exception {
    MachineEntry machine = workshop.create("drives", SmallKernel.TALLY);
    UUID id = machine.settings().id();
    workshop.manager().start(id);
    NewDrive first = drive("first.vhdx");
    NewDrive second = drive("second.vhdx");
    attach(id, first);
    attach(id, second);
    assertThat(workshop.now(machine).settings().drives())
        .extracting(slot -> slot.file().toString())
        .containsExactly(first.file(), second.file());
    assertThatThrownBy(() -> openForWriting(second.file())).isInstanceOf(IOException.class);

    workshop.manager().ask(id, WorkerService::detachLastDrive);
    assertThat(workshop.now(machine).settings().drives()).hasSize(1);
    openForWriting(second.file());

    workshop.manager().save(id, _ -> {});
    assertThat(workshop.manager().resume(id).state().state()).isEqualTo(MachineState.RUNNING);
    workshop.manager().ask(id, WorkerService::detachLastDrive);
    assertThat(workshop.now(machine).settings().drives()).isEmpty();
    workshop.manager().turnOff(id);
  }

  @Test
  void whatCannotBeAttachedChangesNothing() throws Exception {
    MachineEntry machine = workshop.create("refusals", SmallKernel.TALLY);
    UUID id = machine.settings().id();
    workshop.manager().start(id);
    NewDrive missing = new NewDrive("disk", workshop.home() + "/missing.vhdx", false);
    assertThatThrownBy(() -> attach(id, missing)).hasMessageContaining("missing.vhdx");
    NewDrive good = drive("good.vhdx");
    NewDrive noDisc = new NewDrive("dvd", good.file(), false);
    assertThatThrownBy(() -> attach(id, noDisc)).hasMessageContaining("no ISO image");
    assertThatThrownBy(() -> attach(id, new NewDrive("tape", good.file(), false)))
        .hasMessageContaining("tape");
    assertThatThrownBy(() -> workshop.manager().ask(id, WorkerService::detachLastDrive))
        .hasMessageContaining("no drive");
    assertThat(workshop.now(machine).settings().drives()).isEmpty();
    openForWriting(good.file());
    assertThat(workshop.now(machine).state().state()).isEqualTo(MachineState.RUNNING);
    workshop.manager().turnOff(id);
  }
}
