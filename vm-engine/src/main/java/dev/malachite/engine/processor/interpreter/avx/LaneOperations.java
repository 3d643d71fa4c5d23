// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.avx;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.crypto.AesOperations;
import dev.malachite.engine.processor.interpreter.crypto.CarrylessMultiply;
import dev.malachite.engine.processor.interpreter.simd.IntegerBindings;
import dev.malachite.engine.processor.interpreter.simd.Lanes;
import dev.malachite.engine.processor.interpreter.simd.VectorShift;
import dev.malachite.engine.processor.interpreter.simd.Wide;
import dev.malachite.engine.processor.interpreter.simd.WideBindings;
import dev.malachite.engine.processor.interpreter.simd.WideOperation;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Integer operations, shuffles, blends and ciphers that do the same to each 128 bits: most of AVX2,
 * with the functions of the SSE instructions they are named after.
 */
final class LaneOperations {
  private LaneOperations() {}

  /**
   * Binds.
   *
   * @param plain the SSE opcode of the same name
   */
  static @Nullable Operation bind(Instruction i, @Nullable Address memory, Opcode plain) {
    VectorShift.Function shift = IntegerBindings.shift(plain);
    if (shift != null) {
      return i.operandCount == 3 && i.operands[2].kind == Instruction.Kind.IMMEDIATE
          ? new ShiftByImmediate(i, shift)
          : new ShiftByRegister(i, memory, shift);
    }
    WideOperation.Function function = function(plain);
    return function != null ? new EachLane(i, memory, function, highShift(plain)) : null;
  }

  private static WideOperation.@Nullable Function function(Opcode plain) {
    LongBinaryOperator lanes = IntegerBindings.lanes(plain);
    if (lanes != null) {
      return ofLanes(lanes);
    }
    LongUnaryOperator fold = IntegerBindings.fold(plain);
    if (fold != null) {
      return (x, t, a0, a1, b0, b1, imm) -> {
        x[t] = fold.applyAsLong(a0) | fold.applyAsLong(a1) << 32;
        x[t + 1] = fold.applyAsLong(b0) | fold.applyAsLong(b1) << 32;
      };
    }
    return switch (plain) {
      case AESENC -> AesOperations::encrypt;
      case AESENCLAST -> AesOperations::encryptLast;
      case AESDEC -> AesOperations::decrypt;
      case AESDECLAST -> AesOperations::decryptLast;
      case AESIMC -> AesOperations::inverseMixColumns;
      case AESKEYGENASSIST -> AesOperations::generateKey;
      case PCLMULQDQ ->
          (x, t, a0, a1, b0, b1, imm) -> {
            long a = (imm & 1) == 0 ? a0 : a1;
            long b = (imm & 0x10) == 0 ? b0 : b1;
            x[t] = CarrylessMultiply.low(a, b);
            x[t + 1] = CarrylessMultiply.high(a, b);
          };
      case PSLLDQ ->
          (x, t, a0, a1, b0, b1, imm) -> {
            int bits = 8 * Math.min(imm, 16);
            x[t] = Lanes.shiftLeftQuadword(b0, bits);
            x[t + 1] = VectorShift.high(b0, b1, bits);
          };
      case PSRLDQ ->
          (x, t, a0, a1, b0, b1, imm) -> {
            int bits = 8 * Math.min(imm, 16);
            x[t] = VectorShift.low(b0, b1, bits);
            x[t + 1] = Lanes.shiftRightQuadword(b1, bits);
          };
      case PBLENDVB, BLENDVPS, BLENDVPD -> null; // the mask is an operand
      default -> WideBindings.onXmm(plain);
    };
  }

  private static WideOperation.Function ofLanes(LongBinaryOperator lanes) {
    return (x, t, a0, a1, b0, b1, imm) -> {
      x[t] = lanes.applyAsLong(a0, b0);
      x[t + 1] = lanes.applyAsLong(a1, b1);
    };
  }

  // Where the immediate has bits of its own for the high lane, how far up.
  private static int highShift(Opcode plain) {
    return switch (plain) {
      case BLENDPS -> 4;
      case MPSADBW -> 3;
      case BLENDPD, SHUFPD -> 2;
      default -> 0;
    };
  }

