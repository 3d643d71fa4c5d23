// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import dev.malachite.devices.video.Resolution;
import dev.malachite.devices.video.Screen;
import dev.malachite.engine.firmware.uefi.graphics.Display;
import dev.malachite.engine.memory.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The synthetic adapter's video memory and screen, as the firmware sees them. */
final class FirmwareDisplay implements Display {
  private final GuestMemory.Region memory;
  private final Screen screen;

  FirmwareDisplay(GuestMemory.Region memory, Screen screen) {
    this.memory = memory;
    this.screen = screen;
  }

  @Override
  public List<Mode> modes() {
    return Resolution.within(memory.size()).stream()
        .map(r -> new Mode(r.width(), r.height()))
        .toList();
  }

  @Override
  public long address() {
    return memory.gpa();
  }

  @Override
  public MemorySegment memory() {
    return memory.segment();
  }

  @Override
  public void show(Mode mode) {
    int stride = mode.width() * Screen.BYTES_PER_PIXEL;
    MemorySegment pixels = memory.segment().asSlice(0, (long) stride * mode.height());
    screen.show(new Screen.View(mode.width(), mode.height(), stride, 0, pixels));
  }

  @Override
  public void dirty(int left, int top, int right, int bottom) {
    screen.dirty(left, top, right, bottom);
  }
}
