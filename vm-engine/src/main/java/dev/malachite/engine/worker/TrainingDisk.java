// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A disk of a few sectors with a FAT file system (Microsoft FAT specification 1.03, FAT12) whose
 * boot loader prints lines and halts: what a firmware that finds something has to do.
 */
final class TrainingDisk {
  private static final int SECTOR = 512;
  private static final int SECTORS = 64;
  private static final int TABLE = SECTOR;
  private static final int ROOT = 2 * SECTOR;
  private static final int DATA = 3 * SECTOR;
  private static final int ENTRY = 32;
  private static final int DIRECTORY = 0x10;
  private static final int PROGRAM_SIZE = 2 * SECTOR;

  /** Calls of the firmware that a boot makes: the boot manager's, and the loader's for a line. */
  static final int CALLS = 101;

  /** Entry of the table: the chain ends. */
  private static final int END = 0xFFF;

  /** The system table is in RDX. */
  private static final byte[] CODE =
      HexFormat.of()
          .parseHex(
              "53" // push rbx
                  + "56" // push rsi
                  + "4883ec28" // sub rsp, 40
                  + "4889d3" // mov rbx, rdx
                  + "be64000000" // mov esi, 100
                  + "488b4b40" // mov rcx, [rbx + 64]
                  + "488d150a000000" // lea rdx, [rip + 10]
                  + "ff5108" // call [rcx + 8]
                  + "ffce" // dec esi
                  + "75ee" // jnz to the mov of rcx
                  + "f4ebfd"); // hlt, and jmp to it

  private TrainingDisk() {}

  /** All its bytes. */
  static byte[] image() {
    ByteBuffer b = ByteBuffer.allocate(SECTORS * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    b.put(new byte[] {(byte) 0xEB, 0x3C, (byte) 0x90}).put(ascii("MALACHIT"));
    // Sector size, sectors a cluster, reserved, tables, root entries, sectors, media, table size.
    b.putShort((short) SECTOR).put((byte) 1).putShort((short) 1).put((byte) 1);
    b.putShort((short) (SECTOR / ENTRY)).putShort((short) SECTORS).put((byte) 0xF8);
    b.putShort((short) 1).putShort((short) 1).putShort((short) 1);
    b.put(36, (byte) 0x80).put(38, (byte) 0x29).put(43, ascii("NO NAME    FAT12   "));
    b.putShort(SECTOR - 2, (short) 0xAA55);
    int[] table = {0xFF8, END, END, END, 5, END};
    for (int i = 0; i < table.length; i += 2) {
      int pair = table[i] | table[i + 1] << 12;
      int at = TABLE + i / 2 * 3;
      b.put(at, (byte) pair).put(at + 1, (byte) (pair >> 8)).put(at + 2, (byte) (pair >> 16));
    }
    entry(b, ROOT, "EFI        ", DIRECTORY, 2, 0);
    directory(b, 2, 0);
    entry(b, cluster(2) + 2 * ENTRY, "BOOT       ", DIRECTORY, 3, 0);
    directory(b, 3, 2);
    entry(b, cluster(3) + 2 * ENTRY, "BOOTX64 EFI", 0, 4, PROGRAM_SIZE);
    b.put(cluster(4), program());
    return b.array();
  }

  private static int cluster(int number) {
    return DATA + (number - 2) * SECTOR;
  }

  private static void directory(ByteBuffer b, int cluster, int parent) {
    entry(b, cluster(cluster), ".          ", DIRECTORY, cluster, 0);
    entry(b, cluster(cluster) + ENTRY, "..         ", DIRECTORY, parent, 0);
  }

  private static void entry(ByteBuffer b, int at, String name, int kind, int cluster, int size) {
    b.put(at, ascii(name)).put(at + 11, (byte) kind);
    b.putShort(at + 26, (short) cluster).putInt(at + 28, size);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  // A PE32+ program with one section (Microsoft PE format).
  private static byte[] program() {
    ByteBuffer b = ByteBuffer.allocate(PROGRAM_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    b.putShort(0, (short) 0x5A4D).putInt(60, 64);
    b.putInt(64, 0x4550).putShort(68, (short) 0x8664).putShort(70, (short) 1);
    b.putShort(84, (short) 240).putShort(86, (short) 0x22);
    int optional = 88;
    b.putShort(optional, (short) 0x20B).putInt(optional + 16, 0x1000);
    b.putInt(optional + 32, 0x1000).putInt(optional + 36, SECTOR);
    b.putInt(optional + 56, 0x2000).putInt(optional + 60, SECTOR);
    b.putShort(optional + 68, (short) 10).putInt(optional + 108, 16);
    int section = optional + 240;
    b.put(section, ascii(".text"));
    b.putInt(section + 8, SECTOR).putInt(section + 12, 0x1000);
    b.putInt(section + 16, SECTOR).putInt(section + 20, SECTOR).putInt(section + 36, 0x6000_0020);
    b.put(SECTOR, CODE);
    b.put(
        SECTOR + CODE.length,
        "A line that is as long as many are.\r\n\0".getBytes(StandardCharsets.UTF_16LE));
    return b.array();
  }
}
