// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.app.Desktop;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.control.ScreenPicture;
import dev.malachite.engine.control.WorkerClient;
import dev.malachite.engine.control.WorkerListener;
import dev.malachite.engine.control.WorkerService;
import dev.malachite.tests.guest.GuestFiles;
import dev.malachite.tests.worker.SmallKernel;
import dev.malachite.tests.worker.Workshop;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import javafx.scene.Node;
import javafx.scene.control.TextField;
import javafx.scene.image.Image;
import javafx.scene.image.ImageView;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The manager and the console as their user has them before the eyes. */
@EnabledIfEnvironmentVariable(named = "DISPLAY", matches = ".+", disabledReason = "no display")
@Timeout(300)
final class WindowsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long MEMORY = 256L << 20;

  @BeforeAll
  static void start() throws InterruptedException {
    Hand.start();
  }

  private static Stage await(String title) throws InterruptedException {
    Hand.await("window " + title, () -> Hand.window(each -> each.startsWith(title)) != null);
    return Objects.requireNonNull(Hand.fx(() -> Hand.window(each -> each.startsWith(title))));
  }

  private static void awaitState(Workshop workshop, MachineEntry machine, MachineState state)
      throws InterruptedException {
    Hand.await(
        machine.name() + " is " + state, () -> workshop.now(machine).state().state() == state);
  }

  private static void close(Stage stage) {
    Hand.fx(
        () -> {
          stage.close();
          return null;
        });
  }

  private static Desktop desktop(Workshop workshop) {
    return Hand.fx(() -> new Desktop(workshop.manager()));
  }

  @Test
  void machinesAreStartedPausedAndTurnedOffInTheManager() throws Exception {
    try (Workshop workshop = new Workshop()) {
      MachineEntry machine = workshop.create("echo", SmallKernel.ECHO);
      MachineEntry other = workshop.create("other", SmallKernel.IDLE);
      Desktop desktop = desktop(workshop);
      Hand.fx(
          () -> {
            desktop.manager();
            return null;
          });
      Stage manager = await("Malachite Manager");
      Hand.click(manager, ".table-cell", "echo", 1);
      Hand.click(manager, ".button", "Start", 1);
      awaitState(workshop, machine, MachineState.RUNNING);
      assertThat(workshop.now(other).state().state()).isEqualTo(MachineState.OFF);
      Hand.await("running", () -> Hand.labeled(manager, ".table-cell", "running") != null);
      Hand.click(manager, ".button", "Pause", 1);
      awaitState(workshop, machine, MachineState.PAUSED);
      Hand.click(manager, ".button", "Resume", 1);
      awaitState(workshop, machine, MachineState.RUNNING);
      Hand.click(manager, ".button", "Turn off", 1);
      Hand.await("a question", () -> Hand.window("Malachite"::equals) != null);
      Stage question = Objects.requireNonNull(Hand.fx(() -> Hand.window("Malachite"::equals)));
      assertThat(workshop.now(machine).state().state()).isEqualTo(MachineState.RUNNING);
      Hand.click(question, ".button", "Turn off", 1);
      awaitState(workshop, machine, MachineState.OFF);
      Hand.await("one off", () -> Hand.labeled(manager, ".table-cell", "running") == null);

      Hand.click(manager, ".table-cell", "other", 2);
      Stage console = await("other – Malachite");
      Hand.click(console, ".button", "Start", 1);
      awaitState(workshop, other, MachineState.RUNNING);
      close(console);
      assertThat(workshop.now(other).state().state())
          .as("closing a console leaves the machine alone")
          .isEqualTo(MachineState.RUNNING);
      close(manager);
    }
  }

  @Test
  void whatTheGuestDrawsIsSeenAndWhatIsTypedArrives() throws Exception {
    GuestFiles tiny = GuestFiles.build("tiny");
    try (Workshop workshop = new Workshop()) {
      MachineSettings.Boot boot =
          new MachineSettings.Boot(
              tiny.file("vmlinux"),
              tiny.file("initrd.img"),
              tiny.commandLine("malachite.test=keyboard"));
      MachineEntry machine = workshop.create("tiny", boot, MEMORY);
      UUID id = machine.settings().id();
      workshop.manager().start(id);
      Desktop desktop = desktop(workshop);
      Hand.fx(
          () -> {
            desktop.console(id);
            return null;
          });
      Stage console = await("tiny – Malachite");
      try (SocketChannel port = workshop.serial(id)) {
        StringBuilder heard = new StringBuilder();
        awaitLine(port, heard, "ready for keys");
        Hand.await("a picture", () -> view(console).getImage() != null);
        sameAsTheScreen(workshop, id, console);
        Hand.fx(
            () -> {
              Hand.click(view(console), 1);
              return null;
            });
        Hand.type(KeyCode.A, KeyCode.SHIFT);
        for (KeyCode key :
            new KeyCode[] {
              KeyCode.H, KeyCode.E, KeyCode.L, KeyCode.L, KeyCode.O, KeyCode.DIGIT7, KeyCode.ENTER
            }) {
          Hand.type(key);
        }
        awaitLine(port, heard, "typed Ahello7");
      }
      awaitState(workshop, machine, MachineState.OFF);
      Hand.await("a start button", () -> Hand.labeled(console, ".button", "Start") != null);
      close(console);
    }
  }

  @Test
  void settingsAreChangedInTheirWindow() throws Exception {
    try (Workshop workshop = new Workshop()) {
      MachineEntry machine = workshop.create("echo", SmallKernel.ECHO);
      long memory = machine.settings().memory().startup();
      Desktop desktop = desktop(workshop);
      Hand.fx(
          () -> {
            desktop.settings(machine.settings().id());
            return null;
          });
      Stage settings = await("Settings of echo");
      Hand.click(settings, ".tree-cell", "Name", 1);
      Hand.await("a field", () -> field(settings, "echo") != null);
      Hand.fx(
          () -> {
            Hand.click(Objects.requireNonNull(field(settings, "echo")), 1);
            return null;
          });
      Hand.type(KeyCode.END);
      Hand.type(KeyCode.DIGIT2);
      Hand.click(settings, ".button", "Save", 1);
      Hand.await("closed", () -> !settings.isShowing());
      MachineSettings now = workshop.now(machine).settings();
      assertThat(now.name()).isEqualTo("echo2");
      assertThat(now.memory().startup()).as("what nobody touched").isEqualTo(memory);
      String file = Files.readString(machine.folder().path().resolve("machine.json"));
      assertThat(file).contains("\"echo2\"");
    }
  }

  private static @Nullable TextField field(Stage stage, String text) {
    for (Node node : stage.getScene().getRoot().lookupAll(".text-field")) {
      if (node instanceof TextField field && text.equals(field.getText())) {
        return field;
      }
    }
    return null;
  }

  @Test
  void withoutADisplayTheProgramSaysSo() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "dev.malachite.app.cli.Main");
    builder.environment().remove("DISPLAY");
    Process program = builder.redirectErrorStream(true).start();
    String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(program.waitFor()).isEqualTo(1);
    assertThat(said).startsWith("malachite: there is no display").hasLineCount(1);
  }

  private static ImageView view(Stage console) {
    for (Node node : console.getScene().getRoot().lookupAll("ImageView")) {
      if (node instanceof ImageView view && view.getParent().getStyleClass().contains("screen")) {
        return view;
      }
    }
    throw new AssertionError("no screen in the console");
  }

  private static void awaitLine(SocketChannel port, StringBuilder heard, String wanted)
      throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(4096);
    while (heard.indexOf(wanted) < 0) {
      assertThat(port.read(bytes.clear())).as("console: %s", heard).isPositive();
      heard.append(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
    }
  }

  // Pixel for pixel what the worker's file says, once the guest draws nothing any more.
  private static void sameAsTheScreen(Workshop workshop, UUID id, Stage console) throws Exception {
    try (WorkerClient client = workshop.manager().connect(id, WorkerListener.NONE);
        Arena arena = Arena.ofShared()) {
      WorkerService service = client.service();
      ScreenPicture picture = WorkerClient.await(service.captureScreen(), PATIENCE);
      long bytes = (long) picture.stride() * picture.height();
      MemorySegment pixels;
      try (FileChannel channel =
          FileChannel.open(Objects.requireNonNull(picture.file()), StandardOpenOption.READ)) {
        pixels = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
      }
      Hand.await(
          "the same picture",
          () -> {
            Image image = view(console).getImage();
            if (image.getWidth() != picture.width() || image.getHeight() != picture.height()) {
              return false;
            }
            try {
              return same(image, picture, pixels);
            } catch (IndexOutOfBoundsException e) {
              // JavaFX narrows the very buffer while it draws from it: look again.
              return false;
            }
          });
    }
  }

  private static boolean same(Image image, ScreenPicture picture, MemorySegment pixels) {
    int lit = 0;
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        int there = pixels.get(ValueLayout.JAVA_INT, (long) y * picture.stride() + 4L * x);
        if ((image.getPixelReader().getArgb(x, y) ^ there) << 8 != 0) {
          return false;
        }
        lit += (there & 0xFFFFFF) != 0 ? 1 : 0;
      }
    }
    return lit > 0;
  }
}
