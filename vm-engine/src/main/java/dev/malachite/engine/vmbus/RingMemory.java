// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * One ring in guest memory: a control page and the pages of data behind it, wherever they lie.
 *
 * <p>The control page holds the indices both sides share; accesses to it are ordered as their names
 * say.
 */
final class RingMemory {
  /** Control page: where the next packet will be written, bytes from the start of the data. */
  static final int WRITE_INDEX = 0;

  /** Control page: where the next packet will be read. */
  static final int READ_INDEX = 4;

  /** Control page: not 0 while the reader needs no signal. */
  static final int INTERRUPT_MASK = 8;

  /** Control page: bytes the writer waits for, 0 if it doesn't. */
  static final int PENDING_SEND_SIZE = 12;

  /** Control page: bit 0 says that the pending send size is set and honoured. */
  static final int FEATURE_BITS = 64;

  static final int FEATURE_PENDING_SEND_SIZE = 1;

  private static final int PAGE = GuestMemory.PAGE_SIZE;
  private static final VarHandle INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

  private final GuestMemory memory;
  private final MemorySegment control;
  private final long controlOffset;
  private final MemorySegment[] segments;
  private final long[] offsets;
  private final long[] addresses;

  /** Bytes from each page's start that are contiguous in the host, up to the ring's end. */
  private final int[] runs;

  private final int size;

  /**
   * A ring in pages of a GPADL.
   *
   * @param first the control page
   * @param count pages, control page included, at least 2
   */
  RingMemory(GuestRegions regions, Gpadl gpadl, int first, int count) throws ChannelFault {
    memory = regions.memory();
    int pages = count - 1;
    size = pages * PAGE;
    segments = new MemorySegment[pages];
    offsets = new long[pages];
    addresses = new long[pages];
    runs = new int[pages];
    boolean[] startsRegion = new boolean[pages];
    GuestMemory.Region controlRegion = region(regions, gpadl.frame(first));
    control = controlRegion.segment();
    controlOffset = gpadl.frame(first) * PAGE - controlRegion.gpa();
    for (int i = 0; i < pages; i++) {
      long frame = gpadl.frame(first + 1 + i);
      GuestMemory.Region region = region(regions, frame);
      segments[i] = region.segment();
      offsets[i] = frame * PAGE - region.gpa();
      addresses[i] = frame * PAGE;
      startsRegion[i] = offsets[i] == 0;
    }
    for (int i = pages - 1; i >= 0; i--) {
      boolean joined =
          i + 1 < pages && !startsRegion[i + 1] && addresses[i] + PAGE == addresses[i + 1];
      runs[i] = PAGE + (joined ? runs[i + 1] : 0);
    }
  }

  private static GuestMemory.Region region(GuestRegions regions, long frame) throws ChannelFault {
    GuestMemory.Region region = regions.find(frame * PAGE);
    if (region == null) {
      throw new ChannelFault("ring page 0x%x has no memory".formatted(frame * PAGE));
    }
    return region;
  }

  /** Bytes of data the ring has room for, plus the one unit that stays empty. */
  int size() {
    return size;
  }

  /** Reads a control word; what follows isn't done before it. */
  int getAcquire(int word) {
    return (int) INT.getAcquire(control, controlOffset + word);
  }

  /** Writes a control word; what came before is done before it. */
  void setRelease(int word, int value) {
    INT.setRelease(control, controlOffset + word, value);
  }

  /** Writes a control word, ordered against everything before and after. */
  void setVolatile(int word, int value) {
    INT.setVolatile(control, controlOffset + word, value);
    VarHandle.fullFence();
  }

  /** Adds a distance below the ring's size to a position below the ring's size. */
  int advance(int position, int distance) {
    int sum = position + distance;
    return sum >= size ? sum - size : sum;
  }

  /** Copies out, round the ring's end if need be. */
  void read(int position, byte[] target, int targetOffset, int length) {
    int at = position;
    int done = 0;
    while (done < length) {
      int page = at / PAGE;
      int inPage = at % PAGE;
      int part = Math.min(length - done, runs[page] - inPage);
      MemorySegment.copy(
          segments[page], JAVA_BYTE, offsets[page] + inPage, target, targetOffset + done, part);
      done += part;
      at = advance(at, part);
    }
  }

  /** Copies in, round the ring's end if need be; returns the position behind. */
  int write(int position, byte[] source, int sourceOffset, int length) {
    int at = position;
    int done = 0;
    while (done < length) {
      int page = at / PAGE;
      int inPage = at % PAGE;
      int part = Math.min(length - done, runs[page] - inPage);
      MemorySegment.copy(
          source, sourceOffset + done, segments[page], JAVA_BYTE, offsets[page] + inPage, part);
      memory.written(addresses[page] + inPage, part);
      done += part;
      at = advance(at, part);
    }
    return at;
  }

  /** Reads a shared index: a multiple of 8 inside the ring. */
  int index(int word) throws ChannelFault {
    int value = getAcquire(word);
    if ((value & 7) != 0 || value < 0 || value >= size) {
      throw new ChannelFault(
          "ring %s index is 0x%x in a ring of 0x%x bytes"
              .formatted(word == WRITE_INDEX ? "write" : "read", value, size));
    }
    return value;
  }

  /** A position of one side's own, to or from a file. */
  int position(StateTransfer s, int value) throws StateException {
    int result = s.number(value, 0, size - 8);
    if ((result & 7) != 0) {
      throw s.impossible("position 0x%x in a ring".formatted(result));
    }
    return result;
  }
}
