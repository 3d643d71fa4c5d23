// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.guest;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.vmbus.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A guest driver's end of an open channel: rings and signals as Linux's ring_buffer does them. It
 * waits for interrupts only, so that a signal the host forgets fails the test.
 */
public final class GuestChannel {
  private static final int PAGE = GuestMemory.PAGE_SIZE;
  private static final int WRITE_INDEX = 0;
  private static final int READ_INDEX = 4;
  private static final int MASK = 8;
  private static final int PENDING = 12;
  private static final int FEATURES = 64;

  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  /** A packet as the guest read it. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Received(int type, int flags, long transactionId, byte[] header, byte[] payload) {
    /** Four bytes of the payload. */
    public int getInt(int offset) {
      return LittleEndian.getInt(payload, offset);
    }
  }

  private final FakeGuest guest;
  private final FakeGuest.Offer offer;
  private final int gpadl;
  private final Ring out;
  private final Ring in;
  private int signals;

  /** One ring's pages. */
  private static final class Ring {
    final MemorySegment control;
    final long[] pages;
    final int size;
    final GuestMemory memory;

    Ring(GuestMemory memory, long[] pages) {
      this.memory = memory;
      this.pages = pages;
      control = memory.slice(pages[0], PAGE);
      size = (pages.length - 1) * PAGE;
      set(FEATURES, 1);
    }

    int get(int word) {
      return (int) INT.getVolatile(control, (long) word);
    }

    void set(int word, int value) {
      INT.setVolatile(control, (long) word, value);
    }

    void copyIn(int position, byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        int at = (position + i) % size;
        memory.slice(pages[1 + at / PAGE] + at % PAGE, 1).set(ValueLayout.JAVA_BYTE, 0, bytes[i]);
      }
    }

    byte[] copyOut(int position, int length) {
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        int at = (position + i) % size;
        bytes[i] = memory.slice(pages[1 + at / PAGE] + at % PAGE, 1).get(ValueLayout.JAVA_BYTE, 0);
      }
      return bytes;
    }
  }

  GuestChannel(
      FakeGuest guest, FakeGuest.Offer offer, int gpadl, long[] sendPages, long[] receivePages) {
    this.guest = guest;
    this.offer = offer;
    this.gpadl = gpadl;
    out = new Ring(guest.memory(), sendPages);
    in = new Ring(guest.memory(), receivePages);
  }

  /** The offer behind the channel. */
  public FakeGuest.Offer offer() {
    return offer;
  }

  /** How often this end has signalled the host. */
  public int signals() {
    return signals;
  }

  /** Overwrites a word of the control page of the ring to the host, as a hostile guest may. */
  public void spoilSendControl(int word, int value) {
    out.set(word, value);
  }

  /** Overwrites a word of the control page of the ring to the guest. */
  public void spoilReceiveControl(int word, int value) {
    in.set(word, value);
  }

  /** Signals the host whatever the rings hold. */
  public void signal() {
    signals++;
    guest.signalHost(offer.id());
  }

  /** Sends data in the ring. */
  public void send(long transactionId, boolean completion, byte[] payload) {
    while (!trySend(6, completion ? 1 : 0, transactionId, new byte[0], payload)) {
      Thread.onSpinWait();
    }
  }

  /** Sends data and the memory it is about: one range that starts in the first page. */
  public void sendGpaDirect(
      long transactionId, byte[] payload, int length, int offset, long... pages) {
    byte[] header = new byte[16 + pages.length * 8];
    LittleEndian.putInt(header, 4, 1);
    LittleEndian.putInt(header, 8, length);
    LittleEndian.putInt(header, 12, offset);
    for (int i = 0; i < pages.length; i++) {
      LittleEndian.putLong(header, 16 + i * 8, pages[i] / PAGE);
    }
    while (!trySend(9, 1, transactionId, header, payload)) {
      Thread.onSpinWait();
    }
  }

  /** Writes a packet and signals by the rules; false if the ring is full. */
  public boolean trySend(int type, int flags, long transactionId, byte[] header, byte[] payload) {
    int length = 16 + header.length + (payload.length + 7) / 8 * 8;
    byte[] packet = new byte[length];
    LittleEndian.putShort(packet, 0, type);
    LittleEndian.putShort(packet, 2, (16 + header.length) / 8);
    LittleEndian.putShort(packet, 4, length / 8);
    LittleEndian.putShort(packet, 6, flags);
    LittleEndian.putLong(packet, 8, transactionId);
    System.arraycopy(header, 0, packet, 16, header.length);
    System.arraycopy(payload, 0, packet, 16 + header.length, payload.length);
    return trySendRaw(packet);
  }

  /** Writes bytes as a packet, whatever they say. */
  public boolean trySendRaw(byte[] packet) {
    int write = out.get(WRITE_INDEX);
    int used = write - out.get(READ_INDEX);
    int free = out.size - (used < 0 ? used + out.size : used);
    if (free <= packet.length + 8) {
      return false;
    }
    out.copyIn(write, packet);
    byte[] trailer = new byte[8];
    LittleEndian.putInt(trailer, 4, write);
    out.copyIn(write + packet.length, trailer);
    VarHandle.fullFence();
    out.set(WRITE_INDEX, (write + packet.length + 8) % out.size);
    VarHandle.fullFence();
    if (out.get(MASK) == 0 && out.get(READ_INDEX) == write) {
      signal();
    }
    return true;
  }

  /** The next packet; waits for the host's interrupt. */
  public Received receive() {
    Received packet = poll(FakeGuest.PATIENCE * 1000L);
    if (packet == null) {
      throw new AssertionError("no packet from " + offer);
    }
    return packet;
  }

  /** The next packet, or null if none comes in time. */
  public @Nullable Received poll(long milliseconds) {
    while (true) {
      in.set(MASK, 1);
      Received packet = next();
      if (packet != null) {
        return packet;
      }
      in.set(MASK, 0);
      VarHandle.fullFence();
      if (in.get(WRITE_INDEX) != in.get(READ_INDEX)) {
        continue;
      }
      if (!guest.awaitEvent(offer.relid(), milliseconds)) {
        return null;
      }
    }
  }

  private @Nullable Received next() {
    int read = in.get(READ_INDEX);
    int write = in.get(WRITE_INDEX);
    if (read == write) {
      return null;
    }
    byte[] descriptor = in.copyOut(read, 16);
    int offset = LittleEndian.getShort(descriptor, 2) * 8;
    int length = LittleEndian.getShort(descriptor, 4) * 8;
    byte[] whole = in.copyOut(read, length);
    byte[] header = new byte[offset - 16];
    System.arraycopy(whole, 16, header, 0, header.length);
    byte[] payload = new byte[length - offset];
    System.arraycopy(whole, offset, payload, 0, payload.length);
    byte[] trailer = in.copyOut(read + length, 8);
    if (LittleEndian.getInt(trailer, 4) != read || LittleEndian.getInt(trailer, 0) != 0) {
      throw new AssertionError("wrong packet trailer");
    }
    int newRead = (read + length + 8) % in.size;
    in.set(READ_INDEX, newRead);
    VarHandle.fullFence();
    int pending = in.get(PENDING);
    if (pending != 0 && (in.get(FEATURES) & 1) != 0) {
      int used = in.get(WRITE_INDEX) - newRead;
      int free = in.size - (used < 0 ? used + in.size : used);
      if (free > pending && free - (length + 8) <= pending) {
        signal();
      }
    }
    return new Received(
        LittleEndian.getShort(descriptor, 0),
        LittleEndian.getShort(descriptor, 6),
        LittleEndian.getLong(descriptor, 8),
        header,
        payload);
  }

  /** Closes the channel and takes the ring's memory back. */
  public void close() {
    guest.post(FakeGuest.message(7, offer.relid()));
    guest.teardownGpadl(offer.relid(), gpadl);
  }

  /** The number of the ring's memory. */
  public int gpadl() {
    return gpadl;
  }
}
