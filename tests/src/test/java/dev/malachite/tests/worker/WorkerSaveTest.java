// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskMaintenance;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.MachineSettings.DriveSlot;
import dev.malachite.engine.catalogue.MachineSettings.DriveType;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.catalogue.SettingPaths;
import dev.malachite.engine.control.Progress;
import dev.malachite.engine.control.WorkerService;
import dev.malachite.engine.json.JsonValue.JsonNumber;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Machines that are saved, and what becomes of them then. */
@Timeout(120)
final class WorkerSaveTest {
  private final Workshop workshop;

  WorkerSaveTest() throws IOException {
    workshop = new Workshop();
  }

  @AfterEach
  void close() throws IOException {
    workshop.close();
  }

  // What the guest has counted, this byte included.
  private int tally(UUID id) throws IOException {
    try (SocketChannel port = workshop.serial(id)) {
      port.write(ByteBuffer.wrap(new byte[] {'.'}));
      ByteBuffer answer = ByteBuffer.allocate(1);
      assertThat(port.read(answer)).isEqualTo(1);
      return answer.get(0);
    }
  }

  private MachineState state(MachineEntry machine) throws IOException {
    return workshop.now(machine).state().state();
  }

  private DriveSlot disk() throws IOException {
    Path file = workshop.home().resolve("disk.vhdx");
    VirtualDisks.createVhdx(file, VhdxSettings.dynamic(64L << 20));
    return new DriveSlot(DriveType.DISK, file, false);
  }

  @Test
  void aSavedMachineGoesOnWhereItWas() throws Exception {
    MachineEntry machine = workshop.create("tally", SmallKernel.TALLY, disk());
    UUID id = machine.settings().id();
    workshop.manager().start(id);
    assertThat(tally(id)).isEqualTo(1);
    List<Progress> told = new CopyOnWriteArrayList<>();
    MachineEntry saved = workshop.manager().save(id, told::add);
    assertThat(saved.state().state()).isEqualTo(MachineState.SAVED);
    assertThat(told).isNotEmpty().allMatch(p -> p.operation().equals("save"));
    assertThat(machine.folder().savedState()).exists();
    assertThatThrownBy(() -> workshop.manager().save(id, _ -> {})).hasMessageContaining("saved");

    assertThat(workshop.manager().resume(id).state().state()).isEqualTo(MachineState.RUNNING);
    assertThat(machine.folder().savedState()).doesNotExist();
    assertThat(tally(id)).isEqualTo(2);

    // From pause, too; and it runs when it goes on.
    workshop.manager().ask(id, WorkerService::pause);
    workshop.manager().save(id, _ -> {});
    assertThat(state(machine)).isEqualTo(MachineState.SAVED);
    workshop.manager().start(id);
    assertThat(tally(id)).isEqualTo(3);
    workshop.manager().turnOff(id);
    assertThat(state(machine)).isEqualTo(MachineState.OFF);
    assertThat(
            DiskMaintenance.check(workshop.home().resolve("disk.vhdx"), DiskProgress.NONE)
                .problems())
        .isEmpty();
  }

  @Test
  void aSavedStateCanBeDiscarded() throws Exception {
    MachineEntry machine = workshop.create("tally", SmallKernel.TALLY);
    UUID id = machine.settings().id();
    assertThatThrownBy(() -> workshop.catalogue().discardState(id))
        .hasMessageContaining("no saved state");
    workshop.manager().start(id);
    assertThat(tally(id)).isEqualTo(1);
    workshop.manager().save(id, _ -> {});
    MachineEntry off = workshop.catalogue().discardState(id);
    assertThat(off.state().state()).isEqualTo(MachineState.OFF);
    assertThat(machine.folder().savedState()).doesNotExist();
    workshop.manager().start(id);
    assertThat(tally(id)).isEqualTo(1);
  }

  @Test
  void whatWouldBreakASavedStateIsRefused() throws Exception {
    MachineEntry machine = workshop.create("tally", SmallKernel.TALLY, disk());
    UUID id = machine.settings().id();
    workshop.manager().start(id);
    workshop.manager().save(id, _ -> {});
    MachineSettings changed =
        SettingPaths.with(machine.settings(), "processor.count", JsonNumber.of(2));
    assertThatThrownBy(() -> workshop.catalogue().update(id, _ -> changed))
        .hasMessageContaining("processor")
        .hasMessageContaining("discard");
    assertThat(workshop.catalogue().rename(id, "other").name()).isEqualTo("other");

    Path disk = workshop.home().resolve("disk.vhdx");
    byte[] before = Files.readAllBytes(disk);
    Files.delete(disk);
    VirtualDisks.createVhdx(disk, VhdxSettings.dynamic(64L << 20));
    assertThatThrownBy(() -> workshop.manager().start(id))
        .hasMessageContaining("disk.vhdx was changed since the state was saved");
    assertThat(state(machine)).isEqualTo(MachineState.SAVED);
    assertThat(workshop.now(machine).state().reason()).contains("was changed");

    Files.write(disk, before);
    workshop.manager().start(id);
    assertThat(tally(id)).isEqualTo(1);
  }

  @Test
  void aDamagedStateIsRefusedAndStays() throws Exception {
    MachineEntry machine = workshop.create("tally", SmallKernel.TALLY);
    UUID id = machine.settings().id();
    workshop.manager().start(id);
    workshop.manager().save(id, _ -> {});
    Path file = machine.folder().savedState();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> workshop.manager().start(id)).hasMessageContaining("discard");
    assertThat(state(machine)).isEqualTo(MachineState.SAVED);
    assertThat(workshop.catalogue().discardState(id).state().state()).isEqualTo(MachineState.OFF);
  }

  @Test
  void aMachineInItsFirmwareIsNotSavedAndGoesOn() throws Exception {
    MachineEntry machine =
        workshop.create("firmware", new MachineSettings.Boot(null, null, ""), 64L << 20);
    UUID id = machine.settings().id();
    workshop.manager().start(id);
    assertThatThrownBy(() -> workshop.manager().save(id, _ -> {}))
        .hasMessageContaining("still in its firmware");
    assertThat(state(machine)).isEqualTo(MachineState.RUNNING);
    assertThat(machine.folder().savedState()).doesNotExist();
    assertThat(machine.folder().unfinishedState()).doesNotExist();
    workshop.manager().turnOff(id);
  }

  @Test
  void aDiskThatKeepsNothingCantBeSaved() throws Exception {
    DriveSlot disk = disk();
    MachineEntry machine =
        workshop.create(
            "tally", SmallKernel.TALLY, new DriveSlot(DriveType.DISK, disk.file(), true));
    UUID id = machine.settings().id();
    workshop.manager().start(id);
    assertThatThrownBy(() -> workshop.manager().save(id, _ -> {})).hasMessageContaining("kept");
    assertThat(tally(id)).isEqualTo(1);
  }
}
