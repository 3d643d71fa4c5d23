// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.json.OptionalMember;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a running machine is doing.
 *
 * @param machine its identifier
 * @param name its name when it started
 * @param state what it is doing
 * @param since since when
 * @param reason why, for people, or null
 * @param uptimeMillis milliseconds of its own time since it was powered on: pauses don't count
 * @param processors how many it has
 * @param memory bytes of memory it has
 * @param engine which backend runs its processors
 * @param serial its serial ports that lead somewhere
 */
public record MachineStatus(
    UUID machine,
    String name,
    MachineState state,
    Instant since,
    @OptionalMember @Nullable String reason,
    long uptimeMillis,
    int processors,
    long memory,
    String engine,
    List<SerialPort> serial) {
  /**
   * A serial port.
   *
   * @param name such as {@code com1}
   * @param kind {@code socket}, {@code pty} or {@code file}
   * @param path where its other end is on this computer
   */
  public record SerialPort(String name, String kind, Path path) {}
}
