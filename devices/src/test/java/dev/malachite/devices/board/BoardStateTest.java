// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.machine.DirectBoot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boards that are saved, restored and reset, each device register by register. */
class BoardStateTest {
  private static final int BEFORE = 6_000;
  private static final int AFTER = 3_000;
  private static final int HEADERS = 28;
  private static final int ROUNDS = 6;

  @TempDir private Path folder = Path.of("");

  // hlt; jmp: what a Generation 2 board without firmware starts.
  private DirectBoot kernel() throws IOException {
    ByteBuffer elf = ByteBuffer.allocate(4096 + 3).order(ByteOrder.LITTLE_ENDIAN);
    elf.putInt(0, 0x464C_457F).put(4, (byte) 2).put(5, (byte) 1).put(6, (byte) 1);
    elf.putShort(16, (short) 2).putShort(18, (short) 62).putInt(20, 1);
    elf.putLong(24, 0x10_0000).putLong(32, 64).putShort(52, (short) 64);
    elf.putShort(54, (short) 56).putShort(56, (short) 1);
    elf.putInt(64, 1).putInt(68, 7).putLong(72, 4096).putLong(80, 0x10_0000);
    elf.putLong(88, 0x10_0000).putLong(96, 3).putLong(104, 4096);
    elf.put(4096, HexFormat.of().parseHex("F4EBFD"));
    Path file = Files.write(folder.resolve("kernel"), elf.array());
    return new DirectBoot(file, null, "");
  }

  private BoardRig rig(int generation, String name) throws IOException {
    Path own = folder.resolve(name);
    Files.createDirectories(own);
    return new BoardRig(generation, own, generation == 2 ? kernel() : null);
  }

  private void copyDisks(String from, String to) throws IOException {
    Files.createDirectories(folder.resolve(to));
    for (String disk : new String[] {"disk.img", "floppy.img"}) {
      Path target = folder.resolve(to).resolve(disk);
      Files.deleteIfExists(target);
      Files.copy(folder.resolve(from).resolve(disk), target);
    }
  }

  private void goesOnAsTheOriginal(int generation, long seed) throws IOException {
    Random random = new Random(seed);
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    try (BoardRig original = rig(generation, "original")) {
      original.powerOn();
      int before = random.nextInt(BEFORE);
      for (int i = 0; i < before; i++) {
        original.step(random);
      }
      original.save(first);
      copyDisks("original", "copy");
      try (BoardRig copy = rig(generation, "copy")) {
        copy.restore(first);
        copy.save(second);
        assertSame(original, copy, seed);
        long then = random.nextLong();
        Random one = new Random(then);
        Random other = new Random(then);
        for (int i = 0; i < AFTER; i++) {
          assertThat(copy.step(other))
              .as("generation %d, seed %d, step %d", generation, seed, i)
              .isEqualTo(original.step(one));
        }
        assertSame(original, copy, seed);
      }
    }
    assertThat(Files.size(second)).isEqualTo(Files.size(first));
  }

  private void assertSame(BoardRig one, BoardRig other, long seed) throws IOException {
    Map<String, byte[]> expected = one.sections(folder);
    Map<String, byte[]> found = other.sections(folder);
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, bytes) ->
            assertThat(found.get(name)).as("section %s, seed %d", name, seed).isEqualTo(bytes));
  }

  @Test
  void aRestoredGeneration1BoardIsTheOriginal() throws IOException {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    for (int round = 0; round < ROUNDS; round++) {
      goesOnAsTheOriginal(1, seed + round);
    }
  }

  @Test
  void aRestoredGeneration2BoardIsTheOriginal() throws IOException {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    for (int round = 0; round < ROUNDS; round++) {
      goesOnAsTheOriginal(2, seed + round);
    }
  }

  private void isAsNewAfterReset(int generation, long seed) throws IOException {
    Random random = new Random(seed);
    try (BoardRig used = rig(generation, "used");
        BoardRig fresh = rig(generation, "fresh")) {
      used.powerOn();
      for (int i = 0; i < BEFORE; i++) {
        used.step(random);
      }
      used.powerOn();
      fresh.powerOn();
      Map<String, byte[]> found = used.sections(folder);
      Map<String, byte[]> expected = fresh.sections(folder);
      // Time goes on.
      found.remove("clock");
      expected.remove("clock");
      Map<String, String> different = new TreeMap<>();
      found.forEach(
          (name, bytes) -> {
            int first = Arrays.mismatch(bytes, expected.get(name));
            int sum =
                Arrays.mismatch(
                    bytes, HEADERS, bytes.length, expected.get(name), HEADERS, bytes.length);
            if (first >= 0) {
              different.put(name, "from byte %d of its content".formatted(sum - name.length()));
            }
          });
      assertThat(different).as("generation %d, seed %d", generation, seed).isEmpty();
    }
  }

  @Test
  void aResetMakesBoardsAsNew() throws IOException {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    isAsNewAfterReset(1, seed);
    isAsNewAfterReset(2, seed);
  }
}
