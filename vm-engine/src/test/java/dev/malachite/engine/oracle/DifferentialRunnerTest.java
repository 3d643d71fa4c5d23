// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The harness itself: it notices wrong operations, and what it reports is small. */
@EnabledIf("dev.malachite.engine.oracle.HostProcessor#available")
class DifferentialRunnerTest {
  /** Does nothing but what it is told. */
  private static final class Fake extends Operation {
    private final java.util.function.Consumer<Cpu> effect;

    Fake(java.util.function.Consumer<Cpu> effect) {
      this.effect = effect;
    }

    @Override
    public void execute(Cpu cpu) {
      effect.accept(cpu);
    }
  }

  private static @Nullable String reportOf(
      String line, long seed, java.util.function.Consumer<Cpu> effect) {
    try (DifferentialRunner runner = new DifferentialRunner((i, a) -> new Fake(effect))) {
      TestCase c = runner.generate(Form.parse("integer", line).getFirst(), seed);
      return c == null ? "no case" : runner.check(c);
    }
  }

  @Test
  void acceptsAnOperationThatIsRight() {
    for (int seed = 0; seed < 50; seed++) {
      assertThat(reportOf("CLC F8", seed, cpu -> cpu.setCarry(false))).isNull();
    }
  }

  @Test
  void reportsAWrongFlagAndNothingElse() {
    assertThat(reportOf("STC F9", 1, cpu -> cpu.setCarry(false)))
        .contains("f9  (integer STC F9)", "-> flags")
        .doesNotContain("rax=", "-> rax");
  }

  @Test
  void dropsPrefixesThatDoNotMatter() {
    for (int seed = 0; seed < 100; seed++) {
      assertThat(reportOf("STC F9", seed, cpu -> cpu.setCarry(false)))
          .satisfiesAnyOf(r -> assertThat(r).startsWith("f9 "), r -> assertThat(r).startsWith("4"));
    }
  }

  @Test
  void reportsAWrongRegisterMemoryAndVectorRegister() {
    assertThat(reportOf("CLC F8", 1, cpu -> cpu.r[Cpu.RBX]++)).contains("-> rbx");
    assertThat(reportOf("CLC F8", 1, cpu -> cpu.write8(cpu.r[Cpu.RSP], ~cpu.read8(cpu.r[Cpu.RSP]))))
        .contains("-> [rsp+");
    assertThat(reportOf("CLC F8", 1, cpu -> cpu.xmm[7] ^= 1)).contains("-> xmm3");
    assertThat(reportOf("CLC F8", 1, cpu -> cpu.ymmHigh[7] ^= 1)).contains("-> high3");
    assertThat(reportOf("CLC F8", 1, cpu -> cpu.x87.occupied ^= 1)).contains("-> tags");
  }

  @Test
  void forgivesWhatTheManualLeavesUndefined() {
    Form undefined = Form.parse("integer", "CLC F8 u:osza").getFirst();
    try (DifferentialRunner runner =
        new DifferentialRunner((i, a) -> new Fake(cpu -> cpu.arithmeticFlags(cpu.flags() & 4)))) {
      for (int seed = 0; seed < 50; seed++) {
        TestCase c = runner.generate(undefined, seed);
        assertThat(c == null ? List.of() : runner.run(c)).isEmpty();
      }
    }
  }
}
