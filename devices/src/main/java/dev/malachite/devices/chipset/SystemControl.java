// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.chipset;

import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;

/**
 * Port 0x92 (PIIX4 data sheet 290562, section 4.2.6.2) and the two signals it shares with the
 * keyboard controller: the gate of address line 20, and INIT. Any thread.
 *
 * <p>The gate can be read back, but the processors of these machines have all their address lines
 * at all times: software that counts on addresses wrapping at 1 MiB is older than they are.
 */
public final class SystemControl implements PortHandler, Saveable {
  /** The port. */
  public static final int PORT = 0x92;

  private static final int INIT = 1;
  private static final int GATE_A20 = 2;

  private final Runnable initialize;
  private volatile int register = GATE_A20;

  /**
   * A port.
   *
   * @param initialize sends INIT to the first processor
   */
  public SystemControl(Runnable initialize) {
    this.initialize = initialize;
  }

  /** Sets the state after power-on. */
  public void reset() {
    register = GATE_A20;
  }

  /** True while address line 20 is open. */
  public boolean gateA20() {
    return (register & GATE_A20) != 0;
  }

  /** Opens or closes address line 20, as the keyboard controller does. */
  public void gateA20(boolean open) {
    register = open ? register | GATE_A20 : register & ~GATE_A20;
  }

  /** Sends INIT to the first processor, as the keyboard controller does. */
  public void initialize() {
    initialize.run();
  }

  @Override
  public int readPort(int port, int size) {
    return register;
  }

  @Override
  public void writePort(int port, int size, int value) {
    boolean wasClear = (register & INIT) == 0;
    register = value & (INIT | GATE_A20);
    if (wasClear && (value & INIT) != 0) {
      initialize.run();
    }
  }

  @Override
  public void transfer(StateTransfer s) throws StateException {
    register = s.number(register, 0, 0xFF);
  }
}
