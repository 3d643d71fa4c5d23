// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.x87;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.X87State;
import dev.malachite.engine.processor.interpreter.softfloat.Float80;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults and exceptions of the floating-point unit (SDM volume 1, sections 8.4 to 8.7). */
class X87ExceptionsTest {
  private static final int IE = 1;
  private static final int ZE = 4;
  private static final int STACK = 0x40;
  private static final int C1 = 0x200;
  private static final int PENDING = 0x8080;

  private final SmallProcessor p = new SmallProcessor();

  @AfterEach
  void close() {
    p.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {Cpu.CR0_TS, Cpu.CR0_EM, Cpu.CR0_TS | Cpu.CR0_EM})
  void absentUnitIsReported(long bits) {
    p.cpu.cr0 |= bits;
    assertThat(p.fault(0xD9, 0xE8)).as("fld1").isEqualTo(GuestFault.NM);
    assertThat(p.fault(0xDB, 0xE3)).as("fninit").isEqualTo(GuestFault.NM);
    assertThat(p.fault(0xDF, 0xE0)).as("fnstsw ax").isEqualTo(GuestFault.NM);
    assertThat(p.fault(0xDD, 0x33)).as("fnsave").isEqualTo(GuestFault.NM);
    assertThat(p.fault(0x9B)).as("fwait without MP").isEqualTo(-1);
    p.cpu.cr0 |= Cpu.CR0_MP;
    assertThat(p.fault(0x9B))
        .as("fwait with MP")
        .isEqualTo((bits & Cpu.CR0_TS) != 0 ? GuestFault.NM : -1);
  }

  @Test
  void mmxChecksComeInTheirOrder() {
    p.cpu.cr0 |= Cpu.CR0_TS | Cpu.CR0_EM;
    assertThat(mmx()).isEqualTo(GuestFault.UD);
    p.cpu.cr0 &= ~Cpu.CR0_EM;
    assertThat(mmx()).isEqualTo(GuestFault.NM);
    p.cpu.cr0 &= ~Cpu.CR0_TS;
    assertThat(mmx()).isEqualTo(-1);
    divideByZeroUnmasked();
    assertThat(mmx()).isEqualTo(GuestFault.MF);
  }

  private int mmx() {
    try {
      X87Control.checkMmx(p.cpu);
      return -1;
    } catch (GuestFault fault) {
      return fault.vector();
    }
  }

  private void divideByZeroUnmasked() {
    p.control(0x37F & ~ZE);
    p.push(3);
    p.push(0);
    p.run(0xDE, 0xF9); // fdivp
  }

  @Test
  void unmaskedExceptionWaitsForTheNextWaitingInstruction() {
    divideByZeroUnmasked();
    // The operands are where they were, and nothing was popped.
    assertThat(p.status() & 0x38FF).isEqualTo(6 << 11 | 0x80 | ZE);
    assertThat(p.x87.significand[7]).isEqualTo(0xC000_0000_0000_0000L);
    assertThat(p.x87.significand[6]).isZero();
    assertThat(p.fault(0xDF, 0xE0)).as("fnstsw ax").isEqualTo(-1);
    assertThat(p.cpu.r[Cpu.RAX] & PENDING).isEqualTo(PENDING);
    assertThat(p.fault(0xD9, 0x3B)).as("fnstcw").isEqualTo(-1);
    for (int[] waiting : new int[][] {{0x9B}, {0xD9, 0xE8}, {0xD9, 0x2B}, {0xD8, 0x03}}) {
      assertThat(p.fault(waiting)).as(Arrays.toString(waiting)).isEqualTo(GuestFault.MF);
    }
    assertThat(p.fault(0xDB, 0xE2)).as("fnclex").isEqualTo(-1);
    assertThat(p.fault(0x9B)).as("fwait").isEqualTo(-1);
  }

  @Test
  void pendingExceptionIsIgnoredWithoutNumericErrorReporting() {
    p.cpu.cr0 &= ~Cpu.CR0_NE;
    divideByZeroUnmasked();
    assertThat(p.fault(0xD9, 0xE8)).as("fld1").isEqualTo(-1);
  }

