// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Exceptions, paging and privilege in long mode, by guests that report what the SDM says they must
 * see. Each exception is reported as its vector, error code and the distance of its instruction
 * pointer from {@code here}; then execution goes on at {@code next}.
 */
class LongModeTest {
  @BeforeAll
  static void requireAssembler() {
    assumeTrue(Assembler.isAvailable(), "needs as and ld of Debian's binutils");
  }

  // GDT: 0x08 code 64, 0x10 data, 0x18 user code 32 (unused), 0x20 user data, 0x28 user code 64,
  // 0x30 TSS. The IDT's 32 gates lead to stubs of 16 bytes.
  static final String PRELUDE =
      """
      .macro report value
        mov eax, \\value
        out 0x10, eax
      .endm
      .macro end
        out 0x11, al
      .endm
      start:
        lgdt [gdt_pointer]
        lidt [idt_pointer]
        lea rax, [rip + tss]
        mov [gdt + 0x32], ax
        shr rax, 16
        mov [gdt + 0x34], al
        mov ax, 0x30
        ltr ax
        mov rcx, 0
      1:mov rax, rcx
        shl rax, 4
        lea rbx, [stubs + rax]
        lea rdx, [idt + rax]
        mov [rdx], bx
        mov word ptr [rdx + 2], 0x08
        mov byte ptr [rdx + 5], 0xEE
        shr rbx, 16
        mov [rdx + 6], bx
        inc rcx
        cmp rcx, 32
        jb 1b
        jmp main
      .align 16
      stubs:
      .set vector, 0
      .rept 32
        .align 16
        .if vector != 8 && vector != 10 && vector != 11 && vector != 12 && vector != 13 && vector != 14 && vector != 17
        push 0x7777
        .endif
        push vector
        jmp common
        .set vector, vector + 1
      .endr
      common:
        push rax
        mov eax, [rsp + 8]
        out 0x10, eax
        mov eax, [rsp + 16]
        out 0x10, eax
        mov eax, [rsp + 24]
        sub eax, [here]
        out 0x10, eax
        mov rax, [next]
        mov [rsp + 24], rax
        pop rax
        add rsp, 16
        iretq
      .align 16
      gdt: .quad 0, 0x00AF9B000000FFFF, 0x00CF93000000FFFF, 0x00CFFB000000FFFF, 0x00CFF3000000FFFF
        .quad 0x00AFFB000000FFFF
        .quad 0x0000890000000067, 0
      gdt_pointer: .word 0x3F
        .quad gdt
      idt_pointer: .word 0x1FF
        .quad idt
      here: .quad 0
      next: .quad 0
      .align 16
      tss: .fill 4, 1, 0
        .quad 0x90000, 0, 0, 0
        .quad 0xA0000, 0, 0, 0, 0, 0, 0, 0
        .fill 32, 1, 0
      .align 16
      idt: .fill 512, 1, 0
      .align 16
      main:
      """;

  private static List<Integer> run(String body) {
    try (SmallMachine machine = new SmallMachine(1)) {
      return machine.load(PRELUDE + body).enterLongMode().run();
    }
  }

  /** Runs one instruction that must fault, and returns what the handler saw. */
  private static List<Integer> fault(String before, String instruction) {
    return run(
        before
            + """

            lea rax, [rip + 1f]
            mov [next], rax
            lea rax, [rip + 2f]
            mov [here], rax
            mov rax, 0
            2: %s
            1: end
            """
                .formatted(instruction));
  }

  @Test
  void divideErrorPointsAtTheInstruction() {
    assertThat(fault("xor ecx, ecx", "div ecx")).containsExactly(0, 0x7777, 0);
  }

  @Test
  void breakpointPointsBehindTheInstruction() {
    assertThat(fault("", "int3")).containsExactly(3, 0x7777, 1);
  }

  @Test
  void softwareInterruptPointsBehindTheInstruction() {
    assertThat(fault("", "int 0x15")).containsExactly(0x15, 0x7777, 2);
  }

  @Test
  void undefinedOpcode() {
    assertThat(fault("", "ud2")).containsExactly(6, 0x7777, 0);
  }

  @Test
  void interruptBeyondTheTable() {
    assertThat(fault("", "int 0x40")).containsExactly(13, 0x40 * 8 + 2, 0);
  }

  @Test
  void nonCanonicalAddressIsAGeneralProtectionFault() {
    assertThat(fault("mov rbx, 0x8000000000000000", "mov rax, [rbx]")).containsExactly(13, 0, 0);
  }

