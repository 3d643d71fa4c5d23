# Copyright 2026 The Malachite Authors
# SPDX-License-Identifier: Apache-2.0
#
# A guest that does what it is told over its first serial port, and says what came of it.
# A request is six quadwords: the operation and five arguments. An answer is four: status (0, or 256
# plus the vector of an exception), result, error code, CR2. Written for GNU as; loaded at 1 MiB.

.intel_syntax noprefix
.code64

.set COM1, 0x3F8
.set HYPERCALL_PAGE, 0x200000
.set XMM_VALUES, 0x210000
.set SCRIBBLE, 0x211000
.set USER_STACK_TOP, 0x220000
.set OPERATIONS, 19

.text
.globl _start
_start:
    cli
    mov rsp, offset stack_top
    mov rax, cr4
    or rax, 0x600               # OSFXSR, OSXMMEXCPT
    mov cr4, rax
    lgdt [gdtr]
    mov ax, 0x18
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov rax, offset tss         # a task state segment, for the stack of faults at level 3
    mov word ptr [gdt_tss + 2], ax
    shr rax, 16
    mov byte ptr [gdt_tss + 4], al
    mov byte ptr [gdt_tss + 7], ah
    mov qword ptr [tss + 4], offset stack_top
    mov word ptr [tss + 102], 104   # no ports for level 3
    mov ax, 0x30
    ltr ax

    # Interrupt gates, for level 3 too.
    mov rdi, offset idt
    mov rbx, offset stubs
    mov ecx, 256
1:  mov rax, rbx
    mov word ptr [rdi], ax
    mov word ptr [rdi + 2], 0x10
    mov word ptr [rdi + 4], 0xEE00
    shr rax, 16
    mov word ptr [rdi + 6], ax
    mov qword ptr [rdi + 8], 0
    add rdi, 16
    add rbx, 16
    dec ecx
    jnz 1b
    lidt [idtr]

    # Level 3 may use what lies from 2 MiB to 64 MiB.
    or qword ptr [0x9000], 4
    mov rdi, qword ptr [0x9000]
    and rdi, -4096
    or qword ptr [rdi], 4
    mov rdi, qword ptr [rdi]
    and rdi, -4096
    mov ecx, 31
1:  add rdi, 8
    or qword ptr [rdi], 4
    dec ecx
    jnz 1b
    mov rax, cr3
    mov cr3, rax

    # The second processor's first steps go to where a start-up message can point.
    mov rsi, offset trampoline
    mov rdi, 0x8000
    mov rcx, offset trampoline_end
    sub rcx, rsi
    rep movsb

    call serial_reset
    mov qword ptr [answer], 0x45424F52      # "ROBE"
    jmp finish

main:
    cli
    mov rsp, offset stack_top
    mov rdi, offset request
    mov rcx, 48
    call receive
    mov qword ptr [answer], 0
    mov qword ptr [answer + 8], 0
    mov qword ptr [answer + 16], 0
    mov qword ptr [answer + 24], 0
    mov rax, qword ptr [request]
    cmp rax, OPERATIONS
    jae refuse
    mov r12, qword ptr [request + 8]
    mov r13, qword ptr [request + 16]
    mov r14, qword ptr [request + 24]
    mov r15, qword ptr [request + 32]
    mov rbp, qword ptr [request + 40]
    jmp qword ptr [operations + rax * 8]

refuse:
    mov qword ptr [answer], -1
    jmp finish

done:
    cli
    mov qword ptr [answer + 8], rax
finish:
    cli
    mov rsp, offset stack_top
    mov rdi, offset answer
    mov rcx, 32
    call send
    jmp main

receive:                        # rcx bytes to rdi
    test rcx, rcx
    jz 2f
1:  mov dx, COM1 + 5
    in al, dx
    test al, 1
    jz 1b
    mov dx, COM1
    in al, dx
    mov byte ptr [rdi], al
    inc rdi
    dec rcx
    jnz 1b
2:  ret

send:                           # rcx bytes from rdi
    test rcx, rcx
    jz 2f
    mov dx, COM1
1:  mov al, byte ptr [rdi]
    out dx, al
    inc rdi
    dec rcx
    jnz 1b
2:  ret

serial_reset:
    mov dx, COM1 + 4
    xor eax, eax
    out dx, al
    mov dx, COM1 + 3
    mov al, 3
    out dx, al
    mov dx, COM1 + 1
    xor eax, eax
    out dx, al
    mov dx, COM1 + 2
    mov al, 7
    out dx, al
    ret

.balign 8
operations:
    .quad op_nothing, op_read_msr, op_write_msr, op_hypercall, op_in, op_out, op_load, op_store
    .quad op_call, op_write, op_read, op_port_storm, op_cr3, op_lidt, op_lgdt, op_invlpg
    .quad op_user, op_goodbye, op_interrupts

