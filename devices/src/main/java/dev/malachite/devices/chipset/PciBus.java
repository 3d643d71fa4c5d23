// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.chipset;

import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import org.jspecify.annotations.Nullable;

/**
 * PCI bus 0 and configuration mechanism 1 (PCI Local Bus Specification 3.0, section 3.2.2.3.2):
 * address at port 0xCF8, data at 0xCFC. The reset control register at 0xCF9 lies between. Any
 * thread.
 */
public final class PciBus implements PortHandler, Saveable {
  private static final int ADDRESS = 0xCF8;
  private static final int RESET_CONTROL = 0xCF9;
  private static final int DATA = 0xCFC;
  private static final int ENABLE = 1 << 31;
  private static final int ADDRESS_WRITABLE = 0x80FF_FFFC;

  private static final int RESET_PROCESSOR = 4;
  private static final int SYSTEM_RESET = 2;

  private final @Nullable PciFunction[] functions = new @Nullable PciFunction[256];
  private final Runnable hardReset;
  private volatile int address;
  private volatile int resetControl;

  /**
   * Makes an empty bus.
   *
   * @param hardReset what the reset control register does
   */
  public PciBus(Runnable hardReset) {
    this.hardReset = hardReset;
  }

  /** Connects its ports. */
  public void connect(IoBus bus) {
    bus.mapPorts(ADDRESS, 8, this);
  }

  /** Adds a function. While the machine is being built. */
  public void add(int device, int function, PciFunction added) {
    int index = device << 3 | function;
    if (functions[index] != null) {
      throw new IllegalArgumentException("PCI %02x.%d is taken".formatted(device, function));
    }
    functions[index] = added;
  }

  /** Sets the state after power-on, of all functions too. */
  public void reset() {
    address = 0;
    resetControl = 0;
    for (PciFunction function : functions) {
      if (function != null) {
        function.reset();
      }
    }
  }

  private @Nullable PciFunction selected() {
    int a = address;
    boolean here = (a & ENABLE) != 0 && (a >> 16 & 0xFF) == 0;
    return here ? functions[a >> 8 & 0xFF] : null;
  }

  @Override
  public int readPort(int port, int size) {
    if (port >= DATA) {
      PciFunction function = selected();
      if (function == null || (port & 3) + size > 4) {
        return -1;
      }
      return function.read(address & 0xFC | port & 3, size);
    }
    if (port == ADDRESS && size == 4) {
      return address;
    }
    return port == RESET_CONTROL && size == 1 ? resetControl : -1;
  }

  @Override
  public void writePort(int port, int size, int value) {
    if (port >= DATA) {
      PciFunction function = selected();
      if (function != null && (port & 3) + size <= 4) {
        function.write(address & 0xFC | port & 3, size, value);
      }
    } else if (port == ADDRESS && size == 4) {
      address = value & ADDRESS_WRITABLE;
    } else if (port == RESET_CONTROL && size == 1) {
      boolean wasClear = (resetControl & RESET_PROCESSOR) == 0;
      resetControl = value & (SYSTEM_RESET | RESET_PROCESSOR);
      if (wasClear && (value & RESET_PROCESSOR) != 0) {
        hardReset.run();
      }
    }
  }

  /** Saves or restores the bus and its functions. */
  @Override
  public void transfer(StateTransfer s) throws StateException {
    address = s.int32(address);
    resetControl = s.number(resetControl, 0, 0xFF);
    for (PciFunction function : functions) {
      if (s.flag(function != null) != (function != null)) {
        throw s.impossible("the board has other functions");
      }
      if (function != null) {
        function.transfer(s);
      }
    }
  }
}
