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

  // Turns the second processor, just started, to long mode, with the first one's page tables.
  private static final String SECOND_TO_LONG_MODE =
      """
      second:
      .code16
      xor ax, ax
      mov ds, ax
      mov dword ptr [0x700], 0
      mov dword ptr [0x704], 0
      mov dword ptr [0x708], 0x0000FFFF
      mov dword ptr [0x70C], 0x00AF9B00
      mov dword ptr [0x710], 0x0000FFFF
      mov dword ptr [0x714], 0x00CF9300
      mov word ptr [0x720], 0x17
      mov dword ptr [0x722], 0x700
      lgdt [0x720]
      mov eax, 0x620
      mov cr4, eax
      mov eax, 0x100000
      mov cr3, eax
      mov ecx, 0xC0000080
      xor edx, edx
      mov eax, 0x901
      wrmsr
      mov eax, 0x80010033
      mov cr0, eax
      .byte 0x66, 0xEA
      .long 0x20000 + (second_long - second)
      .word 8
      second_long:
      .code64
      mov eax, 0x10
      mov ss, eax
      mov ds, eax
      mov es, eax
      mov rsp, 0x7F000
      """;

  @Test
  void bothRunCodeThatIsNewToBoth() {
    // A page of code after the other, which both processors enter at the same time or a little
    // apart, so that one finds code the other is just translating.
    int pages = 1000;
    byte[] page = new byte[4096];
    int size = 0;
    for (int i = 0; i < 100; i++) {
      // inc eax; call to the return at the page's end
      int distance = 4095 - (size + 7);
      byte[] call = {
        (byte) 0xFF, (byte) 0xC0, (byte) 0xE8, (byte) distance, (byte) (distance >> 8)
      };
      System.arraycopy(call, 0, page, size, call.length);
      size += 7;
    }
    page[size] = (byte) 0xC3;
    page[4095] = (byte) 0xC3;
    String calls =
        """
        xor ebx, ebx
        xor ebp, ebp
        mov edi, 0x300000
        1: lea ebp, [rbp + 2]
        lock inc dword ptr [0x508]
        2: pause
        cmp [0x508], ebp
        jb 2b
        imul ecx, edi, %d
        shr ecx, 20
        inc ecx
        3: dec ecx
        jnz 3b
        mov r8d, 3
        4: xor eax, eax
        call rdi
        add ebx, eax
        dec r8d
        jnz 4b
        add edi, 4096
        cmp edi, %d
        jb 1b
        """;
    int end = 0x30_0000 + pages * 4096;
    try (SmallMachine machine = new SmallMachine(2)) {
      for (int i = 0; i < pages; i++) {
        machine.memory().write(0x30_0000 + 4096L * i, page, 0, page.length);
      }
      machine.load(
          START_SECOND
              + calls.formatted(1, end)
              + """
              5: pause
              cmp dword ptr [0x50C], 0
              je 5b
              mov eax, ebx
              out 0x10, eax
              mov eax, [0x50C]
              out 0x10, eax
              out 0x11, al
              """
              + SECOND_TO_LONG_MODE
              + calls.formatted(0x9E3779B1, end)
              + """
              mov [0x50C], ebx
              6: hlt
              jmp 6b
              second_end:
              """);
      int sum = pages * 3 * 100;
      assertThat(machine.enterLongMode().run()).containsExactly(sum, sum);
    }
  }
}
