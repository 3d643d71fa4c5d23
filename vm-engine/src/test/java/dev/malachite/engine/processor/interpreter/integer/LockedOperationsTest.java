// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Locked operations of several processors on the same bytes lose nothing. */
final class LockedOperationsTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 20_000;
  private static final long SHARED = 0x1_0000;

  private static void together(Program program, String code, long address) throws Exception {
    program.put(Program.CODE, code);
    Thread[] threads = new Thread[THREADS];
    for (int t = 0; t < THREADS; t++) {
      Program own = program.another();
      own.cpu.r[Cpu.RDI] = address;
      own.cpu.r[Cpu.RSI] = ROUNDS;
      own.cpu.nextIp = Program.CODE;
      threads[t] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < ROUNDS; i++) {
                      own.cpu.nextIp = Program.CODE;
                      own.runBlocks(Program.CODE + code.replace(" ", "").length() / 2);
                    }
                  });
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "F0 FE 07, 1", // lock inc byte [rdi]
    "F0 66 FF 07, 2", // lock inc word [rdi]
    "F0 FF 07, 4",
    "F0 48 FF 07, 8",
    "F0 48 83 07 01, 8", // lock add qword [rdi], 1
    "B8 01 00 00 00 F0 0F C1 07, 4", // mov eax, 1; lock xadd [rdi], eax
    "8B 07 8D 58 01 F0 0F B1 1F 75 F7, 4", // retry with cmpxchg [rdi], ebx
    // mov rax, [rdi]; mov rdx, [rdi + 8]; retry: rbx, rcx = rax + 1, rdx - 1; cmpxchg16b
    "48 8B 07 48 8B 57 08 48 8D 58 01 48 8D 4A FF F0 48 0F C7 0F 75 F2, 8"
  })
  void countsAreExact(String code, int size) throws Exception {
    try (Program program = new Program(8)) {
      together(program, code, SHARED);
      long mask = Place.mask(size);
      assertThat(program.memory.readLong(SHARED) & mask).isEqualTo((long) THREADS * ROUNDS & mask);
      if (code.contains("48 0F C7")) {
        assertThat(program.memory.readLong(SHARED + 8)).isEqualTo(-(long) THREADS * ROUNDS);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "4094", "4095"})
  void countsAreExactAcrossPagesAndWords(int offset) throws Exception {
    try (Program program = new Program(8)) {
      together(program, "F0 FF 07", SHARED + offset);
      assertThat(program.memory.readInt(SHARED + offset)).isEqualTo(THREADS * ROUNDS);
    }
  }

  @Test
  void bitsOfNeighboursStay() throws Exception {
    try (Program program = new Program(8)) {
      // Each round turns a bit over and back: bit 5 of the byte behind a counted word.
      program.memory.writeLong(SHARED, 0);
      together(program, "F0 0F BA 7F 02 05 F0 0F BA 7F 02 05 F0 66 FF 07", SHARED);
      assertThat(program.memory.readLong(SHARED)).isEqualTo((long) THREADS * ROUNDS & 0xFFFF);
    }
  }

  @Test
  void theHostComparesSixteenBytesAtOnce() {
    Assumptions.assumeTrue(
        System.getProperty("os.arch").equals("amd64")
            && System.getProperty("os.name").equals("Linux"),
        "only done on Linux on x86-64");
    assertThat(WideCompareExchange.AVAILABLE).isTrue();
  }

  @Test
  void bitStringsReachFarBothWays() {
    try (Program program = new Program(8)) {
      program.cpu.r[Cpu.RDI] = SHARED;
      program.cpu.r[Cpu.RAX] = -1;
      program.run("F0 48 0F AB 07"); // lock bts [rdi], rax
      assertThat(program.memory.readLong(SHARED - 8)).isEqualTo(Long.MIN_VALUE);
      assertThat(program.cpu.carry()).isFalse();
      program.cpu.r[Cpu.RAX] = 0x1_0003;
      program.run("48 0F BB 07"); // btc [rdi], rax
      assertThat(program.memory.readLong(SHARED + 0x2000)).isEqualTo(8);
    }
  }
}