  @Test
  void unmaskingARecordedExceptionMakesItPending() {
    p.push(3);
    p.push(0);
    p.run(0xDE, 0xF9); // fdivp
    assertThat(p.top()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(p.status() & 0xFF).isEqualTo(ZE);
    p.control(0x37F & ~ZE);
    assertThat(p.status() & PENDING).isEqualTo(PENDING);
    p.run(0xD9, 0x33); // fnstenv masks everything
    assertThat(p.status() & PENDING).isZero();
  }

  @Test
  void overflowOfTheStackSetsC1AndUnderflowClearsIt() {
    for (int i = 0; i < 8; i++) {
      p.push(i);
    }
    p.push(8);
    assertThat(p.status()).isEqualTo(7 << 11 | C1 | STACK | IE);
    assertThat(p.x87.signExponent[7]).isEqualTo(Float80.INDEFINITE_SIGN_EXPONENT);
    assertThat(p.x87.significand[7]).isEqualTo(Float80.INDEFINITE_SIGNIFICAND);
    p.run(0xDB, 0xE3); // fninit
    p.run(0xD8, 0xC1); // fadd st, st(1)
    assertThat(p.status()).isEqualTo(STACK | IE);
    assertThat(p.x87.occupied).isEqualTo(1);
    assertThat(p.x87.significand[0]).isEqualTo(Float80.INDEFINITE_SIGNIFICAND);
  }

  @Test
  void unmaskedStackFaultChangesNoRegister() {
    p.control(0x37E);
    p.run(0xD8, 0xC1); // fadd st, st(1)
    assertThat(p.status()).isEqualTo(PENDING | STACK | IE);
    assertThat(p.x87.occupied).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0xDB7B, 0xDB6B, 0xDD73, 0xDD63, 0xD973, 0xD963, 0xDF73, 0xDF63, 0xDD5B})
  void faultingAccessChangesNothing(int code) {
    p.push(1.5);
    p.push(-2.5);
    p.run(0xD9, 0xC0); // fld st(0)
    p.paging();
    int displacement = code == 0xDD5B ? -4 : code >> 8 == 0xDD ? -60 : code >> 8 == 0xD9 ? -20 : -4;
    p.cpu.r[Cpu.RBX] = SmallProcessor.DATA + 4096;
    byte[] before = new byte[4096];
    new SplittableRandom(1).nextBytes(before);
    p.memory.write(SmallProcessor.DATA, before, 0, 4096);
    String state = describe(p.x87);
    assertThat(p.fault(code >> 8, code & 0xFF, displacement)).isEqualTo(GuestFault.PF);
    assertThat(describe(p.x87)).isEqualTo(state);
    byte[] after = new byte[4096];
    p.memory.read(SmallProcessor.DATA, after, 0, 4096);
    assertThat(after).isEqualTo(before);
  }

  private static String describe(X87State x) {
    return Arrays.toString(x.significand)
        + Arrays.toString(x.signExponent)
        + " top "
        + x.top
        + " occupied "
        + x.occupied
        + " control "
        + x.control
        + " status "
        + x.status
        + " ip "
        + x.instructionPointer
        + " dp "
        + x.dataPointer
        + " opcode "
        + x.opcode;
  }

  @Test
  void anyInstructionOnAnyStateEndsOrFaults() {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    int bound = 0;
    for (int n = 0; n < 200_000; n++) {
      p.cpu.cr0 = p.cpu.cr0 & ~Cpu.CR0_NE | (random.nextBoolean() ? Cpu.CR0_NE : 0);
      p.x87.top = random.nextInt(8);
      p.x87.occupied = random.nextInt(256);
      X87Control.words(p.x87, random.nextInt(), random.nextInt());
      for (int i = 0; i < 8; i++) {
        p.x87.significand[i] = random.nextLong() >> random.nextInt(64);
        p.x87.signExponent[i] = random.nextInt(4) == 0 ? 0x7FFF : random.nextInt(0x1_0000);
      }
      int first = 0xD8 + random.nextInt(8);
      int second = random.nextInt(256);
      if (second < 0xC0) {
        second = second & 0x38 | 0x43; // [ebx+disp8]
      }
      try {
        p.run(first, second, random.nextInt(256));
        bound++;
      } catch (GuestFault fault) {
        assertThat(fault.vector()).as("seed %d", seed).isIn(GuestFault.UD, GuestFault.MF);
      }
    }
    assertThat(bound).isGreaterThan(50_000);
  }
}
