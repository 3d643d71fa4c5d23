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
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells the guest the time: once to be set when the channel opens and after a pause, then samples
 * it may steer by. Any thread.
 */
public final class TimeSyncService implements VmbusDevice {
  private static final ChannelOffer OFFER =
      ChannelOffer.messagePipe(
          "time synchronization",
          UUID.fromString("9527e630-d0ae-497b-adce-e80ab0175caf"),
          UUID.fromString("2dd1ce17-079e-403c-b352-a1921ee207ee"));

  private static final long INTERVAL = 5_000_000_000L;

  /** Seconds from 1601, where the guest's count starts, to 1970. */
  private static final long EPOCH_SECONDS = 11_644_473_600L;

  private static final int VERSION_4 = ServiceMessage.version(4, 0);

  private static final int PARENT_TIME = ServiceMessage.BODY; // 8 bytes, 100 ns since 1601

  // Before version 4.
  private static final int CHILD_TIME = ServiceMessage.BODY + 8; // 8 bytes
  private static final int ROUND_TRIP = ServiceMessage.BODY + 16; // 8 bytes
  private static final int OLD_FLAGS = ServiceMessage.BODY + 24; // 1 byte
  private static final int OLD_SIZE = 25;

  // Since version 4.
  private static final int REFERENCE_TIME = ServiceMessage.BODY + 8; // 8 bytes, 100 ns
  private static final int FLAGS = ServiceMessage.BODY + 16; // 1 byte
  private static final int SIZE = 24;

  private static final int FLAG_SYNC = 1;
  private static final int FLAG_SAMPLE = 2;

  private final MachineClock machineClock;
  private final TimerQueue timers;
  private final Clock clock;
  private volatile @Nullable Channel channel;

  /** A service that tells the host's time. */
  public TimeSyncService(MachineClock machineClock, TimerQueue timers) {
    this(machineClock, timers, Clock.systemUTC());
  }

  /** A service that tells the time of a clock. */
  public TimeSyncService(MachineClock machineClock, TimerQueue timers, Clock clock) {
    this.machineClock = machineClock;
    this.timers = timers;
    this.clock = clock;
  }

  /** The machine runs again after a pause: its clock is to be set. */
  public void resumed() {
    Channel current = channel;
    if (current != null) {
      current.sync = true;
      current.channel().schedule();
    }
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
    private final TimerQueue.Timer timer;
    private volatile boolean sync = true;
    private long due;

    Channel(VmbusChannel vmbusChannel) {
      super(
          vmbusChannel,
          ServiceMessage.TYPE_TIME,
          Math.max(SIZE, OLD_SIZE),
          ServiceMessage.version(1, 0),
          ServiceMessage.version(3, 0),
          VERSION_4);
      timer = timers.timer(vmbusChannel::schedule);
    }

    @Override
    void idle() {
      long now = machineClock.nanoseconds();
      boolean syncNow = sync;
      if (!syncNow && now < due) {
        timer.arm(due);
        return;
      }
      byte[] request = newRequest();
      byte flag = (byte) (syncNow ? FLAG_SYNC : FLAG_SAMPLE);
      Instant time = clock.instant();
      long reference = machineClock.referenceTime();
      LittleEndian.putLong(
          request,
          PARENT_TIME,
          (time.getEpochSecond() + EPOCH_SECONDS) * 10_000_000 + time.getNano() / 100);
      int size;
      if (version() >= VERSION_4) {
        LittleEndian.putLong(request, REFERENCE_TIME, reference);
        request[FLAGS] = flag;
        size = SIZE;
      } else {
        LittleEndian.putLong(request, CHILD_TIME, 0);
        LittleEndian.putLong(request, ROUND_TRIP, 0);
        request[OLD_FLAGS] = flag;
        size = OLD_SIZE;
      }
      if (request(size)) {
        if (syncNow) {
          sync = false;
        }
        due = now + INTERVAL;
      }
    }

    @Override
    void answered(int status, Packet packet) {}

    @Override
    public void transfer(StateTransfer s) throws StateException {
      super.transfer(s);
      sync = s.flag(sync);
      due = s.int64(due);
      timer.transfer(s);
    }

    @Override
    public void closed() {
      timer.cancel();
      if (channel == this) {
        channel = null;
      }
    }
  }
}
