// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.machine.EngineKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code malachite run} was asked for, checked.
 *
 * @param generation 1 or 2
 * @param memory bytes of guest memory
 * @param processors virtual processors, at least 1
 * @param engine which backend runs the processors
 * @param disks disk files in the order of the controller's slots
 * @param dvds optical disc images, after the disks
 * @param floppy a diskette's image, null for no floppy drive
 * @param snapshot whether files stay untouched
 * @param boot the kernel to start, null to start from the drives
 * @param com1 where the first serial port leads
 * @param typed text for the keyboard once the machine runs, null for none
 * @param screenshot where the screen is written at the end, null for nowhere
 * @param timeout when the machine is powered off, null for never
 * @param stats whether counters are printed at the end
 */
record RunRequest(
    int generation,
    long memory,
    int processors,
    EngineKind engine,
    List<Path> disks,
    List<Path> dvds,
    @Nullable Path floppy,
    boolean snapshot,
    @Nullable DirectBoot boot,
    SerialTarget com1,
    @Nullable String typed,
    @Nullable Path screenshot,
    @Nullable Duration timeout,
    boolean stats) {}
