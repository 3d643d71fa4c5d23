// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.fwcfg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.memory.GuestMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** By QEMU's specification of the device. */
class FirmwareConfigurationTest {
  private static final int RAM = 0x10000;

  private final GuestMemory memory = new GuestMemory();
  private final FirmwareConfiguration device;

  FirmwareConfigurationTest() {
    memory.addRegion("ram", 0, RAM, true);
    device = new FirmwareConfiguration(memory);
    device.file("etc/b", new byte[] {1, 2, 3});
    device.file("etc/a", "hello".getBytes(StandardCharsets.US_ASCII));
  }

  @AfterEach
  void close() {
    memory.close();
  }

  private byte[] read(int item, int length) {
    device.writePort(0x510, 2, item);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) device.readPort(0x511, 1);
    }
    return bytes;
  }

  // Descriptor at 0x100: control, length, address, all big-endian.
  private int dma(int control, int length, long address) {
    memory.writeInt(0x100, Integer.reverseBytes(control));
    memory.writeInt(0x104, Integer.reverseBytes(length));
    memory.writeLong(0x108, Long.reverseBytes(address));
    device.writePort(0x514, 4, 0);
    device.writePort(0x518, 4, Integer.reverseBytes(0x100));
    return Integer.reverseBytes(memory.readInt(0x100));
  }

  @Test
  void saysWhatItIs() {
    assertThat(read(0, 4)).isEqualTo("QEMU".getBytes(StandardCharsets.US_ASCII));
    assertThat(read(1, 4)).as("items by port and by DMA").containsExactly(3, 0, 0, 0);
    assertThat(Integer.reverseBytes(device.readPort(0x514, 4))).isEqualTo(0x51454D55);
    assertThat(Integer.reverseBytes(device.readPort(0x518, 4))).isEqualTo(0x20434647);
  }

  @Test
  void listsItsFiles() {
    byte[] directory = read(0x19, 4 + 2 * 64);
    assertThat(directory)
        .startsWith(0, 0, 0, 2, 0, 0, 0, 5, 0, 0x20, 0, 0, 'e', 't', 'c', '/', 'a', 0);
    assertThat(directory[4 + 64 + 3]).as("size of b").isEqualTo((byte) 3);
    assertThat(directory[4 + 64 + 5]).as("number of b").isEqualTo((byte) 0x21);
    assertThat(read(0x20, 7)).isEqualTo(new byte[] {'h', 'e', 'l', 'l', 'o', 0, 0});
    assertThat(read(0x21, 3)).containsExactly(1, 2, 3);
    assertThat(read(0x3000, 2)).as("no such item").containsExactly(0, 0);
    assertThatThrownBy(() -> device.file("x".repeat(56), new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsByDma() {
    memory.writeLong(0x200, -1);
    assertThat(dma(0x20 << 16 | 8 | 2, 8, 0x200)).isZero();
    byte[] bytes = new byte[8];
    memory.read(0x200, bytes, 0, 8);
    assertThat(bytes)
        .as("zeroes behind the end")
        .isEqualTo(new byte[] {'h', 'e', 'l', 'l', 'o', 0, 0, 0});
    assertThat(dma(0x20 << 16 | 8 | 4, 3, 0)).as("skip").isZero();
    assertThat(dma(2, 2, 0x300)).as("goes on where it was").isZero();
    assertThat(memory.readShort(0x300)).isEqualTo('l' | 'o' << 8);
  }

  @Test
  void refusesToWriteAndToLeaveMemory() {
    assertThat(dma(0x20 << 16 | 8 | 16, 2, 0x200)).isEqualTo(1);
    assertThat(dma(0x20 << 16 | 8 | 2, 5, RAM - 2)).isEqualTo(1);
    assertThat(dma(0x20 << 16 | 8 | 2, -1, 0x200)).as("4 GiB of zeroes").isEqualTo(1);
    device.writePort(0x518, 4, Integer.reverseBytes(RAM - 8));
  }

  @Test
  void theLoadersCommandsAreLaidOutAsSeaBiosReadsThem() {
    byte[] bytes =
        new TableLoader()
            .allocate("f", 16, TableLoader.SEARCHED)
            .addPointer("f", "g", 0x12, 4)
            .addChecksum("f", 8, 1, 20)
            .toBytes();
    assertThat(bytes).hasSize(3 * 128).startsWith(1, 0, 0, 0, 'f', 0);
    assertThat(bytes[4 + 56]).isEqualTo((byte) 16);
    assertThat(bytes[4 + 60]).isEqualTo((byte) 2);
    assertThat(bytes[128]).isEqualTo((byte) 2);
    assertThat(bytes[128 + 60]).isEqualTo((byte) 'g');
    assertThat(bytes[128 + 116]).isEqualTo((byte) 0x12);
    assertThat(bytes[128 + 120]).isEqualTo((byte) 4);
    assertThat(bytes[256]).isEqualTo((byte) 3);
    assertThat(bytes[256 + 60]).isEqualTo((byte) 8);
    assertThat(bytes[256 + 64]).isEqualTo((byte) 1);
    assertThat(bytes[256 + 68]).isEqualTo((byte) 20);
  }

  @Test
  void theDebugConsoleMakesLines() {
    List<String> lines = new ArrayList<>();
    DebugConsole console = new DebugConsole(lines::add);
    assertThat(console.readPort(0x402, 1)).isEqualTo(0xE9);
    for (char c : "one\ntwo\r\u0007\n".toCharArray()) {
      console.writePort(0x402, 1, c);
    }
    for (int i = 0; i < 5000; i++) {
      console.writePort(0x402, 1, 'x');
    }
    assertThat(lines).startsWith("one", "two").hasSizeGreaterThan(4);
    assertThat(lines.get(3).length()).as("bounded").isLessThanOrEqualTo(1024);
  }

  @Test
  void nothingAGuestWritesBreaksIt() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int[] sizes = {1, 2, 4};
    for (int i = 0; i < 50_000; i++) {
      int port = 0x510 + random.nextInt(12);
      int size = sizes[random.nextInt(3)];
      switch (random.nextInt(3)) {
        case 0 -> device.readPort(port, size);
        case 1 -> device.writePort(port, size, random.nextInt());
        default -> dma(random.nextInt(), random.nextInt(), random.nextInt(2 * RAM));
      }
    }
  }
}
