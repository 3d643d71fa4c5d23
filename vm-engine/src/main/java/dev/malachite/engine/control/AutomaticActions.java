// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineSettings.Automatic;
import dev.malachite.engine.catalogue.MachineSettings.StopAction;
import dev.malachite.engine.catalogue.MachineState;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Does with all machines of a catalogue what their settings want when their user's session or the
 * computer starts and stops. Any thread, one call at a time.
 */
public final class AutomaticActions {
  private final MachineManager manager;
  private final Report report;

  /** Is told what is done; on any thread. */
  public interface Report {
    /** Something was done to a machine: a sentence without its name. */
    void done(MachineEntry machine, String what);

    /** Something could not be done to a machine. */
    void failed(MachineEntry machine, IOException failure);
  }

  /** Acts on a manager's machines. */
  public AutomaticActions(MachineManager manager, Report report) {
    this.manager = manager;
    this.report = report;
  }

  // ---- starting ------------------------------------------------------------------------------

  /**
   * Starts the machines that are to be started, each after its delay.
   *
   * @return false if one could not be started
   */
  public boolean start() throws IOException {
    List<MachineEntry> due = new ArrayList<>();
    for (MachineEntry machine : manager.catalogue().list().machines()) {
      if (isWanted(machine)) {
        due.add(machine);
      }
    }
    due.sort(Comparator.comparingInt(machine -> machine.settings().automatic().startDelay()));
    boolean good = true;
    long begin = System.nanoTime();
    for (MachineEntry machine : due) {
      long delay = TimeUnit.SECONDS.toNanos(machine.settings().automatic().startDelay());
      sleep(begin + delay - System.nanoTime());
      good &= start(machine.settings().id());
    }
    return good;
  }

  private static boolean isWanted(MachineEntry machine) {
    if (machine.state().state().isLive()) {
      return false;
    }
    return switch (machine.settings().automatic().start()) {
      case NOTHING -> false;
      case ALWAYS -> true;
      case IF_IT_RAN ->
          Files.exists(machine.folder().ranMark())
              || machine.folder().readState().ranWhenComputerStopped();
    };
  }

  private boolean start(UUID id) throws IOException {
    // It may have been started, changed or deleted by hand during the delay.
    MachineEntry machine = manager.catalogue().get(id);
    if (!isWanted(machine)) {
      return true;
    }
    boolean saved = machine.state().state() == MachineState.SAVED;
    try {
      manager.start(id);
      report.done(machine, saved ? "goes on from its saved state" : "started");
      return true;
    } catch (IOException e) {
      report.failed(machine, e);
      return false;
    }
  }

  private static void sleep(long nanoseconds) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(nanoseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting to start machines", e);
    }
  }

  // ---- stopping ------------------------------------------------------------------------------

  /**
   * Stops all machines that run, all at once, each as its settings want. One that can't be saved is
   * asked to shut down, and one that doesn't shut down in time is turned off.
   *
   * @param patience how long a guest may take to shut down
   * @return false if one could not be stopped
   */
  public boolean stop(Duration patience) throws IOException {
    List<Future<Boolean>> all = new ArrayList<>();
    boolean good = true;
    try (ExecutorService executor = Executors.newCachedThreadPool()) {
      for (MachineEntry machine : manager.catalogue().list().machines()) {
        if (machine.state().state().isLive()) {
          all.add(executor.submit(() -> stop(machine, patience)));
        }
      }
      for (Future<Boolean> one : all) {
        good &= one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while machines stop", e);
    } catch (ExecutionException e) {
      throw new IOException("a machine could not be stopped", e);
    }
    return good;
  }

  private boolean stop(MachineEntry machine, Duration patience) throws IOException {
    Automatic automatic = machine.settings().automatic();
    // First: whatever becomes of it now, it ran.
    Files.write(machine.folder().ranMark(), new byte[0]);
    IOException failure = null;
    for (StopAction action : actions(automatic.stop())) {
      try {
        report.done(machine, perform(machine.settings().id(), action, patience));
        return true;
      } catch (IOException e) {
        failure = e;
      }
      if (!manager.catalogue().get(machine.settings().id()).state().state().isLive()) {
        report.done(machine, "had ended by itself");
        return true;
      }
    }
    if (failure != null) {
      report.failed(machine, failure);
    }
    return false;
  }

  // What is wanted first, and what is tried after that.
  private static List<StopAction> actions(StopAction wanted) {
    return switch (wanted) {
      case SAVE -> List.of(StopAction.SAVE, StopAction.SHUT_DOWN, StopAction.TURN_OFF);
      case SHUT_DOWN -> List.of(StopAction.SHUT_DOWN, StopAction.TURN_OFF);
      case TURN_OFF -> List.of(StopAction.TURN_OFF);
    };
  }

  private String perform(UUID id, StopAction action, Duration patience) throws IOException {
    return switch (action) {
      case SAVE -> {
        manager.save(id, progress -> {});
        yield "saved";
      }
      case SHUT_DOWN -> {
        manager.shutDown(id, patience);
        yield "shut down";
      }
      case TURN_OFF -> {
        manager.turnOff(id);
        yield "turned off";
      }
    };
  }
}
