// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.guest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/** Boot sectors assembled from {@code resources/boot}, and the media they boot from. */
final class BootProgram {
  private static final int SECTOR = 512;
  private static final int BLOCK = 2048;

  private BootProgram() {}

  /** Assembles a program into its sector. */
  static byte[] assemble(String name, Path folder) throws IOException, InterruptedException {
    for (String file : new String[] {"common.inc", name + ".s"}) {
      try (InputStream source = BootProgram.class.getResourceAsStream("/boot/" + file)) {
        Files.write(folder.resolve(file), Objects.requireNonNull(source, file).readAllBytes());
      }
    }
    Path object = folder.resolve(name + ".o");
    Path program = folder.resolve(name + ".bin");
    Tool.run(
        "as",
        "--32",
        "-I",
        folder.toString(),
        "-o",
        object.toString(),
        folder.resolve(name + ".s").toString());
    Tool.run(
        "ld",
        "-m",
        "elf_i386",
        "-Ttext",
        "0x7c00",
        "-e",
        "0x7c00",
        "--oformat",
        "binary",
        "-o",
        program.toString(),
        object.toString());
    byte[] bytes = Files.readAllBytes(program);
    if (bytes.length != SECTOR) {
      throw new AssertionError(name + " has " + bytes.length + " bytes");
    }
    return bytes;
  }

  /** A diskette of 1440 KiB. */
  static Path diskette(String name, Path folder) throws IOException, InterruptedException {
    Path image = folder.resolve(name + ".flp");
    Files.write(image, Arrays.copyOf(assemble(name, folder), 1440 << 10));
    return image;
  }

  /** A disk of 4 MiB with a text in its second sector. */
  static Path disk(String name, String text, Path folder) throws IOException, InterruptedException {
    byte[] all = Arrays.copyOf(assemble(name, folder), 4 << 20);
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, all, SECTOR, ascii.length);
    Path image = folder.resolve(name + ".img");
    Files.write(image, all);
    return image;
  }

  /** A CD that boots without emulation (El Torito 1.0): descriptors, catalog, and the program. */
  static Path cd(String name, Path folder) throws IOException, InterruptedException {
    ByteBuffer cd = ByteBuffer.allocate(64 * BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    descriptor(cd, 16, 1, "");
    cd.putInt(16 * BLOCK + 80, 64).put(16 * BLOCK + 129, (byte) (BLOCK >> 8));
    descriptor(cd, 17, 0, "EL TORITO SPECIFICATION");
    cd.putInt(17 * BLOCK + 0x47, 19);
    descriptor(cd, 18, 255, "");
    int catalog = 19 * BLOCK;
    // The validation entry's words sum up to 0; then the entry of the program, one sector of 512.
    cd.put(catalog, (byte) 1).putShort(catalog + 0x1C, (short) (0x10000 - 0xAA55 - 1));
    cd.putShort(catalog + 0x1E, (short) 0xAA55);
    cd.put(catalog + 0x20, (byte) 0x88).putShort(catalog + 0x26, (short) 1);
    cd.putInt(catalog + 0x28, 20);
    cd.put(20 * BLOCK, assemble(name, folder));
    Path image = folder.resolve(name + ".iso");
    Files.write(image, cd.array());
    return image;
  }

  private static void descriptor(ByteBuffer cd, int block, int type, String system) {
    int at = block * BLOCK;
    cd.put(at, (byte) type);
    cd.put(at + 1, "CD001".getBytes(StandardCharsets.US_ASCII));
    cd.put(at + 6, (byte) 1);
    cd.put(at + 7, system.getBytes(StandardCharsets.US_ASCII));
  }
}
