// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.chipset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.device.InterruptLine;
import org.junit.jupiter.api.Test;

/** PIRQ routing by the PIIX4 data sheet, section 4.1.10. */
class IsaBridgeTest {
  private final int[] up = new int[16];
  private final IsaBridge bridge = new IsaBridge(this::isaLine);

  private InterruptLine isaLine(int irq) {
    return new InterruptLine() {
      private boolean level;

      @Override
      public void set(boolean asserted) {
        up[irq] += asserted == level ? 0 : asserted ? 1 : -1;
        level = asserted;
      }
    };
  }

  @Test
  void nothingIsRoutedAfterReset() {
    bridge.reset();
    bridge.line(3, 0).set(true);
    assertThat(up).containsOnly(0);
    assertThat(bridge.read(0x60, 4)).isEqualTo(0x8080_8080);
  }

  @Test
  void pinsAreSwizzledAndShared() {
    bridge.write(0x60, 4, 0x0B0B_0A0A);
    InterruptLine first = bridge.line(1, 0);
    InterruptLine same = bridge.line(5, 0);
    InterruptLine third = bridge.line(1, 2);
    first.set(true);
    same.set(true);
    assertThat(up[10]).isEqualTo(1);
    first.set(false);
    assertThat(up[10]).as("the other is still up").isEqualTo(1);
    same.set(false);
    assertThat(up[10]).isZero();
    third.set(true);
    assertThat(up[11]).isEqualTo(1);
  }

  @Test
  void linesFollowTheirRoute() {
    bridge.write(0x60, 1, 10);
    bridge.line(1, 0).set(true);
    bridge.write(0x60, 1, 5);
    assertThat(up[10]).isZero();
    assertThat(up[5]).isEqualTo(1);
    bridge.write(0x60, 1, 0x80);
    assertThat(up[5]).isZero();
    bridge.write(0x60, 1, 8);
    assertThat(up[8]).as("8 is the clock's").isZero();
  }
}
