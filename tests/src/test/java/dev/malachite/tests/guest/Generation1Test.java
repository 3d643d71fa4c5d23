// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.device.FrameBuffer;
import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.EngineKind;
import dev.malachite.engine.machine.Machine;
import dev.malachite.engine.machine.MachineConfiguration;
import dev.malachite.engine.machine.MachineEnd;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generation 1 machines with Debian's SeaBIOS, from power-on to programs of boot sectors. */
class Generation1Test {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir private Path folder = Path.of("");

  private static Machine machine(SerialConsole console, int processors, Drive... drives) {
    return new Machine(
        new MachineConfiguration(
            "test",
            UUID.fromString("12345678-1234-1234-1234-123456789abc"),
            1,
            64L << 20,
            processors,
            EngineKind.INTERPRETER,
            null,
            List.of(drives),
            console));
  }

  private static MachineEnd end(Machine machine, SerialConsole console)
      throws InterruptedException {
    return machine
        .awaitEnd(PATIENCE)
        .orElseThrow(() -> new AssertionError("still running; serial port:\n" + console.text()));
  }

  private static int pixel(FrameBuffer picture, int x, int y) {
    return picture
            .pixels()
            .get(ValueLayout.JAVA_INT_UNALIGNED, (long) y * picture.stride() + 4L * x)
        & 0xFF_FFFF;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void seaBiosFindsTheMachineAndLooksForSomethingToBoot(int processors) throws Exception {
    SerialConsole console = new SerialConsole();
    try (FirmwareLog log = new FirmwareLog();
        Machine machine = machine(console, processors)) {
      machine.start();
      List<String> lines = log.await("No bootable device", PATIENCE);
      assertThat(lines)
          .anyMatch(line -> line.startsWith("SeaBIOS (version"))
          .contains("Running on QEMU (i440fx)")
          .contains("Found %d cpu(s) max supported %d cpu(s)".formatted(processors, processors))
          .contains("Machine UUID 12345678-1234-1234-1234-123456789abc")
          .anyMatch(line -> line.contains("Using pmtimer, ioport 0x608"))
          .anyMatch(line -> line.contains("ACPI: parse DSDT"))
          .anyMatch(line -> line.contains("0000000000100000 - 0000000003fff000 = 1 RAM"))
          .noneMatch(line -> line.contains("WARNING"));
    }
  }

  @Test
  void textOnTheScreenLooksAsTheFontHasIt() throws Exception {
    Path image = BootProgram.diskette("hello", folder);
    SerialConsole console = new SerialConsole();
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk floppy = VirtualDisks.open(image, executor, DiskOptions.readOnly());
        Machine machine = machine(console, 1, new Drive(Drive.Kind.FLOPPY, floppy))) {
      machine.start();
      console.await(" ready", PATIENCE);
      compare(machine.frameBuffer().orElseThrow(), "Hello, Generation 1: [{0}] ~");
    }
  }

  private static void compare(FrameBuffer picture, String text) throws IOException {
    VgaFont font = new VgaFont();
    assertThat(picture.width()).isEqualTo(80 * VgaFont.WIDTH);
    assertThat(picture.height()).isEqualTo(25 * VgaFont.HEIGHT);
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        int column = x / VgaFont.WIDTH;
        boolean isText = y < VgaFont.HEIGHT && column < text.length();
        boolean set = isText && font.isSet(text.charAt(column), x % VgaFont.WIDTH, y);
        assertThat(pixel(picture, x, y)).as("%d, %d", x, y).isEqualTo(set ? 0xAAAAAA : 0);
      }
    }
  }

  @Test
  void disksAreReadWrittenAndKeptOverAReset() throws Exception {
    Path image = BootProgram.disk("disk", "second sector\n", folder);
    SerialConsole console = new SerialConsole();
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk disk = VirtualDisks.open(image, executor, DiskOptions.readWrite());
        Machine machine = machine(console, 1, new Drive(Drive.Kind.DISK, disk))) {
      machine.start();
      assertThat(end(machine, console).cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(console.text()).isEqualTo("second sector\n".repeat(2));
    }
  }

  @Test
  void compactDiscsGoBeforeDisks() throws Exception {
    Path iso = BootProgram.cd("keys", folder);
    Path image = BootProgram.disk("disk", "the disk\n", folder);
    SerialConsole console = new SerialConsole();
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk disc = VirtualDisks.open(iso, executor, DiskOptions.readOnly());
        VirtualDisk disk = VirtualDisks.open(image, executor, DiskOptions.readWrite());
        Machine machine =
            machine(
                console, 1, new Drive(Drive.Kind.DISK, disk), new Drive(Drive.Kind.DVD, disc))) {
      machine.start();
      console.await("keys: ", PATIENCE);
      machine.type("Typed: \"~{42}\"\n");
      assertThat(end(machine, console).cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(console.text()).isEqualTo("keys: Typed: \"~{42}\"");
    }
  }

  @Test
  void kernelsAreStartedDirectlyAndPowerOff() throws Exception {
    GuestImage image = GuestImage.build("tiny");
    SerialConsole console = new SerialConsole();
    DirectBoot boot =
        new DirectBoot(
            image.file("vmlinuz"),
            image.file("initrd.img"),
            image.commandLine("malachite.test=boot"));
    try (Machine machine =
        new Machine(
            new MachineConfiguration(
                "test",
                UUID.randomUUID(),
                1,
                512L << 20,
                1,
                EngineKind.AUTO,
                boot,
                List.of(),
                console))) {
      machine.start();
      assertThat(end(machine, console).cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(console.text()).contains("MALACHITE: init");
    }
  }

  @Test
  void theKeyboardControllerResets() throws Exception {
    Path image = BootProgram.diskette("soft", folder);
    SerialConsole console = new SerialConsole();
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk floppy = VirtualDisks.open(image, executor, DiskOptions.readOnly());
        Machine machine = machine(console, 1, new Drive(Drive.Kind.FLOPPY, floppy))) {
      machine.start();
      assertThat(end(machine, console).cause()).isEqualTo(MachineEnd.Cause.POWERED_OFF);
      assertThat(console.text()).isEqualTo("soft\nsoft\n");
    }
  }

  @Test
  void extendedModesAreShown() throws Exception {
    Path image = BootProgram.diskette("vbe", folder);
    SerialConsole console = new SerialConsole();
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk floppy = VirtualDisks.open(image, executor, DiskOptions.readOnly());
        Machine machine = machine(console, 1, new Drive(Drive.Kind.FLOPPY, floppy))) {
      machine.start();
      console.await("ready", PATIENCE);
      FrameBuffer picture = machine.frameBuffer().orElseThrow();
      assertThat(picture.width()).isEqualTo(800);
      assertThat(picture.height()).isEqualTo(600);
      assertThat(pixel(picture, 0, 0)).isEqualTo(0x123456);
      assertThat(pixel(picture, 5, 3)).isEqualTo(0xFEDCBA);
      assertThat(pixel(picture, 6, 3)).isZero();
    }
  }
}
