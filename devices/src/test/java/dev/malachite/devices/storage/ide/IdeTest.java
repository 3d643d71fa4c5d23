// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage.ide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.devices.storage.ScsiDvd;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.memory.GuestMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands by ATA/ATAPI-7 and the bus master's specification, as a driver gives them. */
class IdeTest {
  private static final int BASE = 0x1F0;
  private static final int CONTROL = 0x3F6;
  private static final int MASTER = 0xC000;
  private static final int SECTORS = 4096;
  private static final long PATIENCE = 20_000_000_000L;

  @TempDir private Path folder = Path.of("");

  private final GuestMemory memory = new GuestMemory();
  private final IoBus bus = new IoBus();
  private volatile boolean line;
  private final DiskExecutor executor = DiskExecutor.create();
  private final Arena arena = Arena.ofShared();
  private final IdeController controller;
  private @Nullable VirtualDisk disk;

  IdeTest() {
    memory.addRegion("ram", 0, 1 << 20, true);
    controller = new IdeController(asserted -> line = asserted, asserted -> {}, bus, memory);
  }

  private VirtualDisk disk() {
    return Objects.requireNonNull(disk);
  }

  @BeforeEach
  void open() throws IOException {
    Path file = folder.resolve("disk.img");
    VirtualDisks.createRaw(file, SECTORS * 512L);
    VirtualDisk opened = VirtualDisks.open(file, executor, DiskOptions.readWrite());
    disk = opened;
    for (int i = 0; i < SECTORS; i++) {
      opened.write(i * 512L, pattern(i));
    }
    controller.attachDisk(0, opened);
    controller.attachDvd(1, new ScsiDvd(UUID.randomUUID(), opened));
    controller.reset();
    controller.write(0x20, 4, MASTER | 1);
    controller.write(4, 2, 5);
  }

  @AfterEach
  void close() throws IOException {
    controller.close();
    disk().close();
    executor.close();
    memory.close();
    arena.close();
  }

  private MemorySegment pattern(int sector) {
    MemorySegment bytes = arena.allocate(512);
    for (int i = 0; i < 512; i += 4) {
      bytes.set(ValueLayout.JAVA_INT, i, sector * 1000 + i);
    }
    return bytes;
  }

  // ---- a driver ------------------------------------------------------------------------------

  private void out(int register, int value) {
    bus.writePort(BASE + register, 1, value);
  }

  private int in(int register) {
    return bus.readPort(BASE + register, 1);
  }

  private void lba(int device, int block, int count) {
    out(6, 0x40 | device << 4 | block >> 24 & 15);
    out(2, count);
    out(3, block);
    out(4, block >> 8);
    out(5, block >> 16);
  }

  /** Waits for the interrupt and returns the status, which takes the interrupt back. */
  private int await() {
    long start = System.nanoTime();
    while (!line) {
      assertThat(System.nanoTime() - start).as("no interrupt").isLessThan(PATIENCE);
      Thread.onSpinWait();
    }
    int status = in(7);
    assertThat(line).isFalse();
    return status;
  }

  private byte[] readData(int bytes) {
    byte[] data = new byte[bytes];
    for (int i = 0; i < bytes; i += 2) {
      int word = bus.readPort(BASE, 2);
      data[i] = (byte) word;
      data[i + 1] = (byte) (word >> 8);
    }
    return data;
  }

  private byte[] expected(int sector) {
    return pattern(sector).toArray(ValueLayout.JAVA_BYTE);
  }

  private static String text(byte[] identification, int word, int words) {
    byte[] swapped = new byte[2 * words];
    for (int i = 0; i < swapped.length; i++) {
      swapped[i] = identification[2 * word + (i ^ 1)];
    }
    return new String(swapped, StandardCharsets.US_ASCII).strip();
  }

  private static int word(byte[] identification, int number) {
    return identification[2 * number] & 0xFF | (identification[2 * number + 1] & 0xFF) << 8;
  }

  private void prd(int entry, int address, int bytes, boolean last) {
    memory.writeInt(0x1000 + 8 * entry, address);
    memory.writeInt(0x1004 + 8 * entry, bytes & 0xFFFF | (last ? 1 << 31 : 0));
  }

  // ---- the disk ------------------------------------------------------------------------------

  @Test
  void showsItsSignature() {
    out(6, 0);
    assertThat(in(2)).isEqualTo(1);
    assertThat(in(3)).isEqualTo(1);
    assertThat(in(4) | in(5) << 8).isZero();
    assertThat(in(7)).isEqualTo(0x50);
    out(6, 0x10);
    assertThat(in(4) | in(5) << 8).as("a packet drive").isEqualTo(0xEB14);
    assertThat(bus.readPort(0x177, 1)).as("nothing on the second channel").isZero();
  }

