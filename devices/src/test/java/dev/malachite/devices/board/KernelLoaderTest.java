// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.memory.GuestMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By Linux's boot protocol, and the option ROM by the specification of Plug and Play BIOSes. */
class KernelLoaderTest {
  private static final long TOP = 32L << 20;
  private static final int SETUP = 3 * 512;

  @TempDir private Path folder = Path.of("");

  private final GuestMemory memory = new GuestMemory();

  KernelLoaderTest() {
    memory.addRegion("ram", 0, TOP, true);
  }

  @AfterEach
  void close() {
    memory.close();
  }

  private Path kernel(int version) throws IOException {
    ByteBuffer image = ByteBuffer.allocate(SETUP + 4096).order(ByteOrder.LITTLE_ENDIAN);
    image.put(0x1F1, (byte) 2).putInt(0x202, 0x5372_6448).putShort(0x206, (short) version);
    image.put(0x211, (byte) 1).putInt(0x22C, 0x7FFF_FFFF).putInt(0x238, 100);
    image.putInt(0x260, 1 << 20).putInt(SETUP, 0xCAFE);
    return Files.write(folder.resolve("bzImage"), image.array());
  }

  private KernelLoader loader(Path kernel, @Nullable Path initrd, String commandLine) {
    return new KernelLoader(new DirectBoot(kernel, initrd, commandLine), memory, TOP);
  }

  @Test
  void putsEverythingInItsPlace() throws IOException {
    Path initrd = Files.write(folder.resolve("initrd"), new byte[] {1, 2, 3, 4, 5});
    KernelLoader loader = loader(kernel(0x20F), initrd, "quiet");
    assertThat(loader.readPort(KernelLoader.PORT, 1)).isEqualTo(1);
    loader.writePort(KernelLoader.PORT, 1, 0);
    assertThat(loader.readPort(KernelLoader.PORT, 1)).isZero();
    assertThat(memory.readInt(0x10_0000)).isEqualTo(0xCAFE);
    assertThat(memory.readInt(0x1_0202)).isEqualTo(0x5372_6448);
    assertThat(memory.readByte(0x1_0210)).isEqualTo(0xFF);
    assertThat(memory.readByte(0x1_0211)).isEqualTo(0x81);
    assertThat(memory.readInt(0x1_0228)).isEqualTo(0x2_0000);
    assertThat(memory.readByte(0x2_0000)).isEqualTo('q');
    long ramDisk = memory.readInt(0x1_0218);
    assertThat(memory.readInt(0x1_021C)).isEqualTo(5);
    assertThat(memory.readInt(ramDisk)).isEqualTo(0x0403_0201);
    assertThat(ramDisk % 4096).isZero();
    assertThat(ramDisk).isLessThan(TOP - (3 << 20));
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "x".repeat(5000));
    assertThatThrownBy(() -> loader(text, null, "").load())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no bzImage");
    Path good = kernel(0x20F);
    assertThatThrownBy(() -> loader(good, null, "x".repeat(101)).load())
        .hasMessageContaining("at most 100");
    Path large = folder.resolve("large");
    Files.write(large, new byte[40 << 20]);
    KernelLoader loader = loader(good, large, "");
    assertThatThrownBy(loader::load).hasMessageContaining("40 MiB don't fit");
    loader.writePort(KernelLoader.PORT, 1, 0);
    assertThat(loader.readPort(KernelLoader.PORT, 1)).isEqualTo(1);
    assertThatThrownBy(() -> loader(kernel(0x203), null, "").load())
        .hasMessageContaining("no bzImage");
  }

  @Test
  void theRomIsAPlugAndPlayOne() {
    byte[] rom = KernelRom.bytes();
    assertThat(sum(rom, 0, rom.length)).isZero();
    assertThat(rom).hasSize(512 * rom[2]).startsWith(0x55, 0xAA, 1);
    int header = rom[0x1A];
    assertThat(new String(rom, header, 4, StandardCharsets.US_ASCII)).isEqualTo("$PnP");
    assertThat(sum(rom, header, 16 * rom[header + 5])).isZero();
    assertThat(rom[header + 0x1A]).as("boot entry").isEqualTo((byte) 0x40);
    // The failure branch of JNZ at 0x48 leads to STI, INT 0x18.
    assertThat(rom[0x4A + rom[0x49]]).isEqualTo((byte) 0xFB);
  }

  private static int sum(byte[] bytes, int from, int length) {
    int sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += bytes[i];
    }
    return sum & 0xFF;
  }
}
