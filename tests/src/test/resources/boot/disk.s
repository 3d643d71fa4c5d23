# Reads the second sector by the disk BIOS, shows its text, and counts in its last byte how often it ran:
# resets the machine the first time, turns it off the second.
        .include "common.inc"
        mov [drive], dl
        mov ah, 0x42
        call transfer
        mov si, 0x8000
        call print
        inc byte ptr [0x81ff]
        mov ax, 0x4300
        call transfer
        cmp byte ptr [0x81ff], 2
        je off
        mov dx, 0xcf9
        mov al, 6
        out dx, al
        jmp stop
transfer:
        mov dl, [drive]
        mov si, offset packet
        int 0x13
        jc failed
        ret
failed:
        mov si, offset failure
        call print
        jmp stop
drive:  .byte 0
        .align 4
packet: .byte 16, 0
        .word 1, 0x8000, 0
        .quad 1
failure: .asciz "failed\n"
        .org 510
        .word 0xaa55