  @Test
  void identifiesItself() {
    out(6, 0);
    out(7, 0xEC);
    assertThat(await()).isEqualTo(0x58);
    byte[] data = readData(512);
    assertThat(in(7)).isEqualTo(0x50);
    assertThat(text(data, 27, 20)).isEqualTo("Virtual HD");
    assertThat(word(data, 60) | word(data, 61) << 16).isEqualTo(SECTORS);
    assertThat(word(data, 100)).isEqualTo(SECTORS);
    assertThat(word(data, 83) & 0x400).as("48-bit addresses").isNotZero();
    int sum = 0;
    for (byte b : data) {
      sum += b;
    }
    assertThat(sum & 0xFF).as("checksum").isZero();
  }

  @Test
  void readsByProgrammedTransfer() {
    lba(0, 7, 3);
    out(7, 0x20);
    for (int i = 7; i < 10; i++) {
      assertThat(await()).isEqualTo(0x58);
      assertThat(readData(512)).isEqualTo(expected(i));
    }
    assertThat(in(7)).isEqualTo(0x50);
    assertThat(line).as("nothing follows the last block").isFalse();
  }

  @Test
  void readsMoreThanItBuffers() {
    // 48-bit: 600 sectors.
    out(6, 0x40);
    out(2, 600 >> 8);
    out(2, 600 & 0xFF);
    for (int register = 3; register <= 5; register++) {
      out(register, 0);
      out(register, register == 3 ? 9 : 0);
    }
    out(7, 0x24);
    for (int i = 9; i < 609; i++) {
      assertThat(await()).isEqualTo(0x58);
      assertThat(readData(512)).isEqualTo(expected(i));
    }
    assertThat(in(7)).isEqualTo(0x50);
  }

  @Test
  void transfersSeveralSectorsABlock() {
    out(6, 0);
    out(2, 4);
    out(7, 0xC6);
    assertThat(await()).isEqualTo(0x50);
    lba(0, 20, 6);
    out(7, 0xC4);
    assertThat(await()).isEqualTo(0x58);
    readData(4 * 512 - 512);
    assertThat(readData(512)).isEqualTo(expected(23));
    assertThat(await()).isEqualTo(0x58);
    readData(512);
    assertThat(readData(512)).isEqualTo(expected(25));
    assertThat(in(7)).isEqualTo(0x50);
  }

  @Test
  void writesByProgrammedTransfer() throws IOException {
    lba(0, 100, 2);
    out(7, 0x30);
    for (int sector = 0; sector < 2; sector++) {
      if (sector > 0) {
        assertThat(await()).isEqualTo(0x58);
      }
      assertThat(in(7)).isEqualTo(0x58);
      for (int i = 0; i < 128; i++) {
        bus.writePort(BASE, 4, sector << 16 | i);
      }
    }
    assertThat(await()).isEqualTo(0x50);
    MemorySegment read = arena.allocate(1024);
    disk().read(100 * 512L, read);
    assertThat(read.get(ValueLayout.JAVA_INT, 5 * 4)).isEqualTo(5);
    assertThat(read.get(ValueLayout.JAVA_INT, 512 + 127 * 4)).isEqualTo(1 << 16 | 127);
  }

  @Test
  void readsByGeometry() {
    out(6, 0x02);
    out(2, 1);
    out(3, 5);
    out(4, 1);
    out(5, 0);
    out(7, 0x20);
    await();
    assertThat(readData(512)).isEqualTo(expected((16 + 2) * 63 + 4));
  }

  @Test
  void readsByBusMaster() {
    prd(0, 0x2000, 512, false);
    prd(1, 0x8000, 1024, true);
    bus.writePort(MASTER + 4, 4, 0x1000);
    bus.writePort(MASTER, 1, 8);
    lba(0, 50, 3);
    out(7, 0xC8);
    assertThat(line).isFalse();
    bus.writePort(MASTER, 1, 9);
    assertThat(await()).isEqualTo(0x50);
    assertThat(bus.readPort(MASTER + 2, 1)).as("interrupt, not active").isEqualTo(0x64);
    bus.writePort(MASTER, 1, 8);
    bus.writePort(MASTER + 2, 1, 4);
    assertThat(bus.readPort(MASTER + 2, 1)).isEqualTo(0x60);
    byte[] first = new byte[512];
    memory.read(0x2000, first, 0, 512);
    assertThat(first).isEqualTo(expected(50));
    memory.read(0x8200, first, 0, 512);
    assertThat(first).isEqualTo(expected(52));
  }

