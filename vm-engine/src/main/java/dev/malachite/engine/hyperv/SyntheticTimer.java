// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import dev.malachite.engine.interrupt.ApicBus;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One of a processor's four synthetic timers (TLFS, Synthetic Timers): one-shot at a reference time
 * or periodic, telling the processor by a SynIC message or, in direct mode, by an interrupt.
 *
 * <p>Registers are written by the processor's thread, and the timer runs out on the timer queue's
 * or, where the moment has passed already, on the writer's.
 */
final class SyntheticTimer {
  private static final long ENABLED = 1;
  private static final long PERIODIC = 1 << 1;
  private static final long AUTO_ENABLE = 1 << 3;
  private static final long DIRECT = 1 << 12;
  private static final long DEFINED = 0xF_1FFF;

  /** Shorter periods would keep the host busy with nothing else; periods missed are lost. */
  private static final long SHORTEST_PERIOD = 1000;

  /** Reference times beyond this, 3,650 years, never come. */
  private static final long FAR = 1L << 60;

  private final int index;
  private final int processor;
  private final MachineClock clock;
  private final ApicBus bus;
  private final Synic synic;
  private final TimerQueue.Timer timer;
  private final Object lock = new Object();

  private final byte[] payload = new byte[24];
  private final ByteBuffer fields = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
  private long configuration;
  private long count;
  private long expiry;
  private boolean messageWaits;

  SyntheticTimer(
      int index, int processor, MachineClock clock, TimerQueue queue, ApicBus bus, Synic synic) {
    this.index = index;
    this.processor = processor;
    this.clock = clock;
    this.bus = bus;
    this.synic = synic;
    timer = queue.timer(this::run);
  }

  void reset() {
    synchronized (lock) {
      configuration = 0;
      count = 0;
      stop();
    }
  }

  long configuration() {
    synchronized (lock) {
      return configuration;
    }
  }

  void configuration(long value) {
    synchronized (lock) {
      stop();
      configuration = value & DEFINED;
      if (!canEnable()) {
        configuration &= ~ENABLED;
      }
      start();
    }
    run();
  }

  /** A timer without a SINT or a vector to tell the processor by can't be enabled. */
  private boolean canEnable() {
    return (configuration & DIRECT) != 0 ? vector() >= 16 : sint() != 0;
  }

  long count() {
    synchronized (lock) {
      return count;
    }
  }

  void count(long value) {
    synchronized (lock) {
      stop();
      count = value;
      if (value == 0) {
        configuration &= ~ENABLED;
      } else if ((configuration & AUTO_ENABLE) != 0 && canEnable()) {
        configuration |= ENABLED;
      }
      start();
    }
    run();
  }

  private int vector() {
    return (int) (configuration >> 4) & 0xFF;
  }

  private int sint() {
    return (int) (configuration >> 16) & 0xF;
  }

  private boolean runs() {
    return (configuration & ENABLED) != 0 && count != 0;
  }

  private void stop() {
    timer.cancel();
    messageWaits = false;
    expiry = Long.MAX_VALUE;
  }

  private void start() {
    if (!runs()) {
      return;
    }
    long far = Long.compareUnsigned(count, FAR) > 0 ? FAR : count;
    if ((configuration & PERIODIC) != 0) {
      expiry = clock.referenceTime() + far;
    } else {
      expiry = far;
    }
    arm();
  }

  /** Arms the queue if the moment is yet to come. */
  private void arm() {
    if (expiry > clock.referenceTime()) {
      timer.arm(Math.min(expiry, Long.MAX_VALUE / 100) * 100);
    }
  }

  /** Tells the processor if the moment has come. */
  private void run() {
    synchronized (lock) {
      long now = clock.referenceTime();
      if (!runs() || expiry > now) {
        return;
      }
      long expired = expiry;
      if ((configuration & PERIODIC) != 0) {
        long period = Math.max(count, SHORTEST_PERIOD);
        expiry = expired + ((now - expired) / period + 1) * period;
        arm();
      } else {
        configuration &= ~ENABLED;
        expiry = Long.MAX_VALUE;
      }
      if ((configuration & DIRECT) != 0) {
        bus.interrupt(processor, vector(), false);
      } else {
        fields.putInt(0, index).putInt(4, 0).putLong(8, expired);
        messageWaits = true;
        sendMessage();
      }
    }
  }

  /** A slot may have become free: sends the message that waits for it. */
  void slotMayBeFree(int sint) {
    synchronized (lock) {
      if (messageWaits && sint() == sint) {
        sendMessage();
      }
    }
  }

  private void sendMessage() {
    fields.putLong(16, clock.referenceTime());
    messageWaits =
        !synic.postIfFree(sint(), SynicMessage.TYPE_TIMER_EXPIRED, payload, payload.length);
  }

  void transfer(StateTransfer s) throws StateException {
    synchronized (lock) {
      configuration = s.int64(configuration) & DEFINED;
      count = s.int64(count);
      expiry = s.number(expiry, 0, Long.MAX_VALUE);
      messageWaits = s.flag(messageWaits);
      s.bytes(payload);
      timer.transfer(s);
    }
  }
}