  /** Operations that have no SSE counterpart, or not with these operands. */
  static @Nullable Operation bindNew(Instruction i, @Nullable Address memory) {
    boolean hasImmediate = i.operands[i.operandCount - 1].kind == Instruction.Kind.IMMEDIATE;
    return switch (i.opcode) {
      case VPERMILPS ->
          new EachLane(i, memory, hasImmediate ? Wide::pshufd : LaneOperations::selectSingles, 0);
      case VPERMILPD ->
          new EachLane(
              i,
              memory,
              hasImmediate
                  ? (x, t, a0, a1, b0, b1, imm) -> Wide.shufpd(x, t, b0, b1, b0, b1, imm)
                  : (x, t, a0, a1, b0, b1, imm) ->
                      Wide.shufpd(x, t, a0, a1, a0, a1, (int) (b0 >> 1 & 1 | b1 & 2)),
              2);
      case VPBLENDD -> new EachLane(i, memory, Wide::blendps, 4);
      case VPSLLVD -> new EachLane(i, memory, ofLanes(LaneOperations::shiftLeft), 0);
      case VPSRLVD -> new EachLane(i, memory, ofLanes(LaneOperations::shiftRight), 0);
      case VPSRAVD -> new EachLane(i, memory, ofLanes(LaneOperations::shiftArithmetic), 0);
      case VPSLLVQ ->
          new EachLane(i, memory, ofLanes((a, b) -> b >>> 6 != 0 ? 0 : a << (int) b), 0);
      case VPSRLVQ ->
          new EachLane(i, memory, ofLanes((a, b) -> b >>> 6 != 0 ? 0 : a >>> (int) b), 0);
      case VMOVDDUP ->
          new EachLane(
              i,
              memory,
              (x, t, a0, a1, b0, b1, imm) -> {
                x[t] = b0;
                x[t + 1] = b0;
              },
              0);
      case VBLENDVPS -> new BlendByRegister(i, memory, m -> Lanes.spread(m & Lanes.D, 32));
      case VPBLENDVB -> new BlendByRegister(i, memory, m -> Lanes.spread(m & Lanes.B, 8));
      case VBLENDVPD -> new BlendByRegister(i, memory, m -> m >> 63);
      default -> null;
    };
  }

  private static void selectSingles(
      long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    x[t] = Wide.pair(Wide.doubleword(a0, a1, (int) b0), Wide.doubleword(a0, a1, (int) (b0 >>> 32)));
    x[t + 1] =
        Wide.pair(Wide.doubleword(a0, a1, (int) b1), Wide.doubleword(a0, a1, (int) (b1 >>> 32)));
  }

  private static int count(long b) {
    return (int) Math.min(b & 0xFFFF_FFFFL, 32);
  }

  private static long shiftLeft(long a, long b) {
    long low = (a & 0xFFFF_FFFFL) << count(b) & 0xFFFF_FFFFL;
    return low | a >>> 32 << count(b >>> 32) << 32;
  }

  private static long shiftRight(long a, long b) {
    return (a & 0xFFFF_FFFFL) >>> count(b) | a >>> 32 >>> count(b >>> 32) << 32;
  }

  private static long shiftArithmetic(long a, long b) {
    return (long) (int) a >> count(b) & 0xFFFF_FFFFL | a >> 32 >> count(b >>> 32) << 32;
  }

  private static final class EachLane extends VectorOperation {
    private final WideOperation.Function function;
    private final int immediateHigh;

    EachLane(
        Instruction i, @Nullable Address memory, WideOperation.Function function, int highShift) {
      super(i, memory);
      this.function = function;
      immediateHigh = immediate >> highShift;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      long[] x = cpu.xmm;
      long[] y = cpu.ymmHigh;
      if (wide) {
        function.compute(y, target, y[first], y[first + 1], b2, b3, immediateHigh);
      }
      function.compute(x, target, x[first], x[first + 1], b0, b1, immediate);
      if (!wide) {
        y[target] = 0;
        y[target + 1] = 0;
      }
    }
  }

  private static final class ShiftByRegister extends VectorOperation {
    private final VectorShift.Function function;

    ShiftByRegister(Instruction i, @Nullable Address memory, VectorShift.Function function) {
      super(i, memory);
      this.function = function;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      shift(cpu, this, first, function, VectorShift.count(b0));
    }
  }

  private static final class ShiftByImmediate extends VectorOperation {
    private final VectorShift.Function function;

    ShiftByImmediate(Instruction i, VectorShift.Function function) {
      super(i, null);
      this.function = function;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      shift(cpu, this, second, function, immediate);
    }
  }

  private static void shift(
      Cpu cpu, VectorOperation o, int source, VectorShift.Function function, int count) {
    long[] x = cpu.xmm;
    long[] y = cpu.ymmHigh;
    o.write(
        cpu,
        function.shift(x[source], count),
        function.shift(x[source + 1], count),
        o.wide ? function.shift(y[source], count) : 0,
        o.wide ? function.shift(y[source + 1], count) : 0);
  }

  private static final class BlendByRegister extends VectorOperation {
    private final LongUnaryOperator spread;
    private final int mask;

    BlendByRegister(Instruction i, @Nullable Address memory, LongUnaryOperator spread) {
      super(i, memory);
      this.spread = spread;
      mask = 2 * i.operands[3].register;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      long[] x = cpu.xmm;
      long[] y = cpu.ymmHigh;
      long m0 = spread.applyAsLong(x[mask]);
      long m1 = spread.applyAsLong(x[mask + 1]);
      long m2 = spread.applyAsLong(y[mask]);
      long m3 = spread.applyAsLong(y[mask + 1]);
      if (wide) {
        Wide.blend(y, target, y[first], y[first + 1], b2, b3, m2, m3);
      }
      Wide.blend(x, target, x[first], x[first + 1], b0, b1, m0, m1);
      if (!wide) {
        y[target] = 0;
        y[target + 1] = 0;
      }
    }
  }
}
