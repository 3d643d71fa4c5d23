// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.x87;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The images of FNSTENV and FNSAVE (SDM volume 1, figures 8-9 to 8-12), and instructions in them.
 */
class X87EnvironmentTest {
  private static final int DATA = SmallProcessor.DATA;

  // fadd dword [ebx+4], the last instruction before each image: D8 43 04.
  private static final int OPCODE = 0x043;

  private final SmallProcessor p = new SmallProcessor();

  @AfterEach
  void close() {
    p.close();
  }

  private void prepare() {
    p.push(1.5);
    p.push(0);
    p.push(Double.POSITIVE_INFINITY);
    p.cpu.r[Cpu.RBX] = 0x4_8000 - 4;
    if (p.cpu.codeSize == 4) {
      p.run(0xD8, 0x43, 0x04);
    } else {
      p.run(0x67, 0xD8, 0x43, 0x04);
    }
    p.cpu.r[Cpu.RBX] = DATA;
  }

  private int word(int index) {
    return p.memory.readInt(DATA + 2 * index) & 0xFFFF;
  }

  private int doubleWord(int index) {
    return p.memory.readInt(DATA + 4 * index);
  }

  @Test
  void protectedMode32() {
    prepare();
    p.run(0xD9, 0x33);
    assertThat(doubleWord(0)).isEqualTo(0xFFFF_037F);
    assertThat(doubleWord(1)).isEqualTo(0xFFFF_0000 | 5 << 11);
    // Registers 7 valid, 6 zero, 5 special, the others empty.
    assertThat(doubleWord(2)).isEqualTo(0xFFFF_0000 | 0b00_01_10_11_11_11_11_11);
    assertThat(doubleWord(3)).isEqualTo(SmallProcessor.CODE);
    assertThat(doubleWord(4)).isEqualTo(OPCODE << 16);
    assertThat(doubleWord(5)).isEqualTo(0x4_8000);
    assertThat(doubleWord(6)).isEqualTo(0xFFFF_0000);
    restores(0xD9, 0x23);
  }

  @Test
  void protectedMode16() {
    prepare();
    p.run(0x66, 0xD9, 0x33);
    assertThat(word(0)).isEqualTo(0x037F);
    assertThat(word(1)).isEqualTo(5 << 11);
    assertThat(word(2)).isEqualTo(0b00_01_10_11_11_11_11_11);
    assertThat(word(3)).isEqualTo(SmallProcessor.CODE & 0xFFFF);
    assertThat(word(4)).isZero();
    assertThat(word(5)).isEqualTo(0x8000);
    assertThat(word(6)).isZero();
  }

  @Test
  void realMode32() {
    p.realMode();
    p.push16(1.5);
    prepareReal();
    p.run(0x66, 0x67, 0xD9, 0x33);
    assertThat(doubleWord(3) & 0xFFFF).isEqualTo(SmallProcessor.CODE & 0xFFFF);
    assertThat(doubleWord(4)).isEqualTo(SmallProcessor.CODE >>> 16 << 12 | OPCODE);
    assertThat(doubleWord(5) & 0xFFFF).isEqualTo(0x8000);
    assertThat(doubleWord(6)).isEqualTo(4 << 12);
    restores(0x66, 0x67, 0xD9, 0x23);
  }

  @Test
  void realMode16() {
    p.realMode();
    p.push16(1.5);
    prepareReal();
    p.run(0x67, 0xD9, 0x33);
    assertThat(word(0)).isEqualTo(0x037F);
    assertThat(word(1)).isEqualTo(7 << 11);
    assertThat(word(3)).isEqualTo(SmallProcessor.CODE & 0xFFFF);
    assertThat(word(4)).isEqualTo(SmallProcessor.CODE >>> 16 << 12 | OPCODE);
    assertThat(word(5)).isEqualTo(0x8000);
    assertThat(word(6)).isEqualTo(4 << 12);
    restores(0x67, 0xD9, 0x23);
  }

  private void prepareReal() {
    p.cpu.r[Cpu.RBX] = 0x4_8000 - 4;
    p.run(0x67, 0xD8, 0x43, 0x04);
    p.cpu.r[Cpu.RBX] = DATA;
  }

  private void restores(int... load) {
    long ip = p.x87.instructionPointer;
    long dp = p.x87.dataPointer;
    int status = p.status();
    int occupied = p.x87.occupied;
    p.run(0xDB, 0xE3); // fninit
    assertThat(p.x87.instructionPointer).isZero();
    p.run(load);
    assertThat(p.x87.instructionPointer).isEqualTo(ip);
    assertThat(p.x87.dataPointer).isEqualTo(dp);
    assertThat(p.x87.opcode).isEqualTo(OPCODE);
    assertThat(p.status()).isEqualTo(status);
    assertThat(p.x87.occupied).isEqualTo(occupied);
  }

  @Test
  void savedStateComesBackAndTheUnitIsFreshInBetween() {
    prepare();
    p.control(0x27F);
    p.run(0xDD, 0x33); // fnsave
    assertThat(p.x87.control).isEqualTo(0x37F);
    assertThat(p.status()).isZero();
    assertThat(p.x87.occupied).isZero();
    // ST(0) is the first in the image: infinity.
    assertThat(p.memory.readLong(DATA + 28)).isEqualTo(Long.MIN_VALUE);
    assertThat(p.memory.readInt(DATA + 36) & 0xFFFF).isEqualTo(0x7FFF);
    p.run(0xDD, 0x23); // frstor
    assertThat(p.x87.control).isEqualTo(0x27F);
    assertThat(p.top()).isEqualTo(Double.POSITIVE_INFINITY);
    p.run(0xDD, 0xD8); // fstp st(0)
    assertThat(p.top()).isZero();
    p.run(0xDD, 0xD8);
    assertThat(p.top()).isEqualTo(1.5);
  }

  @Test
  void reservedBitsOfTheWordsKeepTheirValues() {
    p.control(0xFFFF);
    assertThat(p.x87.control).isEqualTo(0x1F7F);
    p.control(0);
    assertThat(p.x87.control).isEqualTo(0x0040);
  }

  @Test
  void precisionControlRoundsResultsButNotLoads() {
    p.control(0x07F); // 24 bits
    p.push(1);
    p.push(3);
    p.run(0xDE, 0xF9); // fdivp
    assertThat(p.top()).isEqualTo((double) (1f / 3f));
    p.control(0x27F); // 53 bits
    p.push(1);
    p.push(3);
    p.run(0xDE, 0xF9);
    assertThat(p.top()).isEqualTo(1.0 / 3.0);
    p.control(0x07F);
    p.push(1.0 / 3.0);
    assertThat(p.top()).isEqualTo(1.0 / 3.0);
  }
}
