// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.firmware;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A disk with an EFI system partition, made by sfdisk, mkfs.vfat and mtools. */
final class BootDisk {
  private static final int START = 2048;
  private static final int SECTOR = 512;

  private final Path folder;
  private final Path partition;
  private final int kibibytes;
  private final Set<String> directories = new LinkedHashSet<>();

  BootDisk(Path folder, int kibibytes) throws IOException {
    this.folder = folder;
    this.kibibytes = kibibytes;
    partition = folder.resolve("esp.img");
    run("mkfs.vfat", "-C", "-F", "16", "-n", "ESP", partition, kibibytes);
  }

  /** Puts a file on it, with the directories it needs. */
  BootDisk put(Path file, String name) throws IOException {
    StringBuilder path = new StringBuilder("::");
    String[] parts = name.split("/", -1);
    for (String part : Arrays.copyOf(parts, parts.length - 1)) {
      path.append('/').append(part);
      if (directories.add(path.toString())) {
        run("mmd", "-i", partition, path);
      }
    }
    run("mcopy", "-i", partition, file, "::/" + name);
    return this;
  }

  /** Puts bytes on it as a file. */
  BootDisk put(byte[] bytes, String name) throws IOException {
    return put(Files.write(folder.resolve("piece"), bytes), name);
  }

  /** Puts text on it as a file. */
  BootDisk put(String text, String name) throws IOException {
    return put(text.getBytes(StandardCharsets.UTF_8), name);
  }

  /** The whole disk. */
  Path build() throws IOException {
    Path disk = folder.resolve("disk.raw");
    long sectors = kibibytes * 1024L / SECTOR;
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength((START + sectors + START) * SECTOR);
    }
    String table =
        "label: gpt\nstart=%d, size=%d, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B\n"
            .formatted(START, sectors);
    Path script = Files.writeString(folder.resolve("table"), table);
    run("sh", "-c", "/sbin/sfdisk -q \"$0\" < \"$1\"", disk, script);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.seek((long) START * SECTOR);
      file.write(Files.readAllBytes(partition));
    }
    return disk;
  }

  static String run(Object... command) throws IOException {
    List<String> words = new ArrayList<>();
    for (Object word : command) {
      words.add(String.valueOf(word));
    }
    for (String where : List.of("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/")) {
      if (Files.isExecutable(Path.of(where + words.get(0)))) {
        words.set(0, where + words.get(0));
      }
    }
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(words + ": " + output);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return output;
  }
}