  @Test
  void nonCanonicalStackAddressIsAStackFault() {
    assertThat(fault("mov rbp, 0x8000000000000000", "mov rax, [rbp]")).containsExactly(12, 0, 0);
  }

  @Test
  void selectorBeyondTheTable() {
    assertThat(fault("mov ecx, 0x48", "mov ds, ecx")).containsExactly(13, 0x48, 0);
  }

  @Test
  void deviceNotAvailable() {
    assertThat(fault("mov rax, cr0\nor rax, 8\nmov cr0, rax", "fninit"))
        .containsExactly(7, 0x7777, 0);
  }

  private static String unmap(int page, long clear, long set) {
    return """
    mov rbx, [%d]
    and rbx, ~0x%x
    mov rcx, 0x%x
    or rbx, rcx
    mov [%d], rbx
    invlpg [%d]
    """
        .formatted(
            SmallMachine.LAST_LEVEL + 8 * page,
            clear,
            set,
            SmallMachine.LAST_LEVEL + 8 * page,
            page << 12);
  }

  @Test
  void readOfAMissingPage() {
    assertThat(fault(unmap(0x500, 1, 0), "mov rax, [0x500123]")).containsExactly(14, 0, 0);
  }

  @Test
  void faultAddressIsInCr2() {
    assertThat(
            run(
                unmap(0x500, 1, 0)
                    + """
                    lea rax, [rip + 1f]
                    mov [next], rax
                    mov al, [0x500123]
                    1: mov rax, cr2
                    out 0x10, eax
                    end
                    """))
        .endsWith(0x500123);
  }

  @Test
  void writeOfAMissingPageAlsoByReadModifyWrite() {
    assertThat(fault(unmap(0x500, 1, 0), "mov [0x500123], rax")).containsExactly(14, 2, 0);
    assertThat(fault(unmap(0x500, 1, 0), "add qword ptr [0x500120], 1")).containsExactly(14, 2, 0);
  }

  @Test
  void writeAcrossIntoAMissingPageLeavesTheFirstAlone() {
    assertThat(
            run(
                unmap(0x501, 1, 0)
                    + """
                    lea rax, [rip + 1f]
                    mov [next], rax
                    mov rax, -1
                    mov [0x500FFC], rax
                    1: mov eax, [0x500FFC]
                    out 0x10, eax
                    mov rax, cr2
                    out 0x10, eax
                    end
                    """))
        .endsWith(0, 0x501000);
  }

  @Test
  void accessesByOneRegisterFaultEachByItself() {
    // The third of four is in a missing page, which the handler's way back leaves out.
    assertThat(
            run(
                unmap(0x501, 1, 0)
                    + """
                    mov edi, 3
                    mov rbx, 0x500FE8
                    4: lea rax, [rip + 2f]
                    mov [here], rax
                    lea rax, [rip + 3f]
                    mov [next], rax
                    mov rcx, [rbx + 8]
                    inc dword ptr [rbx]
                    stc
                    2: mov [rbx + 24], rdi
                    report 1
                    mov [rbx + 16], rdi
                    3: adc edi, -2
                    jnz 4b
                    report [0x500FE8]
                    report [0x500FF8]
                    mov rax, cr2
                    report eax
                    end
                    """))
        .containsExactly(14, 2, 0, 14, 2, 0, 14, 2, 0, 3, 0, 0x501000);
  }

  @Test
  void aStackAcrossAPageMayFaultInTheMiddle() {
    assertThat(
            run(
                unmap(0x501, 1, 0)
                    + """
                    lea rax, [rip + 2f]
                    mov [here], rax
                    lea rax, [rip + 3f]
                    mov [next], rax
                    mov r9, rsp
                    mov dword ptr [0x500FF0], 5
                    mov dword ptr [0x500FF8], 6
                    mov rsp, 0x500FF0
                    pop rcx
                    pop rdx
                    2: pop rbx
                    3: mov r8, rsp
                    mov rsp, r9
                    report ecx
                    report edx
                    report r8d
                    end
                    """))
        .containsExactly(14, 0, 0, 5, 6, 0x501000);
  }

  @Test
  void whatOneRegisterReadsAndWritesMayBeWrittenOnlyLater() {
    // A read-only page, made writable by the handler's way back: the first round is by single
    // checks.
    assertThat(
            run(
                unmap(0x500, 2, 0)
                    + """
                    mov rax, cr0
                    or eax, 0x10000
                    mov cr0, rax
                    mov rbx, 0x500100
                    mov edi, 3
                    4: lea rax, [rip + 2f]
                    mov [here], rax
                    lea rax, [rip + 3f]
                    mov [next], rax
                    mov ecx, [rbx]
                    2: mov [rbx + 8], edi
                    add ecx, [rbx + 8]
                    jmp 5f
                    3: lea rdx, [rip + 4b]
                    or qword ptr [PTE], 2
                    invlpg [rbx]
                    5: dec edi
                    jnz 4b
                    report ecx
                    report [rbx + 8]
                    end
                    """
                        .replace("PTE", Integer.toString(SmallMachine.LAST_LEVEL + 8 * 0x500))))
        .containsExactly(14, 3, 0, 1, 1);
  }

