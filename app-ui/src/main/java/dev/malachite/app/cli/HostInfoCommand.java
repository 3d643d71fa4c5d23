// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.machine.EngineKind;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code malachite host info}: what this host can run, which engine auto picks and why. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    description = "Show what this host can run, which engine auto picks and why.")
final class HostInfoCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    HostFacts host = HostFacts.ofThisHost();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      printJson(out, host);
    } else {
      print(out, host);
    }
    return ExitCodes.DONE;
  }

  private static void print(PrintWriter out, HostFacts host) {
    String name = host.model().isEmpty() ? host.architecture() : host.model();
    out.printf("%-12s %d x %s%n", "Processor", host.processors(), name);
    if (host.memory() > 0) {
      out.printf("%-12s %s%n", "Memory", ByteSize.describe(host.memory()));
    }
    String extensions = host.vmx() ? "vmx" : host.svm() ? "svm" : "neither vmx nor svm";
    out.printf("%-12s %s; /dev/kvm: %s%n", "Hardware", extensions, host.kvm().description());
    for (EngineKind engine : HostFacts.ENGINES) {
      out.printf(
          "%-12s %s%s%n",
          HostFacts.name(engine),
          HostFacts.available(engine) ? "" : "not available in this version; ",
          host.suitability(engine));
    }
    HostFacts.Choice choice = host.choose();
    out.printf("%-12s %s: %s%n", "auto picks", HostFacts.name(choice.engine()), choice.reason());
  }

  private static void printJson(PrintWriter out, HostFacts host) {
    JsonOutput.printObject(
        out,
        json -> {
          json.writeObjectPropertyStart("processor");
          json.writeStringProperty("architecture", host.architecture());
          json.writeStringProperty("vendor", host.vendor());
          json.writeStringProperty("model", host.model());
          json.writeNumberProperty("count", host.processors());
          json.writeBooleanProperty("vmx", host.vmx());
          json.writeBooleanProperty("svm", host.svm());
          json.writeEndObject();
          json.writeNumberProperty("memory", host.memory());
          json.writeStringProperty("kvm", host.kvm().name().toLowerCase(Locale.ROOT));
          json.writeArrayPropertyStart("engines");
          for (EngineKind engine : HostFacts.ENGINES) {
            json.writeStartObject();
            json.writeStringProperty("name", HostFacts.name(engine));
            json.writeBooleanProperty("available", HostFacts.available(engine));
            json.writeStringProperty("reason", host.suitability(engine));
            json.writeEndObject();
          }
          json.writeEndArray();
          HostFacts.Choice choice = host.choose();
          json.writeObjectPropertyStart("auto");
          json.writeStringProperty("engine", HostFacts.name(choice.engine()));
          json.writeStringProperty("reason", choice.reason());
          json.writeEndObject();
        });
  }
}
