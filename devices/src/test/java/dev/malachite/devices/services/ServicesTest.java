// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.devices.guest.FakeGuest;
import dev.malachite.devices.guest.GuestChannel;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import dev.malachite.engine.vmbus.LittleEndian;
import dev.malachite.engine.vmbus.VmbusDevice;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Plays the guest's side as Linux's hv_util and hv_kvp do: the packet goes back, changed. */
final class ServicesTest {
  private static final UUID HEARTBEAT = UUID.fromString("57164f39-9115-4e78-ab55-382f3bd5422d");
  private static final UUID SHUTDOWN = UUID.fromString("0e0b6031-5213-4934-818b-38d90ced39db");
  private static final UUID TIME = UUID.fromString("9527e630-d0ae-497b-adce-e80ab0175caf");
  private static final UUID KEY_VALUE = UUID.fromString("a9a0f4e7-5a45-4d96-b827-8a841e8c03e6");

  private final MachineClock clock = new MachineClock();
  private final TimerQueue timers = new TimerQueue(clock);
  private final HeartbeatService heartbeat = new HeartbeatService(clock, timers);
  private final ShutdownService shutdown = new ShutdownService();
  private final TimeSyncService time =
      new TimeSyncService(
          clock, timers, Clock.fixed(Instant.parse("2026-11-24T12:00:00.5Z"), ZoneOffset.UTC));
  private final KeyValueService keyValue = new KeyValueService();
  private final VmbusDevice[] all = {heartbeat, shutdown, time, keyValue};
  private final FakeGuest guest = new FakeGuest(all);

  @AfterEach
  void end() {
    guest.close();
    timers.close();
  }

  private GuestChannel open(UUID service) {
    return guest.connect().open(service);
  }

  /** Answers the negotiation with a framework and a message version. */
  private static void negotiate(GuestChannel channel, int major, int minor) {
    byte[] message = channel.receive().payload();
    assertThat(LittleEndian.getInt(message, 0)).as("pipe").isEqualTo(1);
    int size = LittleEndian.getInt(message, 4);
    assertThat(size + 8).isBetween(message.length - 7, message.length);
    assertThat(LittleEndian.getShort(message, 12)).as("negotiation").isZero();
    assertThat(message[25]).as("transaction and request").isEqualTo((byte) 3);
    int frameworks = LittleEndian.getShort(message, 28);
    int versions = LittleEndian.getShort(message, 30);
    assertThat(LittleEndian.getShort(message, 18)).isEqualTo(8 + 4 * (frameworks + versions));
    assertThat(frameworks).isEqualTo(2);
    boolean found = false;
    for (int i = 0; i < versions; i++) {
      int at = 36 + 4 * (frameworks + i);
      found |=
          LittleEndian.getShort(message, at) == major
              && LittleEndian.getShort(message, at + 2) == minor;
    }
    assertThat(found).as("version %d.%d on offer", major, minor).isTrue();
    LittleEndian.putShort(message, 18, 0x10);
    LittleEndian.putShort(message, 28, 1);
    LittleEndian.putShort(message, 30, 1);
    LittleEndian.putInt(message, 36, 3);
    LittleEndian.putShort(message, 40, major);
    LittleEndian.putShort(message, 42, minor);
    answer(channel, message, 0);
  }

  private static void answer(GuestChannel channel, byte[] message, int status) {
    LittleEndian.putInt(message, 20, status);
    message[25] = 5;
    channel.send(1, false, message);
  }

  private static byte[] request(GuestChannel channel, int type) {
    byte[] message = channel.receive().payload();
    assertThat(LittleEndian.getShort(message, 12)).isEqualTo(type);
    assertThat(message[25]).isEqualTo((byte) 3);
    return message;
  }

  @Test
  void heartbeatBeatsAndTellsTheState() {
    assertThat(heartbeat.state()).isEqualTo(HeartbeatService.State.NO_CONTACT);
    GuestChannel channel = open(HEARTBEAT);
    negotiate(channel, 3, 0);
    for (int i = 0; i < 2; i++) {
      byte[] message = request(channel, 1);
      assertThat(LittleEndian.getShort(message, 14)).as("version").isEqualTo(3);
      assertThat(LittleEndian.getLong(message, 28)).isEqualTo(i * 2L);
      LittleEndian.putLong(message, 28, i * 2L + 1);
      answer(channel, message, 0);
    }
    request(channel, 1);
    assertThat(heartbeat.answers()).isEqualTo(2);
    assertThat(heartbeat.state()).isEqualTo(HeartbeatService.State.ALIVE);
    channel.close();
    assertThat(heartbeat.state()).isEqualTo(HeartbeatService.State.NO_CONTACT);
  }

