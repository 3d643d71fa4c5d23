// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;

/** The tests of long mode once more, with all code translated that can be. */
@EnabledIf("dev.malachite.engine.processor.translator.Translator#available")
class TranslatedLongModeTest extends LongModeTest {
  @BeforeAll
  static void translate() {
    SmallMachine.translate(true);
  }

  @AfterAll
  static void interpret() {
    SmallMachine.translate(false);
  }
}
