// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is known of a guest's crash, for a terminal: the guest wrote most of it, so nothing in it
 * may act on the terminal, and there is an end to it.
 *
 * @param summary the crash in one line
 * @param log what else the guest said, its last lines; empty when the summary is everything
 */
record CrashReport(String summary, List<String> log) {
  private static final int LONGEST_LINE = 400;
  private static final int MOST_LINES = 100;

  // How Linux, the BSDs and Windows begin their last words, after a time stamp.
  private static final Pattern LAST_WORDS =
      Pattern.compile(
          "^(?:\\[[ .0-9]*\\] *)?((?:Kernel panic|panic:|BUG:|STOP:|\\*\\*\\* STOP).*)");

  /** The report that a machine's end makes. */
  static CrashReport of(String detail) {
    List<String> lines =
        detail.lines().map(CrashReport::printable).filter(line -> !line.isBlank()).toList();
    if (lines.isEmpty()) {
      return new CrashReport("it said nothing of why", List.of());
    }
    if (lines.size() == 1) {
      return new CrashReport(lines.getFirst(), List.of());
    }
    List<String> last = lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size());
    for (String line : last) {
      Matcher words = LAST_WORDS.matcher(line);
      if (words.matches()) {
        return new CrashReport(words.group(1), last);
      }
    }
    return new CrashReport(lines.getFirst(), last);
  }

  private static String printable(String line) {
    String clean = line.replace('\t', ' ').replaceAll("\\p{Cntrl}", "?").stripTrailing();
    return clean.length() > LONGEST_LINE ? clean.substring(0, LONGEST_LINE) + "…" : clean;
  }
}
