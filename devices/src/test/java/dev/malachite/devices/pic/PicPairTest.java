// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.pic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.device.InterruptLine;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Register behaviour by the 8259A data sheet. */
class PicPairTest {
  private boolean output;
  private final PicPair pics = new PicPair(asserted -> output = asserted);

  @BeforeEach
  void initialize() {
    initialize(1);
  }

  // As PCs do: vectors 0x20 and 0x28, the second behind input 2.
  private void initialize(int word4) {
    out(0x20, 0x11);
    out(0x21, 0x20);
    out(0x21, 4);
    out(0x21, word4);
    out(0xA0, 0x11);
    out(0xA1, 0x28);
    out(0xA1, 2);
    out(0xA1, 1);
    out(0x21, 0);
    out(0xA1, 0);
  }

  private void out(int port, int value) {
    pics.writePort(port, 1, value);
  }

  private int in(int port) {
    return pics.readPort(port, 1);
  }

  @Test
  void anEdgeInterruptsOnceUntilItEnds() {
    InterruptLine line = pics.line(1);
    assertThat(output).isFalse();
    line.set(true);
    assertThat(output).isTrue();
    assertThat(in(0x20)).as("request register").isEqualTo(2);
    assertThat(pics.acknowledge()).isEqualTo(0x21);
    assertThat(output).isFalse();
    out(0x20, 0x0B);
    assertThat(in(0x20)).as("in-service register").isEqualTo(2);
    out(0x20, 0x20);
    assertThat(in(0x20)).isZero();
    assertThat(output).as("the line is still up, but that is no edge").isFalse();
    line.set(false);
    line.set(true);
    assertThat(output).isTrue();
  }

  @Test
  void aLineThatFallsEarlyGivesInterrupt7() {
    InterruptLine line = pics.line(3);
    line.set(true);
    line.set(false);
    assertThat(output).isFalse();
    assertThat(pics.acknowledge()).isEqualTo(0x27);
    out(0x20, 0x0B);
    assertThat(in(0x20)).as("nothing is in service").isZero();
  }

  @Test
  void lowerNumbersGoFirst() {
    pics.line(6).set(true);
    assertThat(pics.acknowledge()).isEqualTo(0x26);
    pics.line(7).set(true);
    assertThat(output).as("7 waits for 6").isFalse();
    pics.line(4).set(true);
    assertThat(output).as("4 interrupts 6").isTrue();
    assertThat(pics.acknowledge()).isEqualTo(0x24);
    out(0x20, 0x20);
    assertThat(output).isFalse();
    out(0x20, 0x66);
    assertThat(output).as("6 has ended, by its number").isTrue();
    assertThat(pics.acknowledge()).isEqualTo(0x27);
  }

  @Test
  void theSecondControllersInterruptsComeThroughInput2() {
    pics.line(12).set(true);
    assertThat(pics.acknowledge()).isEqualTo(0x2C);
    out(0x20, 0x0B);
    out(0xA0, 0x0B);
    assertThat(in(0x20)).isEqualTo(4);
    assertThat(in(0xA0)).isEqualTo(0x10);
    pics.line(8).set(true);
    assertThat(output).as("the first still serves input 2").isFalse();
    out(0xA0, 0x20);
    out(0x20, 0x20);
    assertThat(pics.acknowledge()).isEqualTo(0x28);
  }

  @Test
  void specialFullyNestedModeLetsTheSecondInterruptItself() {
    initialize(0x11);
    pics.line(12).set(true);
    assertThat(pics.acknowledge()).isEqualTo(0x2C);
    pics.line(8).set(true);
    assertThat(output).isTrue();
    assertThat(pics.acknowledge()).isEqualTo(0x28);
  }

  @Test
  void masksHoldInterruptsBack() {
    out(0x21, 0x10);
    pics.line(4).set(true);
    assertThat(output).isFalse();
    assertThat(in(0x21)).isEqualTo(0x10);
    out(0x21, 0);
    assertThat(output).isTrue();
  }

  @Test
  void levelTriggeredInputsInterruptWhileTheyAreUp() {
    out(0x4D1, 0x0C);
    assertThat(in(0x4D1)).isEqualTo(0x0C);
    out(0x4D0, 0xFF);
    assertThat(in(0x4D0)).as("0 to 2 are always edges").isEqualTo(0xF8);
    InterruptLine one = pics.line(10);
    InterruptLine two = pics.line(10);
    one.set(true);
    two.set(true);
    assertThat(pics.acknowledge()).isEqualTo(0x2A);
    one.set(false);
    out(0xA0, 0x20);
    out(0x20, 0x20);
    assertThat(output).as("the other line is still up").isTrue();
    assertThat(pics.acknowledge()).isEqualTo(0x2A);
    two.set(false);
    out(0xA0, 0x20);
    out(0x20, 0x20);
    assertThat(output).isFalse();
  }

  @Test
  void prioritiesRotate() {
    pics.line(3).set(true);
    pics.line(4).set(true);
    assertThat(pics.acknowledge()).isEqualTo(0x23);
    out(0x20, 0xA0);
    InterruptLine again = pics.line(3);
    assertThat(pics.acknowledge()).isEqualTo(0x24);
    out(0x20, 0x20);
    again.set(true);
    pics.line(5).set(true);
    assertThat(pics.acknowledge()).as("3 has become the lowest").isEqualTo(0x25);
    out(0x20, 0xC4);
    out(0x20, 0x65);
    pics.line(6).set(true);
    pics.line(0).set(true);
    assertThat(pics.acknowledge()).as("5 is the highest after 4 is set lowest").isEqualTo(0x26);
  }

  @Test
  void automaticEndLeavesNothingInService() {
    initialize(3);
    pics.line(1).set(true);
    assertThat(pics.acknowledge()).isEqualTo(0x21);
    out(0x20, 0x0B);
    assertThat(in(0x20)).isZero();
    pics.line(5).set(true);
    assertThat(output).isTrue();
  }

  @Test
  void specialMaskLetsLowerOnesThrough() {
    pics.line(1).set(true);
    pics.acknowledge();
    pics.line(5).set(true);
    assertThat(output).isFalse();
    out(0x21, 2);
    out(0x20, 0x68);
    assertThat(output).isTrue();
    out(0x20, 0x48);
    assertThat(output).isFalse();
  }

  @Test
  void pollingTakesAnInterrupt() {
    out(0x20, 0x0C);
    assertThat(in(0x20)).isZero();
    pics.line(5).set(true);
    out(0x20, 0x0C);
    assertThat(in(0x20)).isEqualTo(0x85);
    assertThat(output).isFalse();
    out(0x20, 0x0B);
    assertThat(in(0x20)).isEqualTo(0x20);
  }

  @Test
  void input2IsTaken() {
    assertThatThrownBy(() -> pics.line(2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothingAGuestWritesBreaksIt() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int[] ports = {0x20, 0x21, 0xA0, 0xA1, 0x4D0, 0x4D1};
    InterruptLine[] lines = new InterruptLine[PicPair.LINES];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = i == 2 ? InterruptLine.NONE : pics.line(i);
    }
    for (int i = 0; i < 200_000; i++) {
      switch (random.nextInt(4)) {
        case 0 -> out(ports[random.nextInt(ports.length)], random.nextInt(256));
        case 1 ->
            assertThat(in(ports[random.nextInt(ports.length)]))
                .as("seed " + seed)
                .isBetween(0, 255);
        case 2 -> lines[random.nextInt(lines.length)].set(random.nextBoolean());
        default -> assertThat(pics.acknowledge()).as("seed " + seed).isBetween(0, 255);
      }
    }
  }
}
