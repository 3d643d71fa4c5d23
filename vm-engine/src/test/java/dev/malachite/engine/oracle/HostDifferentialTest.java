// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random user-mode instructions on random state: the interpreter must do what the host's processor
 * does.
 *
 * <p>{@code -Dmalachite.seed=N} repeats a run, {@code -Dmalachite.oracle.groups=sse,mmx} selects
 * groups, {@code -Dmalachite.oracle.cases=N} sets the number of cases in each group, {@code
 * -Dmalachite.oracle.only=REGEX} selects forms by their text, such as {@code "sse ADDPS.*"}.
 */
@EnabledIf("dev.malachite.engine.oracle.HostProcessor#available")
class HostDifferentialTest {
  private static final System.Logger LOG = System.getLogger(HostDifferentialTest.class.getName());
  private static final int MOST_REPORTS = 40;

  private static List<Form> forms(String group) {
    List<Form> all = new ArrayList<>(IntegerForms.all());
    all.addAll(X87Forms.all());
    all.addAll(SimdForms.all());
    all.addAll(VexForms.all());
    String only = System.getProperty("malachite.oracle.only", ".*");
    return all.stream()
        .filter(
            f -> f.group().equals(group) && f.toString().matches(only) && HostFeatures.supports(f))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"integer", "x87", "mmx", "sse", "avx", "bmi"})
  void interpreterDoesWhatTheHostDoes(String group) {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    int cases = Integer.getInteger("malachite.oracle.cases", 75_000);
    List<String> groups =
        List.of(System.getProperty("malachite.oracle.groups", group).split(",", -1));
    assumeThat(groups).as("malachite.oracle.groups").contains(group);
    List<Form> forms = forms(group);
    Map<String, String> reports = new TreeMap<>();
    Map<String, Integer> failures = new TreeMap<>();
    int done = 0;
    long started = System.nanoTime();
    try (DifferentialRunner runner = new DifferentialRunner(OperationBinder.all())) {
      for (int i = 0; done < cases && !forms.isEmpty(); i++) {
        Form form = forms.get(i % forms.size());
        if (failures.getOrDefault(form.toString(), 0) >= 20) {
          done++;
          continue;
        }
        TestCase c = caseOf(runner, form, seed + i * 1_000_003L);
        if (c == null) {
          continue;
        }
        done++;
        String report = runner.check(c);
        if (report != null) {
          failures.merge(form.toString(), 1, Integer::sum);
          reports.putIfAbsent(form.toString(), report);
        }
      }
    }
    LOG.log(
        System.Logger.Level.INFO,
        "{0}: {1} cases of {2} forms in {3} ms, seed {4}",
        group,
        Integer.toString(done),
        forms.size(),
        Long.toString((System.nanoTime() - started) / 1_000_000),
        Long.toString(seed));
    assertThat(reports.values().stream().limit(MOST_REPORTS))
        .as(
            "%d of %d forms of %s differ from the host's processor; repeat with"
                + " -Dmalachite.seed=%d",
            reports.size(), forms.size(), group, seed)
        .isEmpty();
  }

  private static @Nullable TestCase caseOf(DifferentialRunner runner, Form form, long seed) {
    for (int attempt = 0; attempt < 20; attempt++) {
      TestCase c = runner.generate(form, seed * 31 + attempt);
      if (c != null) {
        return c;
      }
    }
    return null;
  }
}
