// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Hypercalls with random input, from where they aren't allowed, and to nobody. */
class HypercallRubbishTest {
  private static final int[] CODES = {
    2, 3, 8, 0xB, 0x13, 0x14, 0x15, 0x5C, 0x5D, 0x8001, 0x5C, 0x5D, 0x4F, 0x7E, 0x1FF, 0xFFFF
  };
  private static final long RESULT_RESERVED = 0xFFFF_F000_FFFF_0000L;
  private static final long UNTOUCHED = 0x5A5A_5A5AL;
  private static final int SUCCESS = 0;
  private static final int INVALID_CODE = 2;
  private static final int INVALID_INPUT = 3;
  private static final int INVALID_ALIGNMENT = 4;
  private static final int INVALID_PARAMETER = 5;
  private static final int INVALID_CONNECTION_ID = 18;
  private static final int INSUFFICIENT_BUFFERS = 19;

  @Test
  void everyCallEndsWithAStatus() throws Exception {
    Random random = Seeds.random(this);
    try (Probe probe = new Probe(2)) {
      probe.enableHypercalls();
      probe.startSecondProcessor();
      byte[] rubbish = new byte[8 * 4096];
      random.nextBytes(rubbish);
      probe.write(Probe.FREE, rubbish);
      byte[] small = new byte[4096];
      for (int i = 0; i < small.length; i += 8) {
        small[i] = (byte) random.nextInt(4);
      }
      probe.write(Probe.FREE + 0x8000, small);
      List<Step> calls = new ArrayList<>();
      for (int i = 0; i < 20_000; i++) {
        if (random.nextInt(8) == 0) {
          // Input that goes further than random bits do.
          long at = Probe.FREE + random.nextInt(0x8000 / 8) * 8L;
          calls.add(Step.store(at, 8, random.nextInt(3)));
        } else if (random.nextInt(8) == 0) {
          long at = Probe.XMM_VALUES + random.nextInt(12) * 8L;
          calls.add(Step.store(at, 8, random.nextInt(3)));
        } else {
          calls.add(Step.hypercall(control(random), address(random), address(random)));
        }
      }
      List<Probe.Outcome> outcomes = probe.steps(calls);
      int[] statuses = new int[0x10000];
      for (int i = 0; i < calls.size(); i++) {
        Step call = calls.get(i);
        if (call.operation() == Step.Operation.HYPERCALL) {
          // Vectors 16 to 31 may have come by the hypercall for interrupts.
          if (!outcomes.get(i).fault()) {
            assertThat(outcomes.get(i).value() & RESULT_RESERVED).as(call.toString()).isZero();
            statuses[(int) outcomes.get(i).value()]++;
          } else {
            assertThat(outcomes.get(i).vector()).as(call.toString()).isBetween(16, 31);
          }
        }
      }
      assertThat(statuses[SUCCESS]).isPositive();
      assertThat(statuses[INVALID_CODE]).isPositive();
      assertThat(statuses[INVALID_INPUT]).isPositive();
      assertThat(statuses[INVALID_ALIGNMENT]).isPositive();
      assertThat(statuses[INVALID_PARAMETER]).isPositive();
      assertThat(statuses[INVALID_CONNECTION_ID]).isPositive();
      assertThat(probe.hypercall(8, 0, 0).value()).isZero();
      probe.powerOff();
    }
  }

  private static long control(Random random) {
    if (random.nextInt(20) == 0) {
      return random.nextLong();
    }
    long control = CODES[random.nextInt(CODES.length)];
    control |= random.nextInt(4) == 0 ? 1 << 16 : 0;
    control |= random.nextInt(4) == 0 ? (long) random.nextInt(0x400) << 17 : 0;
    if (random.nextBoolean()) {
      control |= (long) random.nextInt(random.nextBoolean() ? 4 : 0x1000) << 32;
      control |= random.nextBoolean() ? (long) random.nextInt(0x1000) << 48 : 0;
    }
    return control;
  }

