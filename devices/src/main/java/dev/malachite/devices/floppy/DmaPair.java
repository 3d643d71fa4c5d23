// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.floppy;

import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.memory.GuestMemoryException;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.Arrays;

/**
 * The two DMA controllers of a PC: channels 0 to 3 of bytes, 5 to 7 of words, and their page
 * registers (PIIX4 data sheet 290562, section 4.2.1). Any thread.
 */
public final class DmaPair implements PortHandler, Saveable {
  private static final int FIRST = 0x00;
  private static final int SECOND = 0xC0;
  private static final int PAGES = 0x80;

  /** Channel by page register, from 0x80 on; -1 for registers that only remember. */
  private static final int[] PAGE_CHANNEL = {
    -1, 2, 3, 1, -1, -1, -1, 0, -1, 6, 7, 5, -1, -1, -1, 4
  };

  private final GuestMemory memory;
  private final Dma8237 bytes = new Dma8237(1);
  private final Dma8237 words = new Dma8237(2);
  private final int[] remembered = new int[16];

  /** Controllers that reach a machine's memory. */
  public DmaPair(GuestMemory memory) {
    this.memory = memory;
  }

  /** Connects their ports. Port 0x80 takes power-on codes too. */
  public void connect(IoBus bus) {
    bus.mapPorts(FIRST, 16, this);
    bus.mapPorts(SECOND, 32, this);
    bus.mapPorts(PAGES, 16, this);
  }

  /** Sets the state after power-on. */
  public synchronized void reset() {
    bytes.powerOn();
    words.powerOn();
    Arrays.fill(remembered, 0);
  }

  @Override
  public synchronized int readPort(int port, int size) {
    if (port < PAGES) {
      return bytes.read(port - FIRST);
    }
    if (port >= SECOND) {
      return words.read(port - SECOND >> 1);
    }
    int channel = PAGE_CHANNEL[port - PAGES];
    return channel < 0
        ? remembered[port - PAGES]
        : channel < 4 ? bytes.page(channel) : words.page(channel - 4);
  }

  @Override
  public synchronized void writePort(int port, int size, int value) {
    int data = value & 0xFF;
    if (port < PAGES) {
      bytes.write(port - FIRST, data);
    } else if (port >= SECOND) {
      words.write(port - SECOND >> 1, data);
    } else {
      int channel = PAGE_CHANNEL[port - PAGES];
      if (channel < 0) {
        remembered[port - PAGES] = data;
      } else if (channel < 4) {
        bytes.page(channel, data);
      } else {
        words.page(channel - 4, data);
      }
    }
  }

  /** True if a channel of bytes would answer its device's request. */
  synchronized boolean isReady(int channel) {
    return bytes.isReady(channel);
  }

  /**
   * Moves bytes over a channel of bytes, until they or the channel's count come to an end.
   *
   * @param data what the device has or takes
   * @param toMemory which way the device wants them to go; if the channel is set otherwise, memory
   *     isn't touched
   * @return how many bytes the channel counted
   */
  synchronized int transfer(int channel, byte[] data, int offset, int length, boolean toMemory) {
    for (int i = 0; i < length; i++) {
      if (!bytes.isReady(channel)) {
        return i;
      }
      long target = bytes.target(channel);
      try {
        if (toMemory && bytes.toMemory(channel)) {
          memory.writeByte(target, data[offset + i]);
        } else if (!toMemory && bytes.fromMemory(channel)) {
          data[offset + i] = (byte) memory.readByte(target);
        }
      } catch (GuestMemoryException e) {
        // The bus takes what nobody else does, and answers with ones.
        if (!toMemory) {
          data[offset + i] = (byte) 0xFF;
        }
      }
      if (bytes.advance(channel)) {
        return i + 1;
      }
    }
    return length;
  }

  @Override
  public synchronized void transfer(StateTransfer s) throws StateException {
    bytes.transfer(s);
    words.transfer(s);
    s.numbers(remembered, 0, 0xFF);
  }
}
