// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.DE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.IE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.OE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.PE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.UE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.ZE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What MXCSR makes of results (SDM volume 1, sections 10.2.3 and 11.5), and comparisons. */
class SseControlTest {
  private static final int DEFAULT = 0x1F80;
  private static final int DENORMALS_ARE_ZERO = 0x40;
  private static final int FLUSH_TO_ZERO = 0x8000;
  private static final long DENORMAL = 77;
  private static final long SMALLEST_NORMAL = 0x0010_0000_0000_0000L;
  private static final long SIGNALING = 0x7FF0_0000_0000_0001L;
  private static final long ONE = bits(1);

  private final FloatContext c = new FloatContext();

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  private static int unmask(int exceptions) {
    return DEFAULT & ~(exceptions << 7);
  }

  @Test
  void denormalOperandsRaiseTheirExceptionOrCountAsZeros() {
    c.begin(DEFAULT);
    assertThat(Float64Ops.add(DENORMAL, DENORMAL, c)).isEqualTo(2 * DENORMAL);
    assertThat(c.finish(DEFAULT)).isEqualTo(DEFAULT | DE);
    int mxcsr = DEFAULT | DENORMALS_ARE_ZERO;
    c.begin(mxcsr);
    assertThat(Float64Ops.add(DENORMAL, DENORMAL, c)).isZero();
    assertThat(Float64Ops.div(ONE, DENORMAL, c)).isEqualTo(bits(Double.POSITIVE_INFINITY));
    assertThat(c.finish(mxcsr)).isEqualTo(mxcsr | ZE);
  }

  @Test
  void tinyResultsAreFlushedOnlyIfUnderflowIsMasked() {
    int mxcsr = DEFAULT | FLUSH_TO_ZERO;
    c.begin(mxcsr);
    // An exact one too, with the sign it has.
    assertThat(Float64Ops.mul(SMALLEST_NORMAL | Long.MIN_VALUE, bits(0.5), c))
        .isEqualTo(Long.MIN_VALUE);
    assertThat(c.finish(mxcsr)).isEqualTo(mxcsr | UE | PE);
    mxcsr = unmask(UE) | FLUSH_TO_ZERO;
    c.begin(mxcsr);
    Float64Ops.mul(SMALLEST_NORMAL, bits(0.5), c);
    assertThat(c.finish(mxcsr)).isEqualTo(mxcsr | UE);
    assertThat(c.faulted()).isTrue();
  }

  @Test
  void tininessIsToldAfterRounding() {
    long almostOne = bits(1) - 1;
    c.begin(DEFAULT | PE);
    assertThat(Float64Ops.mul(SMALLEST_NORMAL, almostOne, c)).isEqualTo(SMALLEST_NORMAL);
    assertThat(c.finish(DEFAULT)).isEqualTo(DEFAULT | UE | PE);
    c.begin(DEFAULT);
    assertThat(Float64Ops.mul(SMALLEST_NORMAL + 1, almostOne, c)).isEqualTo(SMALLEST_NORMAL);
    assertThat(c.finish(DEFAULT)).isEqualTo(DEFAULT | PE);
  }

  @Test
  void anUnmaskedOperandExceptionHidesWhatOtherElementsRaise() {
    int mxcsr = unmask(DE);
    c.begin(mxcsr);
    Float64Ops.add(ONE, bits(1e-200), c);
    assertThat(c.faulted()).isFalse();
    Float64Ops.add(DENORMAL, ONE, c);
    assertThat(c.finish(mxcsr)).isEqualTo(mxcsr | DE);
    assertThat(c.faulted()).isTrue();
    mxcsr = unmask(OE);
    c.begin(mxcsr);
    Float64Ops.mul(bits(1e300), bits(1e300), c);
    assertThat(c.finish(mxcsr)).isEqualTo(mxcsr | OE | PE);
  }

  @Test
  void theFirstNanWinsAndTurnsQuiet() {
    long quiet = 0xFFF8_0000_0000_0007L;
    c.begin(DEFAULT);
    assertThat(Float64Ops.sub(SIGNALING, quiet, c)).isEqualTo(SIGNALING | 0x8_0000_0000_0000L);
    assertThat(c.finish(DEFAULT)).isEqualTo(DEFAULT | IE);
    c.begin(DEFAULT);
    assertThat(Float64Ops.sub(quiet, DENORMAL, c)).isEqualTo(quiet);
    assertThat(Float64Ops.sub(DENORMAL, quiet, c)).isEqualTo(quiet);
    assertThat(c.finish(DEFAULT)).isEqualTo(DEFAULT);
    assertThat(Float64Ops.sqrt(bits(-1), c)).isEqualTo(Float64Ops.DEFAULT_NAN);
  }

