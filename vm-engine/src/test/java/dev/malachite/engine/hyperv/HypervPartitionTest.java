// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The registers that are not the SynIC's, and the CPUID leaves. */
class HypervPartitionTest {
  private final TestPartition t = new TestPartition(2);
  private final int[] leaf = new int[4];

  @AfterEach
  void end() {
    t.close();
  }

  private int[] cpuid(int number) {
    assertThat(t.partition.cpuid(number, leaf)).isTrue();
    return leaf;
  }

  @Test
  void leavesHaveWhatLinuxLooksFor() {
    assertThat(cpuid(0x4000_0000)[0]).isBetween(0x4000_0005, 0x4000_FFFF);
    assertThat(leaf[1]).isEqualTo(0x7263_694D);
    assertThat(leaf[2]).isEqualTo(0x666F_736F);
    assertThat(leaf[3]).isEqualTo(0x7648_2074);
    assertThat(cpuid(0x4000_0001)[0]).isEqualTo(0x3123_7648);
    int features = cpuid(0x4000_0003)[0];
    assertThat(features & 0b1010_0111_1111).isEqualTo(0b1010_0111_1111);
    assertThat(leaf[1]).as("post, signal; not a root partition").isEqualTo(0x30);
    assertThat(leaf[3] & (1 << 8 | 1 << 10 | 1 << 19)).isEqualTo(1 << 8 | 1 << 10 | 1 << 19);
    assertThat(cpuid(0x4000_0004)[0] & (1 << 2 | 1 << 9 | 1 << 10))
        .isEqualTo(1 << 2 | 1 << 9 | 1 << 10);
    assertThat(leaf[1]).isEqualTo(-1);
    assertThat(cpuid(0x4000_000A)).containsOnly(0);
    assertThat(t.partition.cpuid(0x4000_000B, leaf)).isFalse();
    assertThat(t.partition.cpuid(1, leaf)).isFalse();
  }

  @Test
  void hypercallPageNeedsAnIdentityAndMemory() {
    assertThat(t.write(0x4000_0001, 0x9001)).isTrue();
    assertThat(t.read(0x4000_0001)).as("off without an identity").isEqualTo(0x9000);
    t.write(0x4000_0000, 0x8100L << 48);
    assertThat(t.write(0x4000_0001, TestPartition.MEMORY | 1)).isFalse();
    assertThat(t.write(0x4000_0001, 0x9003)).isTrue();
    assertThat(t.write(0x4000_0001, 0xA001)).as("locked").isFalse();
    assertThat(t.memory.readByte(0x9000)).isEqualTo(0xE7);
  }

  @Test
  void simpleRegistersAnswer() {
    long[] result = new long[1];
    assertThat(t.partition.readMsr(1, 0x4000_0002, result)).isTrue();
    assertThat(result[0]).isEqualTo(1);
    assertThat(t.read(0x4000_0010)).isEqualTo(4711);
    assertThat(t.read(0x4000_0022)).isEqualTo(1_000_000_000L);
    assertThat(t.read(0x4000_0023)).isEqualTo(200_000_000L);
    long before = t.clock.nanoseconds() / 100;
    assertThat(t.read(0x4000_0020)).isBetween(before, t.clock.nanoseconds() / 100);
    assertThat(t.write(0x4000_0002, 0)).as("read-only").isFalse();
    assertThat(t.write(0x4000_0020, 0)).as("read-only").isFalse();
    assertThat(t.readable(0x4000_0070)).as("write-only").isFalse();
    assertThat(t.readable(0x4000_0106)).as("not offered").isFalse();
    assertThat(t.readable(0x3FFF_FFFF)).isFalse();
    assertThat(t.write(0x4000_0118, 1)).isTrue();
    assertThat(t.read(0x4000_0118)).isEqualTo(1);
    assertThat(t.write(0x4000_0003, 1)).isTrue();
    assertThat(t.events).containsExactly("reset");
  }

  @Test
  void apicRegistersAreTheApics() {
    assertThat(t.write(0x4000_0072, 0x45)).isTrue();
    assertThat(t.bus.apic(0).taskPriority()).isEqualTo(4);
    assertThat(t.read(0x4000_0072)).isEqualTo(0x45);
    assertThat(t.write(0x4000_0072, 0x100)).isFalse();
    assertThat(t.write(0x4000_0071, 1L << 56 | 0x99)).isTrue();
    assertThat(t.bus.apic(1).acknowledge()).isEqualTo(0x99);
    assertThat(t.partition.writeMsr(1, 0x4000_0070, 0)).isTrue();
    assertThat(t.bus.apic(1).readMmio(0xA0)).isZero();
  }

  @Test
  void assistPageIsCleared() {
    t.put(0x8000, -1);
    assertThat(t.write(0x4000_0073, 0x8001)).isTrue();
    assertThat(t.memory.readLong(0x8000)).isZero();
    assertThat(t.write(0x4000_0073, -4095)).isFalse();
  }

  @Test
  void referenceTscPageGivesExactlyTheReferenceTime() {
    assertThat(t.write(0x4000_0021, 0x7001)).isTrue();
    assertThat(t.memory.readInt(0x7000)).isPositive();
    BigInteger scale = new BigInteger(Long.toUnsignedString(t.memory.readLong(0x7008)));
    long offset = t.memory.readLong(0x7010);
    Random random = new Random(5);
    for (int i = 0; i < 100_000; i++) {
      long tsc = random.nextLong() >>> 8 + random.nextInt(56);
      tsc = i % 3 == 0 ? tsc / 100 * 100 : i % 3 == 1 ? tsc / 100 * 100 + 99 : tsc;
      long reference =
          BigInteger.valueOf(tsc).multiply(scale).shiftRight(64).longValueExact() + offset;
      assertThat(reference).isEqualTo(tsc / 100);
    }
    int sequence = t.memory.readInt(0x7000);
    t.write(0x4000_0021, 0x7001);
    assertThat(t.memory.readInt(0x7000)).isNotEqualTo(sequence).isNotZero();
    assertThat(t.write(0x4000_0021, TestPartition.MEMORY | 1)).isFalse();
  }

  @Test
  void crashIsReportedWithItsMessage() {
    assertThat(t.read(0x4000_0105)).isEqualTo(3L << 62);
    byte[] text = "Kernel panic\0rest".getBytes(StandardCharsets.US_ASCII);
    t.memory.write(0xB000, text, 0, text.length);
    for (int i = 0; i < 3; i++) {
      t.write(0x4000_0100 + i, i + 1);
    }
    t.write(0x4000_0103, 0xB000);
    t.write(0x4000_0104, 4096);
    t.write(0x4000_0105, 1L << 63 | 1L << 62);
    t.write(0x4000_0103, TestPartition.MEMORY);
    t.write(0x4000_0105, 1L << 63 | 1L << 62);
    t.write(0x4000_0105, 1L << 63);
    t.write(0x4000_0105, 0);
    assertThat(t.events)
        .containsExactly(
            "crash of 0 [1, 2, 3, 45056, 4096] Kernel panic",
            "crash of 0 [1, 2, 3, 1048576, 4096] null",
            "crash of 0 [1, 2, 3, 1048576, 4096] null");
  }
}
