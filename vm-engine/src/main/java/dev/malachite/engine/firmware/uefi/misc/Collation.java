// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.misc;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.handle.Protocols;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The Unicode Collation protocol for English (UEFI 2.10, section 16.1). */
public final class Collation {
  private static final String FAT_SPECIAL = "!#$%&'()-@^_`{}~.";

  private final Core core;

  /** Installs the protocol on a handle. */
  public Collation(Core core, long handle) {
    this.core = core;
    ByteBuffer t = Core.table(56);
    t.putLong(core.simple("Collation.StriColl", this::compare));
    t.putLong(core.simple("Collation.MetaiMatch", this::match));
    t.putLong(core.simple("Collation.StrLwr", a -> change(a, false)));
    t.putLong(core.simple("Collation.StrUpr", a -> change(a, true)));
    t.putLong(core.simple("Collation.FatToStr", this::fatToString));
    t.putLong(core.simple("Collation.StrToFat", this::stringToFat));
    t.putLong(core.data("en\0".getBytes(StandardCharsets.US_ASCII)));
    core.install(handle, Protocols.UNICODE_COLLATION2, core.data(Core.bytes(t)));
  }

  private long compare(Arguments a) {
    return core.space().string(a.pointer(1)).compareToIgnoreCase(core.space().string(a.pointer(2)));
  }

  private long match(Arguments a) {
    String text = core.space().string(a.pointer(1)).toUpperCase(Locale.ROOT);
    String pattern = core.space().string(a.pointer(2)).toUpperCase(Locale.ROOT);
    return matches(text, pattern) ? 1 : 0;
  }

  /**
   * Matches by * (any characters), ? (any one) and [a-z] (one of these); in time of the product of
   * both lengths.
   */
  static boolean matches(String text, String pattern) {
    int t = 0;
    int p = 0;
    int star = -1;
    int mark = 0;
    while (t < text.length()) {
      int next = p < pattern.length() ? one(text.charAt(t), pattern, p) : -1;
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        mark = t;
      } else if (next >= 0) {
        p = next;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  // Where the pattern goes on if it begins with this character, or -1.
  private static int one(char c, String pattern, int p) {
    char first = pattern.charAt(p);
    if (first == '?') {
      return p + 1;
    }
    if (first != '[') {
      return first == c ? p + 1 : -1;
    }
    int close = pattern.indexOf(']', p);
    if (close < 0) {
      return -1;
    }
    for (int i = p + 1; i < close; i++) {
      char low = pattern.charAt(i);
      char high = low;
      if (i + 2 < close && pattern.charAt(i + 1) == '-') {
        high = pattern.charAt(i + 2);
        i += 2;
      }
      if (c >= low && c <= high) {
        return close + 1;
      }
    }
    return -1;
  }

  private long change(Arguments a, boolean upper) {
    long at = a.pointer(1);
    String text = core.space().string(at);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      core.space().u16(at + 2L * i, upper ? Character.toUpperCase(c) : Character.toLowerCase(c));
    }
    return 0;
  }

  // FatToStr(This, FatSize, *Fat, *String).
  private long fatToString(Arguments a) {
    byte[] fat = core.space().bytes(a.pointer(2), a.get(1), 1 << 12);
    int length = 0;
    while (length < fat.length && fat[length] != 0) {
      length++;
    }
    String text = new String(fat, 0, length, StandardCharsets.ISO_8859_1);
    core.space().bytes(a.pointer(3), GuestSpace.string(text));
    return 0;
  }

  // StrToFat(This, *String, FatSize, *Fat): true if characters had to be replaced.
  private long stringToFat(Arguments a) {
    String text = core.space().string(a.pointer(1)).toUpperCase(Locale.ROOT);
    long size = a.get(2);
    long target = a.pointer(3);
    boolean replaced = false;
    long done = 0;
    for (int i = 0; i < text.length() && done < size; i++) {
      char c = text.charAt(i);
      if (c == ' ' || c == '.') {
        continue;
      }
      boolean good = c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || FAT_SPECIAL.indexOf(c) >= 0;
      replaced |= !good;
      core.space().u8(target + done++, good ? c : '_');
    }
    if (done < size) {
      core.space().u8(target + done, 0);
    }
    return replaced ? 1 : 0;
  }
}
