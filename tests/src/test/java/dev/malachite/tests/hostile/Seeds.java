// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import java.util.Random;

/** Random numbers whose seed can be seen, and given with -Dmalachite.seed. */
final class Seeds {
  private static final System.Logger LOGGER = System.getLogger(Seeds.class.getName());

  private Seeds() {}

  static Random random(Object test) {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    LOGGER.log(
        System.Logger.Level.INFO, test.getClass().getSimpleName() + ": -Dmalachite.seed=" + seed);
    return new Random(seed);
  }
}
