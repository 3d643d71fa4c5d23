// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real mode, protected mode with 32-bit and PAE paging, and the way into long mode. */
class OtherModesTest {
  @BeforeAll
  static void requireAssembler() {
    assumeTrue(Assembler.isAvailable(), "needs as and ld of Debian's binutils");
  }

  private static List<Integer> run(String source) {
    try (SmallMachine machine = new SmallMachine(1)) {
      return machine.loadSegment(".code16\n" + source).enterRealMode().run();
    }
  }

  @Test
  void realModeInterruptsAndSegments() {
    assertThat(
            run(
                """
                xor ax, ax
                mov ds, ax
                mov word ptr [0x21 * 4], offset handler
                mov word ptr [0x21 * 4 + 2], cs
                mov ax, 0xFFFF
                mov es, ax
                mov dword ptr es:[0x10], 0x87654321
                int 0x21
                mov eax, 2
                out 0x10, eax
                out 0x11, al
                handler:
                mov eax, 1
                out 0x10, eax
                mov ax, 0x2000
                mov ds, ax
                mov ax, 0xFFFF
                mov fs, ax
                mov eax, fs:[0x10]
                out 0x10, eax
                iret
                """))
        .containsExactly(1, 0x87654321, 2);
  }

  @Test
  void realModeAccessBeyondTheLimitFaults() {
    assertThat(
            run(
                """
                xor ax, ax
                mov ds, ax
                mov word ptr [13 * 4], offset handler
                mov word ptr [13 * 4 + 2], cs
                mov bx, 0xFFFF
                mov ax, [bx]
                out 0x11, al
                handler:
                mov eax, 13
                out 0x10, eax
                out 0x11, al
                """))
        .containsExactly(13);
  }

  private static final String TO_PROTECTED =
      """
      lgdt cs:[gdt_pointer]
      mov eax, cr0
      or al, 1
      mov cr0, eax
      ljmp 0x08, 1f
      .align 8
      gdt: .quad 0, 0x00409B010000FFFF, 0x00CF93000000FFFF, 0x00009B010000FFFF, 0x00009300000000FF
        .quad 0x00AF9B000000FFFF, 0x0000890400000067, 0x0000890410000067
      gdt_pointer: .word 0x3F
        .long gdt + 0x10000
      .code32
      1:
      mov eax, 0x10
      mov ds, eax
      mov es, eax
      mov ss, eax
      mov esp, 0x80000
      """;

  @Test
  void protectedModeWithThirtyTwoBitPaging() {
    assertThat(
            run(
                TO_PROTECTED
                    + """
                    mov dword ptr [0x300000], 0x301003
                    mov dword ptr [0x300004], 0x00000083
                    xor ecx, ecx
                    1: mov eax, ecx
                    shl eax, 12
                    or eax, 3
                    mov [ecx * 4 + 0x301000], eax
                    inc ecx
                    cmp ecx, 1024
                    jb 1b
                    mov eax, 0x300000
                    mov cr3, eax
                    mov eax, cr4
                    or eax, 0x10
                    mov cr4, eax
                    mov eax, cr0
                    or eax, 0x80000000
                    mov cr0, eax
                    mov dword ptr [0x200000], 0xABCD
                    mov eax, [0x600000]
                    out 0x10, eax
                    mov eax, [0x301000 + 0x200 * 4]
                    out 0x10, eax
                    out 0x11, al
                    """))
        .containsExactly(0xABCD, 0x200063);
  }

  @Test
  void protectedModeWithPhysicalAddressExtension() {
    assertThat(
            run(
                TO_PROTECTED
                    + """
                    mov dword ptr [0x300000], 0x301001
                    mov dword ptr [0x301000], 0x000083
                    mov dword ptr [0x301008], 0x200083
                    mov dword ptr [0x301010], 0x200083
                    mov eax, cr4
                    or eax, 0x20
                    mov cr4, eax
                    mov eax, 0x300000
                    mov cr3, eax
                    mov eax, cr0
                    or eax, 0x80000000
                    mov cr0, eax
                    mov dword ptr [0x200000], 0x1234
                    mov eax, [0x400000]
                    out 0x10, eax
                    out 0x11, al
                    """))
        .containsExactly(0x1234);
  }

