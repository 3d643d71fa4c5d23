# Sets 800 by 600 pixels of 32 bits by the video BIOS, and two of them through the window.
        .include "common.inc"
        mov ax, 0x4f02
        mov bx, 0x143
        int 0x10
        cmp ax, 0x4f
        jne stop
        mov ax, 0xa000
        mov es, ax
        mov dword ptr es:[0], 0x123456
        mov dword ptr es:[4 * (800 * 3 + 5)], 0xfedcba
        mov si, offset ready
1:      lodsb
        test al, al
        jz stop
        mov dx, 0x3f8
        out dx, al
        jmp 1b
ready:  .asciz "ready\n"
        .org 510
        .word 0xaa55
