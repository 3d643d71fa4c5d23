// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.firmware.uefi.variable.NvramFile;
import dev.malachite.engine.firmware.uefi.variable.Variable;
import dev.malachite.engine.firmware.uefi.variable.VariableStore;
import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.FirmwareSettings;
import dev.malachite.engine.machine.FirmwareSettings.SecureBoot;
import dev.malachite.engine.machine.MachineEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs and loaders that people boot, by our UEFI, on the interpreter. */
class UefiBootTest {
  private static final String LOADER = "EFI/BOOT/BOOTX64.EFI";
  private static final Path SHIM = Path.of("/usr/lib/shim/shimx64.efi.signed");
  private static final Path GRUB = Path.of("/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed");
  private static final int DOWN = 0xE050;
  private static final int ENTER = 0x1C;
  private static final int ESCAPE = 1;
  private static final int F12 = 0x58;

  @TempDir private Path folder = Path.of("");

  private BootDisk disk(int mebibytes) throws IOException {
    return new BootDisk(folder, mebibytes * 1024);
  }

  private static FirmwareRun boot(Path disk, FirmwareSettings settings) throws IOException {
    return new FirmwareRun(disk, Drive.Kind.DISK, 256, settings);
  }

  @Test
  void startsAProgramThatPrintsAndTurnsOff() throws Exception {
    Path disk = disk(16).put(HelloProgram.saying("Hello, UEFI!\r\n"), LOADER).build();
    try (FirmwareRun run = boot(disk, FirmwareSettings.DEFAULT)) {
      assertThat(run.end().cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(run.text()).contains("Hello, UEFI!");
    }
  }

  @Test
  void explainsWhyNothingBootsAndTriesAgainAtAKey() throws Exception {
    Path disk = disk(16).put("not a program", LOADER).build();
    try (FirmwareRun run = boot(disk, FirmwareSettings.DEFAULT)) {
      run.await("Press a key to try again.");
      assertThat(run.text())
          .contains("Virtual Machine Boot Summary", "SCSI Disk (0,0)", "could not be loaded");
      run.type(" ");
      run.await("Press a key to try again.");
    }
  }

  @Test
  void bootMenuStartsWhatIsChosenAndOnlyThat() throws Exception {
    Path bad = disk(16).put("not a program", LOADER).build();
    Path good =
        new BootDisk(Files.createDirectory(folder.resolve("second")), 16 * 1024)
            .put(HelloProgram.saying("Chosen by menu\r\n"), LOADER)
            .build();
    Map<Path, Drive.Kind> drives = new LinkedHashMap<>();
    drives.put(bad, Drive.Kind.DISK);
    drives.put(good, Drive.Kind.DISK);
    FirmwareSettings order = new FirmwareSettings(null, SecureBoot.MICROSOFT_UEFI_CA, List.of());
    try (FirmwareRun run = new FirmwareRun(drives, 256, order)) {
      run.await("Press a key to try again.");
      assertThat(run.key(F12)).isTrue();
      run.await("boot as ever");
      assertThat(run.text()).contains("Boot Menu", "1. SCSI Disk (0,0)", "2. SCSI Disk (0,1)");
      run.key(DOWN);
      run.await("boot as ever");
      run.key(ENTER);
      run.await("Press a key to try again.");
      String last = run.text().substring(run.text().lastIndexOf("Virtual Machine Boot Summary"));
      assertThat(last).contains("1. SCSI Disk (0,1)").doesNotContain("SCSI Disk (0,0)");
    }
    try (FirmwareRun run = new FirmwareRun(drives, 256, FirmwareSettings.DEFAULT)) {
      assertThat(run.end().cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(run.text()).contains("Chosen by menu");
    }
  }

  private FirmwareSettings with(String variable, byte[] value) throws IOException {
    Path file = folder.resolve("nvram");
    VariableStore store = new VariableStore(new NvramFile(file));
    int attributes = Variable.NON_VOLATILE | Variable.BOOT | Variable.RUNTIME;
    store.put(new Variable(variable, Variable.GLOBAL, attributes, value, new byte[0]));
    return new FirmwareSettings(file, SecureBoot.OFF, List.of());
  }

  @Test
  void systemAsksForTheBootMenuOnce() throws Exception {
    Path disk = disk(16).put(HelloProgram.saying("Booted\r\n"), LOADER).build();
    FirmwareSettings settings = with("OsIndications", new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
    try (FirmwareRun run = boot(disk, settings)) {
      run.await("boot as ever");
      assertThat(run.text()).contains("Boot Menu").doesNotContain("Booted");
      run.type("1");
      assertThat(run.end().cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
    }
    try (FirmwareRun run = boot(disk, settings)) {
      assertThat(run.end().cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(run.text()).contains("Booted").doesNotContain("Boot Menu");
    }
  }

  @Test
  void firmwareWaitsForAKeyAsLongAsTimeoutSays() throws Exception {
    Path disk = disk(16).put(HelloProgram.saying("Booted\r\n"), LOADER).build();
    try (FirmwareRun run = boot(disk, with("Timeout", new byte[] {60, 0}))) {
      run.await("Press Esc or F12 for the boot menu.");
      assertThat(run.key(ESCAPE)).isTrue();
      run.await("boot as ever");
      assertThat(run.key(ESCAPE)).isTrue();
      assertThat(run.end().cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
    }
    try (FirmwareRun run = boot(disk, with("Timeout", new byte[] {1, 0}))) {
      assertThat(run.end().cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(run.text()).contains("for the boot menu.", "Booted").doesNotContain("Boot Menu");
    }
  }

  /** Every pixel, against a picture of the text in the font that Debian's console has. */
  @Test
  void screenShowsTheSummary() throws Exception {
    Path disk = disk(16).put("nothing", "README").build();
    try (FirmwareRun run = boot(disk, FirmwareSettings.DEFAULT)) {
      run.await("boot menu.\r\n");
      TextPicture picture = new TextPicture(1024, 768, 80, 25);
      picture.text(0, 0, "Virtual Machine Boot Summary", 0xAAAAAA, 0);
      picture.text(0, 2, "1. SCSI Disk (0,0)", 0xAAAAAA, 0);
      picture.text(3, 3, "The file \\EFI\\BOOT\\BOOTX64.EFI was not found.", 0xAAAAAA, 0);
      picture.text(0, 5, "No operating system was loaded.", 0xAAAAAA, 0);
      picture.text(0, 6, "Press a key to try again. Esc or F12: boot menu.", 0xAAAAAA, 0);
      picture.underline(0, 7);
      assertThat(run.screen()).isDeepEqualTo(picture.pixels());
      run.key(F12);
      run.await("boot as ever.\r\n");
      TextPicture menu = new TextPicture(1024, 768, 80, 25);
      menu.text(0, 0, "Boot Menu", 0xAAAAAA, 0);
      menu.text(0, 2, " 1. SCSI Disk (0,0) ", 0, 0xAAAAAA);
      String help = "Up, Down and Enter or a number: boot this once. Esc: boot as ever.";
      menu.text(0, 4, help, 0xAAAAAA, 0);
      menu.underline(0, 5);
      assertThat(run.screen()).isDeepEqualTo(menu.pixels());
    }
  }

  @Test
  void systemdBootShowsItsMenuByKeyboard() throws Exception {
    Path disk =
        disk(16)
            .put(Path.of("/usr/lib/systemd/boot/efi/systemd-bootx64.efi"), LOADER)
            .put(HelloProgram.saying("First entry\r\n"), "first.efi")
            .put(HelloProgram.saying("Second entry\r\n"), "second.efi")
            .put("timeout menu-force\n", "loader/loader.conf")
            .put("title One\nefi /first.efi\n", "loader/entries/one.conf")
            .put("title Two\nefi /second.efi\n", "loader/entries/two.conf")
            .build();
    try (FirmwareRun run = boot(disk, FirmwareSettings.DEFAULT)) {
      run.await("Two");
      assertThat(run.key(DOWN)).isTrue();
      assertThat(run.key(ENTER)).isTrue();
      assertThat(run.end().cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(run.text()).containsPattern("(First|Second) entry");
    }
  }

  @Test
  void grubRescueDiscShowsItsMenuAndTurnsOff() throws Exception {
    Path tree = Files.createDirectories(folder.resolve("tree/boot/grub"));
    Files.writeString(
        tree.resolve("grub.cfg"),
        "set timeout=-1\nmenuentry Wait { sleep 1000; }\nmenuentry Off { halt; }\n");
    Path disc = folder.resolve("rescue.iso");
    BootDisk.run(
        "grub-mkrescue", "-d", "/usr/lib/grub/x86_64-efi", "-o", disc, folder.resolve("tree"));
    try (FirmwareRun run = new FirmwareRun(disc, Drive.Kind.DVD, 256, FirmwareSettings.DEFAULT)) {
      run.await("highlighted");
      run.await("Off");
      assertThat(run.key(DOWN)).isTrue();
      assertThat(run.key(ENTER)).isTrue();
      assertThat(run.end().cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
    }
  }

  private Path shim(byte[] program) throws IOException {
    return disk(16)
        .put(program, LOADER)
        .put(GRUB, "EFI/BOOT/grubx64.efi")
        .put("echo Configured\nhalt\n", "EFI/debian/grub.cfg")
        .build();
  }

  @Test
  void secureBootStartsShimAndGrub() throws Exception {
    FirmwareSettings settings =
        new FirmwareSettings(folder.resolve("nvram"), SecureBoot.MICROSOFT_UEFI_CA, List.of());
    try (FirmwareRun run = boot(shim(Files.readAllBytes(SHIM)), settings)) {
      assertThat(run.end().cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(run.text()).contains("Configured");
    }
    assertThat(folder.resolve("nvram")).exists();
  }

  @Test
  void secureBootRefusesAChangedShim() throws Exception {
    byte[] program = Files.readAllBytes(SHIM);
    program[program.length / 2] ^= 1;
    FirmwareSettings settings = new FirmwareSettings(null, SecureBoot.MICROSOFT_UEFI_CA, List.of());
    try (FirmwareRun run = boot(shim(program), settings)) {
      run.await("Press a key to try again.");
      assertThat(run.text()).contains("Secure Boot");
    }
  }
}
