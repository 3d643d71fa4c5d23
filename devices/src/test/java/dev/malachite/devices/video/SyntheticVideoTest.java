// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.devices.guest.FakeGuest;
import dev.malachite.devices.guest.GuestChannel;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.vmbus.LittleEndian;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plays the guest's side as hyperv_drm and hyperv_fb do. */
final class SyntheticVideoTest {
  private static final UUID VIDEO = UUID.fromString("da0a7802-e377-4aac-8e77-0558eb1073f8");

  private final FakeGuest guest = new FakeGuest(16 << 20);
  private final Screen screen = new Screen();
  private SyntheticVideo video;
  private GuestChannel channel;

  @BeforeEach
  void start() {
    GuestMemory.Region memory =
        guest.memory().regions().stream()
            .filter(region -> region.gpa() == FakeGuest.frameBuffer())
            .findFirst()
            .orElseThrow();
    video = new SyntheticVideo(memory, screen);
    guest.bus().add(video);
    channel = guest.connect().open(VIDEO);
  }

  @AfterEach
  void end() {
    guest.close();
  }

  private static byte[] message(int type, int bodySize) {
    byte[] message = new byte[16 + bodySize];
    LittleEndian.putInt(message, 0, 1);
    LittleEndian.putInt(message, 4, 8 + bodySize);
    LittleEndian.putInt(message, 8, type);
    LittleEndian.putInt(message, 12, 8 + bodySize);
    return message;
  }

  private byte[] receive(int type) {
    byte[] payload = channel.receive().payload();
    assertThat(LittleEndian.getInt(payload, 0)).isEqualTo(1);
    assertThat(LittleEndian.getInt(payload, 8)).isEqualTo(type);
    return payload;
  }

  private byte[] version(int minor) {
    byte[] request = message(1, 4);
    LittleEndian.putInt(request, 16, minor << 16 | 3);
    channel.send(1, false, request);
    return receive(2);
  }

  private void place(long gpa) {
    byte[] location = message(3, 17);
    LittleEndian.putLong(location, 16, gpa);
    location[24] = 1;
    LittleEndian.putLong(location, 25, gpa);
    channel.send(2, false, location);
  }

  private void situation(int width, int height, int pitch) {
    byte[] update = message(5, 27);
    LittleEndian.putLong(update, 16, 0x55);
    update[24] = 1;
    update[25] = 1;
    update[30] = 32;
    LittleEndian.putInt(update, 31, width);
    LittleEndian.putInt(update, 35, height);
    LittleEndian.putInt(update, 39, pitch);
    channel.send(3, false, update);
    assertThat(LittleEndian.getLong(receive(6), 16)).isEqualTo(0x55);
  }

  @Test
  void theStepsOfTheDriverLeadToAPicture() {
    assertThat(channel.offer().mmio()).isEqualTo(16);
    byte[] response = version(5);
    assertThat(LittleEndian.getInt(response, 16)).isEqualTo(0x00050003);
    assertThat(response[20]).isNotZero();
    byte[] request = message(13, 1);
    request[16] = 64;
    channel.send(1, false, request);
    byte[] resolutions = receive(14);
    int sum = 0;
    for (int i = 0; i < 128; i++) {
      sum += resolutions[16 + i];
    }
    assertThat(sum & 0xFF).as("EDID checksum").isZero();
    int count = resolutions[144];
    int preferred = resolutions[145];
    assertThat(LittleEndian.getShort(resolutions, 147 + preferred * 4)).isEqualTo(1024);
    assertThat(LittleEndian.getShort(resolutions, 149 + preferred * 4)).isEqualTo(768);
    assertThat(LittleEndian.getShort(resolutions, 147 + (count - 1) * 4)).isEqualTo(1920);
    assertThat(LittleEndian.getShort(resolutions, 149 + (count - 1) * 4)).isEqualTo(1200);
    place(FakeGuest.frameBuffer());
    assertThat(LittleEndian.getLong(receive(4), 16)).isEqualTo(FakeGuest.frameBuffer());
    assertThat(screen.view()).isNull();
    situation(1024, 768, 4096);
    byte[] features = receive(9);
    assertThat(features[16]).as("dirty rectangles").isZero();
    assertThat(features[19]).as("situation").isEqualTo((byte) 1);
    Screen.View view = Objects.requireNonNull(screen.view());
    assertThat(view.width()).isEqualTo(1024);
    assertThat(view.pixels().byteSize()).isEqualTo(768 * 4096);
    guest.memory().writeInt(FakeGuest.frameBuffer() + 4096 + 8, 0x00112233);
    assertThat(view.pixels().get(ValueLayout.JAVA_INT, 4096 + 8)).isEqualTo(0x00112233);
    video.dirtyWanted(true);
    assertThat(receive(9)[16]).isEqualTo((byte) 1);
  }

