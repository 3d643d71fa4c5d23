// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What the guest's screen shows: where its pixels are and how they lie. Any thread.
 *
 * <p>Pixels are 4 bytes each, blue, green, red and an unused one, in guest memory that the guest
 * goes on writing.
 */
public final class Screen {
  /** Bytes in a pixel. */
  public static final int BYTES_PER_PIXEL = 4;

  private static final int MAX_DIMENSION = 16_384;

  /**
   * A picture's geometry and memory.
   *
   * @param width in pixels
   * @param height in pixels
   * @param stride bytes from one line to the next, at least four times the width
   * @param offset where in the video memory the first pixel is
   * @param pixels {@code stride * height} bytes of guest memory
   */
  public record View(int width, int height, int stride, long offset, MemorySegment pixels) {}

  /** Is told of changes, on any thread; must be quick. */
  public interface Listener {
    /** The picture has another geometry; null while the screen is off. */
    void resized(@Nullable View view);

    /** A part has changed; the rectangle lies inside the picture. */
    void dirty(int x, int y, int width, int height);
  }

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable View view;

  /** A screen that is off. */
  public Screen() {}

  /** The picture, or null while the screen is off. */
  public @Nullable View view() {
    return view;
  }

  /** Adds a listener. */
  public void add(Listener listener) {
    listeners.add(listener);
  }

  /** Removes a listener. */
  public void remove(Listener listener) {
    listeners.remove(listener);
  }

  /** Sets what the screen shows, for a display adapter. */
  public void show(@Nullable View newView) {
    view = newView;
    for (Listener listener : listeners) {
      listener.resized(newView);
    }
  }

  /** Tells of a change, for a display adapter; what lies outside the picture is cut off. */
  public void dirty(int left, int top, int right, int bottom) {
    View current = view;
    if (current == null) {
      return;
    }
    int x1 = Math.clamp(left, 0, current.width);
    int y1 = Math.clamp(top, 0, current.height);
    int x2 = Math.clamp(right, 0, current.width);
    int y2 = Math.clamp(bottom, 0, current.height);
    if (x1 < x2 && y1 < y2) {
      for (Listener listener : listeners) {
        listener.dirty(x1, y1, x2 - x1, y2 - y1);
      }
    }
  }

  /** Saves or restores which part of the memory is shown; the picture is in guest memory. */
  void transfer(StateTransfer s, VideoMemory memory) throws StateException {
    View old = view;
    View now = null;
    if (s.flag(old != null)) {
      int width = s.number(old == null ? 0 : old.width, 1, MAX_DIMENSION);
      int height = s.number(old == null ? 0 : old.height, 1, MAX_DIMENSION);
      int stride = s.number(old == null ? 0 : old.stride, width * BYTES_PER_PIXEL, 1 << 24);
      long size = (long) stride * height;
      long most = memory.size() - size;
      long offset = s.number(old == null ? 0 : old.offset, 0, Math.max(0, most));
      if (most < 0) {
        throw s.impossible("a picture larger than the video memory");
      }
      now = new View(width, height, stride, offset, memory.segment().asSlice(offset, size));
    }
    if (s.loading()) {
      show(now);
    }
  }
}
