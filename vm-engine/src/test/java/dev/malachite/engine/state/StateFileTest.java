// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.host.Libc;
import dev.malachite.engine.memory.GuestMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
  private enum Colour {
    RED,
    GREEN
  }

  @TempDir private Path folder = Path.of("");

  // Something of every kind of value.
  private static final class Part implements Saveable {
    boolean flag;
    int number;
    long big;
    final byte[] bytes = new byte[5];
    final int[] ints = new int[3];
    final long[] longs = new long[2];
    byte[] block = {};
    String text = "";
    Colour colour = Colour.RED;

    static Part filled() {
      Part part = new Part();
      part.flag = true;
      part.number = -7;
      part.big = Long.MIN_VALUE + 3;
      Arrays.fill(part.bytes, (byte) 0x5A);
      Arrays.setAll(part.ints, i -> i * 1_000_000_007);
      Arrays.setAll(part.longs, i -> ~(long) i << 40);
      part.block = new byte[] {1, 2, 3};
      part.text = "grün";
      part.colour = Colour.GREEN;
      return part;
    }

    @Override
    public void transfer(StateTransfer s) throws StateException {
      flag = s.flag(flag);
      number = s.number(number, -10, 10);
      big = s.int64(big);
      s.bytes(bytes);
      s.ints(ints);
      s.longs(longs);
      block = s.block(block, 10);
      text = s.text(text, 100);
      colour = s.choice(colour, Colour.class);
    }
  }

  private Path write(Part part) throws IOException {
    Path file = folder.resolve("state");
    Files.deleteIfExists(file);
    try (StateWriter writer = new StateWriter(file)) {
      writer.section("part", 3, part);
      writer.section("other", 1, s -> s.int32(1));
      writer.reserve(1 << 16);
      writer.finish();
    }
    return file;
  }

  private static void readAll(Path file) throws IOException {
    try (StateReader reader = new StateReader(file)) {
      reader.section("part", 3, new Part());
      reader.section("other", 1, s -> s.int32(0));
      reader.requireAllRead();
    }
  }

  @Test
  void valuesComeBackAsTheyWere() throws IOException {
    Path file = write(Part.filled());
    Part read = new Part();
    try (StateReader reader = new StateReader(file)) {
      reader.section("part", 3, read);
    }
    assertThat(read).usingRecursiveComparison().isEqualTo(Part.filled());
    assertThat(Files.size(file)).isLessThan(500);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void whatIsMissingOrTooMuchIsSaid() throws IOException {
    Path file = write(Part.filled());
    try (StateReader reader = new StateReader(file)) {
      assertThatThrownBy(() -> reader.section("none", 1, s -> {}))
          .isInstanceOf(StateException.class)
          .hasMessageContaining("section none is missing");
      assertThatThrownBy(() -> reader.section("part", 2, new Part()))
          .isInstanceOf(StateException.class)
          .hasMessageContaining("newer version");
      assertThatThrownBy(() -> reader.section("other", 1, s -> {}))
          .isInstanceOf(StateException.class)
          .hasMessageContaining("4 bytes too many");
      assertThatThrownBy(() -> reader.section("other", 1, s -> s.int64(0)))
          .isInstanceOf(StateException.class)
          .hasMessageContaining("ends too early");
      assertThatThrownBy(() -> reader.section("other", 1, s -> s.number(0, 2, 3)))
          .isInstanceOf(StateException.class)
          .hasMessageContaining("1 is not 2 to 3");
    }
    try (StateReader reader = new StateReader(file)) {
      reader.section("other", 1, s -> s.int32(0));
      assertThatThrownBy(reader::requireAllRead)
          .isInstanceOf(StateException.class)
          .hasMessageContaining("[part]");
    }
  }

  @Test
  void everyChangedByteAndEveryLengthIsSeen() throws IOException {
    Path file = write(Part.filled());
    readAll(file);
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << i % 8);
      Files.write(file, bad);
      int at = i;
      assertThatThrownBy(() -> readAll(file)).as("byte %d", at).isInstanceOf(StateException.class);
      Files.write(file, Arrays.copyOf(good, i));
      assertThatThrownBy(() -> readAll(file))
          .as("%d bytes of it", at)
          .isInstanceOf(StateException.class);
    }
    Files.write(file, Arrays.copyOf(good, good.length + 1));
    assertThatThrownBy(() -> readAll(file)).isInstanceOf(StateException.class);
  }

  @Test
  void rubbishWithRightSumsIsRefused() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 3000; round++) {
      byte[] rubbish = new byte[random.nextInt(120)];
      random.nextBytes(rubbish);
      for (int i = 0; i < rubbish.length; i++) {
        if (random.nextInt(3) > 0) {
          rubbish[i] = 0;
        }
      }
      Path file = folder.resolve("rubbish");
      Files.deleteIfExists(file);
      try (StateWriter writer = new StateWriter(file)) {
        writer.add("part", 1, rubbish, rubbish.length);
        writer.add(StateFile.MEMORY, 1, rubbish, rubbish.length);
        writer.finish();
      }
      try (StateReader reader = new StateReader(file)) {
        reader.section("part", 1, new Part());
      } catch (StateException e) {
        assertThat(e).as("seed %d", seed).hasMessageContaining("saved state is damaged");
      }
    }
  }

  // ---- memory --------------------------------------------------------------------------------

  private static GuestMemory memory() {
    GuestMemory memory = new GuestMemory();
    memory.addRegion("low", 0, 16 << 20, true);
    memory.addRegion("device", 1L << 32, 1 << 20, false);
    memory.addWindow("window", 2 << 20);
    return memory;
  }

  private static void fill(GuestMemory memory, Random random) {
    for (GuestMemory.Region region : memory.backings()) {
      for (int i = 0; i < 200; i++) {
        long page = random.nextInt((int) (region.size() / GuestMemory.PAGE_SIZE));
        byte[] bytes = new byte[GuestMemory.PAGE_SIZE];
        if (random.nextBoolean()) {
          random.nextBytes(bytes);
        }
        java.lang.foreign.MemorySegment.copy(
            bytes,
            0,
            region.segment(),
            java.lang.foreign.ValueLayout.JAVA_BYTE,
            page * GuestMemory.PAGE_SIZE,
            bytes.length);
      }
    }
  }

  private static List<byte[]> contents(GuestMemory memory) {
    List<byte[]> all = new ArrayList<>();
    for (GuestMemory.Region region : memory.backings()) {
      all.add(region.segment().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
    }
    return all;
  }

  private Path save(GuestMemory memory) throws IOException {
    Path file = folder.resolve("memory");
    Files.deleteIfExists(file);
    try (StateWriter writer = new StateWriter(file)) {
      MemoryState.save(memory, writer, StateProgress.NONE);
      writer.finish();
    }
    return file;
  }

  @Test
  void memoryComesBackAsItWas() throws IOException {
    long seed = new Random().nextLong();
    try (GuestMemory memory = memory();
        GuestMemory other = memory()) {
      fill(memory, new Random(seed));
      Path file = save(memory);
      fill(other, new Random(~seed));
      try (StateReader reader = new StateReader(file)) {
        MemoryState.load(other, reader, StateProgress.NONE);
        reader.requireAllRead();
      }
      List<byte[]> expected = contents(memory);
      List<byte[]> found = contents(other);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(found.get(i)).as("seed %d", seed).isEqualTo(expected.get(i));
      }
    }
  }

  @Test
  void onlyPagesInUseAreSavedAndTouched() throws IOException {
    try (GuestMemory memory = new GuestMemory()) {
      GuestMemory.Region region = memory.addRegion("large", 0, 1L << 34, true);
      memory.writeLong(5L << 30, 1);
      Path file = save(memory);
      assertThat(Files.size(file)).isLessThan(1000);
      long data = Libc.nextData(region.fd(), 0);
      long end = Libc.nextHole(region.fd(), data);
      assertThat(end - data).isLessThanOrEqualTo(2L << 20);
      assertThat(Libc.nextData(region.fd(), end)).isEqualTo(-1);
    }
  }

  @Test
  void savingCanBeGivenUp() throws IOException {
    try (GuestMemory memory = memory()) {
      fill(memory, new Random(1));
      try (StateWriter writer = new StateWriter(folder.resolve("given-up"))) {
        assertThatThrownBy(
                () ->
                    MemoryState.save(
                        memory,
                        writer,
                        (done, total) -> {
                          throw new StateException("enough");
                        }))
            .isInstanceOf(StateException.class)
            .hasMessage("enough");
      }
    }
  }

  @Test
  void damagedMemoryIsRefused() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (GuestMemory memory = memory()) {
      fill(memory, random);
      Path file = save(memory);
      List<byte[]> pieces = new ArrayList<>();
      try (StateReader reader = new StateReader(file)) {
        for (StateReader.Place place : reader.memory()) {
          pieces.add(reader.content(place).array());
        }
      }
      for (int round = 0; round < 300; round++) {
        byte[] piece = pieces.get(random.nextInt(pieces.size())).clone();
        int length = random.nextInt(4) == 0 ? random.nextInt(piece.length) : piece.length;
        for (int i = random.nextInt(3); i >= 0; i--) {
          piece[random.nextInt(random.nextBoolean() ? 40 : piece.length)] ^=
              (byte) (1 << random.nextInt(8));
        }
        Path bad = folder.resolve("bad");
        Files.deleteIfExists(bad);
        try (StateWriter writer = new StateWriter(bad)) {
          writer.section("memory layout", 1, s -> s.bytes(layout(file)));
          writer.add(StateFile.MEMORY, 1, piece, length);
          writer.finish();
        }
        try (StateReader reader = new StateReader(bad)) {
          // What it does to memory doesn't matter, as long as it ends in an orderly way.
          MemoryState.load(memory, reader, StateProgress.NONE);
        } catch (StateException e) {
          assertThat(e).as("seed %d", seed).hasMessageContaining("saved state is damaged");
        }
      }
    }
  }

  private static byte[] layout(Path file) {
    try (StateReader reader = new StateReader(file)) {
      byte[] bytes = new byte[4 + 3 * 8];
      reader.section("memory layout", 1, s -> s.bytes(bytes));
      return bytes;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
