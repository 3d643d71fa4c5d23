// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.decoder.Decoder.Status;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** PCLMULQDQ, RDRAND and RDSEED, encodings, and what all instructions of the group refuse. */
class CryptoBinderTest {
  private static final int[] PCLMULQDQ = {0x66, 0x0F, 0x3A, 0x44};

  private final BareProcessor processor = new BareProcessor(1);
  private final Cpu cpu = processor.cpu;

  @AfterEach
  void close() {
    processor.close();
  }

  // ---- carry-less multiplication -------------------------------------------------------------

  private static void checkProduct(long a, long b) {
    long low = 0;
    long high = 0;
    for (int i = 0; i < 64; i++) {
      if ((b >>> i & 1) != 0) {
        low ^= a << i;
        high ^= i == 0 ? 0 : a >>> 64 - i;
      }
    }
    assertThat(CarrylessMultiply.low(a, b)).isEqualTo(low);
    assertThat(CarrylessMultiply.high(a, b)).isEqualTo(high);
  }

  @Property(tries = 20_000)
  void productsAreThoseOfLongMultiplication(@ForAll long a, @ForAll long b) {
    checkProduct(a, b);
    checkProduct(a | b, -1);
    checkProduct(-1, a | b);
  }

  @Test
  void densestProductsKeepTheirCarries() {
    checkProduct(-1, -1);
    for (int i = 0; i < 64; i++) {
      checkProduct(-1L << i, -1);
      checkProduct(-1, -1L >>> i);
      checkProduct(1L << i, -1);
      checkProduct(-1, 1L << i);
    }
  }

  @Test
  void immediateChoosesHalves() {
    for (int choice = 0; choice < 256; choice++) {
      processor.set(1, 3, 5);
      processor.set(2, 1L << 63, 16);
      processor.execute(PCLMULQDQ, 1, 2, choice);
      long factor = (choice & 1) == 0 ? 3 : 5;
      boolean second = (choice & 0x10) != 0;
      assertThat(processor.low(1)).isEqualTo(second ? factor << 4 : factor << 63);
      assertThat(processor.high(1)).isEqualTo(second ? 0 : factor >>> 1);
    }
  }

  // ---- random numbers ------------------------------------------------------------------------

  @Test
  void randomNumbersHaveTheOperandsSizeAndSetCarry() {
    for (int digit : new int[] {0xF0, 0xF8}) {
      int ones32 = 0;
      long sum16 = 0;
      for (int i = 0; i < 2000; i++) {
        cpu.flags(0xCD5 & ~Cpu.CF);
        cpu.r[3] = 0x0123_4567_89AB_CDEFL;
        processor.bind(0x0F, 0xC7, digit | 3).execute(cpu);
        assertThat(cpu.r[3] >>> 16).as("16 bits keep the rest").isEqualTo(0x0123_4567_89ABL);
        assertThat(cpu.arithmeticFlags()).isEqualTo(Cpu.CF);
        sum16 += cpu.r[3] & 0xFFFF;
        cpu.r[3] = -1;
        processor.bind(0x66, 0x0F, 0xC7, digit | 3).execute(cpu);
        assertThat(cpu.r[3] >>> 32).as("32 bits are zero-extended").isZero();
        ones32 += Long.bitCount(cpu.r[3]);
      }
      // 2000 words of 16 bits, 64,000 bits: both within nine standard deviations of their means.
      assertThat(sum16 / 2000.0).isBetween(32767.5 - 3800, 32767.5 + 3800);
      assertThat(ones32).isBetween(32_000 - 1139, 32_000 + 1139);
    }
  }

