// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video.vga;

import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.time.MachineClock;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A VGA's ports (IBM PS/2 Hardware Interface Technical Reference, Video Subsystem) and those of the
 * Bochs extensions (Bochs, "VBE Display Interface"). Any thread.
 */
final class VgaPorts implements PortHandler {
  private static final int MONO_CRT = 0x3B4;
  private static final int MONO_STATUS = 0x3BA;
  private static final int FIRST = 0x3C0;
  private static final int ATTRIBUTE = 0x3C0;
  private static final int ATTRIBUTE_READ = 0x3C1;
  private static final int MISCELLANEOUS = 0x3C2;
  private static final int SEQUENCER = 0x3C4;
  private static final int PALETTE_MASK = 0x3C6;
  private static final int PALETTE_READ = 0x3C7;
  private static final int PALETTE_WRITE = 0x3C8;
  private static final int PALETTE_DATA = 0x3C9;
  private static final int FEATURE = 0x3CA;
  private static final int MISCELLANEOUS_READ = 0x3CC;
  private static final int GRAPHICS = 0x3CE;
  private static final int CRT = 0x3D4;
  private static final int STATUS = 0x3DA;
  private static final int VBE_INDEX = 0x1CE;

  /** The first and the last version of the extensions; a guest asks for one by writing it. */
  private static final int VBE_FIRST_VERSION = 0xB0C0;

  private static final int VBE_VERSION = 0xB0C5;

  private static final int VBE_NO_CLEAR = 0x80;
  private static final int VBE_MAXIMUM_WIDTH = 2560;
  private static final int VBE_MAXIMUM_HEIGHT = 1600;
  private static final int VBE_MAXIMUM_BITS = 32;

  /** One picture in 70 a second, of which the beam spends the last part coming back. */
  private static final long FRAME = 1_000_000_000L / 70;

  private static final long RETRACE = FRAME * 9 / 10;
  private static final long LINE = FRAME / 449;

  private final VgaState state;
  private final MemorySegment memory;
  private final MachineClock clock;
  private int sequencerIndex;
  private int graphicsIndex;
  private int crtIndex;
  private int attributeIndex;
  private boolean attributeData;
  private int vbeIndex;
  private int paletteReadAt;
  private int paletteWriteAt;
  private boolean paletteReading;

  VgaPorts(VgaState state, MemorySegment memory, MachineClock clock) {
    this.state = state;
    this.memory = memory;
    this.clock = clock;
  }

  void connect(IoBus bus) {
    bus.mapPorts(MONO_CRT, 2, this);
    bus.mapPorts(MONO_STATUS, 1, this);
    bus.mapPorts(FIRST, 16, this);
    bus.mapPorts(CRT, 2, this);
    bus.mapPorts(STATUS, 1, this);
    bus.mapPorts(VBE_INDEX, 3, this);
  }

  void reset() {
    synchronized (state) {
      Arrays.fill(state.sequencer, 0);
      Arrays.fill(state.graphics, 0);
      Arrays.fill(state.crt, 0);
      Arrays.fill(state.attribute, 0);
      Arrays.fill(state.vbe, 0);
      Arrays.fill(state.palette, (byte) 0);
      state.vbe[VgaState.VBE_ID] = VBE_VERSION;
      state.miscellaneous = 0;
      state.paletteMask = 0xFF;
      state.attributeSource = false;
      sequencerIndex = 0;
      graphicsIndex = 0;
      crtIndex = 0;
      attributeIndex = 0;
      attributeData = false;
      vbeIndex = 0;
      paletteReadAt = 0;
      paletteWriteAt = 0;
      paletteReading = false;
    }
  }

  // ---- reading -------------------------------------------------------------------------------

  @Override
  public int readPort(int port, int size) {
    synchronized (state) {
      if (port >= VBE_INDEX && port < VBE_INDEX + 3) {
        return port == VBE_INDEX ? vbeIndex : readVbe();
      }
      int value = 0;
      for (int i = 0; i < size; i++) {
        value |= read(port + i) << 8 * i;
      }
      return value;
    }
  }

  private boolean isMono(int port) {
    return port >= MONO_CRT && port <= MONO_STATUS;
  }

  private boolean answers(int port) {
    boolean color = (state.miscellaneous & 1) != 0;
    return isMono(port) ? !color : port < CRT || color;
  }

