// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What this process takes of the host. */
final class ProcessUse {
  private static final Path STATM = Path.of("/proc/self/statm");
  private static final long PAGE = 4096;

  private ProcessUse() {}

  /** Processor time so far, in nanoseconds. */
  static long processorNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  /** Memory in use, in bytes; 0 where the host doesn't tell (proc(5), statm). */
  static long residentBytes() {
    try {
      String[] fields = Files.readString(STATM, StandardCharsets.US_ASCII).split(" ", 3);
      return fields.length < 2 ? 0 : Long.parseLong(fields[1]) * PAGE;
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }
}