  @Test
  void shutdownAsksAndHandsBackTheAnswer() throws Exception {
    assertThat(shutdown.request(ShutdownService.Action.SHUT_DOWN, false, "").get())
        .isEqualTo(ShutdownService.Outcome.UNAVAILABLE);
    GuestChannel channel = open(SHUTDOWN);
    negotiate(channel, 3, 2);
    while (!shutdown.isAvailable()) {
      Thread.onSpinWait();
    }
    CompletableFuture<ShutdownService.Outcome> outcome =
        shutdown.request(ShutdownService.Action.SHUT_DOWN, true, "now");
    byte[] message = request(channel, 3);
    assertThat(LittleEndian.getInt(message, 36)).as("forced shutdown").isEqualTo(1);
    assertThat(new String(message, 40, 6, StandardCharsets.UTF_16LE)).isEqualTo("now");
    assertThat(message.length).isGreaterThanOrEqualTo(28 + 12 + 2048);
    answer(channel, message, 0);
    assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(ShutdownService.Outcome.ACCEPTED);
    outcome = shutdown.request(ShutdownService.Action.RESTART, false, "");
    message = request(channel, 3);
    assertThat(LittleEndian.getInt(message, 36)).isEqualTo(2);
    answer(channel, message, 0x80004005);
    assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(ShutdownService.Outcome.REFUSED);
    outcome = shutdown.request(ShutdownService.Action.RESTART, false, "");
    channel.close();
    assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(ShutdownService.Outcome.UNAVAILABLE);
  }

  @Test
  void timeIsSetOnceThenSampled() {
    GuestChannel channel = open(TIME);
    negotiate(channel, 4, 0);
    byte[] message = request(channel, 4);
    long expected =
        (Instant.parse("2026-11-24T12:00:00Z").getEpochSecond() + 11_644_473_600L) * 10_000_000
            + 5_000_000;
    assertThat(LittleEndian.getLong(message, 28)).isEqualTo(expected);
    assertThat(LittleEndian.getLong(message, 36)).isBetween(1L, clock.referenceTime());
    assertThat(message[44]).as("to be set").isEqualTo((byte) 1);
    answer(channel, message, 0);
    message = request(channel, 4);
    assertThat(message[44]).as("a sample").isEqualTo((byte) 2);
    answer(channel, message, 0);
    time.resumed();
    message = request(channel, 4);
    assertThat(message[44]).as("to be set after a pause").isEqualTo((byte) 1);
  }

  @Test
  void olderGuestsGetTheOldTimeFormat() {
    GuestChannel channel = open(TIME);
    negotiate(channel, 3, 0);
    byte[] message = request(channel, 4);
    assertThat(LittleEndian.getShort(message, 18)).isEqualTo(25);
    assertThat(message[52]).as("flags behind three times").isEqualTo((byte) 1);
  }

  private static void put(byte[] message, int offset, String text) {
    byte[] bytes = (text + "\0").getBytes(StandardCharsets.UTF_16LE);
    System.arraycopy(bytes, 0, message, offset, bytes.length);
  }

  @Test
  void keyValuePairsAreAskedForUntilTheDaemonHasNoMore() {
    GuestChannel channel = open(KEY_VALUE);
    negotiate(channel, 4, 0);
    String[][] pairs = {{"OSName", "Debian GNU/Linux"}, {"OSVersion", "6.1"}};
    for (int i = 0; i < pairs.length; i++) {
      byte[] message = request(channel, 2);
      assertThat(message[28]).as("enumerate").isEqualTo((byte) 3);
      assertThat(message[29]).as("pool").isEqualTo((byte) 2);
      assertThat(LittleEndian.getInt(message, 32)).isEqualTo(i);
      LittleEndian.putInt(message, 36, 1);
      LittleEndian.putInt(message, 40, pairs[i][0].length() * 2 + 2);
      LittleEndian.putInt(message, 44, pairs[i][1].length() * 2 + 2);
      put(message, 48, pairs[i][0]);
      put(message, 560, pairs[i][1]);
      answer(channel, message, 0);
    }
    answer(channel, request(channel, 2), 0x80070103);
    while (keyValue.guestInformation().isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(keyValue.guestInformation())
        .isEqualTo(Map.of("OSName", "Debian GNU/Linux", "OSVersion", "6.1"));
    // A daemon that lies about sizes ends the enumeration and nothing else.
    keyValue.refresh();
    byte[] message = request(channel, 2);
    LittleEndian.putInt(message, 40, Integer.MAX_VALUE);
    LittleEndian.putInt(message, 44, -1);
    answer(channel, message, 0);
    keyValue.refresh();
    assertThat(request(channel, 2)).isNotEmpty();
  }

  @Test
  void staleAndForeignAnswersAreDropped() {
    GuestChannel channel = open(HEARTBEAT);
    byte[] stale = new byte[68];
    LittleEndian.putShort(stale, 12, 1);
    stale[24] = 77;
    answer(channel, stale, 0);
    LittleEndian.putShort(stale, 12, 9);
    answer(channel, stale, 0);
    negotiate(channel, 1, 0);
    assertThat(LittleEndian.getLong(request(channel, 1), 28)).isZero();
  }

  @Test
  void noVersionInCommonLeavesTheServiceAlone() {
    GuestChannel channel = open(HEARTBEAT);
    byte[] message = channel.receive().payload();
    LittleEndian.putInt(message, 28, 0);
    answer(channel, message, 0);
    assertThat(channel.poll(200)).isNull();
    channel.close();
    negotiate(guest.open(channel.offer(), 4, 4), 3, 0);
  }
}
