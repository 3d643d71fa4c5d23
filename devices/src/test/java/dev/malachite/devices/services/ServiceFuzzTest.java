// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.devices.guest.FakeGuest;
import dev.malachite.devices.guest.GuestChannel;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import dev.malachite.engine.vmbus.LittleEndian;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Random answers of a guest to its services. */
final class ServiceFuzzTest {
  private static final UUID KEY_VALUE = UUID.fromString("a9a0f4e7-5a45-4d96-b827-8a841e8c03e6");

  @Property(tries = 60)
  void rubbishFromTheGuestDoesNoHarm(@ForAll long seed) {
    Random random = new Random(seed);
    MachineClock clock = new MachineClock();
    KeyValueService service = new KeyValueService();
    try (TimerQueue timers = new TimerQueue(clock);
        FakeGuest guest = new FakeGuest(service, new HeartbeatService(clock, timers))) {
      GuestChannel channel = guest.connect().open(KEY_VALUE);
      for (int i = 0; i < 150; i++) {
        GuestChannel.@Nullable Received request = channel.poll(0);
        byte[] message = request == null ? new byte[random.nextInt(2700)] : request.payload();
        if (request == null) {
          random.nextBytes(message);
          if (random.nextBoolean()) {
            continue;
          }
        } else {
          answer(random, message);
          for (int flips = random.nextInt(4); flips > 0; flips--) {
            message[random.nextInt(message.length)] = (byte) random.nextInt();
          }
        }
        channel.trySend(6, 0, random.nextInt(5), new byte[0], message);
      }
      assertThat(service.guestInformation().size()).isLessThanOrEqualTo(64);
      channel.close();
      GuestChannel fresh = guest.open(channel.offer(), 16, 16);
      assertThat(LittleEndian.getShort(fresh.receive().payload(), 12)).isZero();
    }
  }

  private static void answer(Random random, byte[] message) {
    message[25] = 5;
    if (LittleEndian.getShort(message, 12) == 0) {
      LittleEndian.putShort(message, 28, 1);
      LittleEndian.putShort(message, 30, 1);
      LittleEndian.putInt(message, 36, 3);
      LittleEndian.putInt(message, 40, 4);
    } else if (message.length > 560) {
      LittleEndian.putInt(message, 36, random.nextInt(12));
      LittleEndian.putInt(message, 40, random.nextInt(520));
      LittleEndian.putInt(message, 44, random.nextInt(2100));
      message[48] = (byte) random.nextInt();
      message[50] = (byte) random.nextInt();
    }
  }
}
