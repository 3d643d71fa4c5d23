// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.catalogue.MachineSettings.DriveSlot;
import dev.malachite.engine.catalogue.MachineSettings.DriveType;
import dev.malachite.engine.json.JsonValue.JsonNumber;
import dev.malachite.engine.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CatalogueTest {
  @TempDir private Path home;

  private Catalogue catalogue() {
    return new Catalogue(Folders.under(home));
  }

  private MachineEntry create(String name) throws IOException {
    return catalogue().create(MachineSettings.create(name, 2));
  }

  private MachineEntry createWithDisk(String name, byte[] content) throws IOException {
    return catalogue()
        .create(
            MachineSettings.create(name, 2),
            (folder, settings) -> {
              Files.createDirectories(folder.disks());
              Files.write(folder.disks().resolve("disk.raw"), content);
              return settings.withDrives(
                  List.of(new DriveSlot(DriveType.DISK, Path.of("disks/disk.raw"), false)));
            });
  }

  private List<String> names() throws IOException {
    return catalogue().list().machines().stream().map(MachineEntry::name).toList();
  }

  private List<Path> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("data/machines"))) {
      return files.filter(path -> path.getFileName().toString().startsWith(".")).toList();
    }
  }

  @Test
  void anEmptyCatalogueIsNotMadeByLooking() throws IOException {
    assertThat(catalogue().list().machines()).isEmpty();
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void whatIsCreatedIsFoundAgain() throws IOException {
    MachineEntry web = create("web");
    create("Database");
    assertThat(names()).containsExactly("Database", "web");
    assertThat(catalogue().find("web").settings()).isEqualTo(web.settings());
    assertThat(catalogue().find("WEB").settings()).isEqualTo(web.settings());
    assertThat(catalogue().find(web.settings().id().toString().substring(0, 8)).name())
        .isEqualTo("web");
    assertThat(web.state().state()).isEqualTo(MachineState.OFF);
    assertThat(leftovers()).isEmpty();
    assertThatThrownBy(() -> catalogue().find("mail")).hasMessageContaining("'mail'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " a", "a ", "a/b", ".", "..", "-x", "a\nb", "a\0b"})
  void badNamesAreRefused(String name) {
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> create(name))
        .withMessageStartingWith("name: ");
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void aNameIsTakenOnce() throws IOException {
    MachineEntry web = create("web");
    MachineEntry mail = create("mail");
    assertThatThrownBy(() -> create("Web")).hasMessageContaining("name: there is a machine 'web'");
    assertThatThrownBy(() -> catalogue().rename(mail.settings().id(), "WEB"))
        .hasMessageContaining("already");
    assertThat(catalogue().rename(web.settings().id(), "Web").name()).isEqualTo("Web");
    assertThat(catalogue().freeName("web")).isEqualTo("web 2");
  }

  @Test
  void everythingWrongIsNamedAtOnce() {
    MachineSettings wrong =
        MachineSettings.create("x", 3)
            .withBoot(new MachineSettings.Boot(null, Path.of("initrd"), "quiet"))
            .withDrives(
                List.of(
                    new DriveSlot(DriveType.DISK, Path.of("/a.vhdx"), false),
                    new DriveSlot(DriveType.DISK, Path.of("/b/../a.vhdx"), false),
                    new DriveSlot(DriveType.DISK, Path.of("../other/disk.vhdx"), false)));
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> catalogue().create(wrong))
        .satisfies(
            e ->
                assertThat(e.problems())
                    .extracting(SettingProblem::setting)
                    .containsExactlyInAnyOrder(
                        "generation",
                        "boot.initrd",
                        "boot.commandLine",
                        "drives[1].file",
                        "drives[2].file"));
  }

  @Test
  void settingsChangeByTheirPaths() throws IOException {
    UUID id = createWithDisk("web", new byte[512]).settings().id();
    MachineSettings changed =
        SettingPaths.with(
            SettingPaths.with(
                catalogue().get(id).settings(), "memory.startup", JsonNumber.of(2L << 30)),
            "drives[0].file",
            new JsonString("/srv/disk.raw"));
    catalogue().update(id, settings -> changed);
    assertThat(catalogue().get(id).settings().memory().startup()).isEqualTo(2L << 30);
    assertThat(catalogue().get(id).settings().drives().getFirst().file())
        .isEqualTo(Path.of("/srv/disk.raw"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "memory",
        "memory.",
        "memory.startup.x",
        "nothing",
        "drives",
        "drives[0]",
        "drives[9].file",
        "drives.file",
        "memory[0].startup",
        "id",
        "schema",
        "generation",
        "",
        "."
      })
  void pathsThatLeadNowhereAreRefused(String path) {
    MachineSettings settings = MachineSettings.create("web", 2);
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> SettingPaths.with(settings, path, JsonNumber.of(1)))
        .withMessageStartingWith(path + ": ");
  }

  @Test
  void everyListedSettingCanBeFound() throws IOException {
    for (SettingPaths.Setting setting : SettingPaths.all()) {
      assertThat(SettingPaths.find(setting.path().replace("[N]", "[0]")).kind())
          .isEqualTo(setting.kind());
    }
    assertThat(SettingPaths.all())
        .extracting(SettingPaths.Setting::path)
        .contains("memory.startup", "drives[N].file", "automatic.start", "name");
  }

  @Test
  void settingsThatNeedARestartAreRefusedWhileItRuns() throws IOException {
    MachineEntry web = create("web");
    UUID id = web.settings().id();
    web.folder()
        .writeState(LastState.now(MachineState.RUNNING, null, LastState.WorkerProcess.current()));
    assertThat(catalogue().rename(id, "shop").name()).isEqualTo("shop");
    MachineSettings larger =
        SettingPaths.with(
            catalogue().get(id).settings(), "memory.startup", JsonNumber.of(2L << 30));
    assertThatThrownBy(() -> catalogue().update(id, settings -> larger))
        .hasMessageContaining("memory: can't be changed while shop runs");
  }

  @Test
  void aDeadWorkersMachineHasFailed() throws Exception {
    MachineEntry web = create("web");
    Process process = new ProcessBuilder("sleep", "60").start();
    LastState.WorkerProcess worker =
        new LastState.WorkerProcess(
            process.pid(),
            process.info().startInstant().orElse(Instant.EPOCH),
            LastState.WorkerProcess.current().boot());
    web.folder().writeState(LastState.now(MachineState.RUNNING, null, worker));
    assertThat(catalogue().find("web").state().state()).isEqualTo(MachineState.RUNNING);
    process.destroyForcibly().waitFor();
    LastState dead = catalogue().find("web").state();
    assertThat(dead.state()).isEqualTo(MachineState.FAILED);
    assertThat(dead.reason()).contains("worker process " + process.pid() + " died");
    // The number alone proves nothing: another process may have it.
    LastState.WorkerProcess stranger =
        new LastState.WorkerProcess(ProcessHandle.current().pid(), Instant.EPOCH, worker.boot());
    web.folder().writeState(LastState.now(MachineState.RUNNING, null, stranger));
    assertThat(catalogue().find("web").state().state()).isEqualTo(MachineState.FAILED);
    LastState.WorkerProcess before =
        new LastState.WorkerProcess(
            ProcessHandle.current().pid(), LastState.WorkerProcess.current().started(), "older");
    web.folder().writeState(LastState.now(MachineState.RUNNING, null, before));
    assertThat(catalogue().find("web").state().reason()).contains("this computer stopped");
  }

  // ---- transfers -----------------------------------------------------------------------------

  private static byte[] content() {
    byte[] content = new byte[300_000];
    new Random(4).nextBytes(content);
    java.util.Arrays.fill(content, 100_000, 250_000, (byte) 0);
    return content;
  }

  private MachineTransfer transfer() {
    return new MachineTransfer(catalogue(), TransferProgress.NONE);
  }

  @Test
  void anExportedMachineStandsAlone() throws IOException {
    Path outside = Files.write(home.resolve("outside.raw"), content());
    MachineEntry web = createWithDisk("web", content());
    catalogue()
        .update(
            web.settings().id(),
            settings ->
                settings.withDrives(
                    List.of(
                        settings.drives().getFirst(),
                        new DriveSlot(DriveType.DISK, outside, false))));
    Path target = Files.createDirectory(home.resolve("exports"));
    Path exported = transfer().exportTo(web.settings().id(), target);
    assertThat(exported).isEqualTo(target.resolve("web"));
    MachineSettings copied = new MachineFolder(exported).readSettings();
    assertThat(copied.id()).isEqualTo(web.settings().id());
    assertThat(copied.drives()).hasSize(2);
    for (DriveSlot drive : copied.drives()) {
      assertThat(drive.file()).isRelative();
      assertThat(exported.resolve(drive.file())).hasBinaryContent(content());
    }
    assertThatThrownBy(() -> transfer().exportTo(web.settings().id(), target))
        .hasMessageContaining("exists already");
    try (Stream<Path> files = Files.list(target)) {
      assertThat(files).containsExactly(exported);
    }
  }

  @Test
  void importsKeepTheIdentityOrRenewItOrStayInPlace() throws IOException {
    MachineEntry web = createWithDisk("web", content());
    UUID id = web.settings().id();
    Path exported = transfer().exportTo(id, Files.createDirectory(home.resolve("exports")));

    assertThatThrownBy(
            () -> transfer().importFrom(exported, MachineTransfer.ImportMode.COPY, "other"))
        .hasMessageContaining("identifier");
    MachineEntry renewed =
        transfer().importFrom(exported, MachineTransfer.ImportMode.NEW_IDENTITY, null);
    assertThat(renewed.name()).isEqualTo("web 2");
    assertThat(renewed.settings().id()).isNotEqualTo(id);
    assertThat(renewed.files().getFirst()).hasBinaryContent(content());

    MachineDeletion.plan(catalogue(), id).carryOut(catalogue());
    MachineEntry copied = transfer().importFrom(exported, MachineTransfer.ImportMode.COPY, null);
    assertThat(copied.settings().id()).isEqualTo(id);

    MachineDeletion.plan(catalogue(), id).carryOut(catalogue());
    MachineEntry placed =
        transfer().importFrom(exported, MachineTransfer.ImportMode.IN_PLACE, null);
    assertThat(placed.settings().id()).isEqualTo(id);
    assertThat(placed.folder().path().toRealPath()).isEqualTo(exported.toRealPath());
    MachineDeletion deletion = MachineDeletion.plan(catalogue(), id);
    assertThat(deletion.lost()).isEmpty();
    deletion.carryOut(catalogue());
    assertThat(exported.resolve("machine.json")).exists();
    assertThat(names()).containsExactly("web 2");
  }

  @Test
  void whatIsGivenUpLeavesNothing() throws IOException {
    MachineEntry web = createWithDisk("web", content());
    Path target = Files.createDirectory(home.resolve("exports"));
    MachineTransfer giveUp = new MachineTransfer(catalogue(), (done, total) -> false);
    assertThatThrownBy(() -> giveUp.exportTo(web.settings().id(), target))
        .hasMessageContaining("given up");
    assertThat(target).isEmptyDirectory();
    assertThatThrownBy(() -> giveUp.clone(web.settings().id(), "copy"))
        .hasMessageContaining("given up");
    assertThat(names()).containsExactly("web");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aCloneIsAnotherMachineWithDisksOfItsOwn() throws IOException {
    MachineEntry web = createWithDisk("web", content());
    MachineEntry copy = transfer().clone(web.settings().id(), "copy");
    assertThat(copy.settings().id()).isNotEqualTo(web.settings().id());
    assertThat(copy.files().getFirst())
        .hasBinaryContent(content())
        .isNotEqualTo(web.files().getFirst());
    assertThat(copy.state().state()).isEqualTo(MachineState.OFF);
  }

  @Test
  void deletionSaysWhatIsLostAndLeavesTheRest() throws IOException {
    Path outside = Files.write(home.resolve("outside.raw"), content());
    MachineEntry web = createWithDisk("web", content());
    UUID id = web.settings().id();
    catalogue()
        .update(
            id,
            settings ->
                settings.withDrives(
                    List.of(
                        settings.drives().getFirst(),
                        new DriveSlot(DriveType.DISK, outside, false))));
    MachineDeletion deletion = MachineDeletion.plan(catalogue(), id);
    assertThat(deletion.lost())
        .extracting(lost -> lost.file().getFileName().toString())
        .contains("machine.json", "disk.raw");
    assertThat(deletion.kept()).containsExactly(outside);
    deletion.carryOut(catalogue());
    assertThat(names()).isEmpty();
    assertThat(outside).exists();
    assertThat(web.folder().path()).doesNotExist();
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void whoeverHoldsAMachineKeepsOthersOff() throws IOException {
    MachineEntry web = create("web");
    UUID id = web.settings().id();
    try (FileMutex held = FileMutex.tryAcquire(web.folder().lockFile())) {
      assertThat(held).isNotNull();
      assertThat(FileMutex.tryAcquire(web.folder().lockFile())).isNull();
      assertThatThrownBy(() -> MachineDeletion.plan(catalogue(), id).carryOut(catalogue()))
          .hasMessageStartingWith("web: it runs, or another command");
      assertThatThrownBy(() -> transfer().clone(id, "copy")).hasMessageStartingWith("web: ");
    }
    MachineDeletion.plan(catalogue(), id).carryOut(catalogue());
    assertThat(names()).isEmpty();
  }

  // ---- damage --------------------------------------------------------------------------------

  @Test
  void damagedMachinesAreListedApartAndHideNoOthers() throws IOException {
    create("web");
    MachineEntry bad = create("bad");
    Files.writeString(bad.folder().settingsFile(), "{\"schema\":1,");
    Files.createDirectory(home.resolve("data/machines/" + UUID.randomUUID()));
    Files.createSymbolicLink(
        home.resolve("data/machines/" + UUID.randomUUID()), home.resolve("gone"));
    Files.createDirectory(home.resolve("data/machines/notes"));
    Catalogue.Listing listing = catalogue().list();
    assertThat(listing.machines()).extracting(MachineEntry::name).containsExactly("web");
    assertThat(listing.broken()).hasSize(3);
    assertThatThrownBy(() -> catalogue().find(bad.settings().id().toString()))
        .hasMessageContaining("machine.json: not JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"schema\":2}",
        "{\"schema\":0}",
        "{\"schema\":\"1\"}",
        "{\"schema\":1}",
        "{\"schema\":1,\"id\":\"x\"}",
        "{\"schema\":1,\"color\":\"red\"}",
        "[]",
        "null",
      })
  void filesThatAreNoMachinesAreRefusedByName(String text) throws IOException {
    MachineEntry web = create("web");
    Files.writeString(web.folder().settingsFile(), text);
    assertThat(catalogue().list().broken())
        .singleElement()
        .satisfies(b -> assertThat(b.reason()).contains("machine.json: "));
  }

  @Test
  void settingsThatAFileLeavesOutAreAsInANewMachine() throws IOException {
    MachineEntry web = create("web");
    Files.writeString(
        web.folder().settingsFile(),
        "{\"schema\":1,\"id\":\"%s\",\"name\":\"web\",\"memory\":{\"startup\":67108864}}"
            .formatted(web.settings().id()));
    MachineSettings read = catalogue().find("web").settings();
    assertThat(read.memory().startup()).isEqualTo(64L << 20);
    assertThat(read.processor()).isEqualTo(MachineSettings.create("x", 2).processor());
  }

  @Test
  void mutatedFilesNeverThrowAnythingElse() throws IOException {
    MachineEntry web = createWithDisk("web", new byte[512]);
    web.folder().writeState(LastState.now(MachineState.OFF, "it was turned off", null));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (Path file : List.of(web.folder().settingsFile(), web.folder().stateFile())) {
      byte[] good = Files.readAllBytes(file);
      for (int i = 0; i < 300; i++) {
        byte[] bad = good.clone();
        for (int n = random.nextInt(1, 5); n > 0; n--) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
        }
        Files.write(file, bad);
        Catalogue.Listing listing = catalogue().list();
        assertThat(listing.machines().size() + listing.broken().size())
            .as("seed %d: %s", seed, new String(bad, StandardCharsets.ISO_8859_1))
            .isEqualTo(1);
      }
      Files.write(file, good);
    }
  }

  @Test
  void whatAKilledCommandLeftIsRemovedByTheNext() throws IOException {
    create("web");
    Path machines = home.resolve("data/machines");
    Files.createDirectories(machines.resolve(".new-x/disks"));
    Files.createDirectories(machines.resolve(".deleted-y/disks"));
    create("mail");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void manyAtOnceLoseNothing() throws Exception {
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    MachineEntry shared = create("shared");
    for (int t = 0; t < 6; t++) {
      int number = t;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 5; i++) {
                        MachineEntry own = create("m" + number + "-" + i);
                        catalogue()
                            .update(
                                shared.settings().id(),
                                s ->
                                    s.withDrives(
                                        Stream.concat(
                                                s.drives().stream(),
                                                Stream.of(
                                                    new DriveSlot(
                                                        DriveType.DISK,
                                                        Path.of("/" + own.name()),
                                                        false)))
                                            .toList()));
                      }
                    } catch (IOException | RuntimeException e) {
                      failures.add(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
    assertThat(names()).hasSize(31);
    assertThat(catalogue().find("shared").settings().drives()).hasSize(30);
  }
}
