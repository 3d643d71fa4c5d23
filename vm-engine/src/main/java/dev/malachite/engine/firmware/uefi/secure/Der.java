// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.secure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A DER element (ITU-T X.690): definite lengths, one-byte tags; checked against the bytes there
 * are.
 */
final class Der {
  static final int INTEGER = 2;
  static final int OCTET_STRING = 4;
  static final int OBJECT_IDENTIFIER = 6;
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;

  private static final int CONSTRUCTED = 0x20;
  private static final int MAX_ELEMENTS = 4096;

  private final byte[] bytes;
  private final int start;
  private final int content;
  private final int end;

  private Der(byte[] bytes, int start, int limit) throws IOException {
    this.bytes = bytes;
    this.start = start;
    require(limit - start >= 2 && (bytes[start] & 0x1F) != 0x1F);
    int length = bytes[start + 1] & 0xFF;
    int at = start + 2;
    if (length >= 0x80) {
      int count = length & 0x7F;
      require(count >= 1 && count <= 4 && limit - at >= count);
      long value = 0;
      for (int i = 0; i < count; i++) {
        value = value << 8 | bytes[at++] & 0xFF;
      }
      require(value <= limit - at);
      length = (int) value;
    }
    require(length <= limit - at);
    content = at;
    end = at + length;
  }

  static void require(boolean condition) throws IOException {
    if (!condition) {
      throw new IOException("a signature's DER encoding is malformed");
    }
  }

  /** The element that bytes begin with. */
  static Der of(byte[] bytes) throws IOException {
    return new Der(bytes, 0, bytes.length);
  }

  int tag() {
    return bytes[start] & 0xFF;
  }

  /** The element; it must have a tag. */
  Der tagged(int tag) throws IOException {
    require(tag() == tag);
    return this;
  }

  /** The elements inside. */
  List<Der> children() throws IOException {
    require((tag() & CONSTRUCTED) != 0);
    List<Der> list = new ArrayList<>();
    int at = content;
    while (at < end) {
      require(list.size() < MAX_ELEMENTS);
      Der child = new Der(bytes, at, end);
      list.add(child);
      at = child.end;
    }
    return list;
  }

  Der child(int index) throws IOException {
    List<Der> all = children();
    require(index < all.size());
    return all.get(index);
  }

  /** What is inside, as bytes. */
  byte[] value() {
    return Arrays.copyOfRange(bytes, content, end);
  }

  /** The element as bytes. */
  byte[] encoded() {
    return Arrays.copyOfRange(bytes, start, end);
  }

  /** An object identifier in hexadecimal. */
  String oid() throws IOException {
    return HexFormat.of().formatHex(tagged(OBJECT_IDENTIFIER).value());
  }
}
