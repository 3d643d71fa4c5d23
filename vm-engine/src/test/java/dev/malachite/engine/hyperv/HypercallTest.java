// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hypercalls as the TLFS describes them, made by fake processors. */
class HypercallTest {
  private static final long FAST = 1 << 16;
  private static final long INPUT = 0x2000;

  private final TestPartition t = new TestPartition(70);

  @BeforeEach
  void enable() {
    t.enableHypercalls();
  }

  @AfterEach
  void end() {
    t.close();
  }

  private static long repeat(int code, int first, int count) {
    return (long) first << 48 | (long) count << 32 | code;
  }

  @Test
  void pageHoldsTheCallAndOnlyThat() {
    byte[] page = new byte[4096];
    t.memory.read((long) TestPartition.HYPERCALL_PAGE << 12, page, 0, 4096);
    assertThat(Arrays.copyOf(page, 3)).containsExactly(0xE7, 0xE4, 0xC3);
  }

  @Test
  void refusedOutsideTheKernelAndWhileNotEnabled() {
    t.processors[0].privilegeLevel = 3;
    assertThat(t.partition.hypercall(t.processors[0])).isFalse();
    t.processors[0].privilegeLevel = 0;
    t.write(0x4000_0000, 0);
    assertThat(t.partition.hypercall(t.processors[0])).isFalse();
    assertThat(t.read(0x4000_0001) & 1).isZero();
  }

  @Test
  void changesNoRegisterButTheResult() {
    FakeProcessor p = t.processors[0];
    for (int i = 0; i < 16; i++) {
      p.general[i] = 0x1111_1111_1111_1111L * i;
    }
    t.call(0, 0x5D | FAST, 12345, 0);
    long[] before = p.general.clone();
    t.partition.hypercall(p);
    before[0] = p.general[0];
    assertThat(p.general).isEqualTo(before);
  }

  @Test
  void unknownCodesAndReservedBitsAreRefused() {
    assertThat(t.call(0, 0x4242, 0, 0)).isEqualTo(2);
    assertThat(t.call(0, 0x46, 0, 0)).isEqualTo(2);
    assertThat(t.call(0, 0x5D | FAST | 1L << 27, 0, 0)).isEqualTo(3);
    assertThat(t.call(0, 0x5D | FAST | 1L << 44, 0, 0)).isEqualTo(3);
    assertThat(t.call(0, 0x5D | FAST | 1L << 60, 0, 0)).isEqualTo(3);
    assertThat(t.call(0, repeat(0x5D, 0, 1) | FAST, 0, 0)).as("not a rep call").isEqualTo(3);
    assertThat(t.call(0, 0x5D | FAST | 1 << 17, 0, 0)).as("no variable header").isEqualTo(3);
    assertThat(t.call(0, 3, INPUT, 0)).as("a rep call without reps").isEqualTo(3);
    assertThat(t.call(0, repeat(3, 2, 2), INPUT, 0)).as("start beyond the end").isEqualTo(3);
  }

  @Test
  void inputMustBeAlignedInOnePageAndInMemory() {
    assertThat(t.call(0, 0x5D, INPUT + 4, 0)).isEqualTo(4);
    assertThat(t.call(0, 2, INPUT + 4096 - 16, 0)).isEqualTo(5);
    assertThat(t.call(0, 0x5D, TestPartition.MEMORY, 0)).isEqualTo(5);
    assertThat(t.call(0, 0x5D, -8, 0)).isEqualTo(5);
  }

  @Test
  void signalsEventsFastAndSlow() {
    List<Integer> flags = new ArrayList<>();
    t.partition.eventPort(0x2_1005, flags::add);
    assertThat(t.call(0, 0x5D | FAST, 0x2_1005 | 7L << 32, 0)).isZero();
    t.put(INPUT, 0x2_1005 | 0xFFFFL << 32);
    assertThat(t.call(1, 0x5D, INPUT, 0)).isZero();
    assertThat(flags).containsExactly(7, 0xFFFF);
    assertThat(t.call(0, 0x5D | FAST, 0x2_1006, 0)).isEqualTo(18);
    t.partition.eventPort(0x2_1005, null);
    assertThat(t.call(0, 0x5D | FAST, 0x2_1005, 0)).isEqualTo(18);
  }