  @Test
  void writesByBusMaster() throws IOException {
    memory.writeInt(0x2000, 0xCAFE);
    prd(0, 0x2000, 512, true);
    bus.writePort(MASTER + 4, 4, 0x1000);
    lba(0, 60, 1);
    out(7, 0xCA);
    bus.writePort(MASTER, 1, 1);
    assertThat(await()).isEqualTo(0x50);
    MemorySegment read = arena.allocate(512);
    disk().read(60 * 512L, read);
    assertThat(read.get(ValueLayout.JAVA_INT, 0)).isEqualTo(0xCAFE);
  }

  @Test
  void aTableThatIsTooShortOrLeavesMemoryIsAnError() {
    prd(0, 0x2000, 512, true);
    bus.writePort(MASTER + 4, 4, 0x1000);
    lba(0, 50, 3);
    out(7, 0xC8);
    bus.writePort(MASTER, 1, 9);
    assertThat(await() & 1).isEqualTo(1);
    assertThat(bus.readPort(MASTER + 2, 1) & 3).isEqualTo(2);
    bus.writePort(MASTER, 1, 0);
    bus.writePort(MASTER + 2, 1, 6);
    prd(0, 0x7000_0000, 512, true);
    lba(0, 50, 1);
    out(7, 0xC8);
    bus.writePort(MASTER, 1, 9);
    assertThat(await() & 1).isEqualTo(1);
  }

  @Test
  void aTableThatIsLongerStaysActive() {
    prd(0, 0x2000, 4096, true);
    bus.writePort(MASTER + 4, 4, 0x1000);
    lba(0, 50, 1);
    out(7, 0xC8);
    bus.writePort(MASTER, 1, 9);
    assertThat(await()).isEqualTo(0x50);
    assertThat(bus.readPort(MASTER + 2, 1) & 5).isEqualTo(5);
  }

  @Test
  void blocksBeyondTheEndAreNotFound() {
    lba(0, SECTORS - 1, 2);
    out(7, 0x20);
    assertThat(await()).isEqualTo(0x51);
    assertThat(in(1)).isEqualTo(0x10);
    out(7, 0x99);
    assertThat(await()).as("no such command").isEqualTo(0x51);
    assertThat(in(1)).isEqualTo(4);
  }

  @Test
  void interruptsCanBeTurnedOff() {
    bus.writePort(CONTROL, 1, 2);
    lba(0, 1, 1);
    out(7, 0x40);
    assertThat(line).isFalse();
    assertThat(bus.readPort(CONTROL, 1)).isEqualTo(0x50);
    bus.writePort(CONTROL, 1, 0);
    assertThat(line).as("it was pending").isTrue();
    in(7);
    assertThat(line).isFalse();
  }

  @Test
  void softResetShowsTheSignatureAgain() {
    lba(0, 0x123456, 1);
    bus.writePort(CONTROL, 1, 4);
    assertThat(in(7) & 0x80).isEqualTo(0x80);
    bus.writePort(CONTROL, 1, 0);
    assertThat(in(7)).isEqualTo(0x50);
    assertThat(in(3)).isEqualTo(1);
  }

  @Test
  void flushesAndTellsItsSize() {
    out(6, 0x40);
    out(7, 0xE7);
    assertThat(await()).isEqualTo(0x50);
    out(7, 0xF8);
    assertThat(await()).isEqualTo(0x50);
    assertThat(in(3) | in(4) << 8).isEqualTo(SECTORS - 1);
  }

  // ---- the DVD drive -------------------------------------------------------------------------

  private void packet(int... bytes) {
    assertThat(in(7) & 0x88).isEqualTo(8);
    assertThat(in(2) & 3).as("wants a command").isEqualTo(1);
    for (int i = 0; i < 12; i += 2) {
      int low = i < bytes.length ? bytes[i] : 0;
      int high = i + 1 < bytes.length ? bytes[i + 1] : 0;
      bus.writePort(BASE, 2, low | high << 8);
    }
  }

  private void command(int limit) {
    out(6, 0x10);
    out(1, 0);
    out(4, limit);
    out(5, limit >> 8);
    out(7, 0xA0);
  }

  @Test
  void aPacketDriveRefusesToBeADisk() {
    out(6, 0x10);
    out(7, 0xEC);
    assertThat(await() & 1).isEqualTo(1);
    assertThat(in(4) | in(5) << 8).isEqualTo(0xEB14);
    out(7, 0xA1);
    assertThat(await() & 8).isEqualTo(8);
    byte[] data = readData(512);
    assertThat(word(data, 0)).isEqualTo(0x85C0);
    assertThat(text(data, 27, 20)).isEqualTo("Virtual CD");
  }

