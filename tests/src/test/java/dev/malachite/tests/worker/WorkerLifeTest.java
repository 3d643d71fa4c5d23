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
import dev.malachite.engine.catalogue.CatalogueException;
import dev.malachite.engine.catalogue.MachineDeletion;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineSettings.DriveSlot;
import dev.malachite.engine.catalogue.MachineSettings.DriveType;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.catalogue.SettingPaths;
import dev.malachite.engine.catalogue.SettingsException;
import dev.malachite.engine.control.KeyboardKeys;
import dev.malachite.engine.control.KeyboardText;
import dev.malachite.engine.control.MachineStatistics;
import dev.malachite.engine.control.MachineStatus;
import dev.malachite.engine.control.Progress;
import dev.malachite.engine.control.ScreenDirt;
import dev.malachite.engine.control.ScreenPicture;
import dev.malachite.engine.control.ScreenWatch;
import dev.malachite.engine.control.WorkerClient;
import dev.malachite.engine.control.WorkerListener;
import dev.malachite.engine.control.WorkerService;
import dev.malachite.engine.json.JsonValue.JsonString;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class WorkerLifeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final class States implements WorkerListener {
    private final BlockingQueue<MachineState> seen = new LinkedBlockingQueue<>();

    @Override
    public void statusChanged(MachineStatus status) {
      seen.add(status.state());
    }

    @Override
    public void screenChanged(ScreenPicture picture) {}

    @Override
    public void screenDirty(ScreenDirt dirt) {}

    @Override
    public void progress(Progress progress) {}
  }

  private final Workshop workshop;

  WorkerLifeTest() throws IOException {
    workshop = new Workshop();
  }

  @AfterEach
  void close() throws IOException {
    workshop.close();
  }

  private static <T> T await(CompletableFuture<T> answer) throws IOException {
    return WorkerClient.await(answer, PATIENCE);
  }

  @Test
  void startsPausesResumesResetsAndTurnsOff() throws Exception {
    MachineEntry machine = workshop.create("echo", SmallKernel.ECHO);
    UUID id = machine.settings().id();
    assertThat(workshop.manager().start(id).state().state()).isEqualTo(MachineState.RUNNING);
    try (WorkerClient client = workshop.manager().connect(id, WorkerListener.NONE);
        SocketChannel port = workshop.serial(id)) {
      WorkerService service = client.service();
      assertThat(Workshop.echo(port, "abc")).isEqualTo("abc");
      assertThat(await(service.pause()).state()).isEqualTo(MachineState.PAUSED);
      assertThat(workshop.now(machine).state().state()).isEqualTo(MachineState.PAUSED);
      MachineStatistics first = await(service.statistics());
      MachineStatistics second = await(service.statistics());
      assertThat(second.uptimeMillis()).isEqualTo(first.uptimeMillis());
      assertThat(second.instructions()).isEqualTo(first.instructions());
      assertThat(await(service.pause()).state()).isEqualTo(MachineState.PAUSED);
      assertThatThrownBy(() -> await(service.shutDown())).hasMessageContaining("resume it first");
      assertThat(await(service.resume()).state()).isEqualTo(MachineState.RUNNING);
      assertThat(Workshop.echo(port, "def")).isEqualTo("def");
      await(service.reset());
      assertThat(Workshop.await(port, "R")).isEqualTo("R");
      assertThat(Workshop.echo(port, "ghi")).isEqualTo("ghi");
      assertThat(await(service.pause()).state()).isEqualTo(MachineState.PAUSED);
      assertThat(await(service.reset()).state()).isEqualTo(MachineState.RUNNING);
      assertThat(Workshop.await(port, "R")).isEqualTo("R");
      assertThat(Workshop.echo(port, "jkl")).isEqualTo("jkl");
      MachineStatistics statistics = await(service.statistics());
      assertThat(statistics.instructions()).isPositive();
      assertThat(statistics.residentBytes()).isPositive();
      assertThat(statistics.exits()).containsKey("port");
    }
    MachineEntry ended = workshop.manager().turnOff(id);
    assertThat(ended.state().state()).isEqualTo(MachineState.OFF);
    assertThat(ended.state().reason()).isEqualTo("it was turned off");
    awaitGone(workshop.home().resolve("run").resolve(id.toString()));
  }

  // The worker says that it is off before it tidies up.
  private static void awaitGone(Path folder) throws InterruptedException {
    for (int i = 0; i < 400 && Files.exists(folder); i++) {
      Thread.sleep(25);
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void aGuestsOwnEndIsTold() throws Exception {
    MachineEntry machine = workshop.create("echo", SmallKernel.ECHO);
    UUID id = machine.settings().id();
    workshop.manager().start(id);
    States states = new States();
    try (WorkerClient client = workshop.manager().connect(id, states);
        SocketChannel port = workshop.serial(id)) {
      await(client.service().status());
      port.write(ByteBuffer.wrap(new byte[] {'q'}));
      client.closed().get(60, TimeUnit.SECONDS);
    }
    assertThat(states.seen).containsExactly(MachineState.STOPPING, MachineState.OFF);
    assertThat(workshop.now(machine).state().reason()).isEqualTo("the guest powered off");
  }

  @Test
  void aGuestThatPowersOffAtOnceHasRun() throws IOException {
    MachineEntry machine = workshop.create("short", SmallKernel.POWER_OFF);
    workshop.manager().start(machine.settings().id());
    workshop.awaitEnd(machine);
    assertThat(workshop.now(machine).state().state()).isEqualTo(MachineState.OFF);
  }

  @Test
  void aCrashedGuestsMachineHasFailedAndSaysWhy() throws IOException {
    MachineEntry machine = workshop.create("crash", SmallKernel.CRASH);
    try {
      workshop.manager().start(machine.settings().id());
    } catch (CatalogueException e) {
      assertThat(e).hasMessageContaining("triple fault");
    }
    workshop.awaitEnd(machine);
    assertThat(workshop.now(machine).state().state()).isEqualTo(MachineState.FAILED);
    assertThat(workshop.now(machine).state().reason()).contains("triple fault");
    assertThat(machine.folder().log()).content().contains("triple fault");
  }

  @Test
  void aKilledWorkersMachineHasFailedItsDiskIsWholeAndItStartsAgain() throws Exception {
    Path disk = workshop.home().resolve("disk.vhdx");
    VirtualDisks.createVhdx(disk, VhdxSettings.dynamic(64 << 20));
    MachineEntry machine =
        workshop.create("echo", SmallKernel.ECHO, new DriveSlot(DriveType.DISK, disk, false));
    UUID id = machine.settings().id();
    workshop.manager().start(id);
    try (WorkerClient client = workshop.manager().connect(id, WorkerListener.NONE)) {
      ProcessHandle worker = workshop.worker(machine);
      worker.destroyForcibly();
      client.closed().get(60, TimeUnit.SECONDS);
      worker.onExit().get(60, TimeUnit.SECONDS);
    }
    MachineEntry dead = workshop.now(machine);
    assertThat(dead.state().state()).isEqualTo(MachineState.FAILED);
    assertThat(dead.state().reason()).contains("died");
    assertThatThrownBy(() -> workshop.manager().ask(id, WorkerService::pause))
        .hasMessageContaining("off (failed)");
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk opened = VirtualDisks.open(disk, executor, DiskOptions.readWrite())) {
      assertThat(opened.size()).isEqualTo(64 << 20);
    }
    assertThat(workshop.manager().start(id).state().state()).isEqualTo(MachineState.RUNNING);
    try (SocketChannel port = workshop.serial(id)) {
      assertThat(Workshop.echo(port, "x")).isEqualTo("x");
    }
  }

  @Test
  void aTerminatedWorkerTurnsItsMachineOff() throws Exception {
    MachineEntry machine = workshop.create("idle", SmallKernel.IDLE);
    workshop.manager().start(machine.settings().id());
    ProcessHandle worker = workshop.worker(machine);
    worker.destroy();
    worker.onExit().get(60, TimeUnit.SECONDS);
    assertThat(workshop.now(machine).state().state()).isEqualTo(MachineState.OFF);
    assertThat(workshop.now(machine).state().reason()).isEqualTo("it was turned off");
  }

  @Test
  void oneMachineRunsOnce() throws Exception {
    MachineEntry machine = workshop.create("idle", SmallKernel.IDLE);
    UUID id = machine.settings().id();
    List<CompletableFuture<Boolean>> starts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      starts.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  workshop.manager().start(id);
                  return true;
                } catch (IOException e) {
                  assertThat(e).hasMessageContaining("already");
                  return false;
                }
              },
              task -> Thread.ofPlatform().start(task)));
    }
    long started = 0;
    for (CompletableFuture<Boolean> start : starts) {
      started += start.get() ? 1 : 0;
    }
    assertThat(started).isEqualTo(1);
    assertThat(workshop.now(machine).state().state()).isEqualTo(MachineState.RUNNING);
    assertThatThrownBy(
            () -> MachineDeletion.plan(workshop.catalogue(), id).carryOut(workshop.catalogue()))
        .hasMessageContaining("it runs");
    workshop.manager().turnOff(id);
    MachineDeletion.plan(workshop.catalogue(), id).carryOut(workshop.catalogue());
    assertThat(workshop.catalogue().list().machines()).isEmpty();
  }

  @Test
  void twoClientsShareAMachine() throws Exception {
    MachineEntry machine = workshop.create("echo", SmallKernel.ECHO);
    UUID id = machine.settings().id();
    workshop.manager().start(id);
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int c = 0; c < 2; c++) {
      clients.add(
          CompletableFuture.runAsync(
              () -> {
                try (WorkerClient client = workshop.manager().connect(id, WorkerListener.NONE)) {
                  for (int i = 0; i < 20; i++) {
                    assertThat(await(client.service().pause()).state())
                        .isIn(MachineState.PAUSED, MachineState.RUNNING);
                    await(client.service().statistics());
                    await(client.service().resume());
                  }
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              },
              task -> Thread.ofPlatform().start(task)));
    }
    for (CompletableFuture<Void> client : clients) {
      client.get();
    }
    assertThat(workshop.now(machine).state().state()).isEqualTo(MachineState.RUNNING);
    try (SocketChannel port = workshop.serial(id)) {
      assertThat(Workshop.echo(port, "still")).isEqualTo("still");
    }
  }

  @Test
  void theSocketIsItsOwnersAndWantsAGreeting() throws Exception {
    MachineEntry machine = workshop.create("idle", SmallKernel.IDLE);
    UUID id = machine.settings().id();
    workshop.manager().start(id);
    Path socket = workshop.catalogue().folders().controlSocket(id);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      String message =
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"machine/turn-off\"}\n"
              + "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"hello\","
              + "\"params\":{\"oldest\":7,\"newest\":9,\"program\":\"future\"}}\n";
      channel.write(ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8)));
      ByteBuffer answer = ByteBuffer.allocate(4096);
      while (new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8)
              .lines()
              .count()
          < 2) {
        assertThat(channel.read(answer)).isPositive();
      }
      assertThat(new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8))
          .contains("the first request must be hello")
          .contains("another version of Malachite");
    }
    assertThat(workshop.now(machine).state().state()).isEqualTo(MachineState.RUNNING);
  }

  @Test
  void wrongRequestsAreRefusedWithASentence() throws Exception {
    MachineEntry machine = workshop.create("idle", SmallKernel.IDLE);
    UUID id = machine.settings().id();
    workshop.manager().start(id);
    try (WorkerClient client = workshop.manager().connect(id, WorkerListener.NONE)) {
      WorkerService service = client.service();
      assertThatThrownBy(() -> await(service.shutDown()))
          .hasMessageContaining("integration services");
      assertThatThrownBy(() -> await(service.type(new KeyboardText("ü"))))
          .hasMessageContaining("not on a US keyboard");
      assertThatThrownBy(
              () ->
                  await(
                      service.keys(
                          new KeyboardKeys(List.of(new KeyboardKeys.Stroke(0x1234, true))))))
          .hasMessageContaining("0x1234 is no scan code");
      assertThatThrownBy(
              () ->
                  await(
                      service.keys(new KeyboardKeys(List.of(new KeyboardKeys.Stroke(0x1E, true))))))
          .hasMessageContaining("keyboard driver");
      assertThatThrownBy(() -> await(service.watchScreen(new ScreenWatch(true, 1000))))
          .hasMessageContaining("rate: 1000");
      assertThat(await(service.captureScreen())).isEqualTo(ScreenPicture.OFF);
      assertThat(await(service.status()).state()).isEqualTo(MachineState.RUNNING);
    }
  }

  @Test
  void whatCanNotStartSaysWhichSettingAndStaysOff() throws IOException {
    MachineEntry machine =
        workshop.create(
            "bad",
            SmallKernel.IDLE,
            new DriveSlot(DriveType.DISK, workshop.home().resolve("gone.vhdx"), false));
    UUID id = machine.settings().id();
    assertThatThrownBy(() -> workshop.manager().start(id))
        .hasMessageContaining("bad: drives[0].file: ")
        .hasMessageContaining("gone.vhdx")
        .hasMessageContaining("worker.log");
    assertThat(workshop.now(machine).state().state()).isEqualTo(MachineState.FAILED);
    Files.writeString(workshop.home().resolve("gone.vhdx"), "x".repeat(4096));
    assertThat(workshop.manager().start(id).state().state()).isEqualTo(MachineState.RUNNING);
  }

  @Test
  void aPseudoTerminalIsASerialPortToo() throws Exception {
    MachineEntry machine = workshop.create("echo", SmallKernel.ECHO);
    UUID id = machine.settings().id();
    workshop
        .catalogue()
        .update(
            id,
            settings -> {
              try {
                return SettingPaths.with(settings, "serial.com1", new JsonString("pty"));
              } catch (SettingsException e) {
                throw new AssertionError(e);
              }
            });
    workshop.manager().start(id);
    MachineStatus.SerialPort port =
        workshop.manager().ask(id, WorkerService::status).serial().getFirst();
    assertThat(port.kind()).isEqualTo("pty");
    Process shell =
        new ProcessBuilder(
                "bash",
                "-c",
                "exec 3<>\"$1\"; printf xyz >&3; head -c 3 <&3",
                "bash",
                port.path().toString())
            .start();
    String text = new String(shell.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    // The first character may have been written before anybody listened.
    assertThat(text).containsAnyOf("xyz", "Rxy");
  }
}
