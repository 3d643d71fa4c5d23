// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.control.KeyboardKeys;
import dev.malachite.engine.control.KeyboardKeys.Stroke;
import dev.malachite.engine.control.KeyboardText;
import dev.malachite.engine.control.MachineStatus;
import dev.malachite.engine.control.Progress;
import dev.malachite.engine.control.ScreenDirt;
import dev.malachite.engine.control.ScreenPicture;
import dev.malachite.engine.control.ScreenWatch;
import dev.malachite.engine.control.WorkerClient;
import dev.malachite.engine.control.WorkerListener;
import dev.malachite.engine.control.WorkerService;
import dev.malachite.tests.guest.GuestFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Linux guest in a worker, used as its user would: looked at, typed on, paused, shut down. */
@Timeout(600)
final class WorkerGuestTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long MEMORY = 256L << 20;

  private static final class Screen implements WorkerListener {
    private final BlockingQueue<ScreenDirt> dirt = new LinkedBlockingQueue<>();

    @Override
    public void statusChanged(MachineStatus status) {}

    @Override
    public void screenChanged(ScreenPicture picture) {}

    @Override
    public void screenDirty(ScreenDirt change) {
      dirt.add(change);
    }

    @Override
    public void progress(Progress progress) {}
  }

  private final StringBuilder console = new StringBuilder();

  private void awaitLine(SocketChannel port, String wanted) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4096);
    while (!console.toString().contains(wanted)) {
      assertThat(port.read(bytes.clear())).as("console: %s", console).isPositive();
      console.append(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
    }
  }

  private static <T> T await(java.util.concurrent.CompletableFuture<T> answer) throws IOException {
    return WorkerClient.await(answer, PATIENCE);
  }

  @Test
  void aGuestIsSeenTypedOnAndPaused() throws Exception {
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
      Screen screen = new Screen();
      try (WorkerClient client = workshop.manager().connect(id, screen);
          SocketChannel port = workshop.serial(id)) {
        WorkerService service = client.service();
        awaitLine(port, "ready for keys");
        ScreenPicture picture = await(service.watchScreen(new ScreenWatch(true, 30)));
        assertThat(picture.width()).isPositive();
        awaitLight(picture);

        await(service.pause());
        long before = await(service.statistics()).instructions();
        assertThat(await(service.statistics()).instructions()).isEqualTo(before);
        await(service.resume());

        screen.dirt.clear();
        await(
            service.keys(
                new KeyboardKeys(
                    List.of(
                        new Stroke(0x2A, true),
                        new Stroke(0x1E, true),
                        new Stroke(0x1E, false),
                        new Stroke(0x2A, false)))));
        ScreenDirt dirt = screen.dirt.poll(60, TimeUnit.SECONDS);
        assertThat(dirt).isNotNull();
        assertThat(dirt.rectangles()).isNotEmpty();
        await(service.type(new KeyboardText("hello\n")));
        awaitLine(port, "typed Ahello");
        client.closed().get(120, TimeUnit.SECONDS);
      }
      assertThat(workshop.now(machine).state().state()).isEqualTo(MachineState.OFF);
    }
  }

  // The guest's driver may draw later than the guest says that it is ready.
  private static void awaitLight(ScreenPicture picture) throws Exception {
    for (int i = 0; i < 400 && litPixels(picture) == 0; i++) {
      Thread.sleep(25);
    }
    assertThat(litPixels(picture)).isPositive();
  }

  private static int litPixels(ScreenPicture picture) throws IOException {
    Path file = picture.file();
    assertThat(file).isNotNull();
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long bytes = (long) picture.stride() * picture.height();
      MemorySegment pixels = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
      int lit = 0;
      for (long at = 0; at < bytes; at += 4) {
        lit += (pixels.get(ValueLayout.JAVA_INT, at) & 0xFFFFFF) != 0 ? 1 : 0;
      }
      return lit;
    }
  }
}
