// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

import java.util.List;
import java.util.Map;

/**
 * A running machine's counters since it was powered on.
 *
 * @param uptimeMillis milliseconds of its own time
 * @param processorNanos processor time of the host that its worker has taken, in nanoseconds
 * @param residentBytes memory of the host that its worker takes, guest memory in use included
 * @param instructions guest instructions, as far as the engine counts them
 * @param exits how often processors asked the machine, by kind
 * @param lines everything for people, a line each
 */
public record MachineStatistics(
    long uptimeMillis,
    long processorNanos,
    long residentBytes,
    long instructions,
    Map<String, Long> exits,
    List<String> lines) {}
