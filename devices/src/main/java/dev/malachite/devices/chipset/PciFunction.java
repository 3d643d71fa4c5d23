// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.chipset;

import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A PCI function: its 256 bytes of configuration space with the header's common part (PCI Local Bus
 * Specification 3.0, section 6.1) and its base addresses. Any thread.
 */
public class PciFunction implements Saveable {
  /** Bytes of configuration space. */
  public static final int SIZE = 256;

  // Offsets in the header.
  protected static final int VENDOR = 0x00;
  protected static final int DEVICE = 0x02;
  protected static final int COMMAND = 0x04;
  protected static final int STATUS = 0x06;
  protected static final int REVISION = 0x08;
  protected static final int CLASS = 0x09;
  protected static final int HEADER_TYPE = 0x0E;
  protected static final int BASE_ADDRESS = 0x10;
  protected static final int SUBSYSTEM_VENDOR = 0x2C;
  protected static final int SUBSYSTEM = 0x2E;
  protected static final int INTERRUPT_LINE = 0x3C;
  protected static final int INTERRUPT_PIN = 0x3D;

  // Command register.
  protected static final int COMMAND_IO = 1;
  protected static final int COMMAND_MEMORY = 2;
  protected static final int COMMAND_MASTER = 4;

  private static final int BARS = 6;

  /** What is behind a base address. */
  private interface Placed {
    void move(long address);
  }

  private record Bar(int size, int flags, Placed placed) {}

  private final byte[] initial = new byte[SIZE];
  private final byte[] config = new byte[SIZE];
  private final byte[] writable = new byte[SIZE];
  private final byte[] clearedByOne = new byte[SIZE];
  private final @Nullable Bar[] bars = new @Nullable Bar[BARS];

  /**
   * Makes a function that has a header and nothing else.
   *
   * @param classCode base class, sub-class and programming interface in bits 23 to 0
   */
  protected PciFunction(int vendor, int device, int revision, int classCode) {
    set16(VENDOR, vendor);
    set16(DEVICE, device);
    set8(REVISION, revision);
    set8(CLASS, classCode);
    set16(CLASS + 1, classCode >> 8);
    writable(COMMAND, 2, COMMAND_IO | COMMAND_MEMORY | COMMAND_MASTER | 0x140);
    writable(INTERRUPT_LINE, 1, 0xFF);
    clearedByOne(STATUS + 1, 0xF9);
  }

  // ---- for the functions' constructors -------------------------------------------------------

  /** Sets what a byte is after reset. */
  protected final void set8(int offset, int value) {
    initial[offset] = (byte) value;
    config[offset] = (byte) value;
  }

  /** Sets what two bytes are after reset. */
  protected final void set16(int offset, int value) {
    set8(offset, value);
    set8(offset + 1, value >> 8);
  }

  /** Lets the guest write bits of one to four bytes. */
  protected final void writable(int offset, int bytes, int mask) {
    for (int i = 0; i < bytes; i++) {
      writable[offset + i] = (byte) (mask >> 8 * i);
    }
  }

  /** Lets the guest clear bits of a byte by writing ones. */
  protected final void clearedByOne(int offset, int mask) {
    clearedByOne[offset] = (byte) mask;
  }

  /** Says that the device has further functions. */
  protected final void multiFunction() {
    set8(HEADER_TYPE, 0x80);
  }

  /** Adds a base address of ports. */
  protected final void addPorts(int bar, int count, IoBus.PortWindow window) {
    add(bar, new Bar(count, 1, address -> window.move((int) address)));
  }

  /** Adds a base address of prefetchable memory. */
  protected final void addMemory(int bar, GuestMemory.Window window) {
    add(bar, new Bar((int) window.size(), 8, window::move));
  }

  private void add(int bar, Bar added) {
    bars[bar] = added;
    set8(BASE_ADDRESS + 4 * bar, added.flags);
    writable(BASE_ADDRESS + 4 * bar, 4, -added.size);
  }

  // ---- at run time ---------------------------------------------------------------------------

  /** Sets the state after power-on. */
  public void reset() {
    synchronized (config) {
      System.arraycopy(initial, 0, config, 0, SIZE);
      place();
    }
    changed(0, SIZE);
  }

  /** Reads configuration space; {@code offset} is a multiple of {@code size}. */
  public final int read(int offset, int size) {
    int value = 0;
    for (int i = 0; i < size; i++) {
      value |= get8(offset + i) << 8 * i;
    }
    return value;
  }

  /** Writes configuration space. */
  public final void write(int offset, int size, int value) {
    synchronized (config) {
      for (int i = 0; i < size; i++) {
        int at = offset + i;
        int data = value >> 8 * i & 0xFF;
        int cleared = data & clearedByOne[at];
        config[at] =
            (byte) (config[at] & ~(writable[at] & 0xFF) & ~cleared | data & writable[at] & 0xFF);
      }
      boolean placed =
          offset < COMMAND + 2 && offset + size > COMMAND
              || offset < BASE_ADDRESS + 4 * BARS && offset + size > BASE_ADDRESS;
      if (placed) {
        place();
      }
    }
    changed(offset, size);
  }

  private void place() {
    for (int i = 0; i < BARS; i++) {
      Bar bar = bars[i];
      if (bar != null) {
        boolean ports = (bar.flags & 1) != 0;
        long address = get32(BASE_ADDRESS + 4 * i) & -bar.size & 0xFFFF_FFFFL;
        boolean decoded = (get16(COMMAND) & (ports ? COMMAND_IO : COMMAND_MEMORY)) != 0;
        // All ones is what the guest writes to learn the size.
        boolean sane =
            address != 0 && (ports ? address < 0x10000 : address != (-bar.size & 0xFFFF_FFFFL));
        bar.placed.move(decoded && sane ? address : -1);
      }
    }
  }

  /** The guest has written bytes, or all were reset. Called without a lock. */
  protected void changed(int offset, int size) {
    // A plain header has nothing to do.
  }

  /** A byte. */
  protected final int get8(int offset) {
    return config[offset] & 0xFF;
  }

  /** Two bytes. */
  protected final int get16(int offset) {
    return get8(offset) | get8(offset + 1) << 8;
  }

  /** Four bytes. */
  protected final int get32(int offset) {
    return get16(offset) | get16(offset + 2) << 16;
  }

  /** Changes a byte as the device does. */
  protected final void put8(int offset, int value) {
    synchronized (config) {
      config[offset] = (byte) value;
    }
  }

  /** True if the function may read and write memory by itself. */
  public final boolean isMaster() {
    return (get8(COMMAND) & COMMAND_MASTER) != 0;
  }

  /**
   * Saves or restores configuration space, and what is behind base addresses goes where it was.
   * Functions with more than that restore it first.
   */
  @Override
  public void transfer(StateTransfer s) throws StateException {
    byte[] all = snapshot();
    s.bytes(all);
    if (s.loading()) {
      synchronized (config) {
        System.arraycopy(all, 0, config, 0, SIZE);
        place();
      }
      changed(0, SIZE);
    }
  }

  /** The whole configuration space, for those who look at it from outside. */
  public final byte[] snapshot() {
    synchronized (config) {
      return Arrays.copyOf(config, SIZE);
    }
  }
}
