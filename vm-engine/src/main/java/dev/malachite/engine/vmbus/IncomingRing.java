// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.lang.invoke.VarHandle;

/**
 * The host's end of the ring that carries packets from the guest. One thread at a time.
 *
 * <p>The read index is the host's own: it is published, never read back.
 */
final class IncomingRing {
  private static final int TRAILER_SIZE = 8;

  private final RingMemory memory;
  private int read;
  private int published;

  IncomingRing(RingMemory memory) throws ChannelFault {
    this.memory = memory;
    read = memory.index(RingMemory.READ_INDEX);
    published = read;
    memory.index(RingMemory.WRITE_INDEX);
  }

  private IncomingRing(RingMemory memory, int read) {
    this.memory = memory;
    this.read = read;
    published = read;
  }

  /** A ring that is as it was; between turns all that was read has been given back. */
  static IncomingRing restored(RingMemory memory, StateTransfer s) throws StateException {
    return new IncomingRing(memory, memory.position(s, 0));
  }

  void save(StateTransfer s) throws StateException {
    if (read != published) {
      throw new IllegalStateException("a ring can't be saved within a turn");
    }
    memory.position(s, read);
  }

  private int available(int write) {
    int distance = write - read;
    return distance < 0 ? distance + memory.size() : distance;
  }

  /** True if the guest has written something this end hasn't taken. */
  boolean hasPackets() throws ChannelFault {
    return memory.index(RingMemory.WRITE_INDEX) != read;
  }

  /** Takes the next packet; false if there is none. */
  boolean next(Packet packet) throws ChannelFault {
    int available = available(memory.index(RingMemory.WRITE_INDEX));
    if (available == 0) {
      return false;
    }
    if (available < Packet.DESCRIPTOR_SIZE + TRAILER_SIZE) {
      throw new ChannelFault("ring holds %d bytes, no whole packet".formatted(available));
    }
    byte[] bytes = packet.prepare(Packet.DESCRIPTOR_SIZE);
    memory.read(read, bytes, 0, Packet.DESCRIPTOR_SIZE);
    int offset = LittleEndian.getShort(bytes, 2) * 8;
    int length = LittleEndian.getShort(bytes, 4) * 8;
    if (offset < Packet.DESCRIPTOR_SIZE || length < offset || length > available - TRAILER_SIZE) {
      throw new ChannelFault(
          "packet of %d bytes with payload at %d in a ring that holds %d"
              .formatted(length, offset, available));
    }
    if (length > bytes.length) {
      long descriptor0 = LittleEndian.getLong(bytes, 0);
      long descriptor1 = LittleEndian.getLong(bytes, 8);
      bytes = packet.prepare(length);
      LittleEndian.putLong(bytes, 0, descriptor0);
      LittleEndian.putLong(bytes, 8, descriptor1);
    }
    memory.read(
        memory.advance(read, Packet.DESCRIPTOR_SIZE),
        bytes,
        Packet.DESCRIPTOR_SIZE,
        length - Packet.DESCRIPTOR_SIZE);
    packet.parse(length, offset);
    read = memory.advance(read, length + TRAILER_SIZE);
    return true;
  }

  /**
   * Gives the space of the packets taken back to the guest.
   *
   * @return true if the guest has been waiting for that much and must be told
   */
  boolean commit() throws ChannelFault {
    if (read == published) {
      return false;
    }
    int freed = read - published;
    if (freed < 0) {
      freed += memory.size();
    }
    memory.setRelease(RingMemory.READ_INDEX, read);
    published = read;
    // The guest sets its pending size and then looks at the read index once more; this end does it
    // the other way round, so that one of the two sees the other.
    VarHandle.fullFence();
    int pending = memory.getAcquire(RingMemory.PENDING_SEND_SIZE);
    if (pending == 0) {
      return false;
    }
    long wanted = pending & 0xFFFFFFFFL;
    int free = memory.size() - available(memory.index(RingMemory.WRITE_INDEX));
    return free >= wanted && free - freed <= wanted;
  }

  /** Says whether this end wants a signal when the ring stops being empty. */
  void maskInterrupts(boolean masked) {
    memory.setVolatile(RingMemory.INTERRUPT_MASK, masked ? 1 : 0);
  }
}
