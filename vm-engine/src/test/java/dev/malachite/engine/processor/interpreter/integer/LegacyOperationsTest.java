// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Instructions that 64-bit code has not, in 16 and 32-bit code. */
final class LegacyOperationsTest {
  private final Program program = new Program(4);
  private final Cpu cpu = program.cpu;
  private final Program real = new Program(2);

  @AfterEach
  void close() {
    program.close();
    real.close();
  }

  private static int packed(int value) {
    return value / 10 << 4 | value % 10;
  }

  @Test
  void decimalAdditionAndSubtractionOfPackedDigits() {
    for (int a = 0; a < 100; a++) {
      for (int b = 0; b < 100; b++) {
        cpu.r[Cpu.RAX] = packed(a);
        cpu.r[Cpu.RBX] = packed(b);
        program.run("00 D8 27"); // add al, bl; daa
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(packed((a + b) % 100));
        assertThat(cpu.carry()).isEqualTo(a + b > 99);
        assertThat(cpu.zero()).isEqualTo((a + b) % 100 == 0);

        cpu.r[Cpu.RAX] = packed(a);
        program.run("28 D8 2F"); // sub al, bl; das
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(packed((a - b + 100) % 100));
        assertThat(cpu.carry()).isEqualTo(a < b);
      }
    }
  }

  @Test
  void decimalAdditionAndSubtractionOfUnpackedDigits() {
    for (int a = 0; a < 10; a++) {
      for (int b = 0; b < 10; b++) {
        cpu.r[Cpu.RAX] = a;
        cpu.r[Cpu.RBX] = b;
        program.run("00 D8 37"); // add al, bl; aaa
        assertThat(cpu.r[Cpu.RAX]).isEqualTo((a + b) / 10 << 8 | (a + b) % 10);
        assertThat(cpu.carry()).isEqualTo(a + b > 9);

        cpu.r[Cpu.RAX] = 0x100 | a;
        program.run("28 D8 3F"); // sub al, bl; aas
        int tens = a < b ? 0 : 1;
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(tens << 8 | (a - b + 10) % 10);
        assertThat(cpu.carry()).isEqualTo(a < b);

        long product = (long) a * b;
        cpu.r[Cpu.RAX] = product;
        program.run("D4 0A"); // aam
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(product / 10 << 8 | product % 10);
        program.run("D5 0A"); // aad
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(product);
      }
    }
  }

  @Test
  void adjustmentAfterMultiplicationByZeroIsADivision() {
    assertThatThrownBy(() -> program.run("D4 00"))
        .isInstanceOfSatisfying(
            GuestFault.class, f -> assertThat(f.vector()).isEqualTo(GuestFault.DE));
  }

  @Test
  void pushAllAndPopAll() {
    for (int i = 0; i < 8; i++) {
      cpu.r[i] = 0x1111_1111L * i;
    }
    cpu.r[Cpu.RSP] = 0x8000;
    program.run("60"); // pusha
    assertThat(cpu.r[Cpu.RSP]).isEqualTo(0x7FE0);
    assertThat(program.memory.readInt(0x7FE0)).isEqualTo(0x7777_7777);
    assertThat(program.memory.readInt(0x7FEC)).isEqualTo(0x8000);
    assertThat(program.memory.readInt(0x7FFC)).isZero();
    for (int i = 0; i < 8; i++) {
      if (i != Cpu.RSP) {
        cpu.r[i] = -1;
      }
    }
    program.run("61"); // popa
    assertThat(cpu.r[Cpu.RSP]).isEqualTo(0x8000);
    assertThat(cpu.r[Cpu.RDI]).isEqualTo(0x7777_7777);
    assertThat(cpu.r[Cpu.RAX]).isZero();
  }

  @Test
  void boundsAreSignedAndInclusive() {
    program.memory.writeInt(0x2000, -5);
    program.memory.writeInt(0x2004, 7);
    cpu.r[Cpu.RBX] = 0x2000;
    for (int index = -7; index < 10; index++) {
      cpu.r[Cpu.RAX] = index & 0xFFFF_FFFFL;
      if (index >= -5 && index <= 7) {
        program.run("62 03"); // bound eax, [ebx]
      } else {
        assertThatThrownBy(() -> program.run("62 03"))
            .isInstanceOfSatisfying(
                GuestFault.class, f -> assertThat(f.vector()).isEqualTo(GuestFault.BR));
      }
    }
  }