  @Test
  void supervisorMayWriteReadOnlyPagesUnlessWriteProtected() {
    assertThat(
            run(
                unmap(0x500, 2, 0)
                    + """
                    mov rax, cr0
                    and rax, ~0x10000
                    mov cr0, rax
                    mov dword ptr [0x500000], 5
                    mov eax, [0x500000]
                    out 0x10, eax
                    end
                    """))
        .containsExactly(5);
    assertThat(fault(unmap(0x500, 2, 0), "mov [0x500000], rax")).containsExactly(14, 3, 0);
  }

  @Test
  void reservedBitsAreReported() {
    assertThat(fault(unmap(0x500, 0, 1L << 45), "mov rax, [0x500000]")).containsExactly(14, 9, 0);
  }

  @Test
  void accessedAndDirtyBitsAreSet() {
    String entry = "[%d]".formatted(SmallMachine.LAST_LEVEL + 8 * 0x500);
    assertThat(
            run(
                """
                mov eax, ENTRY
                and eax, 0x60
                out 0x10, eax
                mov ebx, [0x500000]
                mov eax, ENTRY
                and eax, 0x60
                out 0x10, eax
                mov [0x500000], ebx
                mov eax, ENTRY
                and eax, 0x60
                out 0x10, eax
                end
                """
                    .replace("ENTRY", entry)))
        .containsExactly(0, 0x20, 0x60);
  }

  @Test
  void noExecutePagesAreNotExecuted() {
    String ret = "mov byte ptr [0x500000], 0xC3\nmov byte ptr [0x500001], 0xC3\n";
    assertThat(run(ret + "mov eax, 0x500000\ncall rax\nreport 1\nend")).containsExactly(1);
    List<Integer> seen = fault(ret + unmap(0x500, 0, 1L << 63) + "mov ecx, 0x500000", "call rcx");
    assertThat(seen.subList(0, 2)).containsExactly(14, 0x11);
  }

  @Test
  void supervisorModeExecutionPrevention() {
    // All pages are user pages, so code must first become supervisor's: page by page.
    String kernelPages =
        """
        mov rcx, 0
        1: and dword ptr [rcx * 8 + %d], ~4
        inc rcx
        cmp rcx, 0x400
        jb 1b
        mov rax, cr3
        mov cr3, rax
        mov rax, cr4
        or rax, 0x100000
        mov cr4, rax
        mov byte ptr [0x500000], 0xC3
        mov ecx, 0x500000
        """
            .formatted(SmallMachine.LAST_LEVEL);
    List<Integer> seen = fault(kernelPages, "call rcx");
    assertThat(seen.subList(0, 2)).containsExactly(14, 0x11);
  }

  @Test
  void supervisorModeAccessPreventionObeysTheAcFlag() {
    String smap =
        """
        mov rcx, 0
        1: and dword ptr [rcx * 8 + %d], ~4
        inc rcx
        cmp rcx, 0x400
        jb 1b
        mov rax, cr4
        or rax, 0x200000
        mov cr4, rax
        stac
        mov dword ptr [0x500000], 7
        mov eax, [0x500000]
        out 0x10, eax
        clac
        """
            .formatted(SmallMachine.LAST_LEVEL);
    assertThat(fault(smap, "mov rax, [0x500000]")).containsExactly(7, 14, 1, 0);
  }

  @Test
  void userModeComesBackBySystemCall() {
    assertThat(
            run(
                """
                mov ecx, 0xC0000081
                xor eax, eax
                mov edx, 0x00180008
                wrmsr
                mov ecx, 0xC0000082
                lea rax, [rip + entry]
                xor edx, edx
                wrmsr
                mov ecx, 0xC0000084
                mov eax, 0x200
                wrmsr
                lea rcx, [rip + user]
                mov r11, 0x202
                sysretq
                user:
                mov eax, cs
                mov ebx, eax
                mov ecx, 0
                syscall
                entry:
                mov eax, ebx
                out 0x10, eax
                mov eax, cs
                out 0x10, eax
                mov eax, ss
                out 0x10, eax
                mov eax, r11d
                out 0x10, eax
                pushfq
                pop rax
                and eax, 0x200
                out 0x10, eax
                end
                """))
        .containsExactly(0x2B, 0x08, 0x10, 0x202, 0);
  }

