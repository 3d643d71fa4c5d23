// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CrashReportTest {
  @Test
  void oneLineIsTheSummary() {
    CrashReport report = CrashReport.of("triple fault on processor 0");
    assertThat(report.summary()).isEqualTo("triple fault on processor 0");
    assertThat(report.log()).isEmpty();
  }

  @Test
  void theKernelsLastWordsAreTheSummaryOfItsLog() {
    CrashReport report =
        CrashReport.of(
            """
            guest crash, parameters 0x0 0x1: [    1.5] NET: Registered
            [   21.008373] Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b
            [   21.013554]  panic+0x118/0x2f4
            """);
    assertThat(report.summary())
        .isEqualTo("Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b");
    assertThat(report.log()).hasSize(3);
  }

  @Test
  void whatTheGuestSaysCantActOnTheTerminalOrGoOnForever() {
    CrashReport report = CrashReport.of("\033]0;title\007x\n".repeat(5000) + "y".repeat(100_000));
    assertThat(report.summary()).isEqualTo("?]0;title?x");
    assertThat(report.log()).hasSize(100).allSatisfy(line -> assertThat(line).hasSizeLessThan(402));
  }

  @Test
  void silenceIsSaid() {
    assertThat(CrashReport.of(" \n").summary()).isEqualTo("it said nothing of why");
  }
}
