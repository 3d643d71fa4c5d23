// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmCommandsTest {
  private static final String HOME = "malachite.home";

  @TempDir private Path home;

  @BeforeEach
  void enter() {
    System.setProperty(HOME, home.resolve("m").toString());
  }

  @AfterEach
  void leave() {
    System.clearProperty(HOME);
  }

  private static Invocation done(String... arguments) {
    Invocation invocation = Invocation.of(arguments);
    assertThat(invocation.err()).isEmpty();
    assertThat(invocation.exitCode()).isZero();
    return invocation;
  }

  private static String failed(String... arguments) {
    Invocation invocation = Invocation.of(arguments);
    assertThat(invocation.exitCode()).isEqualTo(1);
    assertThat(invocation.err()).startsWith("malachite: ").hasLineCount(1);
    return invocation.err();
  }

  private List<String> folders() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("m/data/machines"))) {
      return files.filter(Files::isDirectory).map(path -> path.getFileName().toString()).toList();
    }
  }

  @Test
  void aMachineIsCreatedShownChangedAndDeleted() throws IOException {
    done("vm", "create", "web", "--memory", "512M", "--processors", "4", "--new-disk", "1G");
    assertThat(done("vm", "list").out()).contains("web").contains("off").contains("512 MiB");
    assertThat(done("vm", "show", "web").out())
        .contains("memory.startup         536870912 (512 MiB)")
        .contains("drives[0].file         disks/disk.vhdx");
    done("vm", "set", "web", "memory.startup=2G", "automatic.start=always", "notes=a b");
    assertThat(done("vm", "show", "web", "--json").out())
        .contains("\"startup\" : 2147483648")
        .contains("\"start\" : \"always\"");
    done("vm", "rename", "web", "shop");
    assertThat(done("vm", "delete", "shop", "--dry-run").out())
        .contains("loses for good:")
        .contains("disk.vhdx");
    assertThat(failed("vm", "delete", "shop")).contains("--yes");
    done("vm", "delete", "shop", "--yes");
    assertThat(folders()).isEmpty();
    assertThat(Invocation.of("vm", "list").err()).contains("no machines yet");
  }

  @Test
  void aDriveIsAddedAndTakenOut() throws IOException {
    Path disk = home.resolve("data.raw");
    Files.write(disk, new byte[4096]);
    done("vm", "create", "web", "--new-disk", "1G");
    done("vm", "set", "web", "--add-disk", disk.toString());
    assertThat(done("vm", "show", "web").out()).contains("drives[1].file         " + disk);
    done("vm", "set", "web", "--remove-drive", "0");
    assertThat(done("vm", "show", "web").out())
        .contains("drives[0].file         " + disk)
        .doesNotContain("drives[1]");
    assertThat(failed("vm", "set", "web", "--remove-drive", "7")).contains("no drive 7");
  }

  @Test
  void firmwareIsSet() {
    done("vm", "create", "web", "--new-disk", "1G", "--new-disk", "1G");
    done("vm", "set", "web", "firmware.bootOrder=1,0", "firmware.secureBoot=microsoft-uefi-ca");
    assertThat(done("vm", "show", "web").out())
        .contains("firmware.secureBoot    microsoft-uefi-ca")
        .contains("firmware.bootOrder     1,0");
    done("vm", "set", "web", "firmware.bootOrder=");
    assertThat(failed("vm", "set", "web", "firmware.bootOrder=1,1")).contains("named twice");
    assertThat(failed("vm", "set", "web", "firmware.bootOrder=7")).contains("there is no drive 7");
    assertThat(failed("vm", "set", "web", "firmware.bootOrder=x")).contains("whole number");
    assertThat(
            failed("vm", "create", "old", "--generation", "1", "--set", "firmware.secureBoot=open"))
        .contains("firmware.secureBoot: only Generation 2");
    assertThat(failed("vm", "create", "new", "--floppy", "/dev/null")).contains("/dev/null");
  }

  @Test
  void machinesTravel() throws IOException {
    done("vm", "create", "web", "--new-disk", "1G");
    Path exports = Files.createDirectory(home.resolve("exports"));
    Invocation exported = Invocation.of("vm", "export", "web", exports.toString());
    assertThat(exported.out()).isEqualTo(exports.resolve("web") + "\n");
    assertThat(failed("vm", "import", exports.resolve("web").toString())).contains("already");
    Invocation imported =
        Invocation.of("vm", "import", exports.resolve("web").toString(), "--new-identity");
    assertThat(imported.out()).isEqualTo("web 2\n");
    assertThat(Invocation.of("vm", "clone", "web", "web 3").exitCode()).isZero();
    assertThat(folders()).hasSize(3);
  }

  @Test
  void wrongInputIsRefusedByNameAndNothingIsHalfMade() throws IOException {
    done("vm", "create", "web");
    assertThat(failed("vm", "create", "WEB")).contains("name: there is a machine 'web' already");
    assertThat(failed("vm", "create", "a/b")).contains("name: 'a/b'");
    assertThat(failed("vm", "create", "x", "--memory", "1M")).contains("memory.startup: ");
    assertThat(failed("vm", "create", "x", "--processors", "99")).contains("processor.count: 99");
    assertThat(failed("vm", "create", "x", "--generation", "3")).contains("generation: 3");
    assertThat(failed("vm", "create", "x", "--disk", "/nowhere")).contains("/nowhere");
    assertThat(failed("vm", "create", "x", "--kernel", "/nowhere")).contains("/nowhere");
    assertThat(failed("vm", "create", "x", "--append", "quiet")).contains("boot.commandLine: ");
    assertThat(failed("vm", "create", "x", "--set", "color=red")).contains("color: there is no");
    assertThat(failed("vm", "set", "web", "memory.startup=lots")).contains("memory.startup: ");
    assertThat(failed("vm", "set", "web", "processor.count=two")).contains("processor.count: ");
    assertThat(failed("vm", "set", "web", "id=x")).contains("id: it is for good");
    assertThat(failed("vm", "set", "web", "serial.com1=modem")).contains("serial.com1: 'modem'");
    assertThat(failed("vm", "set", "web", "processor.engine=v8")).contains("processor.engine: ");
    assertThat(failed("vm", "show", "mail")).contains("there is no machine 'mail'");
    assertThat(failed("vm", "pause", "web")).contains("web: it is off; start it first");
    assertThat(failed("vm", "export", "web", "/nowhere")).contains("/nowhere: no such folder");
    assertThat(failed("vm", "import", home.toString())).contains("no machine.json");
    assertThat(folders()).hasSize(1);
  }

  @Test
  void severalMachinesAreWorkedOnThoughOneFails() {
    done("vm", "create", "a");
    Invocation paused = Invocation.of("vm", "pause", "nobody", "a");
    assertThat(paused.exitCode()).isEqualTo(1);
    assertThat(paused.err()).contains("'nobody'").contains("a: it is off").hasLineCount(2);
  }

  @Test
  void everySettingIsListed() {
    assertThat(done("vm", "set", "--list").out())
        .contains("memory.startup           SIZE")
        .contains("automatic.start          nothing|if-it-ran|always");
  }

  @Test
  void keysHaveNames() {
    assertThat(KeyNames.chord("ctrl+alt+del"))
        .extracting(
            stroke -> (stroke.pressed() ? "+" : "-") + Integer.toHexString(stroke.scanCode()))
        .containsExactly("+1d", "+38", "+e053", "-e053", "-38", "-1d");
    assertThat(KeyNames.chord("m").getFirst().scanCode()).isEqualTo(0x32);
    assertThat(KeyNames.chord("f10").getFirst().scanCode()).isEqualTo(0x44);
    assertThat(KeyNames.chord("/").getFirst().scanCode()).isEqualTo(0x35);
    assertThat(KeyNames.chord("shift").getFirst().scanCode()).isEqualTo(0x2A);
    assertThat(KeyNames.chord("backspace").getFirst().scanCode()).isEqualTo(0x0E);
  }
}
