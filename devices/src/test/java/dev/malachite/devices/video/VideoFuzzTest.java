// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.devices.guest.FakeGuest;
import dev.malachite.devices.guest.GuestChannel;
import dev.malachite.devices.input.SyntheticKeyboard;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.vmbus.LittleEndian;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random messages to the display adapter and the keyboard. */
final class VideoFuzzTest {
  private static final UUID VIDEO = UUID.fromString("da0a7802-e377-4aac-8e77-0558eb1073f8");
  private static final UUID KEYBOARD = UUID.fromString("f912ad6d-2b17-48ea-bd65-f927a61c7684");

  @Property(tries = 60)
  void rubbishFromTheGuestDoesNoHarm(@ForAll long seed) {
    Random random = new Random(seed);
    Screen screen = new Screen();
    try (FakeGuest guest = new FakeGuest(2 << 20, new SyntheticKeyboard())) {
      GuestMemory.Region memory =
          guest.memory().regions().stream()
              .filter(region -> region.gpa() == FakeGuest.frameBuffer())
              .findFirst()
              .orElseThrow();
      guest.bus().add(new SyntheticVideo(memory, screen));
      guest.connect();
      for (FakeGuest.Offer offer : guest.offers()) {
        GuestChannel channel = guest.open(offer, 8, 8);
        boolean video = offer.interfaceType().equals(VIDEO);
        assertThat(video || offer.interfaceType().equals(KEYBOARD)).isTrue();
        for (int i = 0; i < 200; i++) {
          byte[] message = message(random, video && i == 0 ? 1 : -1);
          channel.trySend(6, random.nextInt(2), i, new byte[0], message);
          Screen.View view = screen.view();
          if (view != null) {
            long last = (long) view.stride() * (view.height() - 1) + view.width() * 4L - 1;
            view.pixels().get(ValueLayout.JAVA_BYTE, last);
          }
          while (channel.poll(0) != null) {
            // Answers make room and are of no other interest.
          }
        }
        channel.close();
        guest.open(offer, 8, 8);
      }
    }
  }

  private static byte[] message(Random random, int wanted) {
    byte[] message = new byte[16 + random.nextInt(64)];
    random.nextBytes(message);
    int type = wanted >= 0 ? wanted : random.nextInt(17);
    LittleEndian.putInt(message, 0, random.nextInt(10) == 0 ? type : 1);
    LittleEndian.putInt(message, 8, type);
    if (type == 1 && message.length >= 20) {
      LittleEndian.putInt(message, 16, 0x00050003);
    } else if (type == 3 && message.length >= 33) {
      message[24] = 1;
      LittleEndian.putLong(message, 25, FakeGuest.frameBuffer() + random.nextInt(600) * 4096L);
    } else if (type == 5 && message.length >= 43) {
      message[24] = 1;
      message[25] = (byte) random.nextInt(4);
      LittleEndian.putInt(message, 26, random.nextInt(3));
      message[30] = 32;
      LittleEndian.putInt(message, 31, random.nextInt(900));
      LittleEndian.putInt(message, 35, random.nextInt(900));
      LittleEndian.putInt(message, 39, random.nextInt(4000));
    }
    return message;
  }
}
