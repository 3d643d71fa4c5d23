# Shows a text on an otherwise empty screen without cursor.
        .include "common.inc"
        mov ax, 3
        int 0x10
        mov ah, 1
        mov cx, 0x2000
        int 0x10
        mov si, offset text
        call print
        mov si, offset ready
        call serial
        jmp stop
serial:
        lodsb
        test al, al
        jz 1f
        mov dx, 0x3f8
        out dx, al
        jmp serial
1:      ret
text:   .asciz "Hello, Generation 1: [{0}] ~"
ready:  .asciz " ready\n"
        .org 510
        .word 0xaa55
