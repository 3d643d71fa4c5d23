// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The times measured, in seconds, and their file. */
final class Samples {
  private static final Pattern TIMES =
      Pattern.compile("\"subject\": \"(.*?)\", \"workload\": \"(.*?)\", \"seconds\": \\[(.*?)\\]");
  private static final Pattern SCALE = Pattern.compile("\"scale\": ([0-9.]+)");

  private final Map<Subject, Map<Workload, List<Double>>> times = new EnumMap<>(Subject.class);

  synchronized void add(Subject subject, Workload workload, double seconds) {
    times
        .computeIfAbsent(subject, s -> new EnumMap<>(Workload.class))
        .computeIfAbsent(workload, w -> new ArrayList<>())
        .add(seconds);
  }

  /** The times of one cell, none when it wasn't measured. */
  synchronized List<Double> of(Subject subject, Workload workload) {
    return List.copyOf(times.getOrDefault(subject, Map.of()).getOrDefault(workload, List.of()));
  }

  OptionalDouble median(Subject subject, Workload workload) {
    List<Double> sorted = of(subject, workload).stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            sorted.size() % 2 == 1
                ? sorted.get(half)
                : (sorted.get(half - 1) + sorted.get(half)) / 2);
  }

  /** The better median of the two TCG processors. */
  OptionalDouble bestQemu(Workload workload) {
    OptionalDouble first = median(Subject.QEMU_QEMU64, workload);
    OptionalDouble second = median(Subject.QEMU_MAX, workload);
    return first.isEmpty() || second.isPresent() && second.getAsDouble() < first.getAsDouble()
        ? second
        : first;
  }

  /** Ours divided by what the function gives, where both were measured. */
  OptionalDouble ratio(Workload workload, Function<Workload, OptionalDouble> other) {
    OptionalDouble ours = median(Subject.MALACHITE, workload);
    OptionalDouble theirs = other.apply(workload);
    return ours.isPresent() && theirs.isPresent() && theirs.getAsDouble() > 0
        ? OptionalDouble.of(ours.getAsDouble() / theirs.getAsDouble())
        : OptionalDouble.empty();
  }

  /**
   * Adds the times of a file that {@link #write} made, where nothing has been measured.
   *
   * @throws IOException when the file can't be read, isn't one, or was made at another scale
   */
  void readBaseline(Path file, int scale) throws IOException {
    String text = Files.readString(file);
    Matcher found = SCALE.matcher(text);
    if (!found.find()) {
      throw new IOException(file + " was not written by this benchmark's --json");
    }
    if (Math.round(Double.parseDouble(found.group(1)) * 1000) != scale) {
      throw new IOException(
          file + " was measured at --scale " + found.group(1) + "; run at the same scale");
    }
    Matcher line = TIMES.matcher(text);
    while (line.find()) {
      for (Subject subject : Subject.values()) {
        Workload workload = Workload.find(line.group(2));
        if (subject.label.equals(line.group(1))
            && workload != null
            && of(subject, workload).isEmpty()) {
          for (String number : line.group(3).split(", ")) {
            add(subject, workload, Double.parseDouble(number));
          }
        }
      }
    }
  }

  /** Writes all times as JSON, one cell a line; the file appears whole or not at all. */
  void write(Path file, Map<String, String> facts, int scale) throws IOException {
    StringBuilder text = new StringBuilder("{\n");
    facts.forEach(
        (name, value) ->
            text.append(
                "  \"%s\": \"%s\",\n"
                    .formatted(name, value.replaceAll("[\\\\\"\\p{Cntrl}]", "_"))));
    text.append(String.format(Locale.ROOT, "  \"scale\": %.3f,\n  \"times\": [", scale / 1000.0));
    String separator = "\n";
    for (Subject subject : Subject.values()) {
      for (Workload workload : Workload.values()) {
        List<Double> seconds = of(subject, workload);
        if (!seconds.isEmpty()) {
          String numbers =
              seconds.stream()
                  .map(s -> String.format(Locale.ROOT, "%.6f", s))
                  .collect(Collectors.joining(", "));
          text.append(separator)
              .append("    {\"subject\": \"%s\", ".formatted(subject.label))
              .append("\"workload\": \"%s\", ".formatted(workload.label))
              .append("\"seconds\": [%s]}".formatted(numbers));
          separator = ",\n";
        }
      }
    }
    text.append("\n  ]\n}\n");
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(temporary, text);
    Files.move(temporary, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }
}