op_nothing:
    jmp done

op_read_msr:
    sti
    mov ecx, r12d
    rdmsr
    shl rdx, 32
    mov eax, eax
    or rax, rdx
    jmp done

op_write_msr:
    sti
    mov ecx, r12d
    mov rax, r13
    mov rdx, r13
    shr rdx, 32
    wrmsr
    nop
    jmp done

op_hypercall:
    movups xmm0, [XMM_VALUES]
    movups xmm1, [XMM_VALUES + 16]
    movups xmm2, [XMM_VALUES + 32]
    movups xmm3, [XMM_VALUES + 48]
    movups xmm4, [XMM_VALUES + 64]
    movups xmm5, [XMM_VALUES + 80]
    sti
    mov rcx, r12
    mov rdx, r13
    mov r8, r14
    mov rax, r15
    mov rbx, HYPERCALL_PAGE
    call rbx
    jmp done

op_in:
    sti
    mov edx, r12d
    xor eax, eax
    cmp r13, 2
    ja 4f
    je 2f
    in al, dx
    jmp done
2:  in ax, dx
    jmp done
4:  in eax, dx
    jmp done

op_out:
    sti
    mov edx, r12d
    mov eax, r14d
    cmp r13, 2
    ja 4f
    je 2f
    out dx, al
    jmp done
2:  out dx, ax
    jmp done
4:  out dx, eax
    jmp done

op_load:
    sti
    xor eax, eax
    cmp r13, 16
    je 16f
    cmp r13, 4
    ja 8f
    je 4f
    cmp r13, 1
    ja 2f
    mov al, byte ptr [r12]
    jmp done
2:  mov ax, word ptr [r12]
    jmp done
4:  mov eax, dword ptr [r12]
    jmp done
8:  mov rax, qword ptr [r12]
    jmp done
16: movups xmm0, [r12]
    movq rax, xmm0
    jmp done

op_store:
    sti
    mov rax, r14
    cmp r13, 32
    je 32f
    cmp r13, 16
    je 16f
    cmp r13, 4
    ja 8f
    je 4f
    cmp r13, 1
    ja 2f
    mov byte ptr [r12], al
    jmp done
2:  mov word ptr [r12], ax
    jmp done
4:  mov dword ptr [r12], eax
    jmp done
8:  mov qword ptr [r12], rax
    jmp done
16: movq xmm0, rax
    movups [r12], xmm0
    jmp done
32: lock xadd qword ptr [r12], rax
    jmp done

op_call:                        # r12 (r13, r14, r15)
    sti
    mov rdi, r13
    mov rsi, r14
    mov rdx, r15
    call r12
    jmp done

op_write:
    mov rdi, r12
    mov rcx, r13
    call receive
    jmp done

op_read:
    mov rdi, offset answer
    mov rcx, 32
    call send
    mov rdi, r12
    mov rcx, r13
    call send
    jmp main

op_port_storm:                  # first r12, count r13, rounds r14, seed r15, then r13 quadwords
    sti
1:  mov rax, r15                # xorshift
    shl rax, 13
    xor r15, rax
    mov rax, r15
    shr rax, 7
    xor r15, rax
    mov rax, r15
    shl rax, 17
    xor r15, rax
    mov rax, r15
    shr rax, 20
    xor edx, edx
    div r13
    add rdx, r12
    mov eax, r15d
    test r15, 0x10000
    jz 2f
    in al, dx
    jmp 3f
2:  out dx, al
3:  dec r14
    jnz 1b
    cli
    call serial_reset
    mov rdi, offset request + 40
    mov rcx, 8
    call send
    xor eax, eax
    jmp done

op_cr3:
    mov cr3, r12
    jmp done

op_lidt:
    mov word ptr [scratch], r13w
    mov qword ptr [scratch + 2], r12
    lidt [scratch]
    int3
    jmp done

op_lgdt:
    mov word ptr [scratch], r13w
    mov qword ptr [scratch + 2], r12
    lgdt [scratch]
    mov es, r14w
    lgdt [gdtr]
    jmp done

op_invlpg:
    invlpg [r12]
    jmp done

op_user:                        # to r12 at level 3 with RFLAGS r13, RCX r14, RDX r15, R8 rbp
    mov rcx, r14
    mov rdx, r15
    mov r8, rbp
    mov rax, 0x5A5A5A5A
    push 0x23
    push USER_STACK_TOP
    push r13
    push 0x2B
    push r12
    xor ebx, ebx
    xor edi, edi
    xor esi, esi
    xor ebp, ebp
    xor r12d, r12d
    xor r13d, r13d
    xor r14d, r14d
    xor r15d, r15d
    iretq

op_goodbye:
    mov rdi, offset farewell
    mov rcx, offset farewell_end
    sub rcx, rdi
    call send
    mov dx, 0x600
    mov al, 0x34
    out dx, al
