// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Division of 128 by 64 bits against arbitrary-precision arithmetic. */
final class WideDivisionTest {
  @Property(tries = 20_000)
  void quotientIsExact(@ForAll long high, @ForAll long low, @ForAll long divisor) {
    if (Long.compareUnsigned(high, divisor) >= 0) {
      return;
    }
    BigInteger dividend = unsigned(high).shiftLeft(64).or(unsigned(low));
    assertThat(unsigned(WideDivision.quotient(high, low, divisor)))
        .isEqualTo(dividend.divide(unsigned(divisor)));
  }

  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }
}
