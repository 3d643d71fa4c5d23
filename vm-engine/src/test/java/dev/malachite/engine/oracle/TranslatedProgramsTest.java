// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.oracle.EngineSide.Privilege;
import dev.malachite.engine.oracle.ProgramGenerator.Kind;
import dev.malachite.engine.oracle.ProgramGenerator.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random programs, which must end with the same state translated as interpreted: registers, flags,
 * memory, and at an exception what its handler is told.
 *
 * <p>{@code -Dmalachite.seed=N} repeats a run, {@code -Dmalachite.programs.cases=N} sets the number
 * of cases of each kind. A case is one program with one start state.
 */
@EnabledIf("dev.malachite.engine.oracle.EngineSide#translates")
class TranslatedProgramsTest {
  private static final System.Logger LOG = System.getLogger(TranslatedProgramsTest.class.getName());
  private static final int MOST_REPORTS = 10;

  @ParameterizedTest(name = "{0}, {1} bits")
  @CsvSource({
    "LINE, 64, 120000",
    "LINE, 32, 40000",
    "GRAPH, 64, 60000",
    "GRAPH, 32, 20000",
    "SELF_MODIFYING, 64, 6000",
    "SELF_MODIFYING, 32, 2000",
    "HOSTILE, 64, 20000",
    "HOSTILE, 32, 5000"
  })
  void translatedProgramsEndAsInterpretedOnesDo(Kind kind, int bits, int usual) {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    int cases = Integer.getInteger("malachite.programs.cases", usual);
    List<String> reports = new ArrayList<>();
    int done = 0;
    long started = System.nanoTime();
    try (ProgramRunner runner = new ProgramRunner()) {
      for (long i = 0; done < cases && reports.size() < MOST_REPORTS; i++) {
        long programSeed = seed + i;
        Program program = ProgramGenerator.generate(kind, bits == 64, programSeed);
        SplittableRandom random = new SplittableRandom(~programSeed);
        runner.load(
            program,
            kind == Kind.SELF_MODIFYING || random.nextInt(3) == 0
                ? Privilege.USER
                : Privilege.SUPERVISOR,
            random);
        int states = kind == Kind.SELF_MODIFYING ? 2 : 12;
        for (int n = 0; n < states; n++) {
          done++;
          String difference = runner.run(random);
          if (difference != null) {
            reports.add(difference);
            break;
          }
        }
      }
      LOG.log(
          System.Logger.Level.INFO,
          "{0}, {1} bits: {2} cases in {3} ms, seed {4}; {5}",
          kind,
          bits,
          Integer.toString(done),
          Long.toString((System.nanoTime() - started) / 1_000_000),
          Long.toString(seed),
          runner.statistics());
      assertThat(runner.unfinished).as("cases without an end").isLessThan(1 + done / 200);
    }
    assertThat(reports).as("repeat with -Dmalachite.seed=%d", seed).isEmpty();
  }
}
