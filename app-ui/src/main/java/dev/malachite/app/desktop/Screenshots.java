// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.desktop;

import dev.malachite.engine.catalogue.CatalogueException;
import dev.malachite.engine.control.MachineManager;
import dev.malachite.engine.control.ScreenPicture;
import dev.malachite.engine.control.WorkerClient;
import dev.malachite.engine.control.WorkerListener;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/** Pictures of machines' screens in files. Any thread but the user interface's. */
public final class Screenshots {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Screenshots() {}

  /**
   * Writes a running machine's screen to a PNG file.
   *
   * @throws CatalogueException if it doesn't run or its screen is off
   */
  public static void write(MachineManager manager, UUID id, Path file) throws IOException {
    // Connected until the file is mapped, so that its name still leads to it.
    try (WorkerClient client = manager.connect(id, WorkerListener.NONE)) {
      ScreenPicture picture = WorkerClient.await(client.service().captureScreen(), PATIENCE);
      if (picture.file() == null) {
        throw new CatalogueException(
            manager.catalogue().get(id).name()
                + ": its screen is off; the guest's video driver never set one up");
      }
      try (ScreenFile screen = new ScreenFile(picture);
          Arena arena = Arena.ofConfined()) {
        int width = picture.width();
        int height = picture.height();
        MemorySegment pixels = arena.allocate(ValueLayout.JAVA_INT, (long) width * height);
        screen.copy(0, 0, width, height, pixels);
        PngWriter.write(file, pixels, width, height, 4 * width);
      }
    }
  }
}
