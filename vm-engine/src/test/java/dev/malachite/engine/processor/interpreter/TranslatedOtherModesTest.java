// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;

/** The tests of other modes once more, with all code translated that can be. */
@EnabledIf("dev.malachite.engine.processor.interpreter.SmallMachine#canTranslate")
class TranslatedOtherModesTest extends OtherModesTest {
  private static int before;

  @BeforeAll
  static void translate() {
    before = SmallMachine.machinesThatTranslated();
    SmallMachine.translate(true);
  }

  @AfterAll
  static void interpret() {
    SmallMachine.translate(false);
    if (Assembler.isAvailable()) {
      assertThat(SmallMachine.machinesThatTranslated())
          .as("machines that translated")
          .isGreaterThan(before);
    }
  }
}
