// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.malachite.engine.host.Libc;
import dev.malachite.engine.oracle.EngineSide.Engine;
import dev.malachite.engine.oracle.EngineSide.Privilege;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random instructions on random state, executed as translated code: they must do what the host's
 * processor does. That is the third side of {@link HostDifferentialTest}, with the same forms and
 * the same system properties.
 *
 * <p>Each case's code is translated once and executed with several states.
 */
@EnabledIf("dev.malachite.engine.oracle.EngineSide#translates")
class TranslatorDifferentialTest {
  private static final System.Logger LOG =
      System.getLogger(TranslatorDifferentialTest.class.getName());
  private static final int MOST_REPORTS = 40;
  private static final int STATES = 8;

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
  void translatedCodeDoesWhatTheHostDoes(String group) {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    int cases = Integer.getInteger("malachite.oracle.cases", 60_000);
    List<String> groups =
        List.of(System.getProperty("malachite.oracle.groups", group).split(",", -1));
    assumeThat(groups).as("malachite.oracle.groups").contains(group);
    List<Form> forms = forms(group);
    Map<String, String> reports = new TreeMap<>();
    int done = 0;
    long started = System.nanoTime();
    String statistics;
    try (HostProcessor host = new HostProcessor();
        EngineSide translated = new EngineSide(host.layout(), Engine.TRANSLATOR)) {
      CaseGenerator generator = new CaseGenerator(host.layout());
      MachineState hostState = new MachineState();
      MachineState ourState = new MachineState();
      for (int i = 0; done < cases && !forms.isEmpty(); i++) {
        Form form = forms.get(i % forms.size());
        if (reports.containsKey(form.toString())) {
          done += STATES;
          continue;
        }
        long caseSeed = (seed + i * 1_000_003L) * 31;
        TestCase c = generator.generate(form, caseSeed);
        if (c == null) {
          continue;
        }
        SplittableRandom random = new SplittableRandom(~caseSeed);
        translated.enter(random.nextInt(4) == 0 ? Privilege.SUPERVISOR : Privilege.USER, true);
        translated.code(c.code, c.ip);
        for (int n = 0; n < STATES; n++) {
          done++;
          runOnHost(host, c, hostState);
          translated.run(c.ip, c.in, ourState);
          if (ourState.fault >= 0) {
            translated.enter(Privilege.USER, true);
          }
          List<String> found = Comparison.differences(c, hostState, ourState);
          if (!found.isEmpty()) {
            runOnHost(host, c, hostState); // a signal frame on the host's stack?
            found = Comparison.differences(c, hostState, ourState);
          }
          if (!found.isEmpty()) {
            reports.put(form.toString(), report(c, n, found));
            break;
          }
          vary(c, random);
        }
      }
      statistics = translated.statistics();
    }
    LOG.log(
        System.Logger.Level.INFO,
        "{0}: {1} cases of {2} forms in {3} ms, seed {4}; {5}",
        group,
        Integer.toString(done),
        forms.size(),
        Long.toString((System.nanoTime() - started) / 1_000_000),
        Long.toString(seed),
        statistics);
    assertThat(reports.values().stream().limit(MOST_REPORTS))
        .as(
            "%d of %d forms of %s differ from the host's processor; repeat with"
                + " -Dmalachite.seed=%d",
            reports.size(), forms.size(), group, seed)
        .isEmpty();
  }

  // Translated code has this thread's GS lead to its own memory; cases expect a base of 0.
  private static void runOnHost(HostProcessor host, TestCase c, MachineState out) {
    if (c.code[0] == 0x65 || c.code.length > 1 && c.code[1] == 0x65) {
      Libc.gsBase(0);
    }
    host.run(c.code, c.ip, c.in, out);
  }

  private static String report(TestCase c, int state, List<String> found) {
    StringBuilder report = new StringBuilder();
    report.append(c.instruction()).append("  seed ").append(c.seed);
    report.append(" state ").append(state).append('\n').append(Comparison.describe(c));
    for (String line : found) {
      report.append("\n  -> ").append(line);
    }
    return report.toString();
  }

  /** The same code with other values in all registers that aren't part of addresses and such. */
  private static void vary(TestCase c, SplittableRandom random) {
    MachineState s = c.in;
    for (int i = 0; i < 16; i++) {
      if ((c.fixedRegisters >> i & 1) == 0 && random.nextInt(4) != 0) {
        s.r[i] = Values.general(random);
      }
    }
    s.flags = random.nextInt() & 0xCD5;
    if (!c.fixedMemory && c.memoryOffset >= 0) {
      for (int i = 0; i < c.memorySize; i += 8) {
        int n = Math.min(8, c.memorySize - i);
        s.put(c.memoryOffset + i, n, lanes(c.form, random));
      }
    }
    if (!c.fixedVectors && !c.form.group().matches("integer|bmi")) {
      for (int i = 20; i < 52; i++) {
        s.fx[i] = lanes(c.form, random);
        s.high[i - 20] = lanes(c.form, random);
      }
      s.mxcsr(s.mxcsr() & ~0x603F | random.nextInt() & 0x603F);
    }
  }

  private static long lanes(Form form, SplittableRandom random) {
    return form.data().isEmpty() || form.data().equals("f80")
        ? Values.lanes(random)
        : CaseGenerator.half(form.data(), random);
  }
}
