// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.firmware;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A UEFI program made by hand: prints a text and turns the machine off. */
final class HelloProgram {
  // Entry with the system table in RDX: ConOut->OutputString(text), then ResetSystem(shutdown).
  private static final String CODE =
      "53" // push rbx
          + "4883EC20" // sub rsp, 32
          + "4889D3" // mov rbx, rdx
          + "488B4A40" // mov rcx, [rdx + 64]
          + "488D151A000000" // lea rdx, [rip + 26]
          + "FF5108" // call [rcx + 8]
          + "488B4358" // mov rax, [rbx + 88]
          + "B902000000" // mov ecx, 2
          + "31D2" // xor edx, edx
          + "4531C0" // xor r8d, r8d
          + "4531C9" // xor r9d, r9d
          + "FF5068" // call [rax + 104]
          + "F4" // hlt
          + "EBFD"; // jmp to the hlt

  private HelloProgram() {}

  static byte[] saying(String text) {
    ByteBuffer b = ByteBuffer.allocate(0x400).order(ByteOrder.LITTLE_ENDIAN);
    b.putShort(0, (short) 0x5A4D).putInt(60, 64);
    b.putInt(64, 0x4550).putShort(68, (short) 0x8664).putShort(70, (short) 1);
    b.putShort(84, (short) 240).putShort(86, (short) 0x22);
    int o = 88;
    b.putShort(o, (short) 0x20B).putInt(o + 16, 0x1000).putLong(o + 24, 0);
    b.putInt(o + 32, 0x1000).putInt(o + 36, 0x200).putInt(o + 56, 0x2000).putInt(o + 60, 0x200);
    b.putShort(o + 68, (short) 10).putInt(o + 108, 16);
    int s = o + 240;
    b.put(s, ".text".getBytes(StandardCharsets.US_ASCII));
    b.putInt(s + 8, 0x200).putInt(s + 12, 0x1000).putInt(s + 16, 0x200).putInt(s + 20, 0x200);
    b.putInt(s + 36, 0x6000_0020);
    byte[] code = HexFormat.of().parseHex(CODE);
    b.put(0x200, code);
    b.put(0x200 + code.length, (text + "\0").getBytes(StandardCharsets.UTF_16LE));
    return b.array();
  }
}
