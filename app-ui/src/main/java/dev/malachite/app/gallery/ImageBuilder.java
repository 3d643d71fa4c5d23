// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import dev.malachite.disk.DiskCancelledException;
import dev.malachite.disk.DiskConverter;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskTarget;
import dev.malachite.disk.DiskType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Builds images of Debian packages by the recipes in this package's resources. */
final class ImageBuilder {
  private static final List<String> RESOURCES =
      List.of(
          "build.sh",
          "debian.sh",
          "debian-setup",
          "debian-grub.cfg",
          "initramfs-modules",
          "tiny.sh",
          "tiny-init",
          "tiny-inittab",
          "tiny-start",
          "tiny-grub.cfg");
  private static final String PROGRESS = "progress ";
  private static final int BUILT_PERCENT = 94;
  private static final int LONGEST_MESSAGE = 2000;
  private static final int END_PATIENCE_SECONDS = 30;

  private ImageBuilder() {}

  /** What a recipe's image depends on, in twelve hexadecimal digits. */
  static String key(String recipe) throws IOException {
    MessageDigest digest = Hashes.sha256();
    digest.update(recipe.getBytes(StandardCharsets.UTF_8));
    for (String name : RESOURCES) {
      digest.update(read(name));
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
  }

  /**
   * Builds an image.
   *
   * @param work an empty folder
   * @param packages a folder that keeps packages between builds
   * @param target the VHDX to make
   */
  static void build(
      String recipe,
      Path work,
      Path packages,
      Path target,
      GalleryProgress progress,
      Cancellation cancel)
      throws IOException {
    if (!System.getProperty("os.arch").equals("amd64")) {
      throw new GalleryException(
          recipe + ": images can be built on x86-64 only; give a VHDX of your own");
    }
    Path recipes = Files.createDirectory(work.resolve("recipes"));
    for (String name : RESOURCES) {
      Files.write(recipes.resolve(name), read(name));
    }
    Path build = Files.createDirectory(work.resolve("build"));
    Files.createDirectories(packages);
    progress.stage("Building the image " + recipe);
    run(recipe, recipes, build, packages, work.resolve("errors"), progress, cancel);
    progress.stage("Writing the virtual disk");
    progress.advanced(BUILT_PERCENT, 100);
    try {
      DiskConverter.convert(
          build.resolve("disk.raw"),
          target,
          DiskTarget.of(DiskFormat.VHDX, DiskType.DYNAMIC),
          (done, total) -> {
            progress.advanced(
                BUILT_PERCENT + (100 - BUILT_PERCENT) * done / Math.max(1, total), 100);
            return !cancel.isCancelled();
          });
    } catch (DiskCancelledException e) {
      throw new GalleryCancelledException();
    }
  }

  private static void run(
      String recipe,
      Path recipes,
      Path build,
      Path packages,
      Path errors,
      GalleryProgress progress,
      Cancellation cancel)
      throws IOException {
    cancel.check();
    Process process =
        new ProcessBuilder(
                "bash",
                recipes.resolve("build.sh").toString(),
                recipe,
                build.toString(),
                packages.toString())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectError(errors.toFile())
            .start();
    cancel.onCancel(() -> end(process));
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        show(line, progress);
      }
      int code = process.waitFor();
      cancel.check();
      if (code != 0) {
        throw new GalleryException(recipe + ": " + lastLine(errors, code));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GalleryCancelledException();
    } finally {
      end(process);
      awaitEnd(process);
    }
  }

  private static void show(String line, GalleryProgress progress) {
    String[] words = line.split(" ", 3);
    if (words.length == 3 && line.startsWith(PROGRESS) && words[1].matches("\\d{1,3}")) {
      progress.stage(Character.toUpperCase(words[2].charAt(0)) + words[2].substring(1));
      progress.advanced(Math.min(100, Integer.parseInt(words[1])), 100);
    }
  }

  // bash waits for the program it runs before it heeds a signal, so that one is told as well.
  private static void end(Process process) {
    if (process.isAlive()) {
      List<ProcessHandle> children = process.descendants().toList();
      process.destroy();
      children.forEach(ProcessHandle::destroy);
    }
  }

  private static void awaitEnd(Process process) {
    try {
      if (!process.waitFor(END_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static String lastLine(Path errors, int code) throws IOException {
    String text = new String(Files.readAllBytes(errors), StandardCharsets.UTF_8).strip();
    String last = text.substring(text.lastIndexOf('\n') + 1);
    if (last.isEmpty()) {
      return "building it ended with exit code " + code + "; try again";
    }
    return last.length() > LONGEST_MESSAGE ? last.substring(0, LONGEST_MESSAGE) : last;
  }

  private static byte[] read(String name) throws IOException {
    try (InputStream in = ImageBuilder.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the program lacks its resource " + name + "; build it anew");
      }
      return in.readAllBytes();
    }
  }
}
