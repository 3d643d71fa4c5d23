// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import dev.malachite.engine.json.OptionalMember;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a machine's last worker wrote of it: the content of {@code state.json}. A worker that died
 * could not write its end, so a live state is believed only while that very process lives.
 *
 * @param schema the version of this structure, {@link #SCHEMA}
 * @param state what the machine was doing
 * @param since since when
 * @param reason why, for people; null where there is nothing to say
 * @param worker the worker process, null when there is none
 */
public record LastState(
    int schema,
    MachineState state,
    Instant since,
    @OptionalMember @Nullable String reason,
    @OptionalMember @Nullable WorkerProcess worker) {
  /** The version of the structure that this program writes. */
  public static final int SCHEMA = 1;

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Two readings of one process's start may differ by the clock's adjustment. */
  private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

  /**
   * A process, told from others that get its number later.
   *
   * @param pid its number
   * @param started when it started
   * @param boot which start of the computer that number belongs to
   */
  public record WorkerProcess(long pid, Instant started, String boot) {
    /** The process that calls this. */
    public static WorkerProcess current() {
      ProcessHandle self = ProcessHandle.current();
      return new WorkerProcess(
          self.pid(), self.info().startInstant().orElse(Instant.EPOCH), bootId());
    }

    /** Whether it lives. */
    public boolean isAlive() {
      if (!boot.equals(bootId())) {
        return false;
      }
      Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
      if (process.isEmpty()) {
        return false;
      }
      Optional<Instant> start = process.get().info().startInstant();
      return start.isEmpty()
          || Duration.between(start.get(), started).abs().compareTo(START_TOLERANCE) <= 0;
    }
  }

  /** True if the machine ran when this computer stopped. */
  public boolean ranWhenComputerStopped() {
    return state.isLive() && worker != null && !worker.boot.equals(bootId());
  }

  /** A machine that has never run. */
  public static LastState never(Instant created) {
    return new LastState(SCHEMA, MachineState.OFF, created, null, null);
  }

  /** A state from now on. */
  public static LastState now(
      MachineState state, @Nullable String reason, @Nullable WorkerProcess worker) {
    return new LastState(
        SCHEMA, state, Instant.now().truncatedTo(ChronoUnit.MILLIS), reason, worker);
  }

  /** What is true now: a live state whose worker has died is a failure. */
  public LastState seenNow() {
    if (!state.isLive() || worker != null && worker.isAlive()) {
      return this;
    }
    return new LastState(schema, MachineState.FAILED, since, deathOf(worker), null);
  }

  /**
   * What is true of a machine whose folder may hold a saved state: one that doesn't run goes on
   * from there, however its last worker came to its end.
   *
   * @param there whether there is a saved state
   */
  public LastState withSavedState(boolean there) {
    if (state.isLive() || there == (state == MachineState.SAVED)) {
      return this;
    }
    return there
        ? new LastState(schema, MachineState.SAVED, since, reason, null)
        : new LastState(schema, MachineState.OFF, since, "its saved state is gone", null);
  }

  private static String deathOf(@Nullable WorkerProcess worker) {
    if (worker == null) {
      return "its worker process is gone";
    }
    return worker.boot.equals(bootId())
        ? "its worker process " + worker.pid + " died: it was killed or crashed"
        : "this computer stopped while the machine ran";
  }

  private static String bootId() {
    try {
      return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
