// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.io.ByteArrayOutputStream;

/**
 * Takes the keys meant for us out of what is typed at a raw terminal: Ctrl-A x leaves, Ctrl-A a is
 * Ctrl-A itself; Ctrl-A before any other key is passed on with it.
 */
final class EscapeKeys {
  private static final byte CTRL_A = 1;

  private boolean prefix;
  private boolean left;

  /** Whether Ctrl-A x was typed. */
  boolean left() {
    return left;
  }

  /**
   * Filters what was typed.
   *
   * @param typed holds the bytes
   * @param length how many
   * @return the bytes for the guest; none after the leaving key
   */
  byte[] filter(byte[] typed, int length) {
    ByteArrayOutputStream passed = new ByteArrayOutputStream(length + 1);
    for (int i = 0; i < length && !left; i++) {
      byte key = typed[i];
      if (!prefix) {
        if (key == CTRL_A) {
          prefix = true;
        } else {
          passed.write(key);
        }
        continue;
      }
      prefix = false;
      if (key == 'x' || key == 'X') {
        left = true;
      } else if (key == 'a' || key == 'A' || key == CTRL_A) {
        passed.write(CTRL_A);
      } else {
        passed.write(CTRL_A);
        passed.write(key);
      }
    }
    return passed.toByteArray();
  }
}