  @Test
  void userModeMayNotDoWhatIsPrivileged() {
    String user =
        """
        push 0x23
        push 0x500000
        push 0x2
        push 0x2B
        lea rax, [rip + user]
        push rax
        iretq
        user:
        """;
    List<Integer> seen = fault(user, "cli");
    assertThat(seen.subList(0, 3)).containsExactly(13, 0, 0);
  }

  @Test
  void interruptFromUserModeSwitchesStacks() {
    assertThat(
            run(
                """
                lea rbx, [rip + handler]
                mov [idt + 0x18 * 16], bx
                push 0x23
                push 0x500000
                push 0x2
                push 0x2B
                lea rax, [rip + user]
                push rax
                iretq
                user: int 0x18
                handler:
                mov eax, esp
                out 0x10, eax
                mov eax, [rsp + 24]
                out 0x10, eax
                mov eax, [rsp + 32]
                out 0x10, eax
                end
                """))
        .containsExactly(0x90000 - 40, 0x500000, 0x23);
  }

  @Test
  void interruptStackTable() {
    assertThat(
            run(
                """
                mov byte ptr [idt + 0x18 * 16 + 4], 1
                lea rbx, [rip + handler]
                mov [idt + 0x18 * 16], bx
                int 0x18
                handler:
                mov eax, esp
                out 0x10, eax
                end
                """))
        .containsExactly(0xA0000 - 40);
  }

  @Test
  void singleStepReportsEachInstruction() {
    assertThat(
            run(
                """
                lea rbx, [rip + handler]
                mov [idt + 16], bx
                lea rbx, [rip + 2f]
                xor r8d, r8d
                pushfq
                or dword ptr [rsp], 0x100
                popfq
                2: nop
                mov ecx, 5
                nop
                nop
                mov eax, r8d
                out 0x10, eax
                end
                handler:
                inc r8d
                mov rax, [rsp]
                sub rax, rbx
                out 0x10, eax
                mov rax, dr6
                and eax, 0x4000
                out 0x10, eax
                cmp r8d, 3
                jb 1f
                and dword ptr [rsp + 16], ~0x100
                1: iretq
                """))
        .containsExactly(1, 0x4000, 6, 0x4000, 7, 0x4000, 3);
  }

  @Test
  void theDeadlineTimerGoesByTheTimeStampCounterTheGuestHasSet() {
    assertThat(
            run(
                """
                lea rax, [rip + 2f]
                mov [here], rax
                lea rax, [rip + 1f]
                mov [next], rax
                mov ecx, 0x1B
                rdmsr
                or eax, 0xC00
                wrmsr
                mov ecx, 0x80F
                mov eax, 0x1FF
                xor edx, edx
                wrmsr
                mov ecx, 0x832
                mov eax, 0x4001F
                wrmsr
                mov ecx, 0x10
                xor eax, eax
                mov edx, 0x100000
                wrmsr
                rdtsc
                add eax, 1000000
                adc edx, 0
                mov ecx, 0x6E0
                wrmsr
                sti
                hlt
                2: nop
                1: end
                """))
        .containsExactly(31, 0x7777, 0);
  }

  @Test
  void theTimeStampCounterNeverGoesBackAndLeavesAllElseAlone() {
    assertThat(
            run(
                """
                mov ecx, 0xC0000103
                mov eax, 0x1234
                xor edx, edx
                wrmsr
                movq xmm3, rsp
                pshufd xmm13, xmm3, 0x44
                mov rsi, -1
                mov rdi, -2
                mov r8, -3
                mov r9, -4
                mov r10, -5
                mov r11, -6
                mov r14d, 200
                xor r12d, r12d
                xor r13d, r13d
                1: rdtsc
                shl rdx, 32
                or rax, rdx
                cmp rax, r12
                adc r13d, 0
                mov r12, rax
                stc
                rdtscp
                adc r13d, -1
                shl rdx, 32
                or rax, rdx
                cmp rax, r12
                adc r13d, 0
                mov r12, rax
                dec r14d
                jnz 1b
                report r13d
                report ecx
                add rsi, rdi
                add rsi, r8
                add rsi, r9
                add rsi, r10
                add rsi, r11
                report esi
                pcmpeqb xmm13, xmm3
                movd eax, xmm13
                report eax
                end
                """))
        .containsExactly(0, 0x1234, -21, -1);
  }

