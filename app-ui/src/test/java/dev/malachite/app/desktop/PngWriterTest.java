// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.desktop;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngWriterTest {
  @TempDir private Path folder;

  @Test
  void anotherReaderSeesEachPixel() throws IOException {
    int width = 33;
    int height = 17;
    int stride = 160;
    Random random = new Random(20260101);
    Path file = folder.resolve("screen.png");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pixels = arena.allocate((long) stride * height);
      for (long i = 0; i + 4 <= pixels.byteSize(); i += 4) {
        pixels.set(JAVA_INT_UNALIGNED, i, random.nextInt());
      }
      PngWriter.write(file, pixels, width, height, stride);
      BufferedImage image = ImageIO.read(file.toFile());
      assertThat(image.getWidth()).isEqualTo(width);
      assertThat(image.getHeight()).isEqualTo(height);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int expected = pixels.get(JAVA_INT_UNALIGNED, (long) y * stride + 4L * x) | 0xFF000000;
          assertThat(image.getRGB(x, y)).as("pixel %d,%d", x, y).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void anOldPictureIsReplacedAndNothingIsLeftBeside() throws IOException {
    Path file = Files.writeString(folder.resolve("screen.png"), "old");
    PngWriter.write(file, MemorySegment.ofArray(new byte[16]), 2, 2, 8);
    assertThat(ImageIO.read(file.toFile()).getRGB(1, 1)).isEqualTo(0xFF000000);
    assertThat(folder).isDirectoryContaining(file::equals);
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }
}