  private int read(int port) {
    if (!answers(port)) {
      return 0xFF;
    }
    return switch (port) {
      case ATTRIBUTE -> attributeIndex | (state.attributeSource ? 0x20 : 0);
      case ATTRIBUTE_READ -> state.attribute[attributeIndex];
      case MISCELLANEOUS -> 0x10;
      case SEQUENCER -> sequencerIndex;
      case SEQUENCER + 1 -> state.sequencer[sequencerIndex];
      case PALETTE_MASK -> state.paletteMask;
      case PALETTE_READ -> paletteReading ? 3 : 0;
      case PALETTE_WRITE -> paletteWriteAt / 3;
      case PALETTE_DATA -> {
        int value = state.palette[paletteReadAt] & 0xFF;
        paletteReadAt = (paletteReadAt + 1) % state.palette.length;
        yield value;
      }
      case FEATURE -> 0;
      case MISCELLANEOUS_READ -> state.miscellaneous;
      case GRAPHICS -> graphicsIndex;
      case GRAPHICS + 1 -> state.graphics[graphicsIndex];
      case MONO_CRT, CRT -> crtIndex;
      case MONO_CRT + 1, CRT + 1 -> state.crt[crtIndex];
      case MONO_STATUS, STATUS -> {
        attributeData = false;
        yield beam();
      }
      default -> 0xFF;
    };
  }

  // Bit 3 while the beam comes back up, bit 0 while nothing is drawn.
  private int beam() {
    long into = clock.nanoseconds() % FRAME;
    return into >= RETRACE ? 9 : into % LINE >= LINE * 4 / 5 ? 1 : 0;
  }

  private int readVbe() {
    boolean capabilities = (state.vbe[VgaState.VBE_ENABLE] & VgaState.VBE_CAPABILITIES) != 0;
    return switch (vbeIndex) {
      case VgaState.VBE_WIDTH -> capabilities ? VBE_MAXIMUM_WIDTH : state.vbe[VgaState.VBE_WIDTH];
      case VgaState.VBE_HEIGHT ->
          capabilities ? VBE_MAXIMUM_HEIGHT : state.vbe[VgaState.VBE_HEIGHT];
      case VgaState.VBE_BITS -> capabilities ? VBE_MAXIMUM_BITS : state.vbe[VgaState.VBE_BITS];
      case VgaState.VBE_MEMORY -> (int) (memory.byteSize() >> 16);
      default -> vbeIndex < state.vbe.length ? state.vbe[vbeIndex] : 0;
    };
  }

  // ---- writing -------------------------------------------------------------------------------

  @Override
  public void writePort(int port, int size, int value) {
    synchronized (state) {
      if (port == VBE_INDEX) {
        vbeIndex = value & 0xFFFF;
      } else if (port > VBE_INDEX && port < VBE_INDEX + 3) {
        writeVbe(value & 0xFFFF);
      } else {
        for (int i = 0; i < size; i++) {
          write(port + i, value >> 8 * i & 0xFF);
        }
      }
    }
  }

  private void write(int port, int value) {
    if (!answers(port)) {
      return;
    }
    switch (port) {
      case ATTRIBUTE -> writeAttribute(value);
      case MISCELLANEOUS -> state.miscellaneous = value;
      case SEQUENCER -> sequencerIndex = value & 7;
      case SEQUENCER + 1 -> state.sequencer[sequencerIndex] = value;
      case PALETTE_MASK -> state.paletteMask = value;
      case PALETTE_READ -> {
        paletteReadAt = 3 * value;
        paletteReading = true;
      }
      case PALETTE_WRITE -> {
        paletteWriteAt = 3 * value;
        paletteReading = false;
      }
      case PALETTE_DATA -> {
        boolean wide = (state.vbe[VgaState.VBE_ENABLE] & VgaState.VBE_DAC_8_BITS) != 0;
        state.palette[paletteWriteAt] = (byte) (wide ? value : value & 0x3F);
        paletteWriteAt = (paletteWriteAt + 1) % state.palette.length;
      }
      case GRAPHICS -> graphicsIndex = value & 15;
      case GRAPHICS + 1 -> state.graphics[graphicsIndex] = value;
      case MONO_CRT, CRT -> crtIndex = value & 0x1F;
      case MONO_CRT + 1, CRT + 1 -> writeCrt(value);
      default -> {
        // Read only, or nothing there.
      }
    }
  }

  private void writeAttribute(int value) {
    if (attributeData) {
      if (attributeIndex < 0x15) {
        state.attribute[attributeIndex] = attributeIndex < 16 ? value & 0x3F : value;
      }
    } else {
      attributeIndex = value & 0x1F;
      state.attributeSource = (value & 0x20) != 0;
    }
    attributeData = !attributeData;
  }

