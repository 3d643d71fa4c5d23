// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.fwcfg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the file {@code etc/table-loader}: commands by which firmware places the other files in
 * memory, points them at one another and sums them up (SeaBIOS, romfile_loader; QEMU,
 * bios-linker-loader).
 */
public final class TableLoader {
  /** Anywhere in memory the system keeps. */
  public static final int HIGH = 1;

  /** In 0xF0000 to 0xFFFFF, where systems search. */
  public static final int SEARCHED = 2;

  private static final int ENTRY = 128;
  private static final int NAME = 56;
  private static final int ALLOCATE = 1;
  private static final int ADD_POINTER = 2;
  private static final int ADD_CHECKSUM = 3;

  private final List<byte[]> commands = new ArrayList<>();

  /** No commands yet. */
  public TableLoader() {}

  private ByteBuffer command(int number) {
    byte[] entry = new byte[ENTRY];
    commands.add(entry);
    return ByteBuffer.wrap(entry).order(ByteOrder.LITTLE_ENDIAN).putInt(number);
  }

  private static ByteBuffer name(ByteBuffer entry, String name) {
    byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
    return entry.put(ascii).position(entry.position() + NAME - ascii.length);
  }

  /** Places a file; before it is named by any other command. */
  public TableLoader allocate(String file, int alignment, int zone) {
    name(command(ALLOCATE), file).putInt(alignment).put((byte) zone);
    return this;
  }

  /** Adds the place of {@code pointee} to the number that is at an offset of {@code file}. */
  public TableLoader addPointer(String file, String pointee, int offset, int size) {
    name(name(command(ADD_POINTER), file), pointee).putInt(offset).put((byte) size);
    return this;
  }

  /** Makes the bytes of a range sum up to 0 by the byte at an offset, which is 0 before. */
  public TableLoader addChecksum(String file, int offset, int start, int length) {
    name(command(ADD_CHECKSUM), file).putInt(offset).putInt(start).putInt(length);
    return this;
  }

  /** The file. */
  public byte[] toBytes() {
    ByteBuffer all = ByteBuffer.allocate(commands.size() * ENTRY);
    commands.forEach(all::put);
    return all.array();
  }
}
