// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.services;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.vmbus.ChannelHandler;
import dev.malachite.engine.vmbus.ChannelOffer;
import dev.malachite.engine.vmbus.LittleEndian;
import dev.malachite.engine.vmbus.Packet;
import dev.malachite.engine.vmbus.VmbusChannel;
import dev.malachite.engine.vmbus.VmbusDevice;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Asks the guest to shut down or restart by itself. Any thread. */
public final class ShutdownService implements VmbusDevice {
  /** What the guest is asked for. */
  public enum Action {
    /** End all programs and power off. */
    SHUT_DOWN(0),
    /** End all programs and start again. */
    RESTART(2);

    private final int flags;

    Action(int flags) {
      this.flags = flags;
    }
  }

  /** What became of asking. */
  public enum Outcome {
    /** The guest has begun. */
    ACCEPTED,
    /** The guest will not. */
    REFUSED,
    /** The guest has no driver for this, isn't that far yet, or went away before it answered. */
    UNAVAILABLE
  }

  private static final ChannelOffer OFFER =
      ChannelOffer.messagePipe(
          "guest shutdown",
          UUID.fromString("0e0b6031-5213-4934-818b-38d90ced39db"),
          UUID.fromString("b6650ff7-33bc-4840-8048-e0676786f393"));

  private static final int REASON = ServiceMessage.BODY;
  private static final int TIMEOUT = ServiceMessage.BODY + 4;
  private static final int FLAGS = ServiceMessage.BODY + 8;
  private static final int TEXT = ServiceMessage.BODY + 12;
  private static final int TEXT_SIZE = 2048;
  private static final int BODY_SIZE = 12 + TEXT_SIZE;

  private static final int REASON_PLANNED = 0x80000000;
  private static final int FLAG_FORCE = 1;

  private record Wish(
      Action action, boolean force, String text, CompletableFuture<Outcome> outcome) {}

  private volatile @Nullable Channel channel;

  /** A service. */
  public ShutdownService() {}

  /** True if the guest can be asked. */
  public boolean isAvailable() {
    Channel current = channel;
    return current != null && current.agreed;
  }

  /**
   * Asks the guest.
   *
   * @param force whether programs that object are ended all the same
   * @param text what the guest may show its users
   * @return completes on any thread once the guest has answered
   */
  public CompletableFuture<Outcome> request(Action action, boolean force, String text) {
    Channel current = channel;
    if (current == null || !current.agreed) {
      return CompletableFuture.completedFuture(Outcome.UNAVAILABLE);
    }
    Wish wish = new Wish(action, force, text, new CompletableFuture<>());
    if (!current.wish(wish)) {
      return CompletableFuture.completedFuture(Outcome.UNAVAILABLE);
    }
    return wish.outcome;
  }

  @Override
  public ChannelOffer offer() {
    return OFFER;
  }

  @Override
  public ChannelHandler open(VmbusChannel vmbusChannel) {
    Channel opened = new Channel(vmbusChannel);
    channel = opened;
    return opened;
  }

  @Override
  public void transfer(StateTransfer s) throws StateException {
    // Everything is the channel's.
  }

  private final class Channel extends ServiceChannel {
    private final Object lock = new Object();
    private volatile boolean agreed;

    // Guarded by lock: the next request, and the one under way.
    private @Nullable Wish next;
    private @Nullable Wish current;
    private boolean closed;

    Channel(VmbusChannel vmbusChannel) {
      super(
          vmbusChannel,
          ServiceMessage.TYPE_SHUTDOWN,
          BODY_SIZE,
          ServiceMessage.version(1, 0),
          ServiceMessage.version(3, 0),
          ServiceMessage.version(3, 1),
          ServiceMessage.version(3, 2));
    }

    boolean wish(Wish wish) {
      synchronized (lock) {
        if (closed || next != null) {
          return false;
        }
        next = wish;
      }
      channel().schedule();
      return true;
    }

    @Override
    void agreed() {
      agreed = true;
    }

    @Override
    void idle() {
      Wish wish;
      synchronized (lock) {
        wish = next;
        if (wish == null) {
          return;
        }
      }
      byte[] request = newRequest();
      LittleEndian.putInt(request, REASON, REASON_PLANNED);
      LittleEndian.putInt(request, TIMEOUT, 0);
      LittleEndian.putInt(request, FLAGS, wish.action.flags | (wish.force ? FLAG_FORCE : 0));
      byte[] text = wish.text.getBytes(StandardCharsets.UTF_16LE);
      System.arraycopy(text, 0, request, TEXT, Math.min(text.length, TEXT_SIZE - 2));
      if (request(BODY_SIZE)) {
        synchronized (lock) {
          next = null;
          current = wish;
        }
      }
    }

    @Override
    void answered(int status, Packet packet) {
      Wish wish;
      synchronized (lock) {
        wish = current;
        current = null;
      }
      if (wish != null) {
        boolean good = status == ServiceMessage.STATUS_OK;
        wish.outcome.complete(good ? Outcome.ACCEPTED : Outcome.REFUSED);
      }
    }

    // Who has asked is told that it came to nothing when this process ends.
    @Override
    public void transfer(StateTransfer s) throws StateException {
      super.transfer(s);
      agreed = s.flag(agreed);
    }

    @Override
    public void closed() {
      if (channel == this) {
        channel = null;
      }
      Wish first;
      Wish second;
      synchronized (lock) {
        closed = true;
        first = current;
        second = next;
        current = null;
        next = null;
      }
      if (first != null) {
        first.outcome.complete(Outcome.UNAVAILABLE);
      }
      if (second != null) {
        second.outcome.complete(Outcome.UNAVAILABLE);
      }
    }
  }
}
