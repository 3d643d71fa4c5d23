// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs the same guests and workloads on Malachite, on QEMU's software emulation and natively, in
 * turn, and prints a table of the medians. See README.md in the folder above.
 */
public final class EngineBenchmark {
  private EngineBenchmark() {}

  /** The first argument is the source tree's folder; the others are the user's. */
  public static void main(String[] arguments) throws InterruptedException {
    Options options;
    try {
      options = Options.parse(List.of(arguments).subList(1, arguments.length));
    } catch (Options.UsageException e) {
      System.err.println("engine: " + e.getMessage());
      System.err.print(Options.USAGE);
      System.exit(2);
      return;
    }
    if (options.help) {
      System.out.print(Options.USAGE);
      return;
    }
    if (options.list) {
      for (Workload workload : Workload.values()) {
        System.out.printf("%-14s %s%n", workload.label, workload.title);
      }
      return;
    }
    try {
      System.exit(run(options, Path.of(arguments[0])) ? 0 : 1);
    } catch (IOException e) {
      System.err.println(
          "engine: " + (e.getClass() == IOException.class ? e.getMessage() : e.toString()));
      System.exit(1);
    }
  }

  /** True when every workload gave a time everywhere. */
  private static boolean run(Options options, Path root) throws IOException, InterruptedException {
    if (options.baseline != null) {
      new Samples().readBaseline(options.baseline, options.scale);
    }
    Path work = Files.createTempDirectory("malachite-engine");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(work)));
    Measurement measurement =
        new Measurement(options, new Commands(root, work, options), new Samples());
    measurement.prepare();
    for (int run = 1; run <= options.runs; run++) {
      measurement.round(run);
      if (options.json != null) {
        measurement.samples().write(options.json, facts(options), options.scale);
      }
    }
    Samples measured = measurement.samples();
    if (options.baseline != null) {
      measured.readBaseline(options.baseline, options.scale);
    }
    System.out.print(new Table(measured, options).print());
    System.out.println("\nMeasured " + String.join("; ", describe(options)) + ".");
    if (!measurement.troubles().isEmpty()) {
      System.out.println("\nWhat went wrong:\n");
      measurement.troubles().forEach(trouble -> System.out.println("- " + trouble));
    }
    return measurement.troubles().isEmpty();
  }

  private static List<String> describe(Options options) throws IOException {
    return facts(options).entrySet().stream()
        .map(fact -> fact.getKey() + " " + fact.getValue())
        .toList();
  }

  private static Map<String, String> facts(Options options) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("date", LocalDateTime.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("engine", options.engine);
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .ifPresent(line -> facts.put("processor", line.replaceFirst(".*: ", "")));
    }
    facts.put("processors", "" + Runtime.getRuntime().availableProcessors());
    facts.put(
        "load average",
        Files.readString(Path.of("/proc/loadavg")).replaceFirst("^((?:\\S+ ){2}\\S+).*\\s", "$1"));
    return facts;
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      System.err.println("engine: " + folder + " is left: " + e.getMessage());
    }
  }
}
