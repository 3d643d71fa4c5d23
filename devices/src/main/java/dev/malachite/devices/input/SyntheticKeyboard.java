// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.input;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.vmbus.ChannelFault;
import dev.malachite.engine.vmbus.ChannelHandler;
import dev.malachite.engine.vmbus.ChannelOffer;
import dev.malachite.engine.vmbus.LittleEndian;
import dev.malachite.engine.vmbus.Packet;
import dev.malachite.engine.vmbus.VmbusChannel;
import dev.malachite.engine.vmbus.VmbusDevice;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The synthetic keyboard, protocol 1.0: keys as PS/2 scan codes of set 1. Any thread.
 *
 * <p>Keys wait in a bounded queue; what a guest doesn't fetch is dropped, whole strokes the caller
 * is told of.
 */
public final class SyntheticKeyboard implements VmbusDevice, KeySink {
  private static final ChannelOffer OFFER =
      ChannelOffer.device(
          "keyboard",
          UUID.fromString("f912ad6d-2b17-48ea-bd65-f927a61c7684"),
          UUID.fromString("d34b2567-b9b6-42b9-8778-0a4ec0b955bf"));

  private static final int QUEUE_SIZE = 512;

  /** Places kept for releases, so that no key stays down. */
  private static final int RELEASE_RESERVE = 128;

  private static final int TYPE = 0; // 4 bytes
  private static final int PROTOCOL_REQUEST = 1;
  private static final int PROTOCOL_RESPONSE = 2;
  private static final int EVENT = 3;
  private static final int LED_INDICATORS = 4;

  private static final int VERSION = 4; // 4 bytes
  private static final int VERSION_1_0 = 1 << 16;
  private static final int ACCEPTED = 1;

  private static final int MAKE_CODE = 4; // 2 bytes
  private static final int INFORMATION = 8; // 4 bytes
  private static final int BREAK = 1 << 1;
  private static final int E0 = 1 << 2;
  private static final int E1 = 1 << 3;
  private static final int EVENT_SIZE = 12;
  private static final int LEDS = 4; // 2 bytes

  private final Object lock = new Object();

  // Guarded by lock: a ring of events, make code in the low half, flags in the high.
  private final int[] queue = new int[QUEUE_SIZE];
  private int head;
  private int count;
  private @Nullable Channel channel;
  private boolean connected;
  private int leds;

  /** A keyboard. */
  public SyntheticKeyboard() {}

  @Override
  public boolean isConnected() {
    synchronized (lock) {
      return connected;
    }
  }

  /**
   * {@inheritDoc}
   *
   * @param scanCode set 1, without the break bit; {@code 0xE0xx} and {@code 0xE1xx} for keys with a
   *     prefix
   */
  @Override
  public boolean key(int scanCode, boolean pressed) {
    int prefix = scanCode >>> 8 & 0xFF;
    int flags = (pressed ? 0 : BREAK) | (prefix == 0xE0 ? E0 : prefix == 0xE1 ? E1 : 0);
    Channel current;
    synchronized (lock) {
      current = channel;
      int room = pressed ? QUEUE_SIZE - RELEASE_RESERVE : QUEUE_SIZE;
      if (!connected || current == null || count >= room) {
        return false;
      }
      queue[(head + count) % QUEUE_SIZE] = scanCode & 0x7F | flags << 16;
      count++;
    }
    current.vmbusChannel.schedule();
    return true;
  }

  /** What the guest shows: bit 0 scroll lock, bit 1 num lock, bit 2 caps lock. */
  public int leds() {
    synchronized (lock) {
      return leds;
    }
  }

  @Override
  public ChannelOffer offer() {
    return OFFER;
  }

  @Override
  public ChannelHandler open(VmbusChannel vmbusChannel) {
    Channel opened = new Channel(vmbusChannel);
    synchronized (lock) {
      channel = opened;
      connected = false;
      count = 0;
    }
    return opened;
  }

  @Override
  public void transfer(StateTransfer s) throws StateException {
    synchronized (lock) {
      count = s.number(count, 0, QUEUE_SIZE);
      int[] waiting = new int[count];
      for (int i = 0; i < count; i++) {
        waiting[i] = queue[(head + i) % QUEUE_SIZE];
      }
      s.ints(waiting);
      if (s.loading()) {
        head = 0;
        System.arraycopy(waiting, 0, queue, 0, count);
      }
      connected = s.flag(connected);
      leds = s.number(leds, 0, 7);
    }
  }

  private final class Channel implements ChannelHandler {
    private final VmbusChannel vmbusChannel;
    private final byte[] message = new byte[EVENT_SIZE];
    private boolean responseDue;
    private boolean accepted;
    private boolean completionDue;
    private long completionId;

    Channel(VmbusChannel vmbusChannel) {
      this.vmbusChannel = vmbusChannel;
    }

    @Override
    public void transfer(StateTransfer s) throws StateException {
      responseDue = s.flag(responseDue);
      accepted = s.flag(accepted);
      completionDue = s.flag(completionDue);
      completionId = s.int64(completionId);
    }

    @Override
    public boolean ready() {
      return !completionDue && !responseDue;
    }

    @Override
    public void turn() {
      if (completionDue && vmbusChannel.complete(completionId, message, 0, 0)) {
        completionDue = false;
      }
      if (responseDue) {
        LittleEndian.putInt(message, TYPE, PROTOCOL_RESPONSE);
        LittleEndian.putInt(message, VERSION, accepted ? ACCEPTED : 0);
        if (!vmbusChannel.send(0, false, message, 0, 8)) {
          return;
        }
        responseDue = false;
        synchronized (lock) {
          connected = accepted;
        }
      }
      sendKeys();
    }

    private void sendKeys() {
      while (true) {
        int event;
        synchronized (lock) {
          if (count == 0 || channel != this) {
            return;
          }
          event = queue[head];
        }
        LittleEndian.putInt(message, TYPE, EVENT);
        LittleEndian.putInt(message, MAKE_CODE, event & 0xFFFF);
        LittleEndian.putInt(message, INFORMATION, event >>> 16);
        if (!vmbusChannel.send(0, false, message, 0, EVENT_SIZE)) {
          return;
        }
        synchronized (lock) {
          head = (head + 1) % QUEUE_SIZE;
          count--;
        }
      }
    }

    @Override
    public void received(Packet packet) throws ChannelFault {
      if (packet.payloadLength() < 8) {
        throw new ChannelFault("keyboard message of %d bytes".formatted(packet.payloadLength()));
      }
      switch (packet.getInt(TYPE)) {
        case PROTOCOL_REQUEST -> {
          accepted = packet.getInt(VERSION) == VERSION_1_0;
          responseDue = true;
        }
        case LED_INDICATORS -> {
          synchronized (lock) {
            leds = packet.getShort(LEDS) & 7;
          }
        }
        default -> {}
      }
      if (packet.completionRequested()) {
        completionDue = true;
        completionId = packet.transactionId();
      }
      turn();
    }

    @Override
    public void closed() {
      synchronized (lock) {
        if (channel == this) {
          channel = null;
          connected = false;
          count = 0;
        }
      }
    }
  }
}
