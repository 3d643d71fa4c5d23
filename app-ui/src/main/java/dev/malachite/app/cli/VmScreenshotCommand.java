// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.control.ScreenPicture;
import dev.malachite.engine.control.WorkerClient;
import dev.malachite.engine.control.WorkerListener;
import dev.malachite.engine.control.WorkerService;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code malachite vm screenshot}: a running machine's screen as a picture. */
@Command(name = "screenshot", description = "Write a running machine's screen to a file.")
final class VmScreenshotCommand extends VmVerb {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Parameters(index = "0", paramLabel = "NAME", description = "The machine.")
  private String name;

  @Parameters(index = "1", paramLabel = "FILE.png", description = "Where it is written.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    MachineEntry machine = catalogue().find(name);
    UUID id = machine.settings().id();
    // Connected until the file is mapped, so that its name still leads to it.
    try (WorkerClient client = manager().connect(id, WorkerListener.NONE)) {
      WorkerService service = client.service();
      ScreenPicture picture = WorkerClient.await(service.captureScreen(), PATIENCE);
      Path pixels = picture.file();
      if (pixels == null) {
        throw new CommandFailure(
            machine.name() + ": its screen is off; the guest's video driver never set one up");
      }
      write(picture, pixels);
    }
    return ExitCodes.DONE;
  }

  private void write(ScreenPicture picture, Path pixels) throws IOException {
    try (FileChannel channel = FileChannel.open(pixels, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      long bytes = (long) picture.stride() * picture.height();
      if (channel.size() < bytes) {
        throw new CommandFailure(pixels + ": smaller than its picture; try again");
      }
      MemorySegment screen = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
      PngWriter.write(file, screen, picture.width(), picture.height(), picture.stride());
    }
  }
}
