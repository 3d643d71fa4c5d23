// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import java.util.ArrayDeque;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers each packet with its payload. */
final class EchoDevice implements VmbusDevice {
  static final UUID INTERFACE = UUID.fromString("12345678-9abc-def0-1122-334455667788");

  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();

  @Override
  public ChannelOffer offer() {
    return new ChannelOffer(
        "echo", INTERFACE, UUID.nameUUIDFromBytes(new byte[0]), 1, 7, 0, new byte[] {1, 2, 3});
  }

  @Override
  public ChannelHandler open(VmbusChannel channel) {
    opened.incrementAndGet();
    return new ChannelHandler() {
      private final ArrayDeque<byte[]> unsent = new ArrayDeque<>();

      @Override
      public void turn() {
        byte[] first = unsent.peek();
        while (first != null && channel.complete(1, first, 0, first.length)) {
          unsent.remove();
          first = unsent.peek();
        }
      }

      @Override
      public boolean ready() {
        return unsent.isEmpty();
      }

      @Override
      public void received(Packet packet) {
        byte[] payload = new byte[packet.payloadLength()];
        packet.copy(0, payload, 0, payload.length);
        unsent.add(payload);
        turn();
      }

      @Override
      public void closed() {
        closed.incrementAndGet();
      }
    };
  }
}
