// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.desktop;

import dev.malachite.engine.control.ScreenPicture;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** A machine's screen, as its worker shares it in a file. One thread at a time. */
public final class ScreenFile implements AutoCloseable {
  private static final int OPAQUE = 0xFF00_0000;
  private static final int LARGEST = 16_384;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment pixels;
  private final ScreenPicture picture;

  /**
   * Maps a picture that isn't off.
   *
   * @throws IOException if the file isn't what the picture says
   */
  public ScreenFile(ScreenPicture picture) throws IOException {
    this.picture = picture;
    Path file = Objects.requireNonNull(picture.file(), "a screen that is off");
    long bytes = (long) picture.stride() * picture.height();
    boolean sensible =
        picture.width() > 0
            && picture.height() > 0
            && picture.width() <= LARGEST
            && picture.height() <= LARGEST
            && picture.stride() >= 4L * picture.width()
            && picture.stride() % 4 == 0;
    boolean mapped = false;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (!sensible || channel.size() < bytes) {
        throw new IOException(file + ": not a picture of its size");
      }
      pixels = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
      mapped = true;
    } finally {
      if (!mapped) {
        arena.close();
      }
    }
  }

  /** Its geometry. */
  public ScreenPicture picture() {
    return picture;
  }

  /**
   * Copies a part of it, made opaque.
   *
   * @param to takes pixels of 32 bits, alpha highest, in lines of the picture's width
   */
  public void copy(int x, int y, int width, int height, MemorySegment to) {
    int line = picture.width();
    for (int row = y; row < y + height; row++) {
      long from = (long) row * picture.stride() + 4L * x;
      long at = 4L * ((long) row * line + x);
      for (long i = 0; i < 4L * width; i += 4) {
        to.set(ValueLayout.JAVA_INT, at + i, pixels.get(ValueLayout.JAVA_INT, from + i) | OPAQUE);
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