  @Test
  void olderVersionsAreSpokenAndOthersRefused() {
    assertThat(version(1)[20]).isZero();
    assertThat(version(9)[20]).isZero();
    for (int minor : new int[] {0, 2, 3, 4, 5}) {
      assertThat(version(minor)[20]).as("3.%d", minor).isNotZero();
    }
    channel.send(1, false, message(11, 0));
    assertThat(LittleEndian.getInt(receive(12), 16)).isEqualTo(1);
    channel.send(1, false, message(15, 0));
    assertThat(receive(16)).hasSizeGreaterThanOrEqualTo(16 + 64);
  }

  @Test
  void dirtyRectanglesAreCutToThePicture() throws InterruptedException {
    version(5);
    place(FakeGuest.frameBuffer() + 0x100000);
    receive(4);
    situation(800, 600, 3200);
    receive(9);
    BlockingQueue<List<Integer>> seen = new LinkedBlockingQueue<>();
    screen.add(
        new Screen.Listener() {
          @Override
          public void resized(Screen.@Nullable View view) {}

          @Override
          public void dirty(int x, int y, int width, int height) {
            seen.add(List.of(x, y, width, height));
          }
        });
    byte[] dirt = message(10, 2 + 3 * 16);
    dirt[17] = 3;
    int[] rectangles = {
      10, 20, 30, 40, -5, -5, Integer.MAX_VALUE, Integer.MAX_VALUE, 900, 0, 950, 10
    };
    for (int i = 0; i < rectangles.length; i++) {
      LittleEndian.putInt(dirt, 18 + i * 4, rectangles[i]);
    }
    channel.send(1, false, dirt);
    assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo(List.of(10, 20, 20, 20));
    assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo(List.of(0, 0, 800, 600));
    situation(640, 480, 2560);
    assertThat(seen).isEmpty();
  }

  @Test
  void picturesOutsideTheMemoryAreNotShown() {
    version(5);
    place(0x1000);
    assertThat(LittleEndian.getLong(receive(4), 16)).as("refusal").isNotEqualTo(0x1000);
    situation(1024, 768, 4096);
    receive(9);
    assertThat(screen.view()).isNull();
    place(FakeGuest.frameBuffer() + (15 << 20));
    receive(4);
    situation(1024, 768, 4096);
    situation(1024, 768, 100);
    situation(-1, 768, 4096);
    situation(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
    assertThat(screen.view()).isNull();
    situation(512, 256, 2048);
    assertThat(screen.view()).isNotNull();
  }

  @Test
  void pointerShapes() {
    version(5);
    byte[] position = message(7, 10);
    position[16] = 1;
    LittleEndian.putInt(position, 18, 11);
    LittleEndian.putInt(position, 22, 22);
    channel.send(1, false, position);
    byte[] shape = message(8, 18 + 2 * 4);
    shape[16] = (byte) 0xFF;
    shape[17] = 1;
    LittleEndian.putInt(shape, 18, 2);
    LittleEndian.putInt(shape, 22, 1);
    LittleEndian.putInt(shape, 26, 500);
    LittleEndian.putInt(shape, 34, 0x80112233);
    LittleEndian.putInt(shape, 38, 0xFF445566);
    channel.send(1, false, shape);
    byte[] huge = message(8, 18);
    huge[16] = (byte) 0xFF;
    LittleEndian.putInt(huge, 18, 1 << 30);
    LittleEndian.putInt(huge, 22, 1 << 30);
    channel.send(1, false, huge);
    version(5);
    Cursor cursor = Objects.requireNonNull(video.cursor());
    assertThat(cursor.argb()).containsExactly(0x80112233, 0xFF445566);
    assertThat(cursor.hotX()).isEqualTo(1);
    assertThat(video.cursorX()).isEqualTo(11);
    assertThat(video.cursorY()).isEqualTo(22);
  }

  @Test
  void shortMessagesCloseTheChannelOnly() {
    version(5);
    channel.send(1, false, message(5, 3));
    assertThat(channel.poll(200)).isNull();
    channel.close();
    channel = guest.open(channel.offer(), 8, 8);
    assertThat(version(5)[20]).isNotZero();
  }
}