  @Test
  void theTimeStampCounterCanBeKeptFromUsers() {
    assertThat(
            run(
                """
                lea rax, [rip + 2f]
                mov [here], rax
                lea rax, [rip + 3f]
                mov [next], rax
                mov rax, cr4
                or eax, 4
                mov cr4, rax
                rdtsc
                push 0x23
                push 0x502000
                push 0x3202
                push 0x2B
                lea rax, [rip + 1f]
                push rax
                iretq
                1: nop
                2: rdtsc
                3: nop
                report 5
                end
                """))
        .containsExactly(13, 0, 0, 5);
  }

  @Test
  void loopsCountInTheRegisterOfTheAddressSize() {
    assertThat(
            run(
                """
                mov rcx, 0x100000005
                xor ebx, ebx
                stc
                1: inc ebx
                addr32 loop 1b
                adc ebx, 0x100
                report ebx
                mov rax, rcx
                shr rax, 32
                report eax
                mov rcx, 0x100000000
                jrcxz 2f
                jecxz 3f
                2: report 1
                3: mov ecx, 7
                xor ebx, ebx
                4: inc ebx
                cmp ebx, 3
                loopne 4b
                report ecx
                5: inc ebx
                cmp ebx, 5
                loope 5b
                report ecx
                end
                """))
        .containsExactly(0x106, 0, 4, 3);
  }

  @Test
  void dataBreakpointTrapsAfterTheWrite() {
    assertThat(
            run(
                """
                mov eax, 0x500008
                mov dr0, rax
                mov eax, 0x00D0001
                mov dr7, rax
                lea rax, [rip + 2f]
                mov [here], rax
                lea rax, [rip + 1f]
                mov [next], rax
                mov ecx, [0x500008]
                mov dword ptr [0x500000], 1
                2: mov [0x500008], ebx
                nop
                1: mov rax, dr6
                and eax, 15
                out 0x10, eax
                end
                """))
        .containsExactly(1, 0x7777, 7, 1);
  }

  @Test
  void aBadStackBecomesADoubleFaultAndThenTheEnd() {
    // The stack is not there, and the double fault's handler has it too.
    assertThat(run("mov rsp, 0x7000000\nud2")).containsExactly(0x333);
    assertThat(
            run(
                """
                mov byte ptr [idt + 8 * 16 + 4], 1
                lea rbx, [rip + handler]
                mov [idt + 8 * 16], bx
                mov rsp, 0x7000000
                ud2
                handler:
                mov eax, [rsp]
                out 0x10, eax
                report 8
                end
                """))
        .containsExactly(0, 8);
  }

  @Test
  void codeThatChangesItselfRunsAsChanged() {
    assertThat(
            run(
                """
                mov ecx, 3
                again:
                mov byte ptr [rip + patched + 1], cl
                patched: mov eax, 0x55
                out 0x10, eax
                dec ecx
                jnz again
                end
                """))
        .containsExactly(3, 2, 1);
  }

  @Test
  void codeInAnotherPageRunsAsChanged() {
    assertThat(
            run(
                """
                mov dword ptr [0x500000], 0x000001B8
                mov word ptr [0x500004], 0xC300
                mov ebx, 0x500000
                call rbx
                out 0x10, eax
                mov byte ptr [0x500001], 2
                call rbx
                out 0x10, eax
                end
                """))
        .containsExactly(1, 2);
  }

  @Test
  void anInstructionAcrossTwoPagesRuns() {
    assertThat(
            run(
                """
                mov dword ptr [0x500FFD], 0x345678B8
                mov word ptr [0x501001], 0xC312
                mov ebx, 0x500FFD
                call rbx
                out 0x10, eax
                mov byte ptr [0x501000], 0x99
                call rbx
                out 0x10, eax
                end
                """))
        .containsExactly(0x12345678, 0x12995678);
  }

  @Test
  void changedTranslationsAreSeenAfterInvlpgOfALargePage() {
    String directory = "[%d]".formatted(SmallMachine.PAGE_TABLES + 0x2000 + 8 * 2);
    assertThat(
            run(
                """
                mov dword ptr [0x400010], 0x44
                mov dword ptr [0x600010], 0x66
                mov rax, 0x400087
                mov DIRECTORY, rax
                mov rax, cr3
                mov cr3, rax
                mov eax, [0x400010]
                out 0x10, eax
                mov eax, [0x401010]
                mov rax, 0x600087
                mov DIRECTORY, rax
                invlpg [0x5FF000]
                mov eax, [0x400010]
                out 0x10, eax
                end
                """
                    .replace("DIRECTORY", directory)))
        .containsExactly(0x44, 0x66);
  }
}
