// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the command line asks for. */
final class Options {
  static final String USAGE =
      """
      usage: tests/benchmarks/engine [option...]
        --runs N              runs of each workload, whose median counts; default 3
        --engine NAME         auto (the default), translator, interpreter or kvm
        --only NAME,NAME...   these workloads; --list names all
        --without NAME,...    all but these
        --scale X             work in proportion to the full size, 0.001 to 10; default 1
        --no-qemu, --no-native, --no-malachite
        --json FILE           writes every time measured
        --baseline FILE       takes the times of what isn't run from an earlier --json FILE
        --malachite COMMAND   instead of ./malachite; split at spaces
        --stall SECONDS       gives a workload up after so long; default 900
        --nice N              runs what is measured at this niceness, as on a busy machine (-20 needs root)
        --verbose             shows what the guests print, on stderr
        --list                names the workloads and ends
      """;

  int runs = 3;
  String engine = "auto";
  Set<Workload> workloads = EnumSet.allOf(Workload.class);

  /** In thousandths of the full size. */
  int scale = 1000;

  boolean qemu = true;
  boolean nativeRun = true;
  boolean malachite = true;
  boolean verbose;
  boolean list;
  boolean help;
  Path json;
  Path baseline;
  List<String> command;
  int stallSeconds = 900;

  /** The niceness of what is measured, or null to leave it. */
  Integer niceness;

  /** A wrong command line; the message says what is wrong. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  static Options parse(List<String> arguments) throws UsageException {
    Options options = new Options();
    for (int i = 0; i < arguments.size(); i++) {
      String name = arguments.get(i);
      switch (name) {
        case "--no-qemu" -> options.qemu = false;
        case "--no-native" -> options.nativeRun = false;
        case "--no-malachite" -> options.malachite = false;
        case "--verbose" -> options.verbose = true;
        case "--list" -> options.list = true;
        case "--help", "-h" -> options.help = true;
        default -> {
          if (i + 1 == arguments.size()) {
            throw new UsageException(
                name.startsWith("--")
                    ? name + " is unknown or lacks its value"
                    : "what is " + name);
          }
          options.set(name, arguments.get(++i));
        }
      }
    }
    return options;
  }

  private void set(String name, String value) throws UsageException {
    switch (name) {
      case "--runs" -> runs = integer(name, value, 1, 100);
      case "--nice" -> niceness = integer(name, value, -20, 19);
      case "--stall" -> stallSeconds = integer(name, value, 1, 86_400);
      case "--engine" -> {
        if (!List.of("auto", "translator", "interpreter", "kvm").contains(value)) {
          throw new UsageException("--engine " + value + " is none of ours");
        }
        engine = value;
      }
      case "--only" -> workloads = names(value);
      case "--without" -> workloads.removeAll(names(value));
      case "--scale" -> scale = thousandths(value);
      case "--json" -> json = Path.of(value);
      case "--baseline" -> baseline = Path.of(value);
      case "--malachite" -> command = new ArrayList<>(List.of(value.split(" +")));
      default -> throw new UsageException(name + " is unknown");
    }
  }

  private static int integer(String name, String value, int least, int most) throws UsageException {
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new UsageException(name + " takes a number from " + least + " to " + most);
  }

  private static int thousandths(String value) throws UsageException {
    try {
      long number = Math.round(Double.parseDouble(value) * 1000);
      if (number >= 1 && number <= 10_000) {
        return (int) number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new UsageException("--scale takes a number from 0.001 to 10");
  }

  private static Set<Workload> names(String value) throws UsageException {
    Set<Workload> found = EnumSet.noneOf(Workload.class);
    for (String label : value.split(",")) {
      Workload workload = Workload.find(label);
      if (workload == null) {
        throw new UsageException(
            "no workload "
                + label
                + "; there are "
                + Arrays.stream(Workload.values())
                    .map(w -> w.label)
                    .collect(Collectors.joining(" ")));
      }
      found.add(workload);
    }
    return found;
  }
}
