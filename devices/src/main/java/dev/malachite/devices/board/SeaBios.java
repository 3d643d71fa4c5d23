// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** SeaBIOS and its VGA BIOS, as the distribution has them. */
final class SeaBios {
  private static final Path FOLDER = Path.of("/usr/share/seabios");
  private static final int FIRMWARE_SIZE = 256 << 10;
  private static final int LARGEST_ROM = 64 << 10;

  private final byte[] firmware;
  private final byte[] video;

  private SeaBios(byte[] firmware, byte[] video) {
    this.firmware = firmware;
    this.video = video;
  }

  /** The image that ends at 4 GiB. */
  byte[] firmware() {
    return firmware.clone();
  }

  /** The option ROM of the display adapter. */
  byte[] video() {
    return video.clone();
  }

  /** Reads the images of the Debian package. */
  static SeaBios installed() throws IOException {
    return read(FOLDER);
  }

  /**
   * Reads the images.
   *
   * @throws IOException if they are missing or not what they should be; says what to do
   */
  static SeaBios read(Path folder) throws IOException {
    byte[] firmware = file(folder.resolve("bios-256k.bin"));
    byte[] video = file(folder.resolve("vgabios-stdvga.bin"));
    if (firmware.length != FIRMWARE_SIZE) {
      throw new IOException(
          folder.resolve("bios-256k.bin") + ": not SeaBIOS's image, which has 256 KiB");
    }
    boolean optionRom =
        video.length >= 512
            && video.length <= LARGEST_ROM
            && (video[0] & 0xFF) == 0x55
            && (video[1] & 0xFF) == 0xAA;
    if (!optionRom) {
      throw new IOException(folder.resolve("vgabios-stdvga.bin") + ": not an option ROM");
    }
    return new SeaBios(firmware, video);
  }

  private static byte[] file(Path path) throws IOException {
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw new IOException(
          path
              + " is missing: Generation 1 machines need SeaBIOS; install the package seabios"
              + " (apt-get install seabios)",
          e);
    }
  }
}
