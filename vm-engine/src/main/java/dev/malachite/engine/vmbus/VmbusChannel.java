// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import org.jspecify.annotations.Nullable;

/**
 * A channel a guest has opened, from the device's side: sending, and asking for turns.
 *
 * <p>All methods may be called from any thread. Once the channel is closed, sending drops the
 * packet and says it was sent, so that a late sender needs no care.
 */
public final class VmbusChannel {
  /** Packets taken in one turn before other channels get theirs. */
  private static final int PACKETS_PER_TURN = 64;

  private static final byte[] NOTHING = new byte[0];

  private final Vmbus bus;
  private final Slot slot;
  private final ChannelOffer offer;
  private final byte[] userData;
  private final IncomingRing incoming;
  private final OutgoingRing outgoing;
  private final Packet packet = new Packet();
  private final Object sendLock = new Object();
  private final ChannelScheduler.Work work =
      new ChannelScheduler.Work() {
        @Override
        boolean run() {
          return turn();
        }
      };
  private volatile int targetVp;
  private volatile boolean closed;
  private volatile @Nullable ChannelHandler handler;

  VmbusChannel(
      Vmbus bus,
      Slot slot,
      ChannelOffer offer,
      byte[] userData,
      int targetVp,
      IncomingRing incoming,
      OutgoingRing outgoing) {
    this.bus = bus;
    this.slot = slot;
    this.offer = offer;
    this.userData = userData;
    this.targetVp = targetVp;
    this.incoming = incoming;
    this.outgoing = outgoing;
  }

  /** The offer the guest took. */
  public ChannelOffer offer() {
    return offer;
  }

  /** The channel's number. */
  public int relid() {
    return slot.relid();
  }

  /** A copy of the 120 bytes the driver gave when it opened the channel. */
  public byte[] userData() {
    return userData.clone();
  }

  /** The processor that gets the channel's interrupts, or -1 if none does. */
  public int targetVp() {
    return targetVp;
  }

  void targetVp(int vp) {
    targetVp = vp;
  }

  /** The VMBus version in use. */
  public VmbusVersion version() {
    return bus.version();
  }

  /** The machine's memory. */
  public GuestMemory memory() {
    return bus.regions().memory();
  }

  /** An empty scatter list over the machine's memory. */
  public GuestRanges newRanges() {
    return new GuestRanges(bus.regions());
  }

  /** The memory the guest has shared with this channel under a number, or null. */
  public @Nullable Gpadl gpadl(int id) {
    return bus.gpadl(slot, id);
  }

  /** The largest payload a packet to the guest can have. */
  public int maximumPayload() {
    return outgoing.maximumSize();
  }

  /**
   * Sends a packet with its data in the ring.
   *
   * @param completion whether the guest is to answer with a completion
   * @return false if the ring is full; a turn runs once there is room
   */
  public boolean send(long transactionId, boolean completion, byte[] data, int offset, int length) {
    return write(
        PacketType.IN_BAND,
        completion ? PacketType.COMPLETION_REQUESTED : 0,
        transactionId,
        NOTHING,
        0,
        data,
        offset,
        length);
  }

  /**
   * Answers a packet.
   *
   * @param transactionId the packet's
   * @return false if the ring is full; a turn runs once there is room
   */
  public boolean complete(long transactionId, byte[] data, int offset, int length) {
    return write(PacketType.COMPLETION, 0, transactionId, NOTHING, 0, data, offset, length);
  }

  /**
   * Sends a packet that names ranges of a page set.
   *
   * @param header page set, owner, count and ranges as on the wire, a multiple of 8 bytes
   * @return false if the ring is full; a turn runs once there is room
   */
  public boolean sendTransferPages(
      long transactionId,
      boolean completion,
      byte[] header,
      int headerLength,
      byte[] data,
      int offset,
      int length) {
    if (headerLength % 8 != 0) {
      throw new IllegalArgumentException("transfer-page header of " + headerLength + " bytes");
    }
    return write(
        PacketType.TRANSFER_PAGES,
        completion ? PacketType.COMPLETION_REQUESTED : 0,
        transactionId,
        header,
        headerLength,
        data,
        offset,
        length);
  }

  private boolean write(
      int type,
      int flags,
      long transactionId,
      byte[] header,
      int headerLength,
      byte[] data,
      int offset,
      int length) {
    try {
      OutgoingRing.Result result;
      synchronized (sendLock) {
        if (closed) {
          return true;
        }
        result =
            outgoing.write(type, flags, transactionId, header, headerLength, data, offset, length);
      }
      if (result == OutgoingRing.Result.WRITTEN_SIGNAL) {
        signalGuest();
      }
      if (result == OutgoingRing.Result.FULL && !bus.version().atLeast(VmbusVersion.V2_4)) {
        bus.pollSoon();
      }
      return result != OutgoingRing.Result.FULL;
    } catch (ChannelFault fault) {
      fail(fault);
      return true;
    }
  }

  private void signalGuest() {
    bus.interrupt(slot.relid(), targetVp);
  }

  /** Asks for a turn. */
  public void schedule() {
    bus.scheduler().schedule(work);
  }

  /** Closes the channel because the guest is beyond repair; says why in the log. */
  public void fail(ChannelFault fault) {
    synchronized (sendLock) {
      if (closed) {
        return;
      }
      closed = true;
    }
    bus.failed(this, slot, fault);
  }

  /** Logs what the guest did wrong; a guest that does so all the time is cut off for a while. */
  public void warn(String message) {
    bus.log().warning(offer + ": " + message);
  }

  /** Control thread: the device has accepted the channel. */
  void start(ChannelHandler newHandler) {
    handler = newHandler;
    incoming.maskInterrupts(false);
    schedule();
  }

  @Nullable ChannelHandler handler() {
    return handler;
  }

  /** While the bus stands still. */
  void save(StateTransfer s) throws StateException {
    incoming.save(s);
    outgoing.save(s);
    ChannelHandler current = handler;
    if (closed || current == null) {
      throw new StateException(
          "the channel of " + offer + " is being closed; try again in a moment");
    }
    current.transfer(s);
  }

  /** Control thread: ends sending and turns, then tells the handler. */
  void shutDown() {
    synchronized (sendLock) {
      closed = true;
    }
    bus.scheduler().stop(work);
    ChannelHandler current = handler;
    handler = null;
    if (current != null) {
      try {
        current.closed();
      } catch (RuntimeException e) {
        bus.log().error(offer + " could not close its channel", e);
      }
    }
  }

  private boolean turn() {
    ChannelHandler current = handler;
    if (current == null || closed) {
      return false;
    }
    try {
      incoming.maskInterrupts(true);
      current.turn();
      boolean ready = current.ready();
      int budget = PACKETS_PER_TURN;
      while (ready && budget > 0 && !closed && incoming.next(packet)) {
        current.received(packet);
        budget--;
        ready = current.ready();
      }
      if (closed) {
        return false;
      }
      if (incoming.commit()) {
        signalGuest();
      }
      if (!ready) {
        return false;
      }
      if (budget == 0) {
        return true;
      }
      incoming.maskInterrupts(false);
      return incoming.hasPackets();
    } catch (ChannelFault fault) {
      fail(fault);
    } catch (RuntimeException | Error e) {
      // Whatever a device stumbles over costs its channel, not the thread other channels need.
      bus.log().error(offer + " failed", e);
      fail(new ChannelFault("the device failed: " + e));
    }
    return false;
  }
}
