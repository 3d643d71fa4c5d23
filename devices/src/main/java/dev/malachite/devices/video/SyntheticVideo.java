// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.vmbus.ChannelHandler;
import dev.malachite.engine.vmbus.ChannelOffer;
import dev.malachite.engine.vmbus.VmbusChannel;
import dev.malachite.engine.vmbus.VmbusDevice;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The synthetic display adapter: video memory at a fixed address of the machine, and the protocol
 * in which the guest says what lies there. Any thread.
 *
 * <p>The guest places its frame buffer in the address windows the machine gives VMBus; the video
 * memory must be at the start of the lowest window, which is where guests look first.
 */
public final class SyntheticVideo implements VmbusDevice {
  private static final UUID INTERFACE = UUID.fromString("da0a7802-e377-4aac-8e77-0558eb1073f8");
  private static final UUID INSTANCE = UUID.fromString("5620e0c7-8062-4dce-aeb7-520c7ef76171");

  private final VideoMemory memory;
  private final ChannelOffer offer;
  private final Screen screen;
  private volatile boolean dirtyWanted;
  private volatile @Nullable VideoChannel channel;
  private volatile @Nullable Cursor cursor;
  private volatile boolean cursorVisible;
  private volatile int cursorX;
  private volatile int cursorY;

  /**
   * An adapter.
   *
   * @param memory the video memory, a multiple of 1 MiB
   * @param screen where the picture is shown
   */
  public SyntheticVideo(GuestMemory.Region memory, Screen screen) {
    this(VideoMemory.of(memory), screen);
  }

  /**
   * An adapter.
   *
   * @param memory the video memory, a multiple of 1 MiB
   * @param screen where the picture is shown
   */
  public SyntheticVideo(VideoMemory memory, Screen screen) {
    if (memory.size() % (1 << 20) != 0) {
      throw new IllegalArgumentException("video memory must be a multiple of 1 MiB");
    }
    this.memory = memory;
    this.screen = screen;
    offer =
        ChannelOffer.device("video", INTERFACE, INSTANCE)
            .withMmioMegabytes((int) (memory.size() >> 20));
  }

  /** Where the picture is shown. */
  public Screen screen() {
    return screen;
  }

  /** Says whether somebody watches: the guest then tells of each change and of its pointer. */
  public void dirtyWanted(boolean wanted) {
    if (dirtyWanted != wanted) {
      dirtyWanted = wanted;
      VideoChannel current = channel;
      if (current != null) {
        current.featuresChanged();
      }
    }
  }

  boolean dirtyWanted() {
    return dirtyWanted;
  }

  /** The guest's mouse pointer, or null if it has none or hides it. */
  public @Nullable Cursor cursor() {
    return cursorVisible ? cursor : null;
  }

  /** Where the pointer is, from the left. */
  public int cursorX() {
    return cursorX;
  }

  /** Where the pointer is, from the top. */
  public int cursorY() {
    return cursorY;
  }

  VideoMemory memory() {
    return memory;
  }

  void moveCursor(boolean visible, int x, int y) {
    cursorVisible = visible;
    cursorX = x;
    cursorY = y;
  }

  void showCursor(Cursor newCursor) {
    cursor = newCursor;
  }

  @Override
  public ChannelOffer offer() {
    return offer;
  }

  @Override
  public ChannelHandler open(VmbusChannel vmbusChannel) {
    VideoChannel opened = new VideoChannel(this, vmbusChannel);
    channel = opened;
    return opened;
  }

  void closed(VideoChannel old) {
    if (channel == old) {
      channel = null;
      cursor = null;
      cursorVisible = false;
    }
  }

  @Override
  public void transfer(StateTransfer s) throws StateException {
    screen.transfer(s, memory);
    cursorVisible = s.flag(cursorVisible);
    cursorX = s.int32(cursorX);
    cursorY = s.int32(cursorY);
    Cursor shown = cursor;
    if (s.flag(shown != null)) {
      cursor = Cursor.transfer(shown, s);
    } else {
      cursor = null;
    }
  }
}
