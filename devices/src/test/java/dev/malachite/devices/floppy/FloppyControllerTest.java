// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.floppy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands by the 82077AA data sheet, over DMA channel 2 as the 8237A's has it. */
class FloppyControllerTest {
  private static final int SECTORS = 18;

  @TempDir private Path folder = Path.of("");

  private final GuestMemory memory = new GuestMemory();
  private final IoBus bus = new IoBus();
  private final DmaPair dma = new DmaPair(memory);
  private final DiskExecutor executor = DiskExecutor.create();
  private boolean line;
  private @Nullable VirtualDisk disk;
  private @Nullable FloppyController controller;

  FloppyControllerTest() {
    memory.addRegion("ram", 0, 0x10_0000, true);
    dma.connect(bus);
  }

  @BeforeEach
  void open() throws IOException {
    Path file = folder.resolve("floppy.img");
    VirtualDisks.createRaw(file, 1440 * 1024);
    VirtualDisk opened = VirtualDisks.open(file, executor, DiskOptions.readWrite());
    disk = opened;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment sector = arena.allocate(512);
      for (int i = 0; i < 2880; i++) {
        sector.set(ValueLayout.JAVA_INT, 0, i);
        sector.set(ValueLayout.JAVA_INT, 508, ~i);
        opened.write(i * 512L, sector);
      }
    }
    FloppyController made = new FloppyController(asserted -> line = asserted, dma, opened);
    controller = made;
    made.connect(bus);
    made.reset();
    out(0x3F2, 0);
    out(0x3F2, 0x1C);
  }

  @AfterEach
  void close() throws IOException {
    Objects.requireNonNull(disk).close();
    executor.close();
    memory.close();
  }

  private void out(int port, int value) {
    bus.writePort(port, 1, value);
  }

  private int in(int port) {
    return bus.readPort(port, 1);
  }

  private void command(int... bytes) {
    for (int b : bytes) {
      assertThat(in(0x3F4) & 0xC0).as("takes a byte").isEqualTo(0x80);
      out(0x3F5, b);
    }
  }

  private int[] result(int count) {
    int[] bytes = new int[count];
    for (int i = 0; i < count; i++) {
      assertThat(in(0x3F4) & 0xC0).as("has byte %d", i).isEqualTo(0xC0);
      bytes[i] = in(0x3F5);
    }
    assertThat(in(0x3F4) & 0xD0).isEqualTo(0x80);
    return bytes;
  }

  private void senseReset() {
    assertThat(line).isTrue();
    for (int drive = 0; drive < 4; drive++) {
      command(8);
      assertThat(result(2)).containsExactly(0xC0 | drive, 0);
    }
    assertThat(line).isFalse();
    command(8);
    assertThat(result(1)).containsExactly(0x80);
  }

  private void seek(int cylinder) {
    command(0x0F, 0, cylinder);
    assertThat(line).isTrue();
    command(8);
    assertThat(result(2)).containsExactly(0x20, cylinder);
  }

  private void channel(int mode, int address, int bytes) {
    out(0x0A, 6);
    out(0x0C, 0);
    out(0x0B, mode);
    out(0x04, address);
    out(0x04, address >> 8);
    out(0x81, address >> 16);
    out(0x05, bytes - 1);
    out(0x05, bytes - 1 >> 8);
    out(0x0A, 2);
  }

  @Test
  void afterAResetEachDriveIsSensed() {
    senseReset();
    assertThat(Objects.requireNonNull(controller).driveType()).isEqualTo(4);
  }

  @Test
  void readsSectorsByDma() {
    senseReset();
    seek(3);
    channel(0x46, 0x2_3000, 2 * 512);
    command(0xE6, 4, 3, 1, 17, 2, SECTORS, 0x1B, 0xFF);
    assertThat(line).isTrue();
    assertThat(result(7)).containsExactly(0, 0, 0, 4, 0, 1, 2);
    assertThat(line).isFalse();
    int first = (3 * 2 + 1) * SECTORS + 16;
    assertThat(memory.readInt(0x2_3000)).isEqualTo(first);
    assertThat(memory.readInt(0x2_3000 + 508)).isEqualTo(~first);
    assertThat(memory.readInt(0x2_3200)).isEqualTo(first + 1);
    assertThat(in(8) & 4).as("the channel's count was reached").isEqualTo(4);
  }

  @Test
  void goesOnWithTheOtherSide() {
    senseReset();
    seek(0);
    channel(0x46, 0x1_0000, 4 * 512);
    command(0xE6, 0, 0, 0, 17, 2, SECTORS, 0x1B, 0xFF);
    assertThat(result(7)).containsExactly(4, 0, 0, 0, 1, 3, 2);
    assertThat(memory.readInt(0x1_0000 + 2 * 512)).isEqualTo(SECTORS);
    assertThat(in(8) & 4).isEqualTo(4);
  }

  @Test
  void writesSectorsByDma() throws IOException {
    senseReset();
    seek(1);
    memory.writeInt(0x1_0000, 0xCAFE);
    channel(0x4A, 0x1_0000, 512);
    command(0xC5, 0, 1, 0, 5, 2, SECTORS, 0x1B, 0xFF);
    assertThat(result(7)[0]).isZero();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment sector = arena.allocate(512);
      Objects.requireNonNull(disk).read((2 * SECTORS + 4) * 512L, sector);
      assertThat(sector.get(ValueLayout.JAVA_INT, 0)).isEqualTo(0xCAFE);
    }
  }

  @Test
  void sectorsThatAreNotThere() {
    senseReset();
    seek(0);
    channel(0x46, 0x1_0000, 512);
    command(0xE6, 0, 0, 0, 19, 2, 19, 0x1B, 0xFF);
    int[] result = result(7);
    assertThat(result[0] & 0xC0).isEqualTo(0x40);
    assertThat(result[1]).as("no data").isEqualTo(4);
    command(0xE6, 1, 0, 0, 1, 2, 18, 0x1B, 0xFF);
    assertThat(result(7)[1]).as("there is no second drive").isEqualTo(1);
  }

  @Test
  void tellsOfItself() {
    senseReset();
    command(0x10);
    assertThat(result(1)).containsExactly(0x90);
    command(0x04, 0);
    assertThat(result(1)[0] & 0x30).as("track 0, ready").isEqualTo(0x30);
    command(0x4A, 0);
    assertThat(result(7)).containsExactly(0, 0, 0, 0, 0, 1, 2);
    assertThat(line).isFalse();
    command(0x94);
    assertThat(result(1)).containsExactly(0x10);
    command(0x1F);
    assertThat(result(1)).as("invalid").containsExactly(0x80);
  }

  @Test
  void theChangeLineFallsWithAStep() {
    assertThat(in(0x3F7) & 0x80).isEqualTo(0x80);
    senseReset();
    seek(1);
    assertThat(in(0x3F7) & 0x80).isZero();
  }

  @Test
  void dmaRegistersReadBack() {
    channel(0x46, 0x2_3456, 0x1234);
    out(0x0C, 0);
    assertThat(in(0x04) | in(0x04) << 8).isEqualTo(0x3456);
    assertThat(in(0x05) | in(0x05) << 8).isEqualTo(0x1233);
    assertThat(in(0x81)).isEqualTo(2);
    assertThat(in(0x0F)).isEqualTo(0xFB);
    out(0x0D, 0);
    assertThat(in(0x0F)).isEqualTo(0xFF);
    out(0x80, 0x42);
    assertThat(in(0x80)).isEqualTo(0x42);
    out(0xC4, 0x11);
    out(0xC4, 0x22);
    out(0xD8, 0);
    assertThat(in(0xC4) | in(0xC4) << 8).isEqualTo(0x2211);
  }

  @Test
  void onlyDiskettesFit() throws IOException {
    Path file = folder.resolve("other.img");
    VirtualDisks.createRaw(file, 1 << 20);
    try (VirtualDisk other = VirtualDisks.open(file, executor, DiskOptions.readWrite())) {
      assertThatThrownBy(() -> new FloppyController(asserted -> {}, dma, other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1440 KiB");
    }
  }

  @Test
  void nothingAGuestWritesBreaksIt() {
    Random random = new Random(20261125);
    int[] commands = {0x03, 0x04, 0xC5, 0xE6, 0x07, 0x08, 0x4A, 0x4D, 0x0E, 0x0F, 0x13};
    for (int i = 0; i < 20_000; i++) {
      switch (random.nextInt(6)) {
        case 0 -> out(0x3F5, commands[random.nextInt(commands.length)]);
        case 1 -> out(0x3F5, random.nextInt(random.nextBoolean() ? 4 : 256));
        case 2 -> in(0x3F0 + random.nextInt(8));
        case 3 -> out(random.nextInt(16), random.nextInt(256));
        case 4 -> out(0x80 + random.nextInt(16), random.nextInt(256));
        default -> out(random.nextBoolean() ? 0x3F4 : 0x3F2, random.nextInt(256) | 0x0C);
      }
    }
    Objects.requireNonNull(controller).reset();
    out(0x3F2, 0);
    out(0x3F2, 0x1C);
    senseAfterAnything();
  }

  // Cylinders stay where they were.
  private void senseAfterAnything() {
    for (int drive = 0; drive < 4; drive++) {
      command(8);
      assertThat(result(2)[0]).isEqualTo(0xC0 | drive);
    }
  }
}