  private void writeCrt(int value) {
    boolean locked = (state.crt[VgaState.VERTICAL_RETRACE_END] & 0x80) != 0;
    if (locked && crtIndex <= VgaState.OVERFLOW) {
      if (crtIndex == VgaState.OVERFLOW) {
        int kept = state.crt[crtIndex] & ~0x10;
        state.crt[crtIndex] = kept | value & 0x10;
      }
      return;
    }
    state.crt[crtIndex] = value;
  }

  private void writeVbe(int value) {
    int[] vbe = state.vbe;
    switch (vbeIndex) {
      case VgaState.VBE_ID -> {
        if (value >= VBE_FIRST_VERSION && value <= VBE_VERSION) {
          vbe[vbeIndex] = value;
        }
      }
      case VgaState.VBE_WIDTH -> {
        if (value > 0 && value <= VBE_MAXIMUM_WIDTH && (value & 7) == 0) {
          vbe[vbeIndex] = value;
        }
      }
      case VgaState.VBE_HEIGHT -> {
        if (value > 0 && value <= VBE_MAXIMUM_HEIGHT) {
          vbe[vbeIndex] = value;
        }
      }
      case VgaState.VBE_BITS -> {
        switch (value) {
          case 0 -> vbe[vbeIndex] = 8;
          case 4, 8, 15, 16, 24, 32 -> vbe[vbeIndex] = value;
          default -> {
            // Keeps what it has.
          }
        }
      }
      case VgaState.VBE_ENABLE -> enableVbe(value);
      case VgaState.VBE_BANK -> vbe[vbeIndex] = value & 0x1FF;
      case VgaState.VBE_VIRTUAL_WIDTH -> virtualWidth(value);
      case VgaState.VBE_X, VgaState.VBE_Y -> vbe[vbeIndex] = value;
      default -> {
        // The height of the memory and its size can't be written.
      }
    }
  }

  private void enableVbe(int value) {
    int[] vbe = state.vbe;
    boolean enabled = (value & VgaState.VBE_ENABLED) != 0;
    if (enabled && !state.isVbe()) {
      if (vbe[VgaState.VBE_BITS] == 0 || vbe[VgaState.VBE_WIDTH] == 0) {
        return;
      }
      vbe[VgaState.VBE_X] = 0;
      vbe[VgaState.VBE_Y] = 0;
      vbe[VgaState.VBE_BANK] = 0;
      virtualWidth(vbe[VgaState.VBE_WIDTH]);
      if ((value & VBE_NO_CLEAR) == 0) {
        long bytes = (long) Raster.stride(state) * vbe[VgaState.VBE_HEIGHT];
        memory.asSlice(0, Math.min(bytes, memory.byteSize())).fill((byte) 0);
      }
    }
    if (!enabled) {
      vbe[VgaState.VBE_BANK] = 0;
    }
    vbe[VgaState.VBE_ENABLE] = value & 0xE3;
  }

  private void virtualWidth(int value) {
    int width = Math.max(value, state.vbe[VgaState.VBE_WIDTH]) & -8;
    state.vbe[VgaState.VBE_VIRTUAL_WIDTH] = Math.min(width, 0xFFF8);
    int stride = Raster.stride(state);
    state.vbe[VgaState.VBE_VIRTUAL_HEIGHT] =
        stride == 0 ? 0 : (int) Math.min(memory.byteSize() / stride, 0xFFFF);
  }

  void transfer(StateTransfer s) throws StateException {
    synchronized (state) {
      state.transfer(s);
      if (state.vbe[VgaState.VBE_WIDTH] > VBE_MAXIMUM_WIDTH
          || state.vbe[VgaState.VBE_HEIGHT] > VBE_MAXIMUM_HEIGHT
          || state.vbe[VgaState.VBE_BITS] > VBE_MAXIMUM_BITS
          || state.vbe[VgaState.VBE_BANK] > 0x1FF) {
        throw s.impossible("a picture that can't be set");
      }
      sequencerIndex = s.number(sequencerIndex, 0, 7);
      graphicsIndex = s.number(graphicsIndex, 0, 15);
      crtIndex = s.number(crtIndex, 0, 0x1F);
      attributeIndex = s.number(attributeIndex, 0, 0x1F);
      attributeData = s.flag(attributeData);
      vbeIndex = s.number(vbeIndex, 0, 0xFFFF);
      paletteReadAt = s.number(paletteReadAt, 0, 767);
      paletteWriteAt = s.number(paletteWriteAt, 0, 767);
      paletteReading = s.flag(paletteReading);
    }
  }
}
