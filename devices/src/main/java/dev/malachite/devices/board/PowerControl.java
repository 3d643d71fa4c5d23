// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.firmware.AcpiTables;
import dev.malachite.engine.machine.MachineControl;

/** The sleep and reset registers of hardware-reduced ACPI (ACPI 6.5, section 4.8.3.7). */
final class PowerControl implements PortHandler {
  private static final int SLEEP_ENABLE = 1 << 5;

  private final MachineControl machine;

  PowerControl(MachineControl machine) {
    this.machine = machine;
  }

  @Override
  public int readPort(int port, int size) {
    return 0;
  }

  @Override
  public void writePort(int port, int size, int value) {
    if (port == AcpiTables.SLEEP_CONTROL_PORT) {
      int type = value >> 2 & 7;
      if ((value & SLEEP_ENABLE) != 0 && type == AcpiTables.SLEEP_TYPE_OFF) {
        machine.powerOff();
      }
    } else if (port == AcpiTables.RESET_PORT && (value & 0xFF) == AcpiTables.RESET_VALUE) {
      machine.reset();
    }
  }
}
