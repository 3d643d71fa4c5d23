// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.machine.MachineEnd;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single instructions and events that never end: the machine can be turned off all the same. */
class EndlessWorkTest {
  private static final Duration A_WHILE = Duration.ofMillis(50);
  private static final Duration SOON = Duration.ofSeconds(5);

  private static void turnOffDuring(Probe probe, String code) throws Exception {
    probe.write(Probe.FREE, ProbeImage.code(code));
    probe.callForGood(Probe.FREE);
    probe.awaitWork();
    turnOff(probe);
  }

  private static void turnOff(Probe probe) throws Exception {
    assertThat(probe.machine().awaitEnd(A_WHILE)).as("still at work").isEmpty();
    long before = System.nanoTime();
    probe.machine().turnOff();
    assertThat(probe.awaitEnd().cause()).isEqualTo(MachineEnd.Cause.TURNED_OFF);
    probe.machine().close();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
    probe.assertNoErrors();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mov edi, 0x80000000\nrep stosb",
        "mov edi, 0xF9000000\nrep stosq",
        "mov edi, 0x70000000\nmov esi, 0x60000000\nrep movsb",
        "mov edi, 0x500000\nmov esi, 0x500001\n1: mov rcx, -1\nrep movsb",
        "mov esi, 0x70000000\nrep lodsb",
        "mov edi, 0x70000000\nmov al, -1\nrepe scasb",
        "mov edi, 0x70000000\nmov esi, 0x60000000\nrepe cmpsb",
        "mov edi, 0x70000000\nmov edx, 0x80\nrep insb",
        "mov esi, 0x10000000\nmov edx, 0x80\nrep outsd",
        "1: jmp 1b",
        "1: pause\njmp 1b",
        "1: hlt\njmp 1b",
        "1: mov eax, [0xFEC00010]\njmp 1b",
        "1: cpuid\njmp 1b",
        "1: mov byte ptr [rip + 2f], 0x90\njmp 2f\n2: nop\njmp 1b"
      })
  void anInstructionThatGoesOnAndOn(String code) throws Exception {
    try (Probe probe = new Probe(1)) {
      turnOffDuring(probe, "cli\nmov al, 33\nmov dx, 0x3f8\nout dx, al\nmov rcx, -1\n" + code);
    }
  }

  @Test
  void aBreakpointOnTheStackOfItsOwnHandler() throws Exception {
    // The handler's stack is always the same, so its entry raises the next breakpoint at once.
    String code =
        """
        cli
        sub rsp, 16
        sidt [rsp]
        mov rdi, [rsp + 2]
        mov byte ptr [rdi + 16 + 4], 1
        sub rsp, 16
        sgdt [rsp]
        mov rsi, [rsp + 2]
        mov eax, [rsi + 0x32]
        and eax, 0xFFFFFF
        mov edx, 0x600000
        mov [rax + 0x24], rdx
        lea rbx, [rip + 1f]
        mov [rdi + 16], bx
        shr rbx, 16
        mov [rdi + 16 + 6], bx
        mov eax, 0x600000 - 16
        mov dr0, rax
        mov eax, 0x00090003
        mov dr7, rax
        mov al, 33
        mov dx, 0x3f8
        out dx, al
        mov qword ptr [0x600000 - 16], 1
        1: iretq
        """;
    try (Probe probe = new Probe(1)) {
      turnOffDuring(probe, code);
    }
  }

  @Test
  void twoProcessorsThatResetAndInterruptEachOther() throws Exception {
    // INIT, start-up, NMI and fixed interrupts to everybody else, without an end.
    String code =
        """
        mov al, 33
        mov dx, 0x3f8
        out dx, al
        1: xor edx, edx
        mov ecx, 0x40000071
        mov eax, 0xC4500
        wrmsr
        mov eax, 0xC4608
        wrmsr
        mov eax, 0xC4400
        wrmsr
        mov eax, 0xC4055
        wrmsr
        mov eax, 0x84055
        wrmsr
        jmp 1b
        """;
    try (Probe probe = new Probe(2)) {
      probe.enableHypercalls();
      probe.startSecondProcessor();
      probe.write(Probe.FREE, ProbeImage.code(code));
      probe.callForGood(Probe.FREE);
      probe.awaitWork();
      // A message that interrupts the other one's start, before it has a table, may be its end.
      Optional<MachineEnd> early = probe.machine().awaitEnd(A_WHILE);
      if (early.isPresent()) {
        assertThat(early.get().detail()).isEqualTo("triple fault on processor 1");
      } else {
        turnOff(probe);
      }
    }
  }
}
