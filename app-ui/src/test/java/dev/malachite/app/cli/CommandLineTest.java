// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "--nonsense",
        "run --nonsense",
        "run --memory",
        "run --memory much",
        "run --memory 16M --kernel k",
        "run --memory 1025K --kernel k",
        "run --processors 0 --kernel k",
        "run --processors two --kernel k",
        "run --generation 3 --kernel k",
        "run --engine qemu --kernel k",
        "run --com1 tty --kernel k",
        "run --com1 file: --kernel k",
        "run --network bridge --kernel k",
        "run --forward 80:80 --kernel k",
        "run --timeout soon --kernel k",
        "run --timeout 0s --kernel k",
        "run --initrd i disk",
        "run --append a disk",
        "run --floppy f --kernel k",
        "disk",
        "disk create",
        "disk create file.vhdx",
        "disk create --size big file.vhdx",
        "disk create --size 1G file.iso",
        "disk create --size 1G --block-size 1M file.raw",
        "disk info",
        "disk info one two",
        "host",
        "host info extra",
        "completion",
        "completion tcsh",
        "vm",
        "vm create",
        "vm create web --memory lots",
        "vm start",
        "vm set",
        "vm set web",
        "vm rename web",
        "vm export web",
        "vm import a --in-place --copy",
        "vm send-keys web",
        "vm send-keys web --keys hyper+x",
      })
  void wrongUsageEndsWithTwoAndOneLine(String line) {
    Invocation invocation = Invocation.of(line.split(" "));
    assertThat(invocation.exitCode()).isEqualTo(2);
    assertThat(invocation.out()).isEmpty();
    assertThat(invocation.err()).startsWith("malachite").endsWith("--help\n").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vm checkpoint web",
        "switch list",
        "session web",
        "run --network nat --kernel k",
        "run --network switch:lan --kernel k",
        "run --forward tcp:8080:80 --kernel k",
        "run --window --kernel k",
        "run --engine kvm --kernel k",
      })
  void whatLaterVersionsBringEndsWithOneAndSaysSo(String line) {
    Invocation invocation = Invocation.of(line.split(" "));
    assertThat(invocation.exitCode()).isEqualTo(1);
    assertThat(invocation.out()).isEmpty();
    assertThat(invocation.err())
        .startsWith("malachite: ")
        .contains("not available in this version")
        .hasLineCount(1);
  }

  @Test
  void helpListsEveryVerbOfTheContract() {
    Invocation invocation = Invocation.of("--help");
    assertThat(invocation.exitCode()).isZero();
    assertThat(invocation.out())
        .contains("run", "vm", "disk", "switch", "quick-create", "session", "host", "completion");
    assertThat(invocation.err()).isEmpty();
  }

  @Test
  void runHelpListsEveryOptionOfTheContract() {
    Invocation invocation = Invocation.of("run", "--help");
    assertThat(invocation.exitCode()).isZero();
    assertThat(invocation.out())
        .contains(
            "--generation",
            "--memory",
            "--processors",
            "--disk",
            "--dvd",
            "--floppy",
            "--snapshot",
            "--kernel",
            "--initrd",
            "--append",
            "--com1",
            "--network",
            "--forward",
            "--engine",
            "--window",
            "--type",
            "--screenshot",
            "--timeout",
            "--stats");
  }

  @Test
  void diskHelpListsEveryVerbOfTheContract() {
    assertThat(Invocation.of("disk", "--help").out())
        .contains(
            "create",
            "info",
            "check",
            "repair",
            "resize",
            "convert",
            "compact",
            "merge",
            "reparent",
            "mount");
  }

  @Test
  void completionScriptKnowsTheVerbs() {
    Invocation invocation = Invocation.of("completion", "bash");
    assertThat(invocation.exitCode()).isZero();
    assertThat(invocation.out()).startsWith("#!").contains("quick-create", "--screenshot");
  }

  @Test
  void onlyDebugShowsWhereAFailureCameFrom() {
    assertThat(Invocation.of("disk", "info", "/nowhere/x.vhdx").err()).hasLineCount(1);
    assertThat(Invocation.of("disk", "info", "--debug", "/nowhere/x.vhdx").err()).contains("\tat ");
  }
}
