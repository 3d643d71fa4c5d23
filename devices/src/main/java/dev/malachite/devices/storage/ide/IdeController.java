// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage.ide;

import dev.malachite.devices.chipset.PciFunction;
import dev.malachite.devices.storage.ScsiDvd;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.engine.device.InterruptLine;
import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.List;

/**
 * The PIIX4's IDE controller, function 1 (Intel data sheet 290562, chapter 5): two channels at the
 * ports PCs have them. Any thread.
 */
public final class IdeController extends PciFunction {
  /** Channels; each has two drives. */
  public static final int CHANNELS = 2;

  private static final int[] BASES = {0x1F0, 0x170};
  private static final int TIMING = 0x40;
  private static final int MASTER_PORTS = 16;
  private static final int MASTER_BAR = 4;

  private final List<IdeChannel> channels;

  /**
   * A controller without drives.
   *
   * @param first interrupt 14
   * @param second interrupt 15
   */
  public IdeController(InterruptLine first, InterruptLine second, IoBus bus, GuestMemory memory) {
    super(0x8086, 0x7111, 1, 0x01_01_80);
    set16(STATUS, 0x0280);
    channels =
        List.of(new IdeChannel(BASES[0], first, memory), new IdeChannel(BASES[1], second, memory));
    for (IdeChannel channel : channels) {
      channel.connect(bus);
    }
    addPorts(MASTER_BAR, MASTER_PORTS, bus.window(MASTER_PORTS, new MasterPorts()));
    writable(TIMING, 4, 0xF3FF_F3FF);
    writable(0x44, 1, -1);
    writable(0x48, 1, 0x0F);
    writable(0x4A, 2, 0x3333);
  }

  /**
   * Puts a disk on a channel.
   *
   * @param place channel times two plus device: 0 to 3
   * @throws IllegalArgumentException if the disk's blocks have not 512 bytes
   */
  public void attachDisk(int place, VirtualDisk disk) {
    IdeChannel channel = channels.get(place >> 1);
    channel.attach(place & 1, new AtaDisk(channel, disk));
  }

  /** Puts a DVD drive on a channel. */
  public void attachDvd(int place, ScsiDvd drive) {
    IdeChannel channel = channels.get(place >> 1);
    channel.attach(place & 1, new AtapiDrive(channel, drive, place));
  }

  /** Waits for disks that still work for a drive. No processor runs. */
  public void drain() {
    channels.forEach(IdeChannel::drain);
  }

  @Override
  public void transfer(StateTransfer s) throws StateException {
    for (IdeChannel channel : channels) {
      channel.transfer(s);
    }
    super.transfer(s);
  }

  /** Waits for disks that still work for a drive, then gives buffers back. No processor runs. */
  public void close() {
    channels.forEach(IdeChannel::close);
  }

  @Override
  public void reset() {
    super.reset();
    channels.forEach(IdeChannel::reset);
  }

  private final class MasterPorts implements PortHandler {
    @Override
    public int readPort(int port, int size) {
      int value = 0;
      for (int i = 0; i < size; i++) {
        int offset = port + i & MASTER_PORTS - 1;
        value |= channels.get(offset >> 3).readMaster(offset & 7) << 8 * i;
      }
      return value;
    }

    @Override
    public void writePort(int port, int size, int value) {
      for (int i = 0; i < size; i++) {
        int offset = port + i & MASTER_PORTS - 1;
        channels.get(offset >> 3).writeMaster(offset & 7, value >> 8 * i & 0xFF);
      }
    }
  }
}
