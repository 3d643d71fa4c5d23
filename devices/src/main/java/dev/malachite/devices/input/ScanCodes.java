// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.input;

import java.util.HexFormat;

/**
 * Scan codes of set 1 and set 2 of the same keys, as the 8042 translates them (IBM PS/2 Hardware
 * Interface Technical Reference, Keyboard and Auxiliary Device Controller).
 */
final class ScanCodes {
  /** Set 2 by set 1, from 0x00 on. */
  private static final byte[] SET_2 =
      HexFormat.of()
          .parseHex(
              "0076161e26252e363d3e46454e55660d151d242d2c353c43444d545b5a141c1b"
                  + "232b34333b424b4c520e125d1a22212a32313a41494a597c1129580506040c03"
                  + "0b830a0109777e6c757d7b6b73747969727a70717f606178070f171f272f373f"
                  + "474f565e08101820283038404850576f13193951535c5f6263646567686a6d6e");

  private static final int[] SET_1 = new int[256];

  static {
    for (int code = 0; code < SET_1.length; code++) {
      SET_1[code] = code;
    }
    for (int code = 0; code < SET_2.length; code++) {
      SET_1[SET_2[code] & 0xFF] = code;
    }
    // Two codes that the translation knows beside those of F7 and SysRq.
    SET_1[0x02] = 0x41;
    SET_1[0x84] = 0x54;
  }

  private ScanCodes() {}

  /** The set 2 code of a set 1 code, 0 to 0x7F. */
  static int set2(int set1) {
    return SET_2[set1] & 0xFF;
  }

  /** What the controller makes of a byte of set 2 that isn't the break prefix. */
  static int set1(int set2) {
    return SET_1[set2];
  }
}