  @Test
  void postsMessagesSlowAndFast() {
    List<String> messages = new ArrayList<>();
    t.partition.messagePort(
        1,
        (vp, id, type, payload, length) -> {
          messages.add(
              vp + " " + id + " " + type + " " + Arrays.toString(Arrays.copyOf(payload, length)));
          return messages.size() < 3;
        });
    t.put(INPUT, 1, 5L << 32 | 1, 0x0504_0302_01L);
    assertThat(t.call(3, 0x5C, INPUT, 0)).isZero();
    t.processors[2].xmm[0] = 0x0908;
    assertThat(t.call(2, 0x5C | FAST, 1, 2L << 32 | 9)).isZero();
    assertThat(t.call(2, 0x5C | FAST, 1, 2L << 32 | 9)).as("no room").isEqualTo(19);
    assertThat(messages.subList(0, 2)).containsExactly("3 1 1 [1, 2, 3, 4, 5]", "2 1 9 [8, 9]");
    t.put(INPUT, 1, 241L << 32 | 1);
    assertThat(t.call(0, 0x5C, INPUT, 0)).as("too long").isEqualTo(5);
    t.put(INPUT, 1, 8L << 32 | 0x8000_0001L);
    assertThat(t.call(0, 0x5C, INPUT, 0)).as("a hypervisor's type").isEqualTo(5);
    t.put(INPUT, 2, 8L << 32 | 1);
    assertThat(t.call(0, 0x5C, INPUT, 0)).as("nobody there").isEqualTo(18);
    assertThat(t.call(0, 0x5C | FAST, 1, 97L << 32 | 1)).as("beyond XMM5").isEqualTo(3);
  }

  @Test
  void ipisReachTheProcessorsNamed() {
    assertThat(t.call(0, 0x0B | FAST, 0xFB, 0b1010)).isZero();
    assertThat(t.bus.apic(1).acknowledge()).isEqualTo(0xFB);
    assertThat(t.bus.apic(2).acknowledge()).isEqualTo(-1);
    assertThat(t.bus.apic(3).acknowledge()).isEqualTo(0xFB);
    assertThat(t.call(0, 0x0B | FAST, 0x0F, 1)).isEqualTo(5);
    assertThat(t.call(0, 0x0B | FAST, 0x100, 1)).isEqualTo(5);
    assertThat(t.call(0, 0x0B | FAST, 0xFB | 1L << 32, 1)).as("another trust level").isEqualTo(5);
  }

  @Test
  void extendedIpisTakeSets() {
    t.put(INPUT, 0xFC, 0, 0b11, 1L << 5, 1L << 4 | 1L << 20);
    assertThat(t.call(0, 0x15 | 2L << 17, INPUT, 0)).isZero();
    assertThat(t.bus.apic(5).acknowledge()).isEqualTo(0xFC);
    assertThat(t.bus.apic(68).acknowledge()).isEqualTo(0xFC);
    assertThat(t.bus.apic(4).acknowledge()).isEqualTo(-1);
    assertThat(t.call(0, 0x15 | 1L << 17, INPUT, 0)).as("a bank is missing").isEqualTo(3);
    t.put(INPUT, 0xFD, 1, 0);
    assertThat(t.call(0, 0x15, INPUT, 0)).as("all").isZero();
    assertThat(t.bus.apic(69).acknowledge()).isEqualTo(0xFD);
    t.put(INPUT, 0xFD, 2, 0);
    assertThat(t.call(0, 0x15, INPUT, 0)).as("no such format").isEqualTo(5);
  }

