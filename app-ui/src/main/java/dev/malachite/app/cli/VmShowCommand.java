// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.catalogue.LastState;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.control.MachineStatistics;
import dev.malachite.engine.control.MachineStatus;
import dev.malachite.engine.control.WorkerService;
import dev.malachite.engine.json.JsonText;
import dev.malachite.engine.json.JsonValue;
import dev.malachite.engine.json.JsonValue.JsonArray;
import dev.malachite.engine.json.JsonValue.JsonNumber;
import dev.malachite.engine.json.JsonValue.JsonObject;
import dev.malachite.engine.json.JsonValue.JsonString;
import dev.malachite.engine.json.RecordBinder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code malachite vm show}: one machine's settings and what it is doing. */
@Command(name = "show", description = "Show a machine's settings and what it is doing.")
final class VmShowCommand extends VmVerb {
  @Parameters(paramLabel = "NAME", description = "The machine.")
  private String name;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(names = "--stats", description = "Its counters too, if it runs.")
  private boolean stats;

  @Override
  public Integer call() throws IOException {
    MachineEntry machine = catalogue().find(name);
    Optional<MachineStatus> status = manager().status(machine);
    MachineStatistics statistics =
        stats && status.isPresent()
            ? manager().ask(machine.settings().id(), WorkerService::statistics)
            : null;
    if (json) {
      RecordBinder binder = RecordBinder.strict();
      JsonObject all =
          JsonObject.EMPTY
              .with("settings", binder.toJson(machine.settings()))
              .with("state", binder.toJson(machine.state()))
              .with("folder", new JsonString(machine.folder().path().toString()));
      if (status.isPresent()) {
        all = all.with("status", binder.toJson(status.get()));
      }
      if (statistics != null) {
        all = all.with("statistics", binder.toJson(statistics));
      }
      out().print(JsonText.writeIndented(all));
      out().flush();
      return ExitCodes.DONE;
    }
    printState(machine, status);
    JsonValue settings = RecordBinder.strict().toJson(machine.settings());
    printSettings("", settings);
    if (statistics != null) {
      statistics.lines().forEach(text -> line("statistics", text));
    }
    out().flush();
    return ExitCodes.DONE;
  }

  private void printState(MachineEntry machine, Optional<MachineStatus> status) {
    LastState state = machine.state();
    line("state", status.map(MachineStatus::state).orElse(state.state()).description());
    if (state.reason() != null) {
      line("reason", printable(CrashReport.of(state.reason()).summary()));
    }
    line("since", state.since().toString());
    line("folder", machine.folder().path().toString());
    line("log", machine.folder().log().toString());
    status.ifPresent(
        now -> {
          line("uptime", VmListCommand.uptime(now.uptimeMillis()));
          for (MachineStatus.SerialPort port : now.serial()) {
            line(port.name(), port.kind() + " " + port.path());
          }
        });
  }

  // As vm set takes them.
  private void printSettings(String path, JsonValue value) {
    switch (value) {
      case JsonObject(Map<String, JsonValue> members) ->
          members.forEach(
              (key, member) -> printSettings(path.isEmpty() ? key : path + "." + key, member));
      case JsonArray(List<JsonValue> elements) -> {
        if (elements.stream().allMatch(element -> element instanceof JsonNumber)) {
          List<String> numbers = elements.stream().map(JsonText::write).toList();
          line(path, String.join(",", numbers));
          return;
        }
        for (int i = 0; i < elements.size(); i++) {
          printSettings(path + "[" + i + "]", elements.get(i));
        }
      }
      case JsonString(String text) -> line(path, printable(text));
      default -> line(path, setting(path, value));
    }
  }

  private static String setting(String path, JsonValue value) {
    String text = JsonText.write(value);
    return path.equals("memory.startup")
        ? text + " (" + ByteSize.describe(Long.parseLong(text)) + ")"
        : text;
  }

  private void line(String label, String value) {
    out().printf("%-22s %s%n", label, value);
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
