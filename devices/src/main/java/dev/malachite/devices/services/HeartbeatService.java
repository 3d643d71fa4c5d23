// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.services;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import dev.malachite.engine.vmbus.ChannelHandler;
import dev.malachite.engine.vmbus.ChannelOffer;
import dev.malachite.engine.vmbus.LittleEndian;
import dev.malachite.engine.vmbus.Packet;
import dev.malachite.engine.vmbus.VmbusChannel;
import dev.malachite.engine.vmbus.VmbusDevice;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Asks the guest every two seconds whether it is alive. Any thread. */
public final class HeartbeatService implements VmbusDevice {
  /** What is known of the guest. */
  public enum State {
    /** The guest has no driver for this, or it isn't loaded. */
    NO_CONTACT,
    /** The guest answers. */
    ALIVE,
    /** The guest has stopped answering. */
    LOST
  }

  private static final ChannelOffer OFFER =
      ChannelOffer.messagePipe(
          "heartbeat",
          UUID.fromString("57164f39-9115-4e78-ab55-382f3bd5422d"),
          UUID.fromString("fd149e91-82e0-4a7d-afa6-2a4166cbd7c0"));

  private static final long INTERVAL = 2_000_000_000L;

  /** Nanoseconds without an answer after which the guest counts as lost. */
  private static final long PATIENCE = 10_000_000_000L;

  private static final int BODY_SIZE = 40;
  private static final long NEVER = Long.MIN_VALUE;

  private final MachineClock clock;
  private final TimerQueue timers;
  private volatile boolean open;
  private volatile long lastAnswer = NEVER;
  private final AtomicLong answers = new AtomicLong();

  /** A heartbeat by the machine's clock. */
  public HeartbeatService(MachineClock clock, TimerQueue timers) {
    this.clock = clock;
    this.timers = timers;
  }

  /** What is known of the guest now. */
  public State state() {
    long last = lastAnswer;
    if (!open || last == NEVER) {
      return State.NO_CONTACT;
    }
    return clock.nanoseconds() - last > PATIENCE ? State.LOST : State.ALIVE;
  }

  /** How often the guest has answered. */
  public long answers() {
    return answers.get();
  }

  @Override
  public ChannelOffer offer() {
    return OFFER;
  }

  @Override
  public ChannelHandler open(VmbusChannel channel) {
    lastAnswer = NEVER;
    open = true;
    return new Channel(channel);
  }

  @Override
  public void transfer(StateTransfer s) throws StateException {
    answers.set(s.int64(answers.get()));
  }

  private final class Channel extends ServiceChannel {
    private final TimerQueue.Timer timer;
    private long sequence;
    private long due = clock.nanoseconds();

    Channel(VmbusChannel channel) {
      super(
          channel,
          ServiceMessage.TYPE_HEARTBEAT,
          BODY_SIZE,
          ServiceMessage.version(1, 0),
          ServiceMessage.version(3, 0));
      timer = timers.timer(channel::schedule);
    }

    @Override
    void idle() {
      long now = clock.nanoseconds();
      if (now < due) {
        timer.arm(due);
        return;
      }
      LittleEndian.putLong(newRequest(), ServiceMessage.BODY, sequence);
      if (request(BODY_SIZE)) {
        sequence += 2;
        due = now + INTERVAL;
      }
    }

    @Override
    void answered(int status, Packet packet) {
      if (status == ServiceMessage.STATUS_OK) {
        lastAnswer = clock.nanoseconds();
        answers.incrementAndGet();
      }
    }

    @Override
    public void transfer(StateTransfer s) throws StateException {
      super.transfer(s);
      sequence = s.int64(sequence);
      due = s.int64(due);
      lastAnswer = s.int64(lastAnswer);
      timer.transfer(s);
    }

    @Override
    public void closed() {
      timer.cancel();
      open = false;
    }
  }
}
