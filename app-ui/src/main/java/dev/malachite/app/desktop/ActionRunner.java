// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.desktop;

import dev.malachite.engine.catalogue.MachineDeletion;
import dev.malachite.engine.control.MachineManager;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;

/** Carries out actions for windows: asks first where something is lost, says what failed. */
public final class ActionRunner {
  private final MachineManager manager;
  private final Background background;

  /** A machine and its name. */
  public record Target(UUID id, String name) {}

  /** One for the machines of a manager. */
  public ActionRunner(MachineManager manager, Background background) {
    this.manager = manager;
    this.background = background;
  }

  /**
   * Does something to machines, one by one beside each other. On the user interface's thread.
   *
   * @param done is called for each that it was done to
   */
  public void run(
      @Nullable Window owner, MachineAction action, List<Target> machines, Runnable done) {
    if (machines.isEmpty()) {
      return;
    }
    if (action == MachineAction.DELETE) {
      delete(owner, machines, done);
      return;
    }
    if (!action.loss().isEmpty()
        && !Dialogs.confirm(
            owner, action.label() + " " + names(machines) + "?", action.loss(), action.label())) {
      return;
    }
    carryOut(owner, action, machines, done);
  }

  private void carryOut(
      @Nullable Window owner, MachineAction action, List<Target> machines, Runnable done) {
    for (Target each : machines) {
      background.run(
          () -> {
            action.carryOut(manager, each.id());
            return each;
          },
          machine -> done.run(),
          failure ->
              Dialogs.failure(owner, action.label().replace("…", "") + " " + each.name(), failure));
    }
  }

  private void delete(@Nullable Window owner, List<Target> machines, Runnable done) {
    background.run(
        () -> losses(machines),
        loss -> {
          String question = "Delete " + names(machines) + "?";
          if (Dialogs.confirm(owner, question, loss, "Delete")) {
            carryOut(owner, MachineAction.DELETE, machines, done);
          }
        },
        failure -> Dialogs.failure(owner, "Delete " + names(machines), failure));
  }

  private String losses(List<Target> machines) throws IOException {
    StringBuilder loss = new StringBuilder("These files are deleted for good:\n");
    for (Target each : machines) {
      MachineDeletion plan = MachineDeletion.plan(manager.catalogue(), each.id());
      for (MachineDeletion.LostFile file : plan.lost()) {
        loss.append('\n')
            .append(file.file())
            .append(" (")
            .append(Texts.size(file.bytes()))
            .append(')');
      }
    }
    return loss.toString();
  }

  private static String names(List<Target> machines) {
    return machines.size() > 3
        ? machines.size() + " machines"
        : machines.stream().map(Target::name).collect(Collectors.joining(", "));
  }
}
