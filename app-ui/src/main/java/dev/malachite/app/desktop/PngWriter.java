// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.desktop;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Writes a picture of 32-bit pixels (blue, green, red, unused) as a PNG file of 24-bit color. */
public final class PngWriter {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final int BYTES_PER_PIXEL = 4;

  private PngWriter() {}

  /**
   * Writes the file; an existing one is replaced only by a whole one.
   *
   * @param pixels the picture's first pixel is at offset 0
   * @param width pixels in a row, at least 1
   * @param height rows, at least 1
   * @param stride bytes from one row to the next
   */
  public static void write(Path file, MemorySegment pixels, int width, int height, int stride)
      throws IOException {
    Path absolute = file.toAbsolutePath();
    Path folder = absolute.getParent();
    Path part = Files.createTempFile(folder == null ? Path.of("/") : folder, ".malachite-", ".png");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
        write(out, pixels, width, height, stride);
      }
      Files.move(part, absolute, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Writes the picture to a stream; see {@link #write(Path, MemorySegment, int, int, int)}. */
  public static void write(
      OutputStream out, MemorySegment pixels, int width, int height, int stride)
      throws IOException {
    DataOutputStream file = new DataOutputStream(out);
    file.write(SIGNATURE);
    chunk(file, "IHDR", header(width, height));
    chunk(file, "IDAT", compress(pixels, width, height, stride));
    chunk(file, "IEND", new byte[0]);
    file.flush();
  }

  private static byte[] header(int width, int height) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream header = new DataOutputStream(bytes);
    header.writeInt(width);
    header.writeInt(height);
    header.writeByte(8); // bits in a sample
    header.writeByte(2); // red, green, blue
    header.writeByte(0); // deflate
    header.writeByte(0); // a filter type before each row
    header.writeByte(0); // not interlaced
    return bytes.toByteArray();
  }

  private static byte[] compress(MemorySegment pixels, int width, int height, int stride)
      throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    byte[] source = new byte[width * BYTES_PER_PIXEL];
    byte[] row = new byte[1 + width * 3];
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(compressed)) {
      for (int y = 0; y < height; y++) {
        MemorySegment.copy(pixels, JAVA_BYTE, (long) y * stride, source, 0, source.length);
        for (int x = 0; x < width; x++) {
          row[1 + 3 * x] = source[4 * x + 2];
          row[2 + 3 * x] = source[4 * x + 1];
          row[3 + 3 * x] = source[4 * x];
        }
        deflater.write(row);
      }
    }
    return compressed.toByteArray();
  }

  private static void chunk(DataOutputStream file, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(name);
    checksum.update(data);
    file.writeInt(data.length);
    file.write(name);
    file.write(data);
    file.writeInt((int) checksum.getValue());
  }
}
