// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.machine;

import dev.malachite.engine.device.SerialBackend;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything a machine is made of.
 *
 * @param name shown to people, and to the guest by key-value pairs
 * @param id the machine's own identifier
 * @param generation 1 or 2
 * @param memory main memory in bytes, a multiple of 1 MiB
 * @param processors how many, 1 to 64
 * @param engine which backend runs them
 * @param boot a kernel to start directly, or null for firmware
 * @param drives disks and DVDs, in the order of their numbers
 * @param com1 the other end of the first serial port, or null for no port
 * @param firmware what is set of its firmware
 */
public record MachineConfiguration(
    String name,
    UUID id,
    int generation,
    long memory,
    int processors,
    EngineKind engine,
    @Nullable DirectBoot boot,
    List<Drive> drives,
    @Nullable SerialBackend com1,
    FirmwareSettings firmware) {
  /** The smallest machine that can boot anything. */
  public static final long MINIMUM_MEMORY = 32L << 20;

  /** The largest memory the processor's 40 address bits leave room for. */
  public static final long MAXIMUM_MEMORY = 512L << 30;

  /** Most processors of a machine. */
  public static final int MAXIMUM_PROCESSORS = 64;

  /** A machine whose firmware is set as it comes. */
  public MachineConfiguration(
      String name,
      UUID id,
      int generation,
      long memory,
      int processors,
      EngineKind engine,
      @Nullable DirectBoot boot,
      List<Drive> drives,
      @Nullable SerialBackend com1) {
    this(
        name,
        id,
        generation,
        memory,
        processors,
        engine,
        boot,
        drives,
        com1,
        FirmwareSettings.DEFAULT);
  }

  /** Checks the ranges. */
  public MachineConfiguration {
    drives = List.copyOf(drives);
    if (generation != 1 && generation != 2) {
      throw new IllegalArgumentException("generation " + generation + ": must be 1 or 2");
    }
    if (memory < MINIMUM_MEMORY || memory > MAXIMUM_MEMORY || memory % (1 << 20) != 0) {
      throw new IllegalArgumentException(
          "memory of " + memory + " bytes: must be a whole number of MiB, from 32 MiB to 512 GiB");
    }
    if (processors < 1 || processors > MAXIMUM_PROCESSORS) {
      throw new IllegalArgumentException(
          processors + " processors: must be 1 to " + MAXIMUM_PROCESSORS);
    }
  }
}
