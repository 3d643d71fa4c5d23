// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.devices.guest.FakeGuest;
import dev.malachite.devices.guest.GuestChannel;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import dev.malachite.engine.vmbus.LittleEndian;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Plays the guest's side as hyperv-keyboard does. */
final class SyntheticKeyboardTest {
  private static final UUID KEYBOARD = UUID.fromString("f912ad6d-2b17-48ea-bd65-f927a61c7684");

  private final MachineClock clock = new MachineClock();
  private final TimerQueue timers = new TimerQueue(clock);
  private final SyntheticKeyboard keyboard = new SyntheticKeyboard();
  private final FakeGuest guest = new FakeGuest(keyboard);

  @AfterEach
  void end() {
    guest.close();
    timers.close();
  }

  private GuestChannel open(int version) {
    GuestChannel channel = guest.connect().open(KEYBOARD);
    channel.send(0x77, true, request(version));
    int seen = 0;
    while (seen != 3) {
      GuestChannel.Received packet = channel.receive();
      if (packet.type() == 0xB) {
        assertThat(packet.transactionId()).isEqualTo(0x77);
        seen |= 1;
      } else {
        assertThat(packet.getInt(0)).isEqualTo(2);
        assertThat(packet.getInt(4)).isEqualTo(version == 0x10000 ? 1 : 0);
        seen |= 2;
      }
    }
    return channel;
  }

  private static byte[] request(int version) {
    byte[] request = new byte[8];
    LittleEndian.putInt(request, 0, 1);
    LittleEndian.putInt(request, 4, version);
    return request;
  }

  /** What the driver hands to the PS/2 layer for one packet. */
  private static String bytes(GuestChannel.Received packet) {
    assertThat(packet.getInt(0)).isEqualTo(3);
    int info = packet.getInt(8);
    int code = packet.getInt(4) & 0xFFFF | ((info & 2) != 0 ? 0x80 : 0);
    return ((info & 4) != 0 ? "e0 " : "") + Integer.toHexString(code);
  }

  private void awaitConnection() {
    while (!keyboard.isConnected()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void keysArriveAsScanCodes() {
    assertThat(keyboard.key(0x1E, true)).as("no driver yet").isFalse();
    GuestChannel channel = open(0x10000);
    awaitConnection();
    keyboard.key(0x1E, true);
    keyboard.key(0x1E, false);
    keyboard.key(0xE048, true);
    keyboard.key(0xE048, false);
    assertThat(bytes(channel.receive())).isEqualTo("1e");
    assertThat(bytes(channel.receive())).isEqualTo("9e");
    assertThat(bytes(channel.receive())).isEqualTo("e0 48");
    assertThat(bytes(channel.receive())).isEqualTo("e0 c8");
    byte[] leds = new byte[8];
    LittleEndian.putInt(leds, 0, 4);
    LittleEndian.putInt(leds, 4, 0xFFF4);
    channel.send(1, false, leds);
    while (keyboard.leds() == 0) {
      Thread.onSpinWait();
    }
    assertThat(keyboard.leds()).isEqualTo(4);
  }

  @Test
  void anotherVersionIsRefused() {
    open(0x20000);
    assertThat(keyboard.isConnected()).isFalse();
  }

  @Test
  void aGuestThatDoesntFetchKeysLosesThemButNoKeyStaysDown() {
    GuestChannel channel = open(0x10000);
    awaitConnection();
    int pressed = 0;
    int dropped = 0;
    for (int i = 0; i < 5000; i++) {
      if (keyboard.key(0x1E, true)) {
        pressed++;
        assertThat(keyboard.key(0x1E, false)).isTrue();
      } else {
        dropped++;
      }
    }
    assertThat(dropped).isPositive();
    for (int i = 0; i < pressed; i++) {
      assertThat(bytes(channel.receive())).isEqualTo("1e");
      assertThat(bytes(channel.receive())).isEqualTo("9e");
    }
    assertThat(channel.poll(100)).isNull();
  }

  @Test
  void textIsTypedOnceTheDriverIsThere() {
    KeyTyper typer = new KeyTyper(keyboard, clock, timers);
    assertThatThrownBy(() -> typer.type("caf\u00e9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("U+00E9");
    typer.type("a!\n");
    GuestChannel channel = open(0x10000);
    StringBuilder seen = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      seen.append(bytes(channel.receive())).append(' ');
    }
    assertThat(seen).hasToString("1e 9e 2a 2 82 aa 1c 9c ");
    while (!typer.isDone()) {
      Thread.onSpinWait();
    }
  }
}
