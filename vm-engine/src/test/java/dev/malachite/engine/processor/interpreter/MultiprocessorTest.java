// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two processors: start-up, atomic operations, code changed by the other one. */
class MultiprocessorTest {
  @BeforeAll
  static void requireAssembler() {
    assumeTrue(Assembler.isAvailable(), "needs as and ld of Debian's binutils");
  }

  // The second processor starts in real mode at 0x20000 with what is copied there.
  private static final String START_SECOND =
      """
      lea rsi, [rip + second]
      mov edi, 0x20000
      mov ecx, second_end - second
      rep movsb
      mov ecx, 0x1B
      rdmsr
      or eax, 0xC00
      wrmsr
      mov ecx, 0x830
      mov edx, 1
      mov eax, 0x4500
      wrmsr
      mov eax, 0x4620
      wrmsr
      """;

  @Test
  void bothCountWithLockedInstructions() {
    try (SmallMachine machine = new SmallMachine(2)) {
      machine.load(
          START_SECOND
              + """
              mov ecx, 200000
              1: lock inc dword ptr [0x500]
              lock xadd [0x508], eax
              dec ecx
              jnz 1b
              lock inc dword ptr [0x504]
              1: pause
              cmp dword ptr [0x504], 2
              jne 1b
              mov eax, [0x500]
              out 0x10, eax
              out 0x11, al
              second:
              .code16
              xor ax, ax
              mov ds, ax
              mov ecx, 200000
              1: lock inc dword ptr [0x500]
              dec ecx
              jnz 1b
              lock inc dword ptr [0x504]
              2: hlt
              jmp 2b
              second_end:
              """);
      assertThat(machine.enterLongMode().run()).containsExactly(400_000);
    }
  }

  @Test
  void codeChangedByTheOtherProcessorIsSeen() {
    // The first calls a function over and over until the second has changed what it returns.
    try (SmallMachine machine = new SmallMachine(2)) {
      machine.load(
          """
          mov dword ptr [0x30000], 0x000001B8
          mov word ptr [0x30004], 0xC300
          mov dword ptr [0x504], 0
          mov ebx, 0x30000
          """
              + START_SECOND
              + """
              mov ecx, 100000000
              1: lock inc dword ptr [0x504]
              call rbx
              cmp eax, 1
              jne 2f
              dec ecx
              jnz 1b
              2: out 0x10, eax
              out 0x11, al
              second:
              .code16
              xor ax, ax
              mov ds, ax
              1: cmp dword ptr [0x504], 20000
              jb 1b
              mov ax, 0x3000
              mov es, ax
              mov byte ptr es:[1], 7
              2: hlt
              jmp 2b
              second_end:
              """);
      assertThat(machine.enterLongMode().run()).containsExactly(7);
    }
  }
}
