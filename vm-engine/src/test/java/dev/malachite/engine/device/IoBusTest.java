// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IoBusTest {
  private final IoBus bus = new IoBus();

  private record Answering(int value) implements PortHandler {
    @Override
    public int readPort(int port, int size) {
      return value;
    }

    @Override
    public void writePort(int port, int size, int written) {
      // Nothing to keep.
    }
  }

  @Test
  void portsWithoutDeviceReadAsOnes() {
    bus.mapPorts(0x60, 1, new Answering(5));
    assertThat(bus.readPort(0x60, 1)).isEqualTo(5);
    assertThat(bus.readPort(0x61, 1)).isEqualTo(-1);
    assertThatThrownBy(() -> bus.mapPorts(0x5F, 2, new Answering(6)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void windowsMoveAndYieldToDevices() {
    bus.mapPorts(0xC002, 1, new Answering(5));
    IoBus.PortWindow window = bus.window(4, new Answering(7));
    assertThat(bus.readPort(0xC000, 1)).isEqualTo(-1);
    window.move(0xC000);
    assertThat(bus.readPort(0xC001, 1)).isEqualTo(7);
    assertThat(bus.readPort(0xC002, 1)).isEqualTo(5);
    assertThat(bus.readPort(0xC003, 1)).isEqualTo(7);
    window.move(0xFFFE);
    assertThat(bus.readPort(0xC001, 1)).isEqualTo(-1);
    assertThat(bus.readPort(0xC002, 1)).isEqualTo(5);
    assertThat(bus.readPort(0xFFFF, 1)).isEqualTo(7);
    window.move(-1);
    assertThat(bus.readPort(0xFFFF, 1)).isEqualTo(-1);
    assertThat(bus.readPort(0, 1)).isEqualTo(-1);
  }
}