1:  hlt
    jmp 1b

op_interrupts:
    mov rax, qword ptr [interrupts]
    jmp done

.balign 16
stubs:
.set vector, 0
.rept 256
    .balign 16
    push vector                 # sign extended; the handler looks at the low byte
    .if vector == 2
    jmp ignore
    .elseif vector < 32
    jmp exception
    .else
    jmp interrupt
    .endif
    .set vector, vector + 1
.endr

ignore:                         # not maskable, so it may come anywhere
    inc qword ptr [interrupts]
    add rsp, 8
    iretq

interrupt:
    inc qword ptr [interrupts]
    push rax
    push rcx
    push rdx
    call end_of_interrupt
    pop rdx
    pop rcx
    cmp qword ptr [rsp + 24], 0x2B  # int n at level 3: its way of saying that it is done
    pop rax
    je user_done
    add rsp, 8
    iretq

user_done:
    mov rsp, offset stack_top
    mov qword ptr [answer + 16], -1
    jmp done

end_of_interrupt:
    mov ecx, 0x40000070
    xor eax, eax
    xor edx, edx
    wrmsr
    ret

exception:
    pop rax
    movzx eax, al
    cmp eax, 8
    je 1f
    cmp eax, 17
    je 1f
    cmp eax, 10
    jb 2f
    cmp eax, 14
    ja 2f
1:  pop rbx
    mov qword ptr [answer + 16], rbx
2:  or eax, 0x100
    mov qword ptr [answer], rax
    mov rax, cr2
    mov qword ptr [answer + 24], rax
    mov rsp, offset stack_top
    lgdt [gdtr]
    lidt [idtr]
    mov ax, 0x18
    mov ds, ax
    mov es, ax
    mov ss, ax
    call end_of_interrupt
    jmp finish

# The second processor writes rubbish where the first one says.
.code16
trampoline:
    cli
    xor ax, ax
    mov ds, ax
    .byte 0x66, 0x0F, 0x01, 0x16        # lgdt [gdtr], 32 bit
    .word 0x8000 + trampoline_gdtr - trampoline
    mov eax, 0x620
    mov cr4, eax
    mov eax, 0x9000
    mov cr3, eax
    mov ecx, 0xC0000080
    rdmsr
    or eax, 0x100
    wrmsr
    mov eax, 0x80000011
    mov cr0, eax
    .byte 0x66, 0xEA                    # jmp 0x10:scribbler, 32 bit
    .long scribbler
    .word 0x10
.balign 4
trampoline_gdtr:
    .word gdt_end - gdt - 1
    .long gdt
trampoline_end:

.code64
scribbler:
    mov ax, 0x18
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov rsp, offset second_stack_top
    lidt [idtr]
    mov r15, 0x123456789ABCDEF1
1:  mov rbx, qword ptr [SCRIBBLE]       # where, 0 for nothing to do
    test rbx, rbx
    jnz 2f
    mov qword ptr [SCRIBBLE + 32], 1    # has seen that there is nothing to do
    mov rbx, qword ptr [SCRIBBLE + 40]  # code to run once
    test rbx, rbx
    jz 3f
    mov qword ptr [SCRIBBLE + 40], 0
    call rbx
    mov qword ptr [SCRIBBLE + 48], 1    # done with it
3:
    pause
    jmp 1b
2:  mov rax, r15
    shl rax, 13
    xor r15, rax
    mov rax, r15
    shr rax, 7
    xor r15, rax
    mov rax, r15
    shl rax, 17
    xor r15, rax
    mov rax, r15
    shr rax, 11
    and rax, qword ptr [SCRIBBLE + 8]   # which bits of the offset
    and rax, -4
    mov rcx, r15
    and rcx, qword ptr [SCRIBBLE + 16]  # which bits of the value
    mov dword ptr [rbx + rax], ecx
    inc qword ptr [SCRIBBLE + 24]
    jmp 1b

.data
.balign 16
gdt:
    .quad 0, 0
    .quad 0x00AF9B000000FFFF    # 0x10 code
    .quad 0x00CF93000000FFFF    # 0x18 data
    .quad 0x00CFF3000000FFFF    # 0x20 data, level 3
    .quad 0x00AFFB000000FFFF    # 0x28 code, level 3
gdt_tss:
    .quad 0x0000890000000067    # 0x30
    .quad 0
gdt_end:
gdtr:
    .word gdt_end - gdt - 1
    .quad gdt
idtr:
    .word 4095
    .quad idt
farewell:
    .ascii "GOODBYE\n"
farewell_end:
.balign 8
interrupts: .quad 0
scratch: .quad 0, 0
request: .zero 48
answer: .zero 32

.bss
.balign 4096
idt: .zero 4096
tss: .zero 128
.balign 4096
stack: .zero 16384
stack_top:
second_stack: .zero 4096
second_stack_top:
