// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** Kernels of a few instructions, as ELF files that a machine starts directly. */
public enum SmallKernel {
  /** Waits for ever: hlt; jmp. */
  IDLE("F4 EB FD"),

  /** Powers off at once, through the sleep control register. */
  POWER_OFF("66 BA 00 06 B0 34 EE EB FE"),

  /** An invalid instruction without an interrupt table: a triple fault. */
  CRASH("0F 0B"),

  /** Writes R to the serial port, then everything it reads there; q powers off. */
  ECHO(
      "66 BA F8 03 B0 52 EE" // mov dx, 0x3F8; mov al, 'R'; out dx, al
          + "66 BA FD 03 EC A8 01 74 F7" // wait for the line status register's bit 0
          + "66 BA F8 03 EC 3C 71 74 03 EE EB EB" // in al, dx; cmp al, 'q'; je off; out; jmp
          + "66 BA 00 06 B0 34 EE EB FE"), // off

  /** Counts in RBX, and writes its lowest byte to the serial port for each byte read there. */
  COUNT(
      "31 DB" // xor ebx, ebx
          + "48 FF C3" // again: inc rbx
          + "66 BA FD 03 EC A8 01 74 F4" // nothing at the serial port: again
          + "66 BA F8 03 EC 88 D8 EE EB EA"), // in al, dx; mov al, bl; out dx, al; jmp again

  /** Counts in BL what it reads from the serial port, and writes the count there each time. */
  TALLY(
      "31 DB" // xor ebx, ebx
          + "66 BA FD 03 EC A8 01 74 F7" // again: wait for the line status register's bit 0
          + "66 BA F8 03 EC FE C3 88 D8 EE EB EB"); // in al, dx; inc bl; out bl; jmp again

  private static final int ADDRESS = 0x10_0000;
  private static final int HEADER = 64;
  private static final int SEGMENT = 56;
  private static final int CODE = 4096;

  private final String code;

  SmallKernel(String code) {
    this.code = code;
  }

  /** Writes the kernel's file into a folder. */
  Path in(Path folder) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(code.replace(" ", ""));
    ByteBuffer elf = ByteBuffer.allocate(CODE + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    elf.putInt(0, 0x464C_457F).put(4, (byte) 2).put(5, (byte) 1).put(6, (byte) 1);
    elf.putShort(16, (short) 2).putShort(18, (short) 62).putInt(20, 1);
    elf.putLong(24, ADDRESS).putLong(32, HEADER).putShort(52, (short) HEADER);
    elf.putShort(54, (short) SEGMENT).putShort(56, (short) 1);
    elf.putInt(HEADER, 1).putInt(HEADER + 4, 7).putLong(HEADER + 8, CODE);
    elf.putLong(HEADER + 16, ADDRESS).putLong(HEADER + 24, ADDRESS);
    elf.putLong(HEADER + 32, bytes.length).putLong(HEADER + 40, 4096);
    elf.put(CODE, bytes);
    return Files.write(folder.resolve(name().toLowerCase(java.util.Locale.ROOT)), elf.array());
  }
}
