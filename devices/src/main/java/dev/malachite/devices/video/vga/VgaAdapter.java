// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video.vga;

import dev.malachite.devices.chipset.PciFunction;
import dev.malachite.engine.device.FrameBuffer;
import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.time.MachineClock;
import java.util.Optional;

/**
 * The display adapter of a Generation 1 machine: a VGA with the Bochs extensions on PCI, by the
 * identity of Hyper-V's, which is where guests' synthetic drivers look for its memory. Any thread.
 */
public final class VgaAdapter extends PciFunction {
  /** The PCI vendor. */
  public static final int VENDOR_ID = 0x1414;

  /** The PCI device. */
  public static final int DEVICE_ID = 0x5353;

  private static final long WINDOW = 0xA_0000;

  private final VgaPorts ports;
  private final VgaMemory planes;
  private final Raster raster;

  /**
   * An adapter.
   *
   * @param memory its memory, a power of two of bytes and at least 1 MiB; shown by base address 0
   */
  public VgaAdapter(GuestMemory.Window memory, IoBus bus, MachineClock clock) {
    super(VENDOR_ID, DEVICE_ID, 0, 0x03_00_00);
    VgaState state = new VgaState();
    ports = new VgaPorts(state, memory.segment(), clock);
    ports.connect(bus);
    planes = new VgaMemory(state, memory.segment());
    bus.mapMmio(WINDOW, VgaMemory.SIZE, planes);
    raster = new Raster(state, memory.segment());
    addMemory(0, memory);
  }

  @Override
  public void reset() {
    super.reset();
    ports.reset();
    planes.reset();
  }

  /** What the screen shows now; valid until the next call. */
  public Optional<FrameBuffer> picture() {
    synchronized (raster) {
      return Optional.ofNullable(raster.draw());
    }
  }

  @Override
  public void transfer(StateTransfer s) throws StateException {
    ports.transfer(s);
    planes.transfer(s);
    super.transfer(s);
  }
}
