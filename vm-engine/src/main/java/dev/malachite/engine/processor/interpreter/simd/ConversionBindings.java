// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Binds conversions between integers and floating-point numbers. */
final class ConversionBindings {
  private ConversionBindings() {}

  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    return switch (i.opcode) {
      case CVTSI2SD -> new Conversions.IntegerToDouble(i, memory);
      case CVTSI2SS -> new Conversions.IntegerToSingle(i, memory);
      case CVTSS2SD -> new Conversions.SingleToDouble(i, memory);
      case CVTSD2SS -> new Conversions.DoubleToSingle(i, memory);
      case CVTPI2PS -> new Conversions.PairToSingles(i, memory);
      case CVTPI2PD, CVTDQ2PD -> new Conversions.PairToDoubles(i, memory);
      case CVTDQ2PS -> new Conversions.IntegersToSingles(i, memory);
      case CVTPS2DQ -> new Conversions.SinglesToIntegers(i, memory, false);
      case CVTTPS2DQ -> new Conversions.SinglesToIntegers(i, memory, true);
      case CVTPD2DQ -> new Conversions.DoublesToIntegers(i, memory, false);
      case CVTTPD2DQ -> new Conversions.DoublesToIntegers(i, memory, true);
      case CVTPS2PD -> new Conversions.SinglesToDoubles(i, memory);
      case CVTPD2PS -> new Conversions.DoublesToSingles(i, memory);
      case CVTSS2SI -> new Conversions.ToGeneral(i, memory, false, false);
      case CVTTSS2SI -> new Conversions.ToGeneral(i, memory, false, true);
      case CVTSD2SI -> new Conversions.ToGeneral(i, memory, true, false);
      case CVTTSD2SI -> new Conversions.ToGeneral(i, memory, true, true);
      case CVTPS2PI -> new Conversions.ToMmx(i, memory, false, false);
      case CVTTPS2PI -> new Conversions.ToMmx(i, memory, false, true);
      case CVTPD2PI -> new Conversions.ToMmx(i, memory, true, false);
      case CVTTPD2PI -> new Conversions.ToMmx(i, memory, true, true);
      default -> null;
    };
  }
}
