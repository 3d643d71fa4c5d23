// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Scan codes by place: X11's own table of key codes by the names of places (XKB's keycodes/evdev),
 * and the codes of IBM's keyboard at these places.
 */
class ScanCodesTest {
  private static final Path XKB = Path.of("/usr/share/X11/xkb/keycodes/evdev");
  private static final Pattern LINE = Pattern.compile("\\s*<([A-Z0-9]+)>\\s*=\\s*(\\d+);.*");

  static boolean hasXkb() {
    return Files.isReadable(XKB);
  }

  private static Map<String, Integer> places() throws IOException {
    Map<String, Integer> places = new HashMap<>();
    for (String line : Files.readAllLines(XKB)) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        places.putIfAbsent(matcher.group(1), Integer.parseInt(matcher.group(2)));
      }
    }
    return places;
  }

  private static void row(Map<String, Integer> codes, String prefix, int last, int first) {
    for (int i = 1; i <= last; i++) {
      codes.put("%s%02d".formatted(prefix, i), first + i - 1);
    }
  }

  @Test
  @EnabledIf(value = "hasXkb", disabledReason = "needs Debian's xkb-data")
  void keysHaveTheCodesOfTheirPlaces() throws IOException {
    Map<String, Integer> wanted = new HashMap<>();
    row(wanted, "AE", 12, 0x02);
    row(wanted, "AD", 12, 0x10);
    row(wanted, "AC", 11, 0x1E);
    row(wanted, "AB", 10, 0x2C);
    row(wanted, "FK", 10, 0x3B);
    wanted.putAll(
        Map.of("FK11", 0x57, "FK12", 0x58, "TLDE", 0x29, "BKSP", 0x0E, "TAB", 0x0F, "RTRN", 0x1C));
    wanted.putAll(
        Map.of("CAPS", 0x3A, "LFSH", 0x2A, "RTSH", 0x36, "LCTL", 0x1D, "LALT", 0x38, "SPCE", 0x39));
    wanted.putAll(Map.of("RALT", 0xE038, "RCTL", 0xE01D, "LSGT", 0x56, "BKSL", 0x2B, "ESC", 0x01));
    wanted.putAll(
        Map.of("HOME", 0xE047, "UP", 0xE048, "PGUP", 0xE049, "LEFT", 0xE04B, "RGHT", 0xE04D));
    wanted.putAll(
        Map.of("END", 0xE04F, "DOWN", 0xE050, "PGDN", 0xE051, "INS", 0xE052, "DELE", 0xE053));
    wanted.putAll(
        Map.of("KPEN", 0xE01C, "KPDV", 0xE035, "LWIN", 0xE05B, "NMLK", 0x45, "KP7", 0x47));
    Map<String, Integer> places = places();
    Map<String, Integer> ours = new HashMap<>();
    for (String place : wanted.keySet()) {
      ours.put(place, ScanCodes.ofX11(places.getOrDefault(place, 0)));
    }
    assertThat(ours).isEqualTo(wanted);
  }

  @Test
  void whatNoKeyboardHasHasNone() {
    assertThat(ScanCodes.ofX11(8)).isEqualTo(ScanCodes.NONE);
    assertThat(ScanCodes.ofX11(255)).isEqualTo(ScanCodes.NONE);
    assertThat(ScanCodes.of(KeyCode.UNDEFINED)).isEqualTo(ScanCodes.NONE);
  }

  @Test
  void namesStandForPlacesOnAUsKeyboard() {
    assertThat(ScanCodes.of(KeyCode.Q)).isEqualTo(0x10);
    assertThat(ScanCodes.of(KeyCode.M)).isEqualTo(0x32);
    assertThat(ScanCodes.of(KeyCode.DIGIT0)).isEqualTo(0x0B);
    assertThat(ScanCodes.of(KeyCode.DELETE)).isEqualTo(0xE053);
    assertThat(ScanCodes.of(KeyCode.SLASH)).isEqualTo(0x35);
    assertThat(ScanCodes.of(KeyCode.DECIMAL)).isEqualTo(0x53);
  }
}
