// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.vmbus.ChannelHandler;
import dev.malachite.engine.vmbus.ChannelOffer;
import dev.malachite.engine.vmbus.LittleEndian;
import dev.malachite.engine.vmbus.Packet;
import dev.malachite.engine.vmbus.VmbusChannel;
import dev.malachite.engine.vmbus.VmbusDevice;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both ends at full speed over rings that are mostly full: one signal missed and it stands still.
 */
final class SignallingTest {
  private static final UUID ECHO = UUID.fromString("0f0f0f0f-1111-2222-3333-444444444444");
  private static final int PACKETS = 4000;
  private static final int MAX_PAYLOAD = 600;

  /** Sends each packet's payload back, one at a time. */
  private static final class Echo implements VmbusDevice {
    @Override
    public ChannelOffer offer() {
      return ChannelOffer.device("echo", ECHO, ECHO);
    }

    @Override
    public ChannelHandler open(VmbusChannel channel) {
      return new ChannelHandler() {
        private final byte[] waiting = new byte[MAX_PAYLOAD + 8];
        private int length;

        @Override
        public void turn() {
          if (length > 0 && channel.complete(1, waiting, 0, length)) {
            length = 0;
          }
        }

        @Override
        public boolean ready() {
          return length == 0;
        }

        @Override
        public void received(Packet packet) {
          length = packet.payloadLength();
          packet.copy(0, waiting, 0, length);
          turn();
        }

        @Override
        public void closed() {}
      };
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void nothingIsLostAndNothingStandsStill(int pages) throws Exception {
    try (FakeGuest guest = new FakeGuest(new Echo())) {
      guest.connect();
      GuestChannel channel = guest.open(guest.offers().getFirst(), pages, pages);
      CompletableFuture<Void> sender = new CompletableFuture<>();
      Thread thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    Random random = new Random(pages);
                    for (int i = 0; i < PACKETS; i++) {
                      byte[] payload = new byte[8 + random.nextInt(MAX_PAYLOAD - 8)];
                      LittleEndian.putInt(payload, 0, i);
                      LittleEndian.putInt(payload, 4, payload.length);
                      payload[payload.length - 1] = (byte) (payload.length < 9 ? 0 : i);
                      while (!channel.trySend(6, 1, i, new byte[0], payload)) {
                        Thread.onSpinWait();
                      }
                    }
                    sender.complete(null);
                  });
      for (int i = 0; i < PACKETS; i++) {
        byte[] payload = channel.receive().payload();
        assertThat(LittleEndian.getInt(payload, 0)).isEqualTo(i);
        int length = LittleEndian.getInt(payload, 4);
        assertThat(payload.length).isEqualTo((length + 7) / 8 * 8);
        if (length >= 9) {
          assertThat(payload[length - 1]).isEqualTo((byte) i);
        }
      }
      sender.get(FakeGuest.PATIENCE, TimeUnit.SECONDS);
      thread.join();
      assertThat(channel.signals()).as("signals").isLessThan(2 * PACKETS);
    }
  }
}
