// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the times: starts guests, reads what they print, and goes on where one fails. */
final class Measurement {
  private static final Pattern REPORT =
      Pattern.compile("BENCH(-START|-FAILED|-DONE|)(?: ([a-z0-9.-]+))?(?: ([0-9.]+))?\\s*$");
  private static final Map<Workload, String> MILESTONES =
      Map.of(
          Workload.BOOT_TINY, "MALACHITE: init",
          Workload.BOOT_DEBIAN, "Debian GNU/Linux 12 malachite ttyS0");

  /** Guest and host clocks may differ by this part, and the console may lag by so much. */
  private static final double CLOCK_TOLERANCE = 0.03;

  private static final double CONSOLE_LAG_SECONDS = 0.15;

  private final Options options;
  private final Commands commands;
  private final Samples samples;
  private final List<Subject> subjects = new ArrayList<>();
  private final List<List<Workload>> groups = new ArrayList<>();
  private final Map<String, Path> guests = new LinkedHashMap<>();
  private final Map<Subject, Set<Workload>> failed = new EnumMap<>(Subject.class);
  private final List<String> troubles = new ArrayList<>();

  Measurement(Options options, Commands commands, Samples samples) {
    this.options = options;
    this.commands = commands;
    this.samples = samples;
  }

  Samples samples() {
    return samples;
  }

  /** What went wrong, a sentence each. */
  List<String> troubles() {
    return troubles;
  }

  /** Builds the program and the guests, so that nothing is built while time is taken. */
  void prepare() throws IOException, InterruptedException {
    for (Subject subject : Subject.values()) {
      if (switch (subject) {
        case MALACHITE -> options.malachite;
        case QEMU_QEMU64, QEMU_MAX -> options.qemu;
        case NATIVE -> options.nativeRun;
      }) {
        subjects.add(subject);
      }
      failed.put(subject, EnumSet.noneOf(Workload.class));
    }
    Map<String, List<Workload>> byMachine = new LinkedHashMap<>();
    for (Workload workload : options.workloads) {
      String machine =
          workload.kind == Workload.Kind.BOOT ? workload.label : "bench " + workload.processors;
      byMachine.computeIfAbsent(machine, m -> new ArrayList<>()).add(workload);
      String guest = guestOf(workload);
      if (!guests.containsKey(guest)) {
        guests.put(guest, commands.guest(guest));
      }
    }
    groups.addAll(byMachine.values());
    if (options.malachite) {
      List<String> command = new ArrayList<>(commands.malachite());
      command.addAll(List.of("host", "info"));
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " failed; it must work first");
      }
    }
  }

  private static String guestOf(Workload workload) {
    return switch (workload) {
      case BOOT_TINY -> "tiny";
      case BOOT_DEBIAN -> "debian";
      default -> "bench";
    };
  }

  /** Runs everything once, each machine's workloads on one subject after the other. */
  void round(int run) throws IOException, InterruptedException {
    for (List<Workload> group : groups) {
      for (Subject subject : subjects) {
        List<Workload> wanted = new ArrayList<>(group);
        wanted.removeAll(failed.get(subject));
        if (wanted.isEmpty()) {
          continue;
        }
        System.err.printf("engine: run %d of %d, %s%n", run, options.runs, subject.title);
        if (wanted.getFirst().kind != Workload.Kind.BOOT) {
          measure(subject, wanted);
        } else if (subject != Subject.NATIVE) {
          boot(subject, wanted.getFirst());
        }
      }
    }
  }

  private void boot(Subject subject, Workload workload) throws IOException, InterruptedException {
    String milestone = MILESTONES.get(workload);
    List<String> command = commands.boot(subject, workload, guests.get(guestOf(workload)));
    try (Console console = new Console(command, options)) {
      for (Console.Line line = console.next(options.stallSeconds);
          line != null;
          line = console.next(options.stallSeconds)) {
        if (line.text().contains(milestone)) {
          add(subject, workload, (line.nanos() - console.started) / 1e9);
          return;
        }
      }
      fail(subject, workload, "the line '" + milestone + "' did not come", console);
    }
  }

  /** Runs workloads in one guest, and in another one those that are left when it dies. */
  private void measure(Subject subject, List<Workload> workloads)
      throws IOException, InterruptedException {
    List<Workload> left = new ArrayList<>(workloads);
    while (!left.isEmpty()) {
      List<String> command = commands.workloads(subject, left, guests.get("bench"));
      try (Console console = new Console(command, options)) {
        readReports(subject, left, console);
      }
    }
  }

  /** Takes what has been measured or has failed out of the list, at least one. */
  private void readReports(Subject subject, List<Workload> left, Console console)
      throws InterruptedException {
    Workload current = left.getFirst();
    Console.Line start = null;
    boolean begun = false;
    for (Console.Line line = console.next(options.stallSeconds);
        line != null;
        line = console.next(options.stallSeconds)) {
      Matcher report = REPORT.matcher(line.text());
      if (!report.find()) {
        continue;
      }
      begun = true;
      String name = report.group(2) == null ? "" : report.group(2);
      Workload workload = Workload.find(name);
      switch (report.group(1)) {
        case "-DONE" -> {
          for (Workload silent : List.copyOf(left)) {
            left.remove(silent);
            fail(subject, silent, "no time was printed", console);
          }
          return;
        }
        case "-START" -> {
          start = line;
          current = workload == null ? current : workload;
        }
        case "-FAILED" -> {
          if (left.remove(workload)) {
            fail(subject, workload, "it failed in the guest", console);
          }
        }
        default -> {
          if (report.group(3) == null) {
            continue;
          }
          double seconds = Double.parseDouble(report.group(3));
          checkClock(subject, name, seconds, start, line);
          start = null;
          if (left.remove(workload)) {
            add(subject, workload, seconds);
          }
        }
      }
    }
    if (begun) {
      Workload culprit = left.contains(current) ? current : left.getFirst();
      left.remove(culprit);
      fail(subject, culprit, "the guest ended or said nothing", console);
    } else {
      for (Workload workload : left) {
        failed.get(subject).add(workload);
      }
      left.clear();
      trouble(subject.title + ": the guest did not start", console);
    }
  }

  private void checkClock(
      Subject subject, String name, double seconds, Console.Line start, Console.Line end) {
    // The time of a thousand signatures is worked out from a count.
    if (start == null || name.equals(Workload.RSA.label)) {
      return;
    }
    double host = (end.nanos() - start.nanos()) / 1e9;
    if (Math.abs(host - seconds) > CONSOLE_LAG_SECONDS + CLOCK_TOLERANCE * host) {
      troubles.add(
          String.format(
              Locale.ROOT,
              "%s, %s: the guest's clock says %.3f s, the host's %.3f s",
              subject.title,
              name,
              seconds,
              host));
    }
  }

  private void add(Subject subject, Workload workload, double seconds) {
    samples.add(subject, workload, seconds);
    System.err.printf(
        Locale.ROOT, "engine:   %-12s %-14s %9.3f s%n", subject.title, workload.label, seconds);
  }

  private void fail(Subject subject, Workload workload, String why, Console console) {
    failed.get(subject).add(workload);
    trouble(subject.title + ", " + workload.label + ": " + why, console);
  }

  private void trouble(String what, Console console) {
    troubles.add(what);
    System.err.println("engine: " + what + "; the last lines:");
    System.err.println(console.tail());
  }
}
