// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.fat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.firmware.uefi.Tools;
import dev.malachite.engine.firmware.uefi.disk.MemoryDevice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** FAT volumes made, read and checked by dosfstools and mtools. */
class FatVolumeTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-04T05:06:08Z"), ZoneOffset.UTC);

  @TempDir private Path folder = Path.of("");

  private Path format(int kind, int kibibytes) throws IOException {
    Path image = folder.resolve("fat.img");
    Tools.run("", "mkfs.vfat", "-C", "-F", kind, "-n", "MY DISK", image, kibibytes);
    return image;
  }

  private static FatVolume open(byte[] bytes) throws IOException {
    return Objects.requireNonNull(FatVolume.open(new MemoryDevice(bytes, 512), CLOCK));
  }

  private static FatFile child(FatFile directory, String name) throws IOException {
    return Objects.requireNonNull(directory.child(name), name);
  }

  @ParameterizedTest
  @CsvSource({"12, 1440", "16, 16384", "32, 66000"})
  void readsWhatMtoolsWrites(int kind, int size) throws IOException {
    Path image = format(kind, size);
    byte[] big = new byte[300_001];
    new Random(kind).nextBytes(big);
    Path bigFile = Files.write(folder.resolve("big.bin"), big);
    Path small = Files.writeString(folder.resolve("small"), "hello");
    Tools.run("", "mmd", "-i", image, "::/EFI", "::/EFI/A rather long directory name");
    Tools.run("", "mcopy", "-i", image, bigFile, "::/EFI/big.bin");
    Tools.run(
        "",
        "mcopy",
        "-i",
        image,
        small,
        "::/EFI/A rather long directory name/Ünïcode and spaces.text");
    FatVolume volume = open(Files.readAllBytes(image));
    assertThat(volume.kind()).isEqualTo(kind);
    assertThat(volume.label()).isEqualTo("MY DISK");
    FatFile efi = child(volume.root(), "efi");
    assertThat(child(efi, "BIG.BIN").readAll(1 << 20)).isEqualTo(big);
    FatFile deep = child(efi, "a RATHER long directory name");
    FatFile text = child(deep, "ünïcode and spaces.TEXT");
    assertThat(text.entry().name()).isEqualTo("Ünïcode and spaces.text");
    assertThat(new String(text.readAll(100), StandardCharsets.UTF_8)).isEqualTo("hello");
    assertThat(volume.root().child("nothing")).isNull();
    byte[] middle = new byte[70_000];
    child(efi, "big.bin").read(100_001, MemorySegment.ofArray(middle));
    assertThat(middle).isEqualTo(java.util.Arrays.copyOfRange(big, 100_001, 170_001));
  }

  @ParameterizedTest
  @CsvSource({"12, 1440", "16, 16384", "32, 66000"})
  void writesWhatMtoolsReads(int kind, int size) throws IOException {
    Path image = format(kind, size);
    byte[] bytes = Files.readAllBytes(image);
    FatVolume volume = open(bytes);
    long free = volume.free();
    FatFile directory = volume.root().create("loader", FatEntry.DIRECTORY);
    byte[] data = new byte[123_457];
    new Random(kind).nextBytes(data);
    FatFile file = directory.create("random-seed with a long name", FatEntry.ARCHIVE);
    file.write(0, MemorySegment.ofArray(data));
    file.write(5, MemorySegment.ofArray(new byte[] {1, 2, 3}));
    data[5] = 1;
    data[6] = 2;
    data[7] = 3;
    for (int i = 0; i < 40; i++) {
      directory.create("entry number " + i + ".conf", 0);
    }
    FatFile shorter = directory.create("SHORT.TXT", 0);
    shorter.write(0, MemorySegment.ofArray(new byte[50_000]));
    shorter.resize(3);
    FatFile sparse = directory.create("sparse", 0);
    sparse.write(10_000, MemorySegment.ofArray(new byte[] {7}));
    child(directory, "entry number 7.conf").rename(directory, "seven+1-0.conf");
    assertThat(child(directory, "entry number 9.conf").delete()).isTrue();
    assertThat(directory.delete()).as("a directory that isn't empty").isFalse();
    volume.flush();
    Files.write(image, bytes);

    assertThat(Tools.run("", "fsck.vfat", "-n", "-v", image)).doesNotContain("wrong");
    Path back = folder.resolve("back");
    Tools.run("", "mcopy", "-i", image, "::/loader/random-seed with a long name", back);
    assertThat(Files.readAllBytes(back)).isEqualTo(data);
    Tools.run("", "mcopy", "-n", "-o", "-i", image, "::/loader/SHORT.TXT", back);
    assertThat(Files.readAllBytes(back)).isEqualTo(new byte[3]);
    Tools.run("", "mcopy", "-n", "-o", "-i", image, "::/loader/sparse", back);
    byte[] expected = new byte[10_001];
    expected[10_000] = 7;
    assertThat(Files.readAllBytes(back)).isEqualTo(expected);
    String listing = Tools.run("", "mdir", "-i", image, "::/loader");
    assertThat(listing)
        .contains("seven+1-0.conf", "entry number 39.conf", "2026-03-04", " 5:06")
        .doesNotContain("entry number 7.conf", "entry number 9.conf");

    FatVolume again = open(bytes);
    FatFile full = child(again.root(), "loader");
    for (FatEntry entry : full.list()) {
      if (!entry.isDirectory()) {
        assertThat(child(full, entry.name()).delete()).isTrue();
      }
    }
    assertThat(full.delete()).isTrue();
    assertThat(again.free()).isEqualTo(free);
  }

  @Test
  void saysSoWhenTheVolumeIsFull() throws IOException {
    FatVolume volume = open(Files.readAllBytes(format(12, 1440)));
    FatFile file = volume.root().create("big", 0);
    assertThatThrownBy(() -> file.write(0, MemorySegment.ofArray(new byte[2_000_000])))
        .isInstanceOf(FullVolumeException.class);
  }

  @Test
  void takesNothingElseForAVolume() throws IOException {
    assertThat(FatVolume.open(new MemoryDevice(new byte[1 << 16], 512), CLOCK)).isNull();
    byte[] random = new byte[1 << 16];
    new Random(1).nextBytes(random);
    random[510] = 0x55;
    random[511] = (byte) 0xAA;
    assertThat(FatVolume.open(new MemoryDevice(random, 512), CLOCK)).isNull();
  }

  @Test
  void survivesDamage() throws IOException {
    Path image = format(12, 1440);
    Path small = Files.write(folder.resolve("small"), new byte[20_000]);
    Tools.run("", "mmd", "-i", image, "::/EFI");
    for (int i = 0; i < 5; i++) {
      Tools.run("", "mcopy", "-i", image, small, "::/EFI/a long name number " + i);
    }
    byte[] good = Files.readAllBytes(image);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      byte[] bad = good.clone();
      for (int i = 0; i < 1 + round % 40; i++) {
        // Boot sector, tables and directories: all in the first part.
        bad[random.nextInt(round % 3 == 0 ? 64 : 20_000)] = (byte) random.nextInt();
      }
      try {
        FatVolume volume = FatVolume.open(new MemoryDevice(bad, 512), CLOCK);
        if (volume != null) {
          walk(volume.root(), 0);
          volume.root().create("new", 0).write(0, MemorySegment.ofArray(new byte[5000]));
        }
      } catch (IOException e) {
        assertThat(e.getMessage()).as("seed " + seed + " round " + round).isNotNull();
      }
    }
  }

  private static void walk(FatFile directory, int depth) throws IOException {
    List<FatEntry> entries = directory.list();
    for (FatEntry entry : entries.subList(0, Math.min(50, entries.size()))) {
      FatFile child = directory.child(entry.name());
      if (child == null || entry.name().startsWith(".")) {
        continue;
      }
      if (child.isDirectory() && depth < 4) {
        walk(child, depth + 1);
      } else if (!child.isDirectory() && child.size() < 100_000) {
        child.readAll(100_000);
      }
    }
  }
}
