// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs other people's tools. */
public final class Tools {
  private Tools() {}

  /** Runs a command with text as its input and returns what it prints; it must succeed. */
  public static String run(String input, Object... command) throws IOException {
    List<String> words = new ArrayList<>();
    for (Object word : command) {
      words.add(word instanceof Path path ? path.toString() : String.valueOf(word));
    }
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("MTOOLS_SKIP_CHECK", "1");
    builder.environment().merge("PATH", ":/usr/sbin:/sbin", String::concat);
    words.set(0, find(words.get(0)));
    Process process = builder.command(words).start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(words + " ended with " + code + ": " + output);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return output;
  }

  private static String find(String name) {
    for (String folder : List.of("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/")) {
      Path path = Path.of(folder + name);
      if (path.toFile().canExecute()) {
        return path.toString();
      }
    }
    return name;
  }
}
