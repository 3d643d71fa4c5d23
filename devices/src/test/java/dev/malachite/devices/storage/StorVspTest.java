// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.devices.guest.FakeGuest;
import dev.malachite.devices.guest.GuestChannel;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.vmbus.LittleEndian;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StorVspTest {
  private static final long SIZE = 8L << 20;
  private static final UUID INSTANCE = UUID.fromString("2c6a3a3c-0f2a-4f34-b38f-8b7d0f8d1f01");

  @TempDir Path folder;
  private DiskExecutor executor;
  private VirtualDisk disk;
  private VirtualDisk readOnly;
  private FakeGuest guest;
  private StorVsp controller;
  private ScsiDvd dvd;
  private StorGuest driver;

  @BeforeEach
  void start() throws IOException {
    executor = DiskExecutor.create("test-disk", 3);
    Path file = folder.resolve("disk.img");
    VirtualDisks.createRaw(file, SIZE);
    disk = VirtualDisks.open(file, executor, DiskOptions.readWrite());
    Path other = folder.resolve("other.img");
    VirtualDisks.createRaw(other, SIZE);
    readOnly = VirtualDisks.open(other, executor, DiskOptions.readOnly());
    dvd = new ScsiDvd(UUID.randomUUID(), readOnly);
    controller = new StorVsp(INSTANCE);
    controller.attach(0, new ScsiDisk(disk));
    controller.attach(1, dvd);
    controller.attach(2, new ScsiDisk(readOnly));
    guest = new FakeGuest(controller);
    driver = new StorGuest(guest, guest.connect().open(StorGuest.SCSI));
  }

  @AfterEach
  void end() throws IOException {
    guest.close();
    disk.close();
    readOnly.close();
    executor.close();
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void initializationAgreesOnTheVersionInOrder() {
    assertThat(driver.operation(8, 0).getInt(8)).isNotZero();
    assertThat(driver.operation(7, 0).getInt(8)).isZero();
    assertThat(driver.operation(9, 0x0700).getInt(8)).isEqualTo(0xC0000059);
    assertThat(driver.operation(9, 0x0602).getInt(8)).isZero();
    GuestChannel.Received properties = driver.operation(10, 0);
    assertThat(properties.getInt(8)).isZero();
    assertThat(properties.getInt(16) & 0xFFFF).as("further channels").isZero();
    assertThat(properties.getInt(24)).as("bytes a command").isEqualTo(1 << 20);
    assertThat(driver.operation(8, 0).getInt(8)).isZero();
    assertThat(driver.operation(7, 0).getInt(8)).isNotZero();
    assertThat(driver.operation(13, 1).getInt(8)).isNotZero();
  }

  @Test
  void whatIsWrittenIsReadBackAndIsOnTheDisk() throws IOException {
    driver.initialize();
    byte[] data = random(300 * 512, 1);
    assertThat(driver.write(0, data, StorGuest.write10(1000, 300)).good()).isTrue();
    StorGuest.Answer answer = driver.read(0, data.length, StorGuest.read10(1000, 300));
    assertThat(answer.good()).isTrue();
    assertThat(answer.transferred()).isEqualTo(data.length);
    assertThat(answer.data()).isEqualTo(data);
    assertThat(driver.command(0, StorGuest.cdb10(0x35, 0, 0)).good()).as("flush").isTrue();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment raw = arena.allocate(data.length);
      disk.read(1000 * 512, raw);
      assertThat(raw.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(data);
    }
  }

  @Test
  void allReadAndWriteFormsAgree() {
    driver.initialize();
    byte[] six = random(512, 6);
    byte[] twelve = random(512, 12);
    byte[] sixteen = random(512, 16);
    driver.write(0, six, 0x0A, 0, 0x10, 0, 1, 0);
    driver.write(0, twelve, 0xAA, 0, 0, 0, 0x10, 1, 0, 0, 0, 1, 0, 0);
    driver.write(0, sixteen, 0x8A, 0x08, 0, 0, 0, 0, 0, 0, 0x10, 2, 0, 0, 0, 1, 0, 0);
    assertThat(driver.read(0, 512, 0x08, 0, 0x10, 0, 1, 0).data()).isEqualTo(six);
    assertThat(driver.read(0, 512, 0xA8, 0, 0, 0, 0x10, 1, 0, 0, 0, 1, 0, 0).data())
        .isEqualTo(twelve);
    assertThat(driver.read(0, 512, 0x88, 0, 0, 0, 0, 0, 0, 0, 0x10, 2, 0, 0, 0, 1, 0, 0).data())
        .isEqualTo(sixteen);
    byte[] all = driver.read(0, 3 * 512, StorGuest.read10(0x1000, 3)).data();
    assertThat(all).startsWith(six).endsWith(sixteen);
  }

  @Test
  void capacitiesAndIdentity() {
    driver.initialize();
    byte[] ten = driver.read(0, 8, 0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0).data();
    assertThat(BigEndian.getInt(ten, 0)).isEqualTo(SIZE / 512 - 1);
    assertThat(BigEndian.getInt(ten, 4)).isEqualTo(512);
    byte[] sixteen =
        driver.read(0, 32, 0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0).data();
    assertThat(BigEndian.getLong(sixteen, 0)).isEqualTo(SIZE / 512 - 1);
    byte[] inquiry = driver.read(0, 96, 0x12, 0, 0, 0, 96, 0).data();
    assertThat(inquiry[0]).isZero();
    assertThat(new String(inquiry, 8, 28, StandardCharsets.US_ASCII))
        .isEqualTo("Msft    Virtual Disk    1.0 ");
    byte[] pages = driver.read(0, 255, 0x12, 1, 0, 0, 255, 0).data();
    assertThat(pages).startsWith(0, 0, 0, 6, 0, 0x80, 0x83, 0xB0, 0xB1, 0xB2);
    byte[] serial = driver.read(0, 255, 0x12, 1, 0x80, 0, 255, 0).data();
    assertThat(new String(serial, 4, serial[3], StandardCharsets.US_ASCII))
        .isEqualTo(disk.identity().toString().replace("-", ""));
    byte[] identity = driver.read(0, 255, 0x12, 1, 0x83, 0, 255, 0).data();
    assertThat(identity[5]).isEqualTo((byte) 3);
    assertThat(identity[8] & 0xF0).as("NAA, locally assigned").isEqualTo(0x30);
    byte[] provisioning = driver.read(0, 64, 0x12, 1, 0xB2, 0, 64, 0).data();
    assertThat(provisioning[5] & 0x80).isEqualTo(disk.unmapSupported() ? 0x80 : 0);
  }

  @Test
  void modeSenseTellsCacheAndWriteProtection() {
    driver.initialize();
    byte[] caching = driver.read(0, 24, 0x1A, 0, 0x08, 0, 24, 0).data();
    assertThat(caching[2] & 0x80).isZero();
    assertThat(caching[4]).isEqualTo((byte) 0x08);
    assertThat(caching[6] & 0x04).as("write cache").isEqualTo(4);
    byte[] all = driver.read(2, 64, 0x5A, 0, 0x3F, 0, 0, 0, 0, 0, 64, 0).data();
    assertThat(all[3] & 0x80).as("write protected").isEqualTo(0x80);
    assertThat(all[8]).isEqualTo((byte) 0x08);
    assertThat(driver.read(0, 64, 0x1A, 0, 0x1C, 0, 64, 0).senseCode()).isEqualTo(0x52400);
    assertThat(driver.write(2, new byte[512], StorGuest.write10(0, 1)).senseCode())
        .isEqualTo(0x72700);
  }

  @Test
  void discardAndWriteSame() {
    driver.initialize();
    byte[] data = random(1 << 16, 3);
    driver.write(0, data, StorGuest.write10(0, 128));
    // WRITE SAME (16) with a zero block, and without data.
    assertThat(
            driver
                .write(0, new byte[512], 0x93, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0)
                .good())
        .isTrue();
    assertThat(driver.command(0, 0x93, 1, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 1, 0, 0).good())
        .isTrue();
    byte[] after = driver.read(0, data.length, StorGuest.read10(0, 128)).data();
    Arrays.fill(data, 2 * 512, 5 * 512, (byte) 0);
    Arrays.fill(data, 10 * 512, 11 * 512, (byte) 0);
    assertThat(after).isEqualTo(data);
    assertThat(driver.write(0, random(512, 4), StorGuest.cdb10(0x41, 0, 1)).senseCode())
        .as("a pattern")
        .isEqualTo(0x52400);
    byte[] list = new byte[8 + 16 * 2];
    BigEndian.putShort(list, 0, list.length - 2);
    BigEndian.putShort(list, 2, 32);
    BigEndian.putLong(list, 8, 64);
    BigEndian.putInt(list, 16, 32);
    assertThat(driver.write(0, list, 0x42, 0, 0, 0, 0, 0, 0, 0, list.length, 0).good()).isTrue();
    BigEndian.putLong(list, 24, SIZE);
    BigEndian.putInt(list, 32, 1);
    assertThat(driver.write(0, list, 0x42, 0, 0, 0, 0, 0, 0, 0, list.length, 0).senseCode())
        .isEqualTo(0x52100);
    BigEndian.putShort(list, 2, 0xFFF0);
    assertThat(driver.write(0, list, 0x42, 0, 0, 0, 0, 0, 0, 0, list.length, 0).senseCode())
        .isEqualTo(0x52600);
  }

  @Test
  void wrongCommandsGetSenseData() {
    driver.initialize();
    assertThat(driver.command(0, 0x5E, 0, 0, 0, 0, 0, 0, 0, 0, 0).senseCode())
        .as("persistent reservations")
        .isEqualTo(0x52000);
    assertThat(driver.read(0, 512, StorGuest.read10(SIZE / 512, 1)).senseCode()).isEqualTo(0x52100);
    assertThat(
            driver
                .read(
                    0, 512, 0x88, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 0,
                    0)
                .senseCode())
        .isEqualTo(0x52100);
    assertThat(driver.read(0, 512, StorGuest.read10(0, 2)).senseCode())
        .as("more than its memory")
        .isEqualTo(0x52400);
    StorGuest.Answer nobody = driver.command(9, 0, 0, 0, 0, 0, 0);
    assertThat(nobody.srbStatus()).isEqualTo(0x20);
    assertThat(driver.read(9, 36, 0x12, 0, 0, 0, 36, 0).data()[0]).isEqualTo((byte) 0x7F);
    assertThat(driver.read(0, 512, StorGuest.read10(0, 0)).good()).isTrue();
  }

  @Test
  void reportLunsListsWhatIsAttached() {
    driver.initialize();
    byte[] list = driver.read(0, 128, 0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 0, 0).data();
    assertThat(BigEndian.getInt(list, 0)).isEqualTo(24);
    assertThat(new int[] {list[9], list[17], list[25]}).containsExactly(0, 1, 2);
    controller.detach(2);
    assertThat(driver.channel.receive().getInt(0)).as("look again").isEqualTo(11);
    list = driver.read(0, 128, 0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 0, 0).data();
    assertThat(BigEndian.getInt(list, 0)).isEqualTo(16);
  }

  @Test
  void dvdDrive() {
    driver.initialize();
    assertThat(driver.command(1, 0, 0, 0, 0, 0, 0).good()).isTrue();
    byte[] inquiry = driver.read(1, 36, 0x12, 0, 0, 0, 36, 0).data();
    assertThat(inquiry).startsWith(5, 0x80);
    byte[] capacity = driver.read(1, 8, 0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0).data();
    assertThat(BigEndian.getInt(capacity, 0)).isEqualTo(SIZE / 2048 - 1);
    byte[] toc = driver.read(1, 20, 0x43, 0, 0, 0, 0, 0, 0, 0, 20, 0).data();
    assertThat(BigEndian.getShort(toc, 0)).isEqualTo(18);
    assertThat(toc[14] & 0xFF).isEqualTo(0xAA);
    assertThat(BigEndian.getInt(toc, 16)).isEqualTo(SIZE / 2048);
    byte[] configuration = driver.read(1, 200, 0x46, 0, 0, 0, 0, 0, 0, 0, 200, 0).data();
    assertThat(BigEndian.getShort(configuration, 6)).as("profile").isEqualTo(8);
    byte[] mode = driver.read(1, 28, 0x5A, 0, 0x2A, 0, 0, 0, 0, 0, 28, 0).data();
    assertThat(mode[8]).isEqualTo((byte) 0x2A);
    assertThat(driver.command(1, 0x1E, 0, 0, 0, 1, 0).good()).as("lock").isTrue();
    assertThat(driver.command(1, 0x1B, 0, 0, 0, 2, 0).senseCode()).isEqualTo(0x55302);
    assertThat(driver.command(1, 0x1E, 0, 0, 0, 0, 0).good()).isTrue();
    assertThat(driver.command(1, 0x1B, 0, 0, 0, 2, 0).good()).as("eject").isTrue();
    assertThat(driver.command(1, 0, 0, 0, 0, 0, 0).senseCode()).isEqualTo(0x23A00);
    dvd.insert(readOnly);
    byte[] event = driver.read(1, 8, 0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8, 0).data();
    assertThat(event[4]).as("new media").isEqualTo((byte) 2);
    assertThat(driver.command(1, 0, 0, 0, 0, 0, 0).senseCode()).isEqualTo(0x62800);
    assertThat(driver.command(1, 0, 0, 0, 0, 0, 0).good()).isTrue();
    assertThat(driver.read(1, 2048, StorGuest.read10(5, 1)).good()).isTrue();
  }

  @Test
  void manyCommandsAtOnce() {
    driver.initialize();
    byte[] data = random((int) SIZE, 9);
    for (int i = 0; i < SIZE >> 16; i++) {
      byte[] part = Arrays.copyOfRange(data, i << 16, (i + 1) << 16);
      assertThat(driver.write(0, part, StorGuest.write10(i * 128L, 128)).good()).isTrue();
    }
    Map<Long, long[]> waiting = new HashMap<>();
    Random random = new Random(10);
    int sent = 0;
    int total = 3000;
    Map<Long, Integer> blocks = new HashMap<>();
    while (sent < total || !waiting.isEmpty()) {
      boolean room = true;
      while (sent < total && room && waiting.size() < 400) {
        int lba = random.nextInt((int) (SIZE / 512));
        long id = 1000L + sent;
        long[] pages = guest.allocatePages(1);
        byte[] packet = StorGuest.packet(0, StorGuest.read10(lba, 1), 1, 512);
        byte[] header = new byte[24];
        LittleEndian.putInt(header, 4, 1);
        LittleEndian.putInt(header, 8, 512);
        LittleEndian.putLong(header, 16, pages[0] / 4096);
        room = driver.channel.trySend(9, 1, id, header, packet);
        if (room) {
          waiting.put(id, pages);
          blocks.put(id, lba);
          sent++;
        }
      }
      GuestChannel.Received answer = driver.channel.receive();
      long[] pages = Objects.requireNonNull(waiting.remove(answer.transactionId()));
      assertThat(StorGuest.parse(answer, new byte[0]).good()).isTrue();
      byte[] got = new byte[512];
      driver.transfer(pages, 0, got, false);
      int at = Objects.requireNonNull(blocks.get(answer.transactionId())) * 512;
      assertThat(got).isEqualTo(Arrays.copyOfRange(data, at, at + 512));
    }
    assertThat(controller.commands()).isGreaterThanOrEqualTo(total);
  }

  @Test
  void memoryThatIsNotThereFailsTheCommandOnly() {
    driver.initialize();
    driver.channel.sendGpaDirect(
        77, StorGuest.packet(0, StorGuest.read10(0, 8), 1, 4096), 4096, 0, 0x7FFF_F000_0000L);
    StorGuest.Answer answer = StorGuest.parse(driver.channel.receive(), new byte[0]);
    assertThat(answer.srbStatus()).isEqualTo(0x86);
    assertThat(driver.command(0, 0, 0, 0, 0, 0, 0).good()).isTrue();
  }

  @Test
  void closesAndOpensAgain() {
    driver.initialize();
    driver.channel.close();
    driver = new StorGuest(guest, guest.open(driver.channel.offer(), 4, 4)).initialize();
    assertThat(driver.command(0, 0, 0, 0, 0, 0, 0).good()).isTrue();
    guest.unload();
    driver = new StorGuest(guest, guest.connect().open(StorGuest.SCSI)).initialize();
    assertThat(driver.command(0, 0, 0, 0, 0, 0, 0).good()).isTrue();
  }

  @Test
  void resetWaitsForCommands() {
    driver.initialize();
    assertThat(driver.operation(6, 0).getInt(8)).isZero();
  }
}
