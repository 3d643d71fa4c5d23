// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.chipset;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;

/**
 * The i440FX host bridge, PCI 00.0 (Intel data sheet 290549): the programmable attribute map of the
 * memory below 1 MiB. Its DRAM timing registers keep what is written.
 */
public final class HostBridge extends PciFunction {
  private static final int INTEL = 0x8086;
  private static final int I440FX = 0x1237;

  /** SeaBIOS looks for its emulators' host bridge by this subsystem. */
  private static final int EMULATOR_VENDOR = 0x1AF4;

  private static final int EMULATOR = 0x1100;

  /** The attribute map: seven registers, of two parts each but the first. */
  private static final int MAP = 0x59;

  private static final int MAP_REGISTERS = 7;
  private static final int READS = 1;
  private static final int WRITES = 2;
  private static final int MANAGEMENT_MEMORY = 0x72;

  private final ShadowMemory shadow;

  /** A host bridge that shows memory as the map says. */
  public HostBridge(ShadowMemory shadow) {
    super(INTEL, I440FX, 2, 0x06_00_00);
    this.shadow = shadow;
    set16(SUBSYSTEM_VENDOR, EMULATOR_VENDOR);
    set16(SUBSYSTEM, EMULATOR);
    set8(MANAGEMENT_MEMORY, 2);
    writable(0x50, 4, -1);
    writable(0x54, 4, -1);
    writable(0x58, 1, -1);
    writable(MAP, 1, 0x30);
    for (int i = 1; i < MAP_REGISTERS; i++) {
      writable(MAP + i, 1, 0x33);
    }
    writable(0x60, 4, -1);
    writable(0x64, 4, -1);
    // There is no management mode, so its memory is never opened.
    writable(MANAGEMENT_MEMORY, 1, 0x08);
  }

  @Override
  protected void changed(int offset, int size) {
    for (int i = 0; i < MAP_REGISTERS; i++) {
      if (offset <= MAP + i && MAP + i < offset + size) {
        int value = get8(MAP + i);
        if (i == 0) {
          set(0xF_0000, 4 * ShadowMemory.PART, value >> 4);
        } else {
          long first = ShadowMemory.START + (i - 1L) * 2 * ShadowMemory.PART;
          set(first, ShadowMemory.PART, value);
          set(first + ShadowMemory.PART, ShadowMemory.PART, value >> 4);
        }
      }
    }
  }

  private void set(long first, int length, int attributes) {
    shadow.set(first, length, (attributes & READS) != 0, (attributes & WRITES) != 0);
  }

  @Override
  public void transfer(StateTransfer s) throws StateException {
    shadow.transfer(s);
    super.transfer(s);
  }
}
