# Resets by the keyboard controller the first time, turns the machine off the second.
        .include "common.inc"
        mov si, offset text
        call print
        mov al, 0x40
        out 0x70, al
        in al, 0x71
        test al, al
        jnz off
        mov al, 0x40
        out 0x70, al
        mov al, 1
        out 0x71, al
        mov al, 0xfe
        out 0x64, al
        jmp stop
text:   .asciz "soft\n"
        .org 510
        .word 0xaa55
