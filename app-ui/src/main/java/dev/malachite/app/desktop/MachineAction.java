// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.desktop;

import dev.malachite.engine.catalogue.MachineDeletion;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.control.MachineManager;
import dev.malachite.engine.control.WorkerService;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;

/** What can be done to a machine by pressing a button, and in which states. */
public enum MachineAction {
  /** Turns it on, or goes on from its saved state. */
  START("Start", ""),
  /** Asks the guest. */
  SHUT_DOWN("Shut down", ""),
  /** Cuts the power. */
  TURN_OFF("Turn off", "What the guest has not written to its disks is lost."),
  /** Writes the whole machine to disk. */
  SAVE("Save", ""),
  /** Stops its time. */
  PAUSE("Pause", ""),
  /** Lets its time go on. */
  RESUME("Resume", ""),
  /** Presses the button. */
  RESET("Reset", "What the guest has not written to its disks is lost."),
  /** Throws the saved state away. */
  DELETE_SAVED_STATE(
      "Delete saved state",
      "The memory of the machine, and with it everything its programs have not written to disk, is"
          + " lost. The disks stay."),
  /** Throws the machine away. */
  DELETE("Delete…", "");

  private static final Duration SHUT_DOWN_PATIENCE = Duration.ofMinutes(5);

  private final String label;
  private final String loss;

  MachineAction(String label, String loss) {
    this.label = label;
    this.loss = loss;
  }

  /** What its button says. */
  public String label() {
    return label;
  }

  /** What is lost by it, for people; empty if nothing is. */
  public String loss() {
    return loss;
  }

  /** True if it can be done to a machine in a state. */
  public boolean applies(MachineState state) {
    return switch (this) {
      case START, DELETE -> !state.isLive();
      case SHUT_DOWN, PAUSE -> state == MachineState.RUNNING;
      case TURN_OFF ->
          state == MachineState.RUNNING
              || state == MachineState.PAUSED
              || state == MachineState.SAVING;
      case SAVE, RESET -> state == MachineState.RUNNING || state == MachineState.PAUSED;
      case RESUME -> state == MachineState.PAUSED;
      case DELETE_SAVED_STATE -> state == MachineState.SAVED;
    };
  }

  /** Does it, and waits; not on the user interface's thread. */
  public void carryOut(MachineManager manager, UUID id) throws IOException {
    switch (this) {
      case START -> manager.start(id);
      case SHUT_DOWN -> manager.shutDown(id, SHUT_DOWN_PATIENCE);
      case TURN_OFF -> manager.turnOff(id);
      case SAVE -> manager.save(id, progress -> {});
      case PAUSE -> manager.ask(id, WorkerService::pause);
      case RESUME -> manager.resume(id);
      case RESET -> manager.ask(id, WorkerService::reset);
      case DELETE_SAVED_STATE -> manager.catalogue().discardState(id);
      case DELETE -> MachineDeletion.plan(manager.catalogue(), id).carryOut(manager.catalogue());
    }
  }
}
