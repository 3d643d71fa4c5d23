// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.pit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each mode by the 8254 data sheet, tick by tick. */
class CounterTest {
  private final Counter counter = new Counter(true);

  private void program(int mode, int count, long now) {
    counter.control(0x30 | mode << 1, now);
    counter.write(count & 0xFF, now);
    counter.write(count >> 8, now);
  }

  private int read(long now) {
    counter.latchCount(now);
    return counter.read(now) | counter.read(now) << 8;
  }

  @Test
  void mode0RisesAtTheEndOfTheCountOnce() {
    program(0, 5, 100);
    assertThat(counter.output(100)).isFalse();
    assertThat(counter.output(104)).isFalse();
    assertThat(counter.output(105)).isTrue();
    assertThat(counter.nextRise(100)).isEqualTo(105);
    assertThat(counter.nextRise(105)).isEqualTo(Counter.NEVER);
    assertThat(read(103)).isEqualTo(2);
    assertThat(read(107)).as("it counts on").isEqualTo(0xFFFE);
  }

  @Test
  void mode0WaitsWhileTheGateIsLow() {
    program(0, 5, 100);
    counter.gate(false, 102);
    assertThat(counter.nextRise(103)).isEqualTo(Counter.NEVER);
    assertThat(read(150)).isEqualTo(3);
    counter.gate(true, 200);
    assertThat(counter.nextRise(200)).isEqualTo(203);
  }

  @Test
  void mode0StopsAtTheFirstByteOfANewCount() {
    program(0, 5, 100);
    counter.write(9, 102);
    assertThat(counter.output(110)).isFalse();
    counter.write(0, 110);
    assertThat(counter.nextRise(110)).isEqualTo(119);
  }

  @Test
  void mode1IsTriggeredByTheGate() {
    counter.gate(false, 0);
    program(1, 4, 10);
    assertThat(counter.output(50)).isTrue();
    counter.gate(true, 60);
    assertThat(counter.output(60)).isFalse();
    assertThat(counter.output(63)).isFalse();
    assertThat(counter.output(64)).isTrue();
    counter.gate(false, 70);
    counter.gate(true, 80);
    counter.gate(false, 82);
    counter.gate(true, 83);
    assertThat(counter.nextRise(83)).as("triggered again").isEqualTo(87);
  }

  @Test
  void mode2IsLowForTheLastTickOfEachPeriod() {
    program(2, 4, 100);
    String wave = "";
    for (int t = 100; t < 112; t++) {
      wave += counter.output(t) ? "1" : "0";
    }
    assertThat(wave).isEqualTo("111011101110");
    assertThat(counter.nextRise(100)).isEqualTo(104);
    assertThat(counter.nextRise(104)).isEqualTo(108);
    assertThat(read(101)).isEqualTo(3);
    assertThat(read(103)).isEqualTo(1);
  }

  @Test
  void mode2TakesANewCountAtTheEndOfThePeriod() {
    program(2, 10, 100);
    counter.write(4, 103);
    counter.write(0, 103);
    assertThat(counter.nextRise(103)).isEqualTo(110);
    assertThat(counter.nextRise(110)).isEqualTo(114);
    assertThat(counter.nextRise(115)).isEqualTo(118);
  }

  @Test
  void mode2StartsAnewWhenTheGateRises() {
    program(2, 10, 100);
    counter.gate(false, 105);
    assertThat(counter.output(109)).isTrue();
    assertThat(counter.nextRise(109)).isEqualTo(Counter.NEVER);
    counter.gate(true, 120);
    assertThat(counter.nextRise(120)).isEqualTo(130);
  }

  @Test
  void mode3IsASquareWave() {
    program(3, 6, 0);
    String wave = "";
    for (int t = 0; t < 12; t++) {
      wave += counter.output(t) ? "1" : "0";
    }
    assertThat(wave).isEqualTo("111000111000");
    program(3, 5, 0);
    wave = "";
    for (int t = 0; t < 10; t++) {
      wave += counter.output(t) ? "1" : "0";
    }
    assertThat(wave).as("an odd count is longer high").isEqualTo("1110011100");
    program(3, 8, 0);
    assertThat(read(1)).as("it counts by two").isEqualTo(6);
    assertThat(read(5)).isEqualTo(6);
  }

  @Test
  void mode4StrobesOnce() {
    program(4, 3, 10);
    String wave = "";
    for (int t = 10; t < 18; t++) {
      wave += counter.output(t) ? "1" : "0";
    }
    assertThat(wave).isEqualTo("11101111");
    assertThat(counter.nextRise(10)).isEqualTo(14);
    assertThat(counter.nextRise(14)).isEqualTo(Counter.NEVER);
  }

  @Test
  void mode5StrobesAfterTheGateRises() {
    counter.gate(false, 0);
    program(5, 3, 10);
    assertThat(counter.nextRise(20)).isEqualTo(Counter.NEVER);
    counter.gate(true, 30);
    assertThat(counter.output(33)).isFalse();
    assertThat(counter.nextRise(30)).isEqualTo(34);
  }

  @Test
  void zeroIsTheLongestCount() {
    program(2, 0, 0);
    assertThat(counter.nextRise(0)).isEqualTo(65_536);
    counter.control(0x35, 0);
    counter.write(0, 0);
    counter.write(0, 0);
    assertThat(counter.nextRise(0)).as("decimal").isEqualTo(10_000);
  }

  @Test
  void countsInDecimal() {
    counter.control(0x31, 0);
    counter.write(0x34, 0);
    counter.write(0x12, 0);
    assertThat(counter.nextRise(0)).isEqualTo(1234);
    assertThat(read(34)).isEqualTo(0x1200);
  }

  @Test
  void latchesHoldUntilTheyAreRead() {
    program(0, 1000, 0);
    counter.latchCount(10);
    counter.latchCount(20);
    assertThat(counter.read(30) | counter.read(30) << 8).as("the first latch").isEqualTo(990);
    assertThat(read(30)).isEqualTo(970);
    counter.latchStatus(30);
    counter.latchCount(40);
    assertThat(counter.read(50)).as("status goes first").isEqualTo(0x30);
    assertThat(counter.read(50) | counter.read(50) << 8).isEqualTo(960);
  }

  @Test
  void statusShowsOutputAndWhetherTheCountIsLoaded() {
    counter.control(0x34, 0);
    counter.latchStatus(0);
    assertThat(counter.read(0)).isEqualTo(0x80 | 0x40 | 0x34);
    counter.write(9, 0);
    counter.write(0, 0);
    counter.latchStatus(1);
    assertThat(counter.read(1)).isEqualTo(0x80 | 0x34);
  }

  @Test
  void singleByteAccess() {
    counter.control(0x10, 0);
    counter.write(7, 0);
    assertThat(counter.nextRise(0)).isEqualTo(7);
    assertThat(counter.read(2)).isEqualTo(5);
    assertThat(counter.read(3)).isEqualTo(4);
    counter.control(0x20, 0);
    counter.write(1, 0);
    assertThat(counter.nextRise(0)).isEqualTo(256);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nextRiseIsWhereTheOutputRises(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      int mode = new int[] {0, 2, 3, 4}[random.nextInt(4)];
      program(mode, 2 + random.nextInt(40), 0);
      long rise = counter.nextRise(0);
      long seen = 1;
      while (!(counter.output(seen) && !counter.output(seen - 1))) {
        seen++;
      }
      assertThat(seen).as("seed %d mode %d", seed, mode).isEqualTo(rise);
    }
  }
}
