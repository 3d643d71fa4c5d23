// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.chipset;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SystemControlTest {
  private int inits;
  private final SystemControl control = new SystemControl(() -> inits++);

  @Test
  void bit0InitializesWhenItRises() {
    assertThat(control.readPort(0x92, 1)).isEqualTo(2);
    control.writePort(0x92, 1, 3);
    control.writePort(0x92, 1, 3);
    assertThat(inits).isEqualTo(1);
    control.writePort(0x92, 1, 2);
    control.writePort(0x92, 1, 1);
    assertThat(inits).isEqualTo(2);
  }

  @Test
  void theGateIsShared() {
    control.gateA20(false);
    assertThat(control.readPort(0x92, 1) & 2).isZero();
    control.writePort(0x92, 1, 2);
    assertThat(control.gateA20()).isTrue();
    control.gateA20(false);
    control.reset();
    assertThat(control.gateA20()).isTrue();
  }
}
