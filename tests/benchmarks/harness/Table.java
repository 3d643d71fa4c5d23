// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;

/** The results as Markdown. */
final class Table {
  private final Samples samples;
  private final Options options;

  Table(Samples samples, Options options) {
    this.samples = samples;
    this.options = options;
  }

  String print() {
    StringBuilder text = new StringBuilder("| workload |");
    List<Subject> subjects = new ArrayList<>();
    for (Subject subject : Subject.values()) {
      for (Workload workload : options.workloads) {
        if (!samples.of(subject, workload).isEmpty() && !subjects.contains(subject)) {
          subjects.add(subject);
        }
      }
    }
    subjects.forEach(
        s ->
            text.append(
                s == Subject.MALACHITE
                    ? " Malachite, %s |".formatted(options.engine)
                    : " %s |".formatted(s.title)));
    text.append(" ours / best TCG | ours / native |\n| --- |");
    text.append(" ---: |".repeat(subjects.size() + 2)).append('\n');
    for (Workload workload : options.workloads) {
      text.append("| %s |".formatted(workload.title));
      for (Subject subject : subjects) {
        text.append(cell(samples.median(subject, workload), seconds()));
      }
      text.append(cell(samples.ratio(workload, samples::bestQemu), "%.2f"));
      text.append(cell(samples.ratio(workload, this::nativeTime), "%.2f")).append('\n');
    }
    text.append(mean("all workloads, against the better TCG", samples::bestQemu, false));
    text.append(mean("compute-bound workloads, against native", this::nativeTime, true));
    return text.toString();
  }

  private OptionalDouble nativeTime(Workload workload) {
    return samples.median(Subject.NATIVE, workload);
  }

  private static String seconds() {
    return "%.3f s";
  }

  private static String cell(OptionalDouble value, String format) {
    return value.isPresent()
        ? " " + String.format(Locale.ROOT, format, value.getAsDouble()) + " |"
        : " |";
  }

  private String mean(String what, Function<Workload, OptionalDouble> other, boolean computeOnly) {
    double logarithms = 0;
    int count = 0;
    double worst = 0;
    Workload worstWorkload = null;
    for (Workload workload : options.workloads) {
      OptionalDouble ratio = samples.ratio(workload, other);
      if (ratio.isPresent() && !(computeOnly && workload.kind != Workload.Kind.COMPUTE)) {
        logarithms += Math.log(ratio.getAsDouble());
        count++;
        if (ratio.getAsDouble() > worst) {
          worst = ratio.getAsDouble();
          worstWorkload = workload;
        }
      }
    }
    return worstWorkload == null
        ? ""
        : String.format(
            Locale.ROOT,
            "\nGeometric mean, %s: **%.2f** over %d; the worst is %s, %.2f.\n",
            what,
            Math.exp(logarithms / count),
            count,
            worstWorkload.title,
            worst);
  }
}