  @Test
  void segmentLimitsHold() {
    assertThat(
            run(
                """
                xor ax, ax
                mov ds, ax
                """
                    + TO_PROTECTED
                    + """
                    lidt cs:[idt_pointer]
                    mov eax, 0x20
                    mov fs, eax
                    mov eax, fs:[0xFC]
                    mov eax, 1
                    out 0x10, eax
                    mov eax, fs:[0xFD]
                    out 0x11, al
                    handler:
                    pop eax
                    out 0x10, eax
                    mov eax, 13
                    out 0x10, eax
                    out 0x11, al
                    .align 8
                    idt: .fill 13, 8, 0
                      .word handler, 8, 0x8E00, 0
                    idt_pointer: .word 14 * 8 - 1
                      .long idt + 0x10000
                    """))
        .containsExactly(1, 0, 13);
  }

  @Test
  void theWayIntoLongModeAndBackToCompatibilityMode() {
    assertThat(
            run(
                TO_PROTECTED
                    + """
                    mov dword ptr [0x300000], 0x301003
                    mov dword ptr [0x301000], 0x302003
                    mov dword ptr [0x302000], 0x000083
                    mov dword ptr [0x302008], 0x200083
                    mov eax, cr4
                    or eax, 0x20
                    mov cr4, eax
                    mov eax, 0x300000
                    mov cr3, eax
                    mov ecx, 0xC0000080
                    rdmsr
                    or eax, 0x100
                    wrmsr
                    mov eax, cr0
                    or eax, 0x80000000
                    mov cr0, eax
                    rdmsr
                    out 0x10, eax
                    ljmp 0x28, long + 0x10000
                    .code64
                    long:
                    mov rax, 0x123456789
                    shr rax, 4
                    out 0x10, eax
                    push 0x08
                    lea rax, [rip + compat - 0x10000]
                    push rax
                    retfq
                    .code32
                    compat:
                    mov eax, 0xFFFFFFFF
                    inc eax
                    out 0x10, eax
                    out 0x11, al
                    """))
        .containsExactly(0x500, 0x12345678, 0);
  }

  @Test
  void virtual8086ModeIsEnteredAndLeftWithItsSegments() {
    assertThat(
            run(
                TO_PROTECTED
                    + """
                    lidt cs:[idt_pointer]
                    mov dword ptr [0x40004], 0x70000
                    mov dword ptr [0x40008], 0x10
                    mov eax, 0x30
                    ltr ax
                    push 0x5555
                    push 0x4444
                    push 0x3333
                    push 0x2222
                    push 0x1000
                    push 0x800
                    push 0x20002
                    push 0x1000
                    push offset virtual
                    iretd
                    .code16
                    virtual:
                    mov bx, cs
                    hlt
                    .code32
                    handler:
                    pop eax
                    out 0x10, eax
                    mov eax, [esp + 4]
                    out 0x10, eax
                    mov eax, [esp + 8]
                    and eax, 0x20000
                    out 0x10, eax
                    mov eax, [esp + 24]
                    out 0x10, eax
                    movzx eax, bx
                    out 0x10, eax
                    mov eax, ds
                    out 0x10, eax
                    out 0x11, al
                    .align 8
                    idt: .fill 13, 8, 0
                      .word handler, 8, 0x8E00, 0
                    idt_pointer: .word 14 * 8 - 1
                      .long idt + 0x10000
                    """))
        .containsExactly(0, 0x1000, 0x20000, 0x3333, 0x1000, 0);
  }

  @Test
  void aTaskIsCalledAndReturnsByItsLink() {
    assertThat(
            run(
                TO_PROTECTED
                    + """
                    mov fs, eax
                    mov gs, eax
                    mov dword ptr [0x41020], offset task
                    mov dword ptr [0x41024], 2
                    mov dword ptr [0x4102C], 0x1234
                    mov dword ptr [0x41038], 0x60000
                    mov dword ptr [0x41048], 0x10
                    mov dword ptr [0x4104C], 0x08
                    mov dword ptr [0x41050], 0x10
                    mov dword ptr [0x41054], 0x10
                    mov eax, 0x30
                    ltr ax
                    lcall 0x38, 0
                    mov eax, 0x77
                    out 0x10, eax
                    movzx eax, byte ptr [gdt + 0x10000 + 0x3D]
                    out 0x10, eax
                    movzx eax, byte ptr [gdt + 0x10000 + 0x35]
                    out 0x10, eax
                    mov eax, cr0
                    and eax, 8
                    out 0x10, eax
                    out 0x11, al
                    task:
                    mov eax, ecx
                    out 0x10, eax
                    pushfd
                    pop eax
                    and eax, 0x4000
                    out 0x10, eax
                    movzx eax, word ptr [0x41000]
                    out 0x10, eax
                    iretd
                    """))
        .containsExactly(0x1234, 0x4000, 0x30, 0x77, 0x89, 0x8B, 8);
  }
}
