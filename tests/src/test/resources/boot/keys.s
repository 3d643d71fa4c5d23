# Echoes what is typed until Enter, then turns the machine off.
        .include "common.inc"
        mov si, offset ready
        call print
1:      xor ah, ah
        int 0x16
        cmp al, 13
        je off
        call put
        jmp 1b
ready:  .asciz "keys: "
        .org 510
        .word 0xaa55
