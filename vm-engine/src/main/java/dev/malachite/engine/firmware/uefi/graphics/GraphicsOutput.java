// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.graphics;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.handle.Protocols;
import dev.malachite.engine.firmware.uefi.memory.MemoryType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;

/** The Graphics Output protocol (UEFI 2.10, section 12.9). */
@SuppressWarnings("exports") // what it takes is of the firmware alone
public final class GraphicsOutput {
  private static final int INFO = 36;
  private static final int BLUE_GREEN_RED = 1;
  private static final int PIXEL = 4;

  // Operations of Blt.
  private static final int FILL = 0;
  private static final int TO_BUFFER = 1;
  private static final int TO_VIDEO = 2;
  private static final int VIDEO_TO_VIDEO = 3;

  private final Core core;
  private final Display display;
  private final List<Display.Mode> modes;
  private final long info;
  private final long state;
  private int current;

  /** Installs the protocol on a handle and shows the first picture. */
  public GraphicsOutput(Core core, Display display, long handle, int first) {
    this.core = core;
    this.display = display;
    modes = display.modes();
    info = core.data(new byte[INFO]);
    state = core.data(new byte[40]);
    ByteBuffer t = Core.table(32);
    t.putLong(core.simple("Gop.QueryMode", this::queryMode));
    t.putLong(core.simple("Gop.SetMode", this::setMode));
    t.putLong(core.simple("Gop.Blt", this::blt));
    t.putLong(state);
    core.install(handle, Protocols.GRAPHICS_OUTPUT, core.data(Core.bytes(t)));
    set(first);
  }

  private static byte[] info(Display.Mode mode) {
    ByteBuffer t = Core.table(INFO);
    t.putInt(0).putInt(mode.width()).putInt(mode.height()).putInt(BLUE_GREEN_RED);
    t.position(32);
    t.putInt(mode.width());
    return Core.bytes(t);
  }

  /** The picture size that is set. */
  public Display.Mode mode() {
    return modes.get(current);
  }

  private void set(int number) {
    current = number;
    Display.Mode mode = mode();
    core.space().memory().write(info, info(mode), 0, INFO);
    ByteBuffer t = Core.table(40);
    t.putInt(modes.size()).putInt(number).putLong(info).putLong(INFO).putLong(display.address());
    t.putLong((long) mode.width() * mode.height() * PIXEL);
    core.space().memory().write(state, Core.bytes(t), 0, 40);
    display.memory().asSlice(0, (long) mode.width() * mode.height() * PIXEL).fill((byte) 0);
    display.show(mode);
  }

  // QueryMode(This, Number, *SizeOfInfo, **Info).
  private long queryMode(Arguments a) {
    int number = a.u32(1);
    EfiException.require(number >= 0 && number < modes.size());
    long sizeAt = a.pointer(2);
    long target = a.pointer(3);
    long copy = core.pool().allocate(MemoryType.BOOT_DATA, INFO);
    core.space().bytes(copy, info(modes.get(number)));
    core.space().u64(sizeAt, INFO);
    core.space().u64(target, copy);
    return Status.SUCCESS;
  }

  private long setMode(Arguments a) {
    int number = a.u32(1);
    Core.require(number >= 0 && number < modes.size(), Status.UNSUPPORTED);
    set(number);
    return Status.SUCCESS;
  }

  // Blt(This, *Buffer, Operation, SourceX, SourceY, DestinationX, DestinationY, W, H, Delta).
  private long blt(Arguments a) {
    long buffer = a.get(1);
    int operation = a.u32(2);
    long sourceX = a.get(3);
    long sourceY = a.get(4);
    long targetX = a.get(5);
    long targetY = a.get(6);
    long width = a.get(7);
    long height = a.get(8);
    long delta = a.get(9);
    EfiException.require(operation >= FILL && operation <= VIDEO_TO_VIDEO);
    EfiException.require(width > 0 && height > 0);
    boolean fromVideo = operation == TO_BUFFER || operation == VIDEO_TO_VIDEO;
    inside(fromVideo ? sourceX : targetX, fromVideo ? sourceY : targetY, width, height);
    if (operation == VIDEO_TO_VIDEO) {
      inside(targetX, targetY, width, height);
    }
    long stride = delta == 0 ? width * PIXEL : delta;
    if (operation == TO_BUFFER || operation == TO_VIDEO) {
      long x = operation == TO_BUFFER ? targetX : sourceX;
      long y = operation == TO_BUFFER ? targetY : sourceY;
      EfiException.require(
          x >= 0 && y >= 0 && x < 1 << 20 && y < 1 << 20 && stride > 0 && stride < 1 << 24);
    }
    switch (operation) {
      case FILL -> fill(core.space().u32(buffer), targetX, targetY, width, height);
      case VIDEO_TO_VIDEO -> copy(sourceX, sourceY, targetX, targetY, width, height);
      case TO_BUFFER ->
          lines(
              buffer + targetY * stride + targetX * PIXEL,
              stride,
              sourceX,
              sourceY,
              width,
              height,
              true);
      default ->
          lines(
              buffer + sourceY * stride + sourceX * PIXEL,
              stride,
              targetX,
              targetY,
              width,
              height,
              false);
    }
    if (operation != TO_BUFFER) {
      display.dirty(
          (int) targetX, (int) targetY, (int) (targetX + width), (int) (targetY + height));
    }
    return Status.SUCCESS;
  }

  private void inside(long x, long y, long width, long height) {
    Display.Mode mode = mode();
    EfiException.require(
        x >= 0
            && y >= 0
            && width <= mode.width()
            && height <= mode.height()
            && x <= mode.width() - width
            && y <= mode.height() - height);
  }

  private MemorySegment line(long x, long y, long width) {
    return display.memory().asSlice((y * mode().width() + x) * PIXEL, width * PIXEL);
  }

  private void fill(int colour, long x, long y, long width, long height) {
    MemorySegment first = line(x, y, width);
    for (long i = 0; i < width; i++) {
      first.set(ValueLayout.JAVA_INT_UNALIGNED, i * PIXEL, colour);
    }
    for (long i = 1; i < height; i++) {
      line(x, y + i, width).copyFrom(first);
    }
  }

  private void copy(long fromX, long fromY, long toX, long toY, long width, long height) {
    boolean down = fromY < toY;
    for (long i = 0; i < height; i++) {
      long n = down ? height - 1 - i : i;
      line(toX, toY + n, width).copyFrom(line(fromX, fromY + n, width));
    }
  }

  private void lines(
      long guest, long stride, long x, long y, long width, long height, boolean toGuest) {
    int bytes = (int) width * PIXEL;
    for (long i = 0; i < height; i++) {
      MemorySegment line = line(x, y + i, width);
      if (toGuest) {
        core.space().bytes(guest + i * stride, line.toArray(ValueLayout.JAVA_BYTE));
      } else {
        line.copyFrom(MemorySegment.ofArray(core.space().bytes(guest + i * stride, bytes, bytes)));
      }
    }
  }
}
