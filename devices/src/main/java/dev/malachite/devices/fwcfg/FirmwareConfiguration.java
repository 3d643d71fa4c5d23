// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.fwcfg;

import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.memory.GuestMemoryException;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The firmware configuration device (QEMU's specification, docs/specs/fw_cfg): numbered items and
 * named files the firmware reads, byte by byte or by DMA. Nothing can be written. Any thread.
 *
 * <p>Numbers are little-endian but for the file directory and DMA, which are big-endian.
 */
public final class FirmwareConfiguration implements PortHandler, Saveable {
  /** Item: how many processors the machine has. */
  public static final int PROCESSORS = 0x05;

  private static final int SELECTOR = 0x510;
  private static final int DATA = 0x511;
  private static final int DMA_HIGH = 0x514;
  private static final int DMA_LOW = 0x518;

  private static final int SIGNATURE = 0x00;
  private static final int FEATURES = 0x01;
  private static final int FILE_DIRECTORY = 0x19;
  private static final int FIRST_FILE = 0x20;
  private static final int FILE_NAME = 56;
  private static final int FILE_ENTRY = 64;

  private static final int FEATURE_TRADITIONAL = 1;
  private static final int FEATURE_DMA = 2;

  private static final int DMA_ERROR = 1;
  private static final int DMA_READ = 2;
  private static final int DMA_SKIP = 4;
  private static final int DMA_SELECT = 8;
  private static final int DMA_WRITE = 16;

  /** "QEMU CFG": what a read of the DMA register answers. */
  private static final long DMA_SIGNATURE = 0x51454D5520434647L;

  private static final byte[] NOTHING = {};

  private final GuestMemory memory;
  private final Map<Integer, byte[]> items = new HashMap<>();
  private final Map<String, byte[]> files = new TreeMap<>();
  private byte[] selected = NOTHING;
  private int selectedNumber = -1;
  private int position;
  private int dmaHigh;

  /**
   * A device without items.
   *
   * @param memory where DMA goes
   */
  public FirmwareConfiguration(GuestMemory memory) {
    this.memory = memory;
    items.put(SIGNATURE, "QEMU".getBytes(StandardCharsets.US_ASCII));
    items.put(FEATURES, new byte[] {FEATURE_TRADITIONAL | FEATURE_DMA, 0, 0, 0});
    list();
  }

  /** Connects its ports. */
  public void connect(IoBus bus) {
    bus.mapPorts(SELECTOR, 12, this);
  }

  /** Sets the state after power-on; items stay. */
  public synchronized void reset() {
    selected = NOTHING;
    selectedNumber = -1;
    position = 0;
    dmaHigh = 0;
  }

  /** Sets a numbered item. */
  public synchronized void item(int number, byte[] content) {
    items.put(number, content);
  }

  /** Sets a file; its name has at most 55 characters. */
  public synchronized void file(String name, byte[] content) {
    if (name.length() >= FILE_NAME) {
      throw new IllegalArgumentException(name + ": a firmware file's name is too long");
    }
    files.put(name, content);
    list();
  }

  // The directory is sorted by name; files are numbered in that order.
  private void list() {
    ByteBuffer directory = ByteBuffer.allocate(4 + files.size() * FILE_ENTRY);
    directory.putInt(files.size());
    int number = FIRST_FILE;
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      int start = directory.position();
      directory.putInt(file.getValue().length).putShort((short) number).putShort((short) 0);
      directory.put(file.getKey().getBytes(StandardCharsets.US_ASCII));
      directory.position(start + FILE_ENTRY);
      items.put(number++, file.getValue());
    }
    items.put(FILE_DIRECTORY, directory.array());
  }

  private void select(int number) {
    selectedNumber = number;
    byte[] content = items.get(number);
    selected = content == null ? NOTHING : content;
    position = 0;
  }

  @Override
  public synchronized int readPort(int port, int size) {
    if (port == DATA) {
      return position < selected.length ? selected[position++] & 0xFF : 0;
    }
    if (port >= DMA_HIGH) {
      // Big-endian: the port with the lowest number has the highest byte.
      int value = 0;
      for (int i = 0; i < size; i++) {
        int index = port + i - DMA_HIGH;
        int octet = index < 8 ? (int) (DMA_SIGNATURE >>> 8 * (7 - index)) & 0xFF : 0xFF;
        value |= octet << 8 * i;
      }
      return value;
    }
    return -1;
  }

  @Override
  public synchronized void writePort(int port, int size, int value) {
    if (port == SELECTOR && size == 2) {
      select(value);
    } else if (port == DMA_HIGH && size == 4) {
      dmaHigh = Integer.reverseBytes(value);
    } else if (port == DMA_LOW && size == 4) {
      long descriptor = (long) dmaHigh << 32 | Integer.reverseBytes(value) & 0xFFFF_FFFFL;
      dmaHigh = 0;
      transfer(descriptor);
    }
  }

  private void transfer(long descriptor) {
    try {
      int control = Integer.reverseBytes(memory.readInt(descriptor));
      int length = Integer.reverseBytes(memory.readInt(descriptor + 4));
      long address = Long.reverseBytes(memory.readLong(descriptor + 8));
      if ((control & DMA_SELECT) != 0) {
        select(control >>> 16);
      }
      boolean done = move(control, length & 0xFFFF_FFFFL, address);
      memory.writeInt(descriptor, done ? 0 : Integer.reverseBytes(DMA_ERROR));
    } catch (GuestMemoryException e) {
      // A descriptor outside memory can't be answered.
    }
  }

  private boolean move(int control, long length, long address) {
    if ((control & DMA_READ) != 0) {
      int there = (int) Math.min(length, selected.length - position);
      try {
        memory.write(address, selected, position, there);
        clear(address + there, length - there);
      } catch (GuestMemoryException e) {
        return false;
      }
      position += there;
      return true;
    }
    if ((control & DMA_WRITE) != 0) {
      return false;
    }
    if ((control & DMA_SKIP) != 0) {
      position += (int) Math.min(length, selected.length - position);
    }
    return true;
  }

  // What is asked for beyond an item's end reads as zeroes.
  private void clear(long address, long length) {
    if (length > 0) {
      memory.slice(address, length).fill((byte) 0);
      memory.written(address, length);
    }
  }

  /** Saves or restores where the guest is reading; the items are the board's. */
  @Override
  public synchronized void transfer(StateTransfer s) throws StateException {
    int number = s.number(selectedNumber, -1, 0xFFFF);
    int at = s.number(position, 0, Integer.MAX_VALUE);
    dmaHigh = s.int32(dmaHigh);
    if (s.loading()) {
      select(number);
      position = at;
    }
  }
}
