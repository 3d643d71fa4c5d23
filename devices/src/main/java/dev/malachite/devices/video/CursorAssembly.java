// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.vmbus.LittleEndian;
import dev.malachite.engine.vmbus.Packet;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Puts a mouse pointer together from the messages it comes in. */
final class CursorAssembly {
  private static final int BYTES_PER_PIXEL = 4;

  private final byte[] data = new byte[Cursor.MAX_SIZE * Cursor.MAX_SIZE * BYTES_PER_PIXEL];
  private int filled;
  private int nextPart;

  /** Takes a message; the pointer once it is whole. Parts out of order are dropped. */
  @Nullable Cursor add(Packet packet) {
    if (packet.payloadLength() < VideoProtocol.SHAPE_DATA) {
      return null;
    }
    int part = packet.getByte(VideoProtocol.SHAPE_PART);
    boolean last = part == VideoProtocol.SHAPE_LAST_PART;
    if (part == 0) {
      filled = 0;
      nextPart = 0;
    }
    if (!last && part != nextPart) {
      return null;
    }
    int length = Math.min(packet.payloadLength() - VideoProtocol.SHAPE_DATA, data.length - filled);
    packet.copy(VideoProtocol.SHAPE_DATA, data, filled, length);
    filled += length;
    nextPart = part + 1;
    if (!last) {
      return null;
    }
    int size = filled;
    filled = 0;
    nextPart = 0;
    int width = packet.getInt(VideoProtocol.SHAPE_WIDTH);
    int height = packet.getInt(VideoProtocol.SHAPE_HEIGHT);
    if (width <= 0 || height <= 0 || width > Cursor.MAX_SIZE || height > Cursor.MAX_SIZE) {
      return null;
    }
    int hotX = Math.clamp(packet.getInt(VideoProtocol.SHAPE_HOT_X), 0, width - 1);
    int hotY = Math.clamp(packet.getInt(VideoProtocol.SHAPE_HOT_Y), 0, height - 1);
    boolean colour = packet.getByte(VideoProtocol.SHAPE_COLOUR) != 0;
    int needed = colour ? width * height * BYTES_PER_PIXEL : (width + 7) / 8 * height * 2;
    if (size < needed) {
      return null;
    }
    int[] argb = colour ? colour(width, height) : monochrome(width, height);
    return new Cursor(width, height, hotX, hotY, argb);
  }

  private int[] colour(int width, int height) {
    int[] argb = new int[width * height];
    for (int i = 0; i < argb.length; i++) {
      argb[i] = LittleEndian.getInt(data, i * BYTES_PER_PIXEL);
    }
    return argb;
  }

  /** Two planes: which pixels of the screen stay, and which are turned over. */
  private int[] monochrome(int width, int height) {
    int stride = (width + 7) / 8;
    int[] argb = new int[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * stride + x / 8;
        int bit = 0x80 >> x % 8;
        boolean keep = (data[at] & bit) != 0;
        boolean flip = (data[at + stride * height] & bit) != 0;
        argb[y * width + x] = keep ? flip ? 0xFF000000 : 0 : flip ? 0xFFFFFFFF : 0xFF000000;
      }
    }
    return argb;
  }

  void transfer(StateTransfer s) throws StateException {
    filled = s.number(filled, 0, data.length);
    nextPart = s.number(nextPart, 0, 256);
    byte[] begun = s.block(Arrays.copyOf(data, filled), data.length);
    System.arraycopy(begun, 0, data, 0, begun.length);
  }
}
