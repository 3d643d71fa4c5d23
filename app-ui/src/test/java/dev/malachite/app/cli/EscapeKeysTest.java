// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EscapeKeysTest {
  private final EscapeKeys keys = new EscapeKeys();

  private String type(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new String(keys.filter(bytes, bytes.length), StandardCharsets.ISO_8859_1);
  }

  @Test
  void otherKeysPass() {
    assertThat(type("root\r\003\032\033[A")).isEqualTo("root\r\003\032\033[A");
    assertThat(keys.left()).isFalse();
  }

  @Test
  void theLeavingKeyEndsInputEvenAcrossReads() {
    assertThat(type("ls\001")).isEqualTo("ls");
    assertThat(keys.left()).isFalse();
    assertThat(type("xmore")).isEmpty();
    assertThat(keys.left()).isTrue();
    assertThat(type("still more")).isEmpty();
  }

  @Test
  void thePrefixCanBeSent() {
    assertThat(type("\001a")).isEqualTo("\001");
    assertThat(type("\001\001")).isEqualTo("\001");
    assertThat(type("\001k")).isEqualTo("\001k");
  }
}
