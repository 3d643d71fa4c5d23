// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.floppy;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.Arrays;

/**
 * One Intel 8237A DMA controller (data sheet 231466) with the page registers a PC has beside it.
 * Not thread-safe: {@link DmaPair} locks.
 */
final class Dma8237 {
  private static final int CHANNELS = 4;

  // Mode register.
  private static final int AUTO_INITIALIZE = 0x10;
  private static final int DECREMENT = 0x20;

  private static final int DISABLED = 0x04;

  /** Bytes in a unit of counting: 1, or 2 on the second controller. */
  private final int width;

  private final int[] baseAddress = new int[CHANNELS];
  private final int[] address = new int[CHANNELS];
  private final int[] baseCount = new int[CHANNELS];
  private final int[] count = new int[CHANNELS];
  private final int[] mode = new int[CHANNELS];
  private final int[] page = new int[CHANNELS];
  private int command;
  private int mask;
  private int reached;
  private boolean highByte;

  Dma8237(int width) {
    this.width = width;
    reset();
  }

  /** Sets the state after power-on, registers that a reset leaves alone, too. */
  void powerOn() {
    Arrays.fill(baseAddress, 0);
    Arrays.fill(address, 0);
    Arrays.fill(baseCount, 0);
    Arrays.fill(count, 0);
    Arrays.fill(mode, 0);
    Arrays.fill(page, 0);
    reset();
  }

  /** What a reset or master clear does; addresses, counts and modes stay. */
  void reset() {
    command = 0;
    mask = 0xF;
    reached = 0;
    highByte = false;
  }

  int page(int channel) {
    return page[channel];
  }

  void page(int channel, int value) {
    page[channel] = value & 0xFF;
  }

  int read(int register) {
    if (register < 8) {
      int channel = register >> 1;
      int value = (register & 1) == 0 ? address[channel] : count[channel];
      highByte = !highByte;
      return highByte ? value & 0xFF : value >> 8 & 0xFF;
    }
    if (register == 8) {
      int value = reached;
      reached = 0;
      return value;
    }
    return register == 15 ? mask | 0xF0 : 0;
  }

  void write(int register, int value) {
    if (register < 8) {
      int channel = register >> 1;
      boolean isAddress = (register & 1) == 0;
      int[] base = isAddress ? baseAddress : baseCount;
      base[channel] = highByte ? base[channel] & 0xFF | value << 8 : base[channel] & 0xFF00 | value;
      highByte = !highByte;
      (isAddress ? address : count)[channel] = base[channel];
      return;
    }
    int channel = value & 3;
    switch (register) {
      case 8 -> command = value;
      case 10 -> mask = (value & 4) != 0 ? mask | 1 << channel : mask & ~(1 << channel);
      case 11 -> mode[channel] = value;
      case 12 -> highByte = false;
      case 13 -> reset();
      case 14 -> mask = 0;
      case 15 -> mask = value & 0xF;
      default -> {
        // Requests by software move memory to memory, which PCs don't.
      }
    }
  }

  /** True if the channel would answer its device's request. */
  boolean isReady(int channel) {
    return (command & DISABLED) == 0 && (mask & 1 << channel) == 0;
  }

  /** True if the transfer goes to memory; false for one from memory or a mere verification. */
  boolean toMemory(int channel) {
    return (mode[channel] >> 2 & 3) == 1;
  }

  /** True if the transfer goes from memory. */
  boolean fromMemory(int channel) {
    return (mode[channel] >> 2 & 3) == 2;
  }

  /** Where the next byte goes to or comes from. */
  long target(int channel) {
    // The second controller's addresses count words, and the page's lowest bit isn't used.
    return width == 1
        ? (long) page[channel] << 16 | address[channel]
        : (long) (page[channel] & 0xFE) << 16 | (long) address[channel] << 1;
  }

  /**
   * Goes on by one unit.
   *
   * @return true if it was the last one
   */
  boolean advance(int channel) {
    int step = (mode[channel] & DECREMENT) != 0 ? -1 : 1;
    address[channel] = address[channel] + step & 0xFFFF;
    count[channel] = count[channel] - 1 & 0xFFFF;
    if (count[channel] != 0xFFFF) {
      return false;
    }
    reached |= 1 << channel;
    if ((mode[channel] & AUTO_INITIALIZE) != 0) {
      address[channel] = baseAddress[channel];
      count[channel] = baseCount[channel];
    } else {
      mask |= 1 << channel;
    }
    return true;
  }

  void transfer(StateTransfer s) throws StateException {
    s.numbers(baseAddress, 0, 0xFFFF);
    s.numbers(address, 0, 0xFFFF);
    s.numbers(baseCount, 0, 0xFFFF);
    s.numbers(count, 0, 0xFFFF);
    s.numbers(mode, 0, 0xFF);
    s.numbers(page, 0, 0xFF);
    command = s.number(command, 0, 0xFF);
    mask = s.number(mask, 0, 0xFF);
    reached = s.number(reached, 0, 0xFF);
    highByte = s.flag(highByte);
  }
}
