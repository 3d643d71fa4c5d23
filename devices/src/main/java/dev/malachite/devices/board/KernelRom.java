// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * An option ROM with one boot entry (Plug and Play BIOS Specification 1.0A, section 3.2): asks
 * {@link KernelLoader} for a Linux kernel and starts it by the 16-bit boot protocol.
 */
final class KernelRom {
  /** The file's name for the firmware. */
  static final String FILE = "genroms/malachite-linux.bin";

  /** The firmware's boot order, with the ROM first. */
  static final String BOOT_ORDER = "/rom@" + FILE + "\n\0";

  private static final int SIZE = 512;
  private static final int HEADER_POINTER = 0x1A;
  private static final int HEADER = 0x20;
  private static final int ENTRY = 0x40;
  private static final int NAME = 0x80;

  private KernelRom() {}

  static byte[] bytes() {
    ByteBuffer rom = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    // Signature, length in units of 512, and an initialization that returns at once.
    rom.put((byte) 0x55).put((byte) 0xAA).put((byte) 1).put((byte) 0xCB);
    rom.putShort(HEADER_POINTER, (short) HEADER);
    rom.put(HEADER, "$PnP".getBytes(StandardCharsets.US_ASCII));
    rom.put(HEADER + 4, (byte) 1).put(HEADER + 5, (byte) 2);
    rom.putShort(HEADER + 0x10, (short) NAME);
    rom.putShort(HEADER + 0x1A, (short) ENTRY);
    rom.put(NAME, "Linux kernel".getBytes(StandardCharsets.US_ASCII));
    rom.put(
        ENTRY,
        HexFormat.of()
            .parseHex(
                "fa" // cli
                    + "ba2c05" // mov dx, 0x52C
                    + "ee" // out dx, al: load
                    + "ec" // in al, dx: 0 if that went well
                    + "84c0" // test al, al
                    + "7518" // jnz the end
                    + "b80010" // mov ax, 0x1000
                    + "8ed88ec08ed08ee08ee8" // mov ds, es, ss, fs, gs, ax
                    + "66bc00e00000" // mov esp, 0xE000
                    + "ea00002010" // jmp 0x1020:0
                    + "fbcd18")); // sti; int 0x18: try the next boot entry
    seal(rom, HEADER, 32, HEADER + 9);
    seal(rom, 0, SIZE, SIZE - 1);
    return rom.array();
  }

  private static void seal(ByteBuffer rom, int from, int length, int at) {
    int sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += rom.get(i);
    }
    rom.put(at, (byte) -sum);
  }
}