  @Test
  void readsADiscInPieces() {
    command(3000);
    // READ (10), block 3, 2 blocks.
    packet(0x28, 0, 0, 0, 0, 3, 0, 0, 2, 0);
    byte[] all = new byte[4096];
    int at = 0;
    while (at < all.length) {
      assertThat(await() & 0x89).isEqualTo(8);
      assertThat(in(2) & 3).as("data for the guest").isEqualTo(2);
      int length = in(4) | in(5) << 8;
      assertThat(length).isLessThanOrEqualTo(3000);
      System.arraycopy(readData(length), 0, all, at, length);
      at += length;
    }
    assertThat(await()).isEqualTo(0x50);
    assertThat(in(2) & 3).isEqualTo(3);
    for (int i = 0; i < 8; i++) {
      byte[] sector = Arrays.copyOfRange(all, 512 * i, 512 * i + 512);
      assertThat(sector).isEqualTo(expected(12 + i));
    }
  }

  @Test
  void readsADiscByBusMaster() {
    prd(0, 0x2000, 2048, true);
    bus.writePort(MASTER + 4, 4, 0x1000);
    out(6, 0x10);
    out(1, 1);
    out(7, 0xA0);
    packet(0x28, 0, 0, 0, 0, 1, 0, 0, 1, 0);
    bus.writePort(MASTER, 1, 9);
    assertThat(await()).isEqualTo(0x50);
    byte[] sector = new byte[512];
    memory.read(0x2000, sector, 0, 512);
    assertThat(sector).isEqualTo(expected(4));
  }

  @Test
  void failuresLeaveTheirSense() {
    command(0xFFFE);
    packet(0x28, 0, 0x7F, 0, 0, 0, 0, 0, 1, 0);
    assertThat(await() & 1).isEqualTo(1);
    assertThat(in(1) >> 4).as("sense key").isEqualTo(5);
    command(0xFFFE);
    packet(0x03, 0, 0, 0, 18);
    assertThat(await() & 8).isEqualTo(8);
    byte[] sense = readData(in(4) | in(5) << 8);
    assertThat(sense[2]).isEqualTo((byte) 5);
    assertThat(sense[12]).isEqualTo((byte) 0x21);
  }

  // ---- anything ------------------------------------------------------------------------------

  @Test
  void nothingAGuestWritesBreaksIt() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int[] commands = {
      0x20, 0x24, 0x25, 0x29, 0x30, 0x34, 0x35, 0x39, 0x40, 0x91, 0xA0, 0xA1, 0xC4, 0xC5, 0xC6,
      0xC8, 0xCA, 0xE7, 0xEC, 0xEF, 0xF8, 0x08, 0x90
    };
    for (int i = 0; i < 60_000; i++) {
      switch (random.nextInt(10)) {
        case 0 -> out(7, commands[random.nextInt(commands.length)]);
        case 1 -> out(7, random.nextInt(256));
        case 2, 3 -> out(1 + random.nextInt(6), random.nextInt(256));
        case 4 -> bus.readPort(BASE + random.nextInt(8), 1);
        case 5 -> {
          for (int n = random.nextInt(300); n > 0; n--) {
            bus.readPort(BASE, random.nextBoolean() ? 2 : 4);
          }
        }
        case 6 -> {
          for (int n = random.nextInt(300); n > 0; n--) {
            bus.writePort(BASE, random.nextBoolean() ? 2 : 4, random.nextInt());
          }
        }
        case 7 ->
            bus.writePort(CONTROL, 1, random.nextInt(256) & (random.nextInt(8) == 0 ? 0xFF : 0xFB));
        case 8 -> bus.writePort(MASTER + random.nextInt(16), 1, random.nextInt(256));
        default ->
            prd(random.nextInt(4), random.nextInt(2 << 20), random.nextInt(), random.nextBoolean());
      }
    }
    // A reset makes it usable again, once what was under way is done.
    bus.writePort(CONTROL, 1, 4);
    bus.writePort(CONTROL, 1, 0);
    long start = System.nanoTime();
    int status;
    do {
      lba(0, 3, 1);
      out(7, 0x20);
      status = await();
      assertThat(System.nanoTime() - start).as("seed " + seed).isLessThan(PATIENCE);
    } while ((status & 1) != 0);
    assertThat(status).isEqualTo(0x58);
  }
}
