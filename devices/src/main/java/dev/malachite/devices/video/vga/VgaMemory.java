// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video.vga;

import dev.malachite.engine.device.MmioHandler;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The window at 0xA0000: what a VGA's graphics controller does between processor and planes (IBM
 * PS/2 Hardware Interface Technical Reference, Video Subsystem, "Graphics Controller").
 *
 * <p>The four planes lie byte by byte in turn, so that one word of 32 bits is one address of all.
 */
final class VgaMemory implements MmioHandler {
  /** Bytes of the window. */
  static final long SIZE = 0x2_0000;

  /** Addresses that the planes have: 64 Ki of four bytes. */
  private static final int PLANE_MASK = 0xFFFF;

  private static final int BANK = 0x1_0000;

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED;

  /** For each four bits, the bytes of a word they choose. */
  private static final int[] SPREAD = new int[16];

  static {
    for (int i = 0; i < 16; i++) {
      for (int plane = 0; plane < 4; plane++) {
        if ((i & 1 << plane) != 0) {
          SPREAD[i] |= 0xFF << 8 * plane;
        }
      }
    }
  }

  private final VgaState state;
  private final MemorySegment memory;
  private int latch;

  VgaMemory(VgaState state, MemorySegment memory) {
    this.state = state;
    this.memory = memory;
  }

  @Override
  public long readMmio(long offset, int size) {
    long value = 0;
    synchronized (state) {
      for (int i = 0; i < size; i++) {
        value |= (long) read((int) offset + i) << 8 * i;
      }
    }
    return value;
  }

  @Override
  public void writeMmio(long offset, int size, long value) {
    synchronized (state) {
      for (int i = 0; i < size; i++) {
        write((int) offset + i, (int) (value >> 8 * i) & 0xFF);
      }
    }
  }

  /** Where in the selected part of the window an address is, or -1 outside it. */
  private int inWindow(int offset) {
    return switch (state.graphics[VgaState.MISCELLANEOUS] >> 2 & 3) {
      case 0 -> offset;
      case 1 -> offset < 0x1_0000 ? offset : -1;
      case 2 -> offset >= 0x1_0000 && offset < 0x1_8000 ? offset - 0x1_0000 : -1;
      default -> offset >= 0x1_8000 ? offset - 0x1_8000 : -1;
    };
  }

  // With the extensions on, the window shows one bank of 64 KiB.
  private long banked(int offset) {
    long at = (long) state.vbe[VgaState.VBE_BANK] * BANK + offset;
    return offset < BANK && at < memory.byteSize() ? at : -1;
  }

  private boolean linear() {
    return state.isVbe() && state.vbeBits() >= 8;
  }

  private int read(int offset) {
    if (linear()) {
      long at = banked(offset);
      return at < 0 ? 0xFF : memory.get(BYTE, at) & 0xFF;
    }
    int address = inWindow(offset);
    if (address < 0) {
      return 0xFF;
    }
    int[] graphics = state.graphics;
    if (state.isChained()) {
      return memory.get(BYTE, address & 0x3_FFFF) & 0xFF;
    }
    if ((graphics[VgaState.MODE] & 0x10) != 0) {
      int plane = graphics[VgaState.READ_MAP] & 2 | address & 1;
      return memory.get(BYTE, at(address >> 1) + plane) & 0xFF;
    }
    latch = memory.get(WORD, at(address));
    if ((graphics[VgaState.MODE] & 8) == 0) {
      return latch >> 8 * (graphics[VgaState.READ_MAP] & 3) & 0xFF;
    }
    int different =
        (latch ^ SPREAD[graphics[VgaState.COLOR_COMPARE] & 15])
            & SPREAD[graphics[VgaState.COLOR_DONT_CARE] & 15];
    different |= different >> 16;
    different |= different >> 8;
    return ~different & 0xFF;
  }

  private static long at(int address) {
    return 4L * (address & PLANE_MASK);
  }

  private void write(int offset, int value) {
    if (linear()) {
      long at = banked(offset);
      if (at >= 0) {
        memory.set(BYTE, at, (byte) value);
      }
      return;
    }
    int address = inWindow(offset);
    if (address < 0) {
      return;
    }
    int mask = state.sequencer[VgaState.MAP_MASK] & 15;
    if (state.isChained()) {
      if ((mask & 1 << (address & 3)) != 0) {
        memory.set(BYTE, address & 0x3_FFFF, (byte) value);
      }
    } else if ((state.graphics[VgaState.MODE] & 0x10) != 0
        || (state.sequencer[VgaState.MEMORY_MODE] & 4) == 0) {
      int plane = state.graphics[VgaState.READ_MAP] & 2 | address & 1;
      if ((mask & 1 << plane) != 0) {
        memory.set(BYTE, at(address >> 1) + plane, (byte) value);
      }
    } else {
      writePlanes(address, value, SPREAD[mask]);
    }
  }

  private void writePlanes(int address, int value, int planes) {
    int[] graphics = state.graphics;
    int mode = graphics[VgaState.MODE] & 3;
    if (mode == 1) {
      store(address, latch, planes);
      return;
    }
    int rotated = rotate(value);
    int bits = graphics[VgaState.BIT_MASK];
    int data;
    switch (mode) {
      case 0 -> {
        int enabled = SPREAD[graphics[VgaState.ENABLE_SET_RESET] & 15];
        int set = SPREAD[graphics[VgaState.SET_RESET] & 15];
        data = rotated * 0x01010101 & ~enabled | set & enabled;
      }
      case 2 -> data = SPREAD[value & 15];
      default -> {
        bits &= rotated;
        data = SPREAD[graphics[VgaState.SET_RESET] & 15];
      }
    }
    data =
        switch (graphics[VgaState.DATA_ROTATE] >> 3 & 3) {
          case 1 -> data & latch;
          case 2 -> data | latch;
          case 3 -> data ^ latch;
          default -> data;
        };
    int wide = bits * 0x01010101;
    store(address, data & wide | latch & ~wide, planes);
  }

  private int rotate(int value) {
    int by = state.graphics[VgaState.DATA_ROTATE] & 7;
    return (value >> by | value << 8 - by) & 0xFF;
  }

  private void store(int address, int data, int planes) {
    long at = at(address);
    memory.set(WORD, at, memory.get(WORD, at) & ~planes | data & planes);
  }

  void reset() {
    synchronized (state) {
      latch = 0;
    }
  }

  void transfer(StateTransfer s) throws StateException {
    synchronized (state) {
      latch = s.int32(latch);
    }
  }
}