  @Test
  void flushesSpaces() {
    t.put(INPUT, 0x7000, 0, 0b101);
    assertThat(t.call(1, 2, INPUT, 0)).isZero();
    t.put(INPUT, 0x7000, 2 | 4, 0b1000);
    assertThat(t.call(1, 2, INPUT, 0)).isZero();
    t.put(INPUT, 0x7000, 0, 0);
    assertThat(t.call(1, 2, INPUT, 0)).as("nobody is fine").isZero();
    t.put(INPUT, 0x7000, 0, 0, 2, 1L << 2);
    assertThat(t.call(1, 0x13 | 1L << 17, INPUT, 0)).isZero();
    assertThat(t.flushes)
        .containsExactly(
            "all [0, 2] of 7000 by 1 globals true",
            "all [3] of ffffffffffffffff by 1 globals false",
            "all [66] of 7000 by 1 globals true");
  }

  @Test
  void flushesPageListsAndSaysHowManyItDid() {
    t.put(INPUT, 0x7000, 0, 0b11, 0x1000, 0x5000 | 3, 0xFFFF_8000_0000_0000L);
    assertThat(t.call(0, repeat(3, 0, 3), INPUT, 0)).isEqualTo(3L << 32);
    assertThat(t.call(0, repeat(3, 2, 3), INPUT, 0)).isEqualTo(3L << 32);
    t.put(INPUT, 0x7000, 0, 0, 1, 0b100, 0x9000, 0xA000);
    assertThat(t.call(0, repeat(0x14, 0, 2) | 1L << 17, INPUT, 0)).isEqualTo(2L << 32);
    assertThat(t.flushes)
        .containsExactly(
            "pages [0, 1] of 7000: 1000 5003 ffff800000000000",
            "pages [0, 1] of 7000: ffff800000000000",
            "pages [2] of 7000: 9000 a000");
    t.flushes.clear();
    t.put(INPUT, 0, 1 | 2, 0, 0x9000);
    assertThat(t.call(0, repeat(3, 0, 1), INPUT, 0)).isEqualTo(1L << 32);
    assertThat(t.flushes).hasSize(1);
    assertThat(t.flushes.get(0)).contains("69]").contains("ffffffffffffffff: 9000");
    assertThat(t.call(0, repeat(3, 0, 510), INPUT, 0)).as("beyond the page").isEqualTo(5);
  }

  @Test
  void extendedCapabilitiesAreNone() {
    t.put(0x3000, -1);
    assertThat(t.call(0, 0x8001, 0, 0x3000)).isZero();
    assertThat(t.memory.readLong(0x3000)).isZero();
    assertThat(t.call(0, 0x8001, 0, 0x3001)).isEqualTo(4);
    assertThat(t.call(0, 8 | FAST, 1000, 0)).as("long spin wait").isZero();
  }

  @Test
  void thirtyTwoBitCallsUsePairsOfRegisters() {
    List<Integer> flags = new ArrayList<>();
    t.partition.eventPort(77, flags::add);
    FakeProcessor p = t.processors[0];
    p.longMode = false;
    p.general[FakeProcessor.RDX] = 0;
    p.general[FakeProcessor.RAX] = 0x5D | FAST;
    p.general[FakeProcessor.RBX] = 3;
    p.general[FakeProcessor.RCX] = 77;
    assertThat(t.partition.hypercall(p)).isTrue();
    assertThat(flags).containsExactly(3);
    assertThat(p.general[FakeProcessor.RAX]).isZero();
    assertThat(p.general[FakeProcessor.RDX]).isZero();
    t.put(INPUT, 0x7000, 0, 1, 0x1000, 0x2000);
    p.general[FakeProcessor.RDX] = 2;
    p.general[FakeProcessor.RAX] = 3;
    p.general[FakeProcessor.RBX] = 0;
    p.general[FakeProcessor.RCX] = INPUT;
    assertThat(t.partition.hypercall(p)).isTrue();
    assertThat(p.general[FakeProcessor.RDX]).isEqualTo(2);
    assertThat(p.general[FakeProcessor.RAX]).isZero();
  }
}