  @Test
  void randomNumbersOf64BitsDoNotRepeat() {
    assertThat(processor.decode(8, 0x49, 0x0F, 0xC7, 0xF2)).isEqualTo(Status.OK);
    Operation operation = Objects.requireNonNull(CryptoBinder.bind(processor.decoded(), null));
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 5000; i++) {
      operation.execute(cpu);
      assertThat(seen.add(cpu.r[10])).isTrue();
    }
  }

  // ---- encodings -----------------------------------------------------------------------------

  @Test
  void prefixesSelectAsTheManualSays() {
    assertThat(processor.decode(4, 0x0F, 0xC7, 0xF0)).isEqualTo(Status.OK);
    assertThat(processor.decoded().opcode).isEqualTo(Opcode.RDRAND);
    assertThat(processor.decode(4, 0x0F, 0xC7, 0xF8)).isEqualTo(Status.OK);
    assertThat(processor.decoded().opcode).isEqualTo(Opcode.RDSEED);
    assertThat(processor.decode(4, 0x0F, 0xC7, 0x30)).as("VMPTRLD").isEqualTo(Status.INVALID);
    assertThat(processor.decode(4, 0xF3, 0x0F, 0xC7, 0xF8)).as("RDPID").isEqualTo(Status.INVALID);
    assertThat(processor.decode(4, 0xF2, 0x0F, 0xC7, 0xF0)).isEqualTo(Status.INVALID);
    assertThat(processor.decode(4, 0xF0, 0x0F, 0xC7, 0xF0)).as("LOCK").isEqualTo(Status.INVALID);
    assertThat(processor.decode(4, 0x66, 0x0F, 0x38, 0xC8, 0xC1)).isEqualTo(Status.INVALID);
    assertThat(processor.decode(4, 0x66, 0x0F, 0x3A, 0xCC, 0xC1, 0)).isEqualTo(Status.INVALID);
    for (int opcode = 0xDB; opcode <= 0xDF; opcode++) {
      assertThat(processor.decode(4, 0x0F, 0x38, opcode, 0xC1)).isEqualTo(Status.INVALID);
    }
    assertThat(processor.decode(4, 0x0F, 0x3A, 0x44, 0xC1, 0)).isEqualTo(Status.INVALID);
    assertThat(processor.decode(4, 0x0F, 0x3A, 0xDF, 0xC1, 0)).isEqualTo(Status.INVALID);
  }

  // ---- refusals ------------------------------------------------------------------------------

  private void refuses(int vector, int... bytes) {
    processor.set(1, 2, 3);
    Operation operation = processor.bind(bytes);
    assertThatThrownBy(() -> operation.execute(cpu))
        .isInstanceOfSatisfying(
            GuestFault.class,
            fault -> {
              assertThat(fault.vector()).isEqualTo(vector);
              assertThat(fault.errorCode()).isZero();
            });
    assertThat(processor.low(1)).isEqualTo(2);
    assertThat(processor.high(1)).isEqualTo(3);
  }

  private void allRefuse(int vector, int... operand) {
    for (int opcode = 0xC8; opcode <= 0xCD; opcode++) {
      refuses(vector, join(new int[] {0x0F, 0x38, opcode}, operand));
    }
    for (int opcode = 0xDB; opcode <= 0xDF; opcode++) {
      refuses(vector, join(new int[] {0x66, 0x0F, 0x38, opcode}, operand));
    }
    for (int kind = 0; kind < 4; kind++) {
      refuses(vector, join(new int[] {0x0F, 0x3A, 0xCC}, operand, new int[] {kind}));
    }
    refuses(vector, join(new int[] {0x66, 0x0F, 0x3A, 0xDF}, operand, new int[] {1}));
    refuses(vector, join(PCLMULQDQ, operand, new int[] {1}));
  }

  private static int[] join(int[]... parts) {
    return java.util.Arrays.stream(parts).flatMapToInt(java.util.Arrays::stream).toArray();
  }

  @Test
  void unalignedMemoryIsAProtectionFault() {
    for (int low = 1; low < 16; low++) {
      allRefuse(GuestFault.GP, 0x0E, low, 0x10);
    }
  }

  @Test
  void withoutSseTheyAreUndefined() {
    cpu.cr0 |= Cpu.CR0_EM | Cpu.CR0_TS;
    allRefuse(GuestFault.UD, 0xCA);
    cpu.cr0 &= ~(Cpu.CR0_EM | Cpu.CR0_TS);
    cpu.cr4 &= ~Cpu.CR4_OSFXSR;
    allRefuse(GuestFault.UD, 0xCA);
    processor.bind(0x0F, 0xC7, 0xF0).execute(cpu); // needs no SSE
  }

  @Test
  void afterTaskSwitchesTheyAskForTheState() {
    cpu.cr0 |= Cpu.CR0_TS;
    allRefuse(GuestFault.NM, 0xCA);
    allRefuse(GuestFault.NM, 0x0E, 1, 0x10);
    processor.bind(0x0F, 0xC7, 0xF8).execute(cpu);
  }
}
