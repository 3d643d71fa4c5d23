// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests;

import dev.malachite.engine.machine.EngineKind;
import java.util.Locale;

/**
 * The engine that guests of the tests run on: what {@code auto} picks, or what the system property
 * {@code malachite.test.engine} says.
 */
public final class EngineUnderTest {
  private EngineUnderTest() {}

  /** The engine. */
  public static EngineKind kind() {
    String name = System.getProperty("malachite.test.engine", "auto");
    return EngineKind.valueOf(name.toUpperCase(Locale.ROOT));
  }
}