  @Test
  void comparisonsAgreeWithJava() {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    for (int n = 0; n < 100_000; n++) {
      long a = random.nextLong();
      long b = random.nextInt(4) == 0 ? a ^ random.nextLong(4) : random.nextLong();
      double x = Double.longBitsToDouble(a);
      double y = Double.longBitsToDouble(b);
      int expected = x < y ? -1 : x > y ? 1 : x == y ? 0 : 2;
      c.begin(DEFAULT);
      assertThat(Float64Ops.compare(a, b, false, c)).as("seed %d", seed).isEqualTo(expected);
      assertThat(Float64Ops.min(a, b, c)).isEqualTo(x < y ? a : b);
      assertThat(Float64Ops.max(a, b, c)).isEqualTo(x > y ? a : b);
      float f = Float.intBitsToFloat((int) a);
      float g = Float.intBitsToFloat((int) b);
      expected = f < g ? -1 : f > g ? 1 : f == g ? 0 : 2;
      assertThat(Float32Ops.compare((int) a, (int) b, false, c)).isEqualTo(expected);
    }
  }

  @Test
  void onlySignalingNansAndOrderedPredicatesAreInvalid() {
    long quiet = Float64Ops.DEFAULT_NAN;
    c.begin(DEFAULT);
    assertThat(Float64Ops.compare(quiet, ONE, false, c)).isEqualTo(2);
    assertThat(c.raised).isZero();
    Float64Ops.compare(quiet, ONE, true, c);
    assertThat(c.raised).isEqualTo(IE);
    c.begin(DEFAULT);
    Float64Ops.compare(ONE, SIGNALING, false, c);
    assertThat(c.raised).isEqualTo(IE);
  }

  @Test
  void integralValuesAgreeWithJava() {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    for (int n = 0; n < 100_000; n++) {
      double x = random.nextDouble(-8, 8) * (1L << random.nextInt(64));
      x = random.nextInt(4) == 0 ? Math.rint(x) + 0.5 : x;
      c.begin(DEFAULT);
      assertThat(round(x, FloatContext.NEAREST)).as("seed %d", seed).isEqualTo(Math.rint(x));
      assertThat(round(x, FloatContext.DOWN)).isEqualTo(Math.floor(x));
      assertThat(round(x, FloatContext.UP)).isEqualTo(Math.ceil(x));
      assertThat(round(x, FloatContext.ZERO)).isEqualTo(x < 0 ? Math.ceil(x) : Math.floor(x));
      assertThat(c.raised & PE).isEqualTo(Math.rint(x) == x ? 0 : PE);
      c.begin(DEFAULT);
      if (Math.abs(x) < 0x1p31 - 1) {
        assertThat(Float64Ops.toInt32(bits(x), false, c)).isEqualTo((int) Math.rint(x));
        assertThat(Float64Ops.toInt32(bits(x), true, c)).isEqualTo((int) x);
      } else {
        assertThat(Float64Ops.toInt32(bits(x), false, c)).isEqualTo(Integer.MIN_VALUE);
      }
      if (Math.abs(x) < 0x1p63) {
        assertThat(Float64Ops.toInt64(bits(x), true, c)).isEqualTo((long) x);
      }
    }
  }

  private double round(double x, int rounding) {
    return Double.longBitsToDouble(Float64Ops.round(bits(x), rounding, false, c));
  }

  @Test
  void estimatesAreWithinTheirBound() {
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 0; n < 10_000; n++) {
      float x = (float) random.nextDouble(0.001, 1e6);
      int b = Float.floatToRawIntBits(x);
      assertThat(Float.intBitsToFloat(Float32Ops.reciprocal(b)) * (double) x)
          .isCloseTo(1, within(1.5 / 4096));
      assertThat(Float.intBitsToFloat(Float32Ops.reciprocalSqrt(b)) * Math.sqrt(x))
          .isCloseTo(1, within(1.5 / 4096));
    }
    int infinity = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    assertThat(Float32Ops.reciprocal(1)).as("a denormal").isEqualTo(infinity);
    assertThat(Float32Ops.reciprocal(infinity)).isZero();
    assertThat(Float32Ops.reciprocalSqrt(Float.floatToRawIntBits(-1f)))
        .isEqualTo(Float32Ops.DEFAULT_NAN);
  }
}
