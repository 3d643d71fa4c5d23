// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.device;

import java.lang.foreign.MemorySegment;

/**
 * What is on a screen: 32 bits a pixel, blue in the lowest byte, then green, red, and one unused.
 *
 * @param width in pixels
 * @param height in pixels
 * @param stride bytes from one line to the next
 * @param pixels the first line's first pixel is at offset 0; may change while it is read
 */
public record FrameBuffer(int width, int height, int stride, MemorySegment pixels) {}