  private static long address(Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> random.nextLong();
      case 1 -> Probe.FREE + random.nextInt(0x8000);
      case 2 -> Probe.MEMORY - random.nextInt(64) * 8L;
      case 3 -> 0xF800_0000L + random.nextInt(0x0700_0000) * 8L;
      case 4 -> random.nextInt(4);
      case 5 -> Long.MAX_VALUE - random.nextInt(64) * 8L;
      case 6 -> Probe.FREE + 0x8000 + random.nextInt(256) * 8L;
      default -> Probe.FREE + random.nextInt(0x1000) * 8L;
    };
  }

  @Test
  void processorsThatFlushEachOtherDoNotWaitForever() throws Exception {
    try (Probe probe = new Probe(2)) {
      probe.enableHypercalls();
      // All processors, while the second one doesn't run yet, then while it runs without
      // interrupts.
      probe.writeLong(Probe.FREE + 8, 1);
      assertThat(probe.hypercall(2, Probe.FREE, 0).value()).isZero();
      probe.startSecondProcessor();
      assertThat(probe.hypercall(2, Probe.FREE, 0).value()).isZero();
      // Both at the same time, without a pause.
      String loop =
          """
          mov r9d, 5000
          1: mov ecx, 2
          mov edx, 0x400000
          xor r8d, r8d
          mov ebx, 0x200000
          call rbx
          test eax, eax
          jnz 2f
          dec r9d
          jnz 1b
          2: mov eax, r9d
          ret
          """;
      probe.write(Probe.FREE + 4096, ProbeImage.code(loop));
      probe.callOnSecond(Probe.FREE + 4096);
      assertThat(probe.call(Probe.FREE + 4096).value()).isZero();
      probe.awaitSecond();
      // And while it has halted for good.
      probe.write(Probe.FREE + 4096, ProbeImage.code("1: hlt\njmp 1b"));
      probe.callOnSecond(Probe.FREE + 4096);
      for (int i = 0; i < 50; i++) {
        assertThat(probe.hypercall(2, Probe.FREE, 0).value()).isZero();
      }
      probe.powerOff();
    }
  }

  @Test
  void nobodyAnswersUnknownConnections() throws Exception {
    try (Probe probe = new Probe(1)) {
      probe.enableHypercalls();
      for (long connection : new long[] {0, 3, 5, 0x1FFF, 0x2FFF, 0xFFFF_FFFFL, 0x7FFF_FFFFL}) {
        probe.writeLong(Probe.FREE, connection);
        probe.writeLong(Probe.FREE + 8, 16L << 32 | 1);
        assertThat(probe.hypercall(0x5C, Probe.FREE, 0).value())
            .as("message to 0x%x", connection)
            .isEqualTo(INVALID_CONNECTION_ID);
        assertThat(probe.hypercall(0x1_005D, connection, 0).value())
            .as("event to 0x%x", connection)
            .isEqualTo(INVALID_CONNECTION_ID);
      }
      probe.powerOff();
    }
  }

  @Test
  void nothingHappensBeforeHypercallsAreEnabled() throws Exception {
    try (Probe probe = new Probe(1)) {
      // The hypercall page's code, written by the guest itself.
      probe.write(Probe.HYPERCALL_PAGE, new byte[] {(byte) 0xE7, (byte) 0xE4, (byte) 0xC3});
      assertThat(probe.hypercall(8, 0, 0).value()).isEqualTo(UNTOUCHED);
      probe.enableHypercalls();
      assertThat(probe.hypercall(8, 0, 0).value()).isZero();
      assertThat(probe.writeMsr(Probe.GUEST_OS_ID, 0).fault()).isFalse();
      assertThat(probe.hypercall(8, 0, 0).value()).isEqualTo(UNTOUCHED);
      probe.enableHypercalls();
      assertThat(probe.hypercall(8, 0, 0).value()).isZero();
      probe.powerOff();
    }
  }

  @Test
  void programsAtLevel3MakeNoHypercalls() throws Exception {
    try (Probe probe = new Probe(1)) {
      probe.enableHypercalls();
      long code = Probe.FREE;
      probe.write(code, ProbeImage.code("mov rbx, 0x200000\ncall rbx\nint 0x80"));
      // The page's OUT needs the I/O privilege level.
      Probe.Outcome refused = probe.user(code, 2, 8, 0, 0);
      assertThat(refused.vector()).isEqualTo(Probe.GENERAL_PROTECTION);
      // With it, the call still isn't done.
      Probe.Outcome ignored = probe.user(code, 0x3002, 8, 0, 0);
      assertThat(ignored.fault()).isFalse();
      assertThat(ignored.value()).isEqualTo(UNTOUCHED);
      assertThat(probe.hypercall(8, 0, 0).value()).isZero();
      probe.powerOff();
    }
  }

  @Test
  void theVmbusConnectionHasRoomForSoMuchAndNoMore() throws Exception {
    try (Probe probe = new Probe(1)) {
      probe.enableHypercalls();
      // Without a SynIC page for answers, as fast as it goes.
      probe.writeLong(Probe.FREE, 1);
      probe.writeLong(Probe.FREE + 8, 40L << 32 | 1);
      probe.writeLong(Probe.FREE + 16, 14);
      probe.writeLong(Probe.FREE + 24, 0x5_0003);
      List<Step> calls = new ArrayList<>();
      for (int i = 0; i < 3000; i++) {
        calls.add(Step.hypercall(0x5C, Probe.FREE, 0));
      }
      for (Probe.Outcome outcome : probe.steps(calls)) {
        assertThat(outcome.value()).isIn(0L, (long) INSUFFICIENT_BUFFERS);
      }
      probe.powerOff();
    }
  }
}
