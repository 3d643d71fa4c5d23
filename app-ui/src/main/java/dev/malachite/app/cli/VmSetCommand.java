// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.MachineSettings.DriveSlot;
import dev.malachite.engine.catalogue.SettingPaths;
import dev.malachite.engine.catalogue.SettingsException;
import dev.malachite.engine.control.NewDrive;
import dev.malachite.engine.control.WorkerService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code malachite vm set}: changes settings, all of them or none. */
@Command(
    name = "set",
    description = "Change a machine's settings: all of those given, or none.",
    footer = {
      "%nExamples:",
      "  malachite vm set web memory.startup=2G processor.count=4",
      "  malachite vm set web --add-disk data.vhdx automatic.start=always",
      "malachite vm set --list names every setting.",
    })
final class VmSetCommand extends VmVerb {
  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "The machine.")
  private String name = "";

  @Parameters(
      index = "1..*",
      paramLabel = "SETTING=VALUE",
      description = "As malachite vm show prints them.")
  private List<String> assignments = new ArrayList<>();

  @Option(names = "--add-disk", paramLabel = "FILE", description = "Add a disk, used where it is.")
  private List<Path> disks = new ArrayList<>();

  @Option(
      names = "--remove-drive",
      paramLabel = "N",
      description = "Take the drive of that number out; its file stays.")
  private List<Integer> removals = new ArrayList<>();

  @Option(names = "--list", description = "Name every setting and what it can be.")
  private boolean list;

  @Override
  public Integer call() throws IOException {
    if (list) {
      SettingPaths.all().forEach(this::describe);
      out().flush();
      return ExitCodes.DONE;
    }
    if (name.isEmpty()) {
      throw usage("name the machine, or give --list");
    }
    if (assignments.isEmpty() && disks.isEmpty() && removals.isEmpty()) {
      throw usage("say what to change: SETTING=VALUE, --add-disk or --remove-drive");
    }
    MachineEntry machine = catalogue().find(name);
    List<DriveSlot> added = new ArrayList<>();
    for (Path disk : disks) {
      added.add(VmCreateCommand.drive(disk, false));
    }
    if (machine.state().state().isLive() && (!added.isEmpty() || !removals.isEmpty())) {
      return changeDrives(machine, added);
    }
    try {
      catalogue().update(machine.settings().id(), settings -> change(settings, added));
    } catch (Unusable e) {
      throw e.problem;
    }
    return ExitCodes.DONE;
  }

  // A running machine's worker attaches and detaches, and keeps the settings itself.
  private int changeDrives(MachineEntry machine, List<DriveSlot> added) throws IOException {
    if (!assignments.isEmpty()) {
      throw usage(machine.name() + " runs: change its drives and its settings by two commands");
    }
    UUID id = machine.settings().id();
    int drives = machine.settings().drives().size();
    for (int number : removals.stream().distinct().sorted(Comparator.reverseOrder()).toList()) {
      if (number != --drives || number < 0) {
        throw new CommandFailure(
            machine.name()
                + ": drive "
                + number
                + " is not the last one, so it can be removed only while the machine is off");
      }
      manager().ask(id, WorkerService::detachLastDrive);
    }
    for (DriveSlot drive : added) {
      String type = drive.type().name().toLowerCase(Locale.ROOT);
      NewDrive wanted = new NewDrive(type, drive.file().toString(), drive.snapshot());
      manager().ask(id, worker -> worker.attachDrive(wanted));
    }
    return ExitCodes.DONE;
  }

  private void describe(SettingPaths.Setting setting) {
    String kind =
        switch (setting.kind()) {
          case WORD -> String.join("|", setting.words());
          case BYTES -> "SIZE";
          case NUMBERS -> "N,N,…";
          default -> setting.kind().name().toUpperCase(Locale.ROOT);
        };
    out().printf("%-24s %s%s%n", setting.path(), kind, setting.optional() ? " or nothing" : "");
  }

  private MachineSettings change(MachineSettings settings, List<DriveSlot> added) {
    List<DriveSlot> drives = new ArrayList<>(settings.drives());
    for (int number : removals.stream().distinct().sorted(Comparator.reverseOrder()).toList()) {
      if (number < 0 || number >= drives.size()) {
        throw new CommandFailure(settings.name() + ": there is no drive " + number);
      }
      drives.remove(number);
    }
    drives.addAll(added);
    try {
      return SettingArguments.apply(settings.withDrives(drives), assignments);
    } catch (SettingsException e) {
      throw new Unusable(e);
    }
  }

  /** Carries a problem out of a function that may throw nothing else. */
  private static final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final SettingsException problem;

    Unusable(SettingsException problem) {
      super(problem);
      this.problem = problem;
    }
  }
}
