// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware;

import java.nio.charset.StandardCharsets;

/**
 * Builds ACPI machine language (ACPI 6.5, section 20): every method returns the bytes of one term.
 */
public final class Aml {
  private static final int ZERO_OP = 0x00;
  private static final int NAME_OP = 0x08;
  private static final int BYTE_PREFIX = 0x0A;
  private static final int WORD_PREFIX = 0x0B;
  private static final int DWORD_PREFIX = 0x0C;
  private static final int STRING_PREFIX = 0x0D;
  private static final int SCOPE_OP = 0x10;
  private static final int BUFFER_OP = 0x11;
  private static final int PACKAGE_OP = 0x12;
  private static final int EXTENDED = 0x5B;
  private static final int DEVICE_OP = 0x82;

  private Aml() {}

  /** Terms one after another. */
  public static byte[] concat(byte[]... terms) {
    TableWriter all = new TableWriter();
    for (byte[] term : terms) {
      all.bytes(term);
    }
    return all.toBytes();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** An integer in its shortest form. */
  public static byte[] integer(long value) {
    if (value == 0 || value == 1) {
      return new byte[] {(byte) (ZERO_OP + value)};
    }
    TableWriter w = new TableWriter();
    if (value <= 0xFF) {
      w.u8(BYTE_PREFIX).u8((int) value);
    } else if (value <= 0xFFFF) {
      w.u8(WORD_PREFIX).u16((int) value);
    } else {
      w.u8(DWORD_PREFIX).u32(value);
    }
    return w.toBytes();
  }

  /** A string. */
  public static byte[] string(String value) {
    return new TableWriter().u8(STRING_PREFIX).bytes(ascii(value)).u8(0).toBytes();
  }

  /** The compressed identifier of a plug-and-play device, such as PNP0501. */
  public static byte[] eisaId(String id) {
    int code =
        (id.charAt(0) - 0x40) << 26
            | (id.charAt(1) - 0x40) << 21
            | (id.charAt(2) - 0x40) << 16
            | Integer.parseInt(id.substring(3), 16);
    return new TableWriter()
        .u8(DWORD_PREFIX)
        .u32(Integer.reverseBytes(code) & 0xFFFF_FFFFL)
        .toBytes();
  }

  /** Names an object; {@code name} has four characters, with a backslash before for the root. */
  public static byte[] name(String name, byte[] value) {
    return new TableWriter().u8(NAME_OP).bytes(ascii(name)).bytes(value).toBytes();
  }

  /** A package of elements, at most 255. */
  public static byte[] packageOf(byte[]... elements) {
    byte[] body = concat(new byte[] {(byte) elements.length}, concat(elements));
    return concat(new byte[] {PACKAGE_OP}, withLength(body));
  }

  /** Opens a scope. */
  public static byte[] scope(String name, byte[]... terms) {
    return concat(new byte[] {SCOPE_OP}, withLength(concat(ascii(name), concat(terms))));
  }

  /** A device. */
  public static byte[] device(String name, byte[]... terms) {
    return concat(
        new byte[] {EXTENDED, (byte) DEVICE_OP}, withLength(concat(ascii(name), concat(terms))));
  }

  /** A resource template: the descriptors and their end tag in a buffer. */
  public static byte[] resources(byte[]... descriptors) {
    byte[] all = concat(concat(descriptors), new byte[] {0x79, 0});
    return concat(new byte[] {BUFFER_OP}, withLength(concat(integer(all.length), all)));
  }

  /** Ports, 16-bit decoded (section 6.4.2.5). */
  public static byte[] ports(int first, int count) {
    return new TableWriter().u8(0x47).u8(1).u16(first).u16(first).u8(1).u8(count).toBytes();
  }

  /** An edge-triggered, active-high, exclusive interrupt (section 6.4.2.1). */
  public static byte[] interrupt(int line) {
    return new TableWriter().u8(0x23).u16(1 << line).u8(1).toBytes();
  }

  /** A channel of the ISA DMA controller, 8 bits wide (section 6.4.2.2). */
  public static byte[] dma(int channel) {
    return new TableWriter().u8(0x2A).u8(1 << channel).u8(0).toBytes();
  }

  /** All numbers of buses behind a host bridge (section 6.4.3.5.3). */
  public static byte[] busNumbers() {
    return wordWindow(2, 0, 0, 256);
  }

  /** A window of ports that the device hands on to its children (section 6.4.3.5.3). */
  public static byte[] portWindow(int first, int count) {
    return wordWindow(1, 3, first, count);
  }

  private static byte[] wordWindow(int type, int typeFlags, int first, int count) {
    return new TableWriter()
        .u8(0x88)
        .u16(13)
        .u8(type)
        .u8(0x0C)
        .u8(typeFlags)
        .u16(0)
        .u16(first)
        .u16(first + count - 1)
        .u16(0)
        .u16(count)
        .toBytes();
  }

  /** A window of 32-bit addresses that the device hands on to its children (section 6.4.3.5.2). */
  public static byte[] memoryWindow32(long start, long length) {
    return new TableWriter()
        .u8(0x87)
        .u16(23)
        .u8(0)
        .u8(0x0C)
        .u8(1)
        .u32(0)
        .u32(start)
        .u32(start + length - 1)
        .u32(0)
        .u32(length)
        .toBytes();
  }

  /** A window of 64-bit addresses that the device hands on to its children (section 6.4.3.5.1). */
  public static byte[] memoryWindow64(long start, long length) {
    return new TableWriter()
        .u8(0x8A)
        .u16(43)
        .u8(0)
        .u8(0x0C)
        .u8(1)
        .u64(0)
        .u64(start)
        .u64(start + length - 1)
        .u64(0)
        .u64(length)
        .toBytes();
  }

  // The length counts its own bytes: one up to 63, then two, three (section 20.2.4).
  private static byte[] withLength(byte[] body) {
    TableWriter w = new TableWriter();
    int length = body.length + 1;
    if (length <= 0x3F) {
      w.u8(length);
    } else if (++length <= 0xFFF) {
      w.u8(1 << 6 | length & 15).u8(length >> 4);
    } else {
      length++;
      w.u8(2 << 6 | length & 15).u8(length >> 4).u8(length >> 12);
    }
    return w.bytes(body).toBytes();
  }
}
