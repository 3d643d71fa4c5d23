// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.ProcessorState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernel files, good and bad, by Documentation/arch/x86/boot.rst and the ELF specification. */
class LinuxLoaderTest {
  private static final int MEMORY = 32 << 20;

  private final GuestMemory memory = new GuestMemory();

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void addMemory() {
    memory.addRegion("test", 0, MEMORY, true);
  }

  @AfterEach
  void close() {
    memory.close();
  }

  private ProcessorState load(byte[] kernel, byte[] initrd, String commandLine) throws IOException {
    Path file = folder.resolve("kernel");
    Files.write(file, kernel);
    Path ramDisk = null;
    if (initrd.length > 0) {
      ramDisk = folder.resolve("initrd");
      Files.write(ramDisk, initrd);
    }
    MemoryMap map =
        new MemoryMap(
            List.of(
                new MemoryMap.Entry(0, 0x8_0000, MemoryMap.Use.FREE),
                new MemoryMap.Entry(0x10_0000, MEMORY - 0x10_0000, MemoryMap.Use.FREE)));
    ProcessorState state = new ProcessorState();
    new LinuxLoader(memory, map, 0xE_0000, 0xF_0000, 0x8_0000, 0x8_1000, 0xF800_0000L, 1 << 20)
        .load(new DirectBoot(file, ramDisk, commandLine), state);
    return state;
  }

  private static byte[] bzImage() {
    ByteBuffer b = ByteBuffer.allocate(16 << 10).order(ByteOrder.LITTLE_ENDIAN);
    b.put(0x1F1, (byte) 3);
    b.putShort(0x1FE, (short) 0xAA55);
    b.put(0x200, (byte) 0xEB);
    b.put(0x201, (byte) 0x6A);
    b.putInt(0x202, 0x5372_6448);
    b.putShort(0x206, (short) 0x20F);
    b.put(0x211, (byte) 1);
    b.putInt(0x22C, 0x7FFF_FFFF);
    b.putShort(0x236, (short) 1);
    b.putInt(0x238, 255);
    b.putLong(0x258, 0x100_0000);
    b.putInt(0x260, 0x20_0000);
    b.putInt(2048, 0x1234_5678);
    return b.array();
  }

  private static byte[] elf() {
    ByteBuffer b = ByteBuffer.allocate(16 << 10).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(0, 0x464C_457F);
    b.put(4, (byte) 2);
    b.put(5, (byte) 1);
    b.putShort(16, (short) 2);
    b.putShort(18, (short) 62);
    b.putLong(24, 0x100_0010);
    b.putLong(32, 64);
    b.putShort(54, (short) 56);
    b.putShort(56, (short) 1);
    b.putInt(64, 1);
    b.putLong(64 + 8, 4096);
    b.putLong(64 + 24, 0x100_0000);
    b.putLong(64 + 32, 8192);
    b.putLong(64 + 40, 65536);
    b.putInt(4096, 0x1234_5678);
    return b.array();
  }

  @Test
  void aCompressedKernelIsEnteredAtItsSixtyFourBitEntry() throws IOException {
    ProcessorState state = load(bzImage(), new byte[5000], "quiet");
    assertThat(state.rip).isEqualTo(0x100_0200);
    assertThat(memory.readInt(0x100_0000)).isEqualTo(0x1234_5678);
    long parameters = state.general[6];
    assertThat(memory.readInt(parameters + 0x21C)).as("RAM disk's size").isEqualTo(5000);
    int ramDisk = memory.readInt(parameters + 0x218);
    assertThat(ramDisk % 4096).isZero();
    assertThat(ramDisk).isGreaterThanOrEqualTo(0x120_0000);
    byte[] text = new byte[6];
    memory.read(memory.readInt(parameters + 0x228) & 0xFFFF_FFFFL, text, 0, 6);
    assertThat(text).containsExactly('q', 'u', 'i', 'e', 't', 0);
    assertThat(memory.readByte(parameters + 0x1E8)).as("memory map entries").isEqualTo(2);
    assertThat(state.efer & 0x500).as("long mode").isEqualTo(0x500);
  }

  @Test
  void anElfKernelIsEnteredAtItsEntryPointWithItsZeroesInPlace() throws IOException {
    memory.writeInt(0x100_3000, 77);
    ProcessorState state = load(elf(), new byte[0], "");
    assertThat(state.rip).isEqualTo(0x100_0010);
    assertThat(memory.readInt(0x100_0000)).isEqualTo(0x1234_5678);
    assertThat(memory.readInt(0x100_3000)).isZero();
  }

  @Test
  void refusalsNameTheFileAndTheReason() {
    assertThatThrownBy(() -> load(new byte[8192], new byte[0], ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("kernel")
        .hasMessageContaining("bzImage");
    assertThatThrownBy(() -> load(bzImage(), new byte[0], "x".repeat(256)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("at most 255");
    assertThatThrownBy(() -> load(bzImage(), new byte[MEMORY], ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more memory");
  }

  @Test
  void damagedHeadersLoadOrAreRefusedButNothingElse() throws IOException {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 3000; i++) {
      byte[] kernel = random.nextBoolean() ? bzImage() : elf();
      int first = kernel[0] == 0x7F ? 4 : 0x1F1;
      int last = kernel[0] == 0x7F ? 120 : 0x290;
      for (int j = random.nextInt(4); j >= 0; j--) {
        int at = first + random.nextInt(last - first);
        kernel[at] = (byte) (random.nextBoolean() ? random.nextInt() : -1);
      }
      try {
        load(kernel, new byte[random.nextInt(3000)], "quiet");
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("kern");
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", case " + i, e);
      }
    }
  }
}
