// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.oracle.EngineSide.Engine;
import dev.malachite.engine.oracle.EngineSide.Privilege;
import dev.malachite.engine.oracle.ProgramGenerator.Kind;
import dev.malachite.engine.oracle.ProgramGenerator.Program;
import dev.malachite.engine.processor.translator.GeneratedCode;
import dev.malachite.engine.processor.translator.Translator;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the translator makes must not reach beyond guest memory and the processor's frame: all code
 * it makes of random programs, and of every form of instruction, is read and judged by {@link
 * GeneratedCode}.
 */
@EnabledIf("dev.malachite.engine.oracle.EngineSide#translates")
class GeneratedCodeTest {
  private static final System.Logger LOG = System.getLogger(GeneratedCodeTest.class.getName());
  private static final int PROGRAMS = 400;
  private static final int ROUNDS = 6;

  @ParameterizedTest
  @EnumSource
  void codeOfProgramsStaysWithinTheGuest(Kind kind) {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    try (ProgramRunner runner = new ProgramRunner()) {
      for (int i = 0; i < PROGRAMS; i++) {
        SplittableRandom random = new SplittableRandom(seed + i);
        Program program = ProgramGenerator.generate(kind, random.nextInt(4) != 0, seed + i);
        runner.load(program, random.nextBoolean() ? Privilege.USER : Privilege.SUPERVISOR, random);
        runner.run(random);
        runner.run(random);
      }
      check(runner.translator(), "programs, -Dmalachite.seed=" + seed);
    }
  }

  @Test
  void codeOfAllFormsStaysWithinTheGuest() {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    List<Form> forms = new ArrayList<>(IntegerForms.all());
    forms.addAll(SimdForms.all());
    forms.addAll(VexForms.all());
    Layout layout = new Layout(ProgramLayout.BASE);
    MachineState out = new MachineState();
    CaseGenerator generator = new CaseGenerator(layout);
    try (EngineSide side = new EngineSide(layout, Engine.TRANSLATOR)) {
      for (int i = 0; i < ROUNDS * forms.size(); i++) {
        Form form = forms.get(i % forms.size());
        TestCase c = HostFeatures.supports(form) ? generator.generate(form, seed + i) : null;
        if (c != null) {
          side.enter(i % 3 == 0 ? Privilege.SUPERVISOR : Privilege.USER, true);
          side.code(c.code, c.ip);
          side.run(c.ip, c.in, out);
        }
      }
      check(side, "forms, -Dmalachite.seed=" + seed);
    }
  }

  private static void check(EngineSide side, String what) {
    Translator translator = Objects.requireNonNull(side.translator());
    long frame = side.cpu.frame.memory().byteSize();
    int count = GeneratedCode.instructions(translator, frame);
    LOG.log(System.Logger.Level.INFO, "{0}: {1} host instructions", what, Integer.toString(count));
    assertThat(GeneratedCode.violations(translator, frame)).as(what).isEmpty();
    assertThat(count).isGreaterThan(1000);
  }
}
