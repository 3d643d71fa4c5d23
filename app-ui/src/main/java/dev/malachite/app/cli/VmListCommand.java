// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.catalogue.BrokenMachine;
import dev.malachite.engine.catalogue.Catalogue;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.control.MachineStatus;
import dev.malachite.engine.json.RecordBinder;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code malachite vm list}: every machine and what it is doing. */
@Command(name = "list", description = "List the machines and what they are doing.")
final class VmListCommand extends VmVerb {
  private static final String ROW = "%-24s %-13s %4s %10s %10s%n";

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Catalogue.Listing listing = catalogue().list();
    if (json) {
      printJson(listing);
      return ExitCodes.DONE;
    }
    if (listing.machines().isEmpty() && listing.broken().isEmpty()) {
      say("there are no machines yet; malachite vm create --help says how to make one");
      return ExitCodes.DONE;
    }
    out().printf(ROW, "NAME", "STATE", "CPUS", "MEMORY", "UPTIME");
    for (MachineEntry machine : listing.machines()) {
      Optional<MachineStatus> status = manager().status(machine);
      MachineState state = status.map(MachineStatus::state).orElse(machine.state().state());
      out()
          .printf(
              ROW,
              machine.name(),
              state.description(),
              machine.settings().processor().count(),
              ByteSize.describe(machine.settings().memory().startup()),
              status.map(s -> uptime(s.uptimeMillis())).orElse("-"));
    }
    out().flush();
    for (BrokenMachine broken : listing.broken()) {
      say(broken.folder() + ": " + broken.reason());
    }
    return ExitCodes.DONE;
  }

  /** A time as people read it, such as {@code 3:07:12}. */
  static String uptime(long millis) {
    Duration time = Duration.ofMillis(millis);
    return "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }

  private void printJson(Catalogue.Listing listing) {
    JsonOutput.printObject(
        out(),
        generator -> {
          generator.writeArrayPropertyStart("machines");
          for (MachineEntry machine : listing.machines()) {
            Optional<MachineStatus> status = manager().status(machine);
            generator.writeStartObject();
            generator.writeStringProperty("id", machine.settings().id().toString());
            generator.writeStringProperty("name", machine.name());
            generator.writeStringProperty("group", machine.settings().group());
            MachineState state = status.map(MachineStatus::state).orElse(machine.state().state());
            generator.writeStringProperty("state", RecordBinder.nameOf(state));
            generator.writeStringProperty("since", machine.state().since().toString());
            generator.writeStringProperty("reason", machine.state().reason());
            generator.writeNumberProperty("generation", machine.settings().generation());
            generator.writeNumberProperty("processors", machine.settings().processor().count());
            generator.writeNumberProperty("memory", machine.settings().memory().startup());
            generator.writeNumberProperty(
                "uptimeMillis", status.map(MachineStatus::uptimeMillis).orElse(0L));
            generator.writeEndObject();
          }
          generator.writeEndArray();
          generator.writeArrayPropertyStart("broken");
          for (BrokenMachine broken : listing.broken()) {
            generator.writeStartObject();
            generator.writeStringProperty("folder", broken.folder().toString());
            generator.writeStringProperty("reason", broken.reason());
            generator.writeEndObject();
          }
          generator.writeEndArray();
        });
  }
}
