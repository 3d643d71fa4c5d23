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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Key-value pairs: asks the guest's daemon what system it runs. A guest without the daemon never
 * answers, and nothing waits for it. Any thread.
 */
public final class KeyValueService implements VmbusDevice {
  private static final ChannelOffer OFFER =
      ChannelOffer.messagePipe(
          "key-value pairs",
          UUID.fromString("a9a0f4e7-5a45-4d96-b827-8a841e8c03e6"),
          UUID.fromString("242ff919-07db-4180-9c2e-b86cb68c8c55"));

  private static final int OPERATION = ServiceMessage.BODY; // 1 byte
  private static final int POOL = ServiceMessage.BODY + 1; // 1 byte
  private static final int INDEX = ServiceMessage.BODY + 4; // 4 bytes
  private static final int VALUE_TYPE = ServiceMessage.BODY + 8; // 4 bytes
  private static final int KEY_SIZE = ServiceMessage.BODY + 12; // 4 bytes
  private static final int VALUE_SIZE = ServiceMessage.BODY + 16; // 4 bytes
  private static final int KEY = ServiceMessage.BODY + 20;
  private static final int MAX_KEY = 512;
  private static final int VALUE = KEY + MAX_KEY;
  private static final int MAX_VALUE = 2048;
  private static final int BODY_SIZE = 20 + MAX_KEY + MAX_VALUE;

  private static final int ENUMERATE = 3;

  /** The pool in which a guest describes itself. */
  private static final int POOL_INTRINSIC = 2;

  private static final int TYPE_STRING = 1;
  private static final int TYPE_DWORD = 4;
  private static final int TYPE_QWORD = 11;

  /** Pairs taken from one guest. */
  private static final int MAX_PAIRS = 64;

  private volatile Map<String, String> pairs = Map.of();
  private volatile @Nullable Channel channel;

  /** A service. */
  public KeyValueService() {}

  /** What the guest says of itself, such as {@code OSName}; empty until it has answered. */
  public Map<String, String> guestInformation() {
    return pairs;
  }

  /** Asks the guest again. */
  public void refresh() {
    Channel current = channel;
    if (current != null) {
      current.wanted = true;
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
    Map<String, String> old = pairs;
    Map<String, String> now = transfer(s, old);
    if (s.loading()) {
      pairs = Collections.unmodifiableMap(now);
    }
  }

  private static Map<String, String> transfer(StateTransfer s, Map<String, String> old)
      throws StateException {
    Map<String, String> now = new TreeMap<>();
    List<String> keys = List.copyOf(old.keySet());
    int count = s.number(keys.size(), 0, 2 * MAX_PAIRS);
    for (int i = 0; i < count; i++) {
      String key = s.loading() ? "" : keys.get(i);
      String value = old.getOrDefault(key, "");
      now.put(s.text(key, 4 * MAX_KEY), s.text(value, 4 * MAX_VALUE));
    }
    return now;
  }

  private final class Channel extends ServiceChannel {
    private volatile boolean wanted = true;
    private final Map<String, String> found = new TreeMap<>();
    private int index = -1;

    Channel(VmbusChannel vmbusChannel) {
      super(
          vmbusChannel,
          ServiceMessage.TYPE_KEY_VALUE,
          BODY_SIZE,
          ServiceMessage.version(3, 0),
          ServiceMessage.version(4, 0),
          ServiceMessage.version(5, 0));
    }

    @Override
    void idle() {
      if (index < 0 && wanted) {
        wanted = false;
        index = 0;
        found.clear();
      }
      if (index < 0) {
        return;
      }
      byte[] request = newRequest();
      request[OPERATION] = ENUMERATE;
      request[POOL] = POOL_INTRINSIC;
      LittleEndian.putInt(request, INDEX, index);
      request(BODY_SIZE);
    }

    @Override
    void answered(int status, Packet packet) {
      boolean more = status == ServiceMessage.STATUS_OK && take(packet);
      index++;
      if (!more || index >= MAX_PAIRS) {
        index = -1;
        pairs = Collections.unmodifiableMap(new TreeMap<>(found));
      }
    }

    private boolean take(Packet packet) {
      if (packet.payloadLength() < VALUE + MAX_VALUE) {
        return false;
      }
      int keySize = packet.getInt(KEY_SIZE);
      int valueSize = packet.getInt(VALUE_SIZE);
      if (keySize <= 0 || keySize > MAX_KEY || valueSize < 0 || valueSize > MAX_VALUE) {
        return false;
      }
      String key = text(packet, KEY, keySize);
      @Nullable String value =
          switch (packet.getInt(VALUE_TYPE)) {
            case TYPE_STRING -> text(packet, VALUE, valueSize);
            case TYPE_DWORD -> Integer.toUnsignedString(packet.getInt(VALUE));
            case TYPE_QWORD -> Long.toUnsignedString(packet.getLong(VALUE));
            default -> null;
          };
      if (!key.isEmpty() && value != null) {
        found.put(key, value);
      }
      return true;
    }

    private static String text(Packet packet, int offset, int size) {
      byte[] bytes = new byte[size];
      packet.copy(offset, bytes, 0, size);
      String text = new String(bytes, StandardCharsets.UTF_16LE);
      int end = text.indexOf('\0');
      return end < 0 ? text : text.substring(0, end);
    }

    @Override
    public void transfer(StateTransfer s) throws StateException {
      super.transfer(s);
      wanted = s.flag(wanted);
      index = s.number(index, -1, MAX_PAIRS);
      Map<String, String> now = KeyValueService.transfer(s, Map.copyOf(found));
      if (s.loading()) {
        found.clear();
        found.putAll(now);
      }
    }

    @Override
    public void closed() {
      if (channel == this) {
        channel = null;
      }
    }
  }
}