  @Test
  void nestedFrames() {
    // The outer frame's display, copied by ENTER 16, 3.
    program.memory.writeInt(0x6FFC, 0xAAAA);
    program.memory.writeInt(0x6FF8, 0xBBBB);
    cpu.r[Cpu.RBP] = 0x7000;
    cpu.r[Cpu.RSP] = 0x5000;
    program.run("C8 10 00 03"); // enter 16, 3
    assertThat(program.memory.readInt(0x4FFC)).isEqualTo(0x7000);
    assertThat(program.memory.readInt(0x4FF8)).isEqualTo(0xAAAA);
    assertThat(program.memory.readInt(0x4FF4)).isEqualTo(0xBBBB);
    assertThat(program.memory.readInt(0x4FF0)).isEqualTo(0x4FFC);
    assertThat(cpu.r[Cpu.RBP]).isEqualTo(0x4FFC);
    assertThat(cpu.r[Cpu.RSP]).isEqualTo(0x4FE0);
    program.run("C9"); // leave
    assertThat(cpu.r[Cpu.RBP]).isEqualTo(0x7000);
    assertThat(cpu.r[Cpu.RSP]).isEqualTo(0x5000);
  }

  @Test
  void sixteenBitStackWrapsAndKeepsTheUpperHalf() {
    Cpu c = real.cpu;
    c.r[Cpu.RSP] = 0xABCD_0000L;
    c.r[Cpu.RAX] = 0x1234;
    real.run("50"); // push ax
    assertThat(c.r[Cpu.RSP]).isEqualTo(0xABCD_FFFEL);
    assertThat(real.memory.readShort(0xFFFE)).isEqualTo(0x1234);
    real.run("5B"); // pop bx
    assertThat(c.r[Cpu.RSP]).isEqualTo(0xABCD_0000L);
    assertThat(c.r[Cpu.RBX]).isEqualTo(0x1234);
  }

  @Test
  void sixteenBitBranchesWrap() {
    Cpu c = real.cpu;
    real.put(0xFFF0, "EB 20"); // jmp 0012, over the end of the segment
    c.nextIp = 0xFFF0;
    real.step();
    assertThat(c.nextIp).isEqualTo(0x12);
    real.put(0x12, "E8 ED FF"); // call 0002
    c.r[Cpu.RSP] = 0x100;
    real.step();
    assertThat(c.nextIp).isEqualTo(2);
    assertThat(real.memory.readShort(0xFE)).isEqualTo(0x15);
    real.put(2, "C2 04 00"); // ret 4
    real.step();
    assertThat(c.nextIp).isEqualTo(0x15);
    assertThat(c.r[Cpu.RSP]).isEqualTo(0x104);
  }

  @Test
  void loopsCountTheAddressSize() {
    cpu.r[Cpu.RCX] = 0xFFFF_0003L;
    program.run("67 E2 FD"); // loop to itself, by cx
    assertThat(cpu.r[Cpu.RCX]).isEqualTo(0xFFFF_0000L);
    program.put(0x1000, "67 E3 10"); // jcxz
    cpu.nextIp = 0x1000;
    program.step();
    assertThat(cpu.nextIp).isEqualTo(0x1013);
  }

  @Test
  void branchesBeyondTheLimitFaultWhereTheyAre() {
    cpu.segments[Cpu.CS].set(8, 0, 0x1FFF, 0x9B | 1 << 10);
    program.put(0x1000, "E9 FB 1F 00 00"); // jmp 3000
    cpu.nextIp = 0x1000;
    assertThatThrownBy(program::step).isInstanceOf(GuestFault.class);
  }

  @Test
  void translateAndCarryToAl() {
    program.memory.writeByte(0x2080, 0x5A);
    cpu.r[Cpu.RBX] = 0x2000;
    cpu.r[Cpu.RAX] = 0xFFFF_FF80L;
    program.run("D7"); // xlat
    assertThat(cpu.r[Cpu.RAX]).isEqualTo(0xFFFF_FF5AL);
    program.run("F9 D6"); // stc; salc
    assertThat(cpu.r[Cpu.RAX]).isEqualTo(0xFFFF_FFFFL);
  }
}
