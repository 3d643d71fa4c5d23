// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.lang.invoke.VarHandle;

/**
 * The host's end of the ring that carries packets to the guest. One thread at a time.
 *
 * <p>The write index is the host's own: it is published, never read back.
 */
final class OutgoingRing {
  /** What became of a packet. */
  enum Result {
    /** No room; the guest has been asked to say when there is. */
    FULL,
    /** Written; the guest is awake or doesn't want to be woken. */
    WRITTEN,
    /** Written, and the guest must be signalled. */
    WRITTEN_SIGNAL
  }

  private static final int TRAILER_SIZE = 8;

  private final RingMemory memory;
  private final byte[] edge = new byte[Packet.DESCRIPTOR_SIZE];
  private static final byte[] PADDING = new byte[8];
  private int write;
  private boolean waiting;

  OutgoingRing(RingMemory memory) throws ChannelFault {
    this.memory = memory;
    write = memory.index(RingMemory.WRITE_INDEX);
    memory.index(RingMemory.READ_INDEX);
    memory.setVolatile(RingMemory.PENDING_SEND_SIZE, 0);
    int features = memory.getAcquire(RingMemory.FEATURE_BITS);
    memory.setVolatile(RingMemory.FEATURE_BITS, features | RingMemory.FEATURE_PENDING_SEND_SIZE);
  }

  private OutgoingRing(RingMemory memory, int write, boolean waiting) {
    this.memory = memory;
    this.write = write;
    this.waiting = waiting;
  }

  /** A ring that is as it was. */
  static OutgoingRing restored(RingMemory memory, StateTransfer s) throws StateException {
    return new OutgoingRing(memory, memory.position(s, 0), s.flag(false));
  }

  void save(StateTransfer s) throws StateException {
    memory.position(s, write);
    s.flag(waiting);
  }

  /** The largest packet, payload and external header together, that an empty ring takes. */
  int maximumSize() {
    int inRing = memory.size() - TRAILER_SIZE - 8 - Packet.DESCRIPTOR_SIZE;
    return Math.min(inRing, 0xFFFF * 8 - Packet.DESCRIPTOR_SIZE);
  }

  private int free() throws ChannelFault {
    int used = write - memory.index(RingMemory.READ_INDEX);
    return memory.size() - (used < 0 ? used + memory.size() : used);
  }

  /**
   * Writes a packet.
   *
   * @param header what goes between descriptor and payload, a multiple of 8 bytes
   */
  Result write(
      int type,
      int flags,
      long transactionId,
      byte[] header,
      int headerLength,
      byte[] payload,
      int payloadOffset,
      int payloadLength)
      throws ChannelFault {
    int padding = -payloadLength & 7;
    int length = Packet.DESCRIPTOR_SIZE + headerLength + payloadLength + padding;
    if (length - Packet.DESCRIPTOR_SIZE > maximumSize()) {
      throw new ChannelFault(
          "the guest's ring of %d bytes is too small for a packet of %d"
              .formatted(memory.size(), length));
    }
    int total = length + TRAILER_SIZE;
    if (free() <= total) {
      memory.setVolatile(RingMemory.PENDING_SEND_SIZE, total);
      waiting = true;
      if (free() <= total) {
        return Result.FULL;
      }
    }
    int old = write;
    LittleEndian.putShort(edge, 0, type);
    LittleEndian.putShort(edge, 2, (Packet.DESCRIPTOR_SIZE + headerLength) / 8);
    LittleEndian.putShort(edge, 4, length / 8);
    LittleEndian.putShort(edge, 6, flags);
    LittleEndian.putLong(edge, 8, transactionId);
    int at = memory.write(old, edge, 0, Packet.DESCRIPTOR_SIZE);
    at = memory.write(at, header, 0, headerLength);
    at = memory.write(at, payload, payloadOffset, payloadLength);
    at = memory.write(at, PADDING, 0, padding);
    LittleEndian.putLong(edge, 0, (long) old << 32);
    at = memory.write(at, edge, 0, TRAILER_SIZE);
    memory.setRelease(RingMemory.WRITE_INDEX, at);
    write = at;
    if (waiting) {
      memory.setRelease(RingMemory.PENDING_SEND_SIZE, 0);
      waiting = false;
    }
    // The guest unmasks and then looks at the write index once more; this end publishes the index
    // and then looks at the mask, so that one of the two sees the other.
    VarHandle.fullFence();
    if (memory.getAcquire(RingMemory.INTERRUPT_MASK) != 0) {
      return Result.WRITTEN;
    }
    return memory.index(RingMemory.READ_INDEX) == old ? Result.WRITTEN_SIGNAL : Result.WRITTEN;
  }
}
