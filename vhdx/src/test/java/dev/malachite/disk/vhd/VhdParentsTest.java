// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskCheck;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.VhdSettings;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.HostFiles;
import dev.malachite.disk.io.MemoryFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ways to parents that other programs, or nobody sane, would write. */
class VhdParentsTest {
  private static final int SIZE = 4 << 20;

  @TempDir Path directory;
  private final DiskExecutor executor = DiskExecutor.create("vhd-parents", 1);
  private Path base = Path.of("base");
  private Path child = Path.of("child");

  @BeforeEach
  void make() throws IOException {
    Files.createDirectory(directory.resolve("bases"));
    base = directory.resolve("bases/base.vhd");
    child = directory.resolve("child.vhd");
    VirtualDisks.createVhd(base, VhdSettings.dynamic(SIZE));
    try (VirtualDisk disk = VirtualDisks.open(base, executor, DiskOptions.readWrite())) {
      disk.write(0, MemorySegment.ofArray(new byte[] {42}));
    }
    VhdMaintenance.createDifferencing(child, base);
  }

  @AfterEach
  void stop() {
    executor.close();
  }

  /** A way to the parent: its kind, its bytes, and what its header says of them. */
  private record Way(int code, String text, Charset charset, int length, long offset) {
    Way(int code, int length, long offset) {
      this(code, "", StandardCharsets.UTF_8, length, offset);
    }

    static Way of(int code, String text, Charset charset) {
      return new Way(code, text, charset, text.getBytes(charset).length, -1);
    }

    static Way windows(int code, String text) {
      return of(code, text, StandardCharsets.UTF_16LE);
    }
  }

  /** Gives the child other ways to its parent, behind everything else in the file. */
  private void putWays(String name, Way... ways) throws IOException {
    try (HostFile file = HostFiles.openExclusive(child);
        Arena arena = Arena.ofConfined()) {
      VhdImage image = VhdImage.load(file);
      long end = image.end();
      List<VhdHeader.Locator> locators = new ArrayList<>();
      for (Way way : ways) {
        byte[] text = way.text.getBytes(way.charset);
        MemorySegment bytes = arena.allocate(Math.max(512, text.length), 8);
        MemorySegment.copy(MemorySegment.ofArray(text), 0, bytes, 0, text.length);
        file.write(end, bytes);
        locators.add(
            new VhdHeader.Locator(way.code, way.length, way.offset == -1 ? end : way.offset));
        end += VhdImage.roundUp(bytes.byteSize());
      }
      MemorySegment header = arena.allocate(VhdHeader.SIZE, 8);
      VhdHeader old = image.requireHeader();
      old.withParent(old.parentId(), 0, name, locators).encode(header);
      file.write(image.footer().dataOffset(), header);
      image.footer().write(file, end);
    }
  }

  private void assertOpens() throws IOException {
    try (VirtualDisk disk = VirtualDisks.open(child, executor, DiskOptions.readOnly())) {
      byte[] one = new byte[1];
      disk.read(0, MemorySegment.ofArray(one));
      assertThat(one[0]).isEqualTo((byte) 42);
    }
    assertThat(VirtualDisks.information(child).parent()).isEqualTo(base.toRealPath());
  }

  private void assertMissing(String problem) {
    assertThatThrownBy(() -> VirtualDisks.open(child, executor, DiskOptions.readOnly()).close())
        .isInstanceOf(DiskFormatException.class)
        .hasMessageContaining("parent locator at byte")
        .hasMessageContaining(problem);
  }

  @Test
  void anyGoodWayLeadsToTheParent() throws IOException {
    putWays("", Way.windows(VhdHeader.Locator.RELATIVE, ".\\bases\\base.vhd"));
    assertOpens();
    putWays("", Way.windows(VhdHeader.Locator.RELATIVE, "bases\\base.vhd\0left over"));
    assertOpens();
    putWays("", Way.windows(VhdHeader.Locator.ABSOLUTE, base.toString().replace('/', '\\')));
    assertOpens();
    putWays("", Way.of(VhdHeader.Locator.URL, base.toUri().toString(), StandardCharsets.UTF_8));
    assertOpens();
    putWays("bases/base.vhd");
    assertOpens();
    Files.move(base, directory.resolve("base.vhd"));
    base = directory.resolve("base.vhd");
    putWays("C:\\somewhere\\base.vhd");
    assertOpens();
  }

  @Test
  void badWaysAreLeftOutOfAccount() throws IOException {
    putWays(
        "bases/base.vhd",
        new Way(VhdHeader.Locator.RELATIVE, 9000, -1),
        new Way(VhdHeader.Locator.ABSOLUTE, 10, -512),
        new Way(VhdHeader.Locator.ABSOLUTE, 10, 1L << 40),
        new Way(VhdHeader.Locator.ABSOLUTE, -1, -1),
        new Way(0x5769_3272, 4, -1),
        Way.of(VhdHeader.Locator.URL, "http://example.org/base.vhd", StandardCharsets.UTF_8),
        Way.of(VhdHeader.Locator.URL, "no: URL at all", StandardCharsets.UTF_8),
        Way.windows(VhdHeader.Locator.RELATIVE, "\\"));
    assertOpens();
  }

  @Test
  void whatIsNotThereIsSaid() throws IOException {
    putWays("");
    assertMissing("was not found");
    assertThat(VirtualDisks.information(child).parent()).isNull();
    assertThatThrownBy(() -> VhdMaintenance.merge(child, DiskProgress.NONE))
        .hasMessageContaining("not where the disk says");
    putWays("bases/none.vhd");
    assertMissing("none.vhd");
    assertThat(VirtualDisks.information(child).parent())
        .isEqualTo(child.toRealPath().resolveSibling("bases/none.vhd"));
    assertThatThrownBy(() -> VhdMaintenance.merge(child, DiskProgress.NONE))
        .hasMessageContaining("not where the disk says");
    Files.writeString(directory.resolve("bases/none.vhd"), "x".repeat(5000));
    assertMissing("is no VHD disk");
    assertThatThrownBy(() -> VhdMaintenance.merge(child, DiskProgress.NONE))
        .hasMessageContaining("not where the disk says");
    VirtualDisks.createVhd(directory.resolve("bases/other.vhd"), VhdSettings.dynamic(SIZE));
    putWays("bases/other.vhd");
    assertMissing("has the identifier");
    assertThatThrownBy(() -> VhdMaintenance.merge(child, DiskProgress.NONE))
        .hasMessageContaining("not where the disk says");
  }

  @Test
  void chainsEndSomewhere() throws IOException {
    Path last = child;
    for (int i = 0; i < 64; i++) {
      Path next = directory.resolve("child-" + i);
      VhdMaintenance.createDifferencing(next, last);
      last = next;
      if (i == 40) {
        VirtualDisks.open(last, executor, DiskOptions.readOnly()).close();
      }
    }
    Path longest = last;
    assertThatThrownBy(() -> VirtualDisks.open(longest, executor, DiskOptions.readOnly()).close())
        .hasMessageContaining("is longer than 64 disks");
  }

  @Test
  void childrenAreNotUnmappedAndKeepTheSizeOfTheirParent() throws IOException {
    try (VirtualDisk disk = VirtualDisks.open(child, executor, DiskOptions.readWrite())) {
      assertThat(disk.unmapSupported()).isFalse();
      disk.unmap(0, SIZE);
      byte[] one = new byte[1];
      disk.read(0, MemorySegment.ofArray(one));
      assertThat(one[0]).as("an unmap may not uncover what is below").isEqualTo((byte) 42);
      assertThat(disk.nextData(0)).isZero();
      assertThat(disk.nextData(3 << 20)).isEqualTo(SIZE);
      assertThat(disk.nextHole(3 << 20)).isEqualTo(3 << 20);
      disk.writeZeroes(3 << 20, 512);
      disk.writeZeroes(100, 100);
      disk.read(0, MemorySegment.ofArray(one));
      assertThat(one[0]).isEqualTo((byte) 42);
    }
    assertThatThrownBy(() -> VhdMaintenance.resize(child, 2L * SIZE, false, DiskProgress.NONE))
        .hasMessageContaining("has its parent's size");
    assertThatThrownBy(() -> VhdMaintenance.reparent(base, child, true))
        .hasMessageContaining("has no parent");
    assertThatThrownBy(() -> VhdMaintenance.reparent(child, child, true))
        .hasMessageContaining("its own parent");
  }

  @Test
  void sectorsToBeScrubbedMustBeOnTheDisk() throws IOException {
    MemoryFile fixed = new MemoryFile();
    VhdCreator.create(fixed, VhdSettings.fixed(1 << 20));
    MemorySegment ones = Arena.ofAuto().allocate(1 << 20, 8);
    ones.fill((byte) 1);
    fixed.write(0, ones);
    VhdFooter footer = VhdImage.load(fixed).footer();
    MemoryFile good = fixed.copy();
    for (long sector : new long[] {-512, 513, 1 << 20, 1L << 50}) {
      footer.withScrub(sector).write(fixed, 1 << 20);
      DiskCheck found = VhdCheck.structures(fixed);
      VhdMaintenance.mend(fixed);
      assertThat(fixed.sameAs(good)).as("%d, %s", sector, found.problems()).isTrue();
    }
    footer.withScrub(1024).write(fixed, 1 << 20);
    assertThat(VhdCheck.structures(fixed).repairable()).isTrue();
    assertThat(VhdDisk.describe(fixed).needsReplay()).isTrue();
    VhdMaintenance.mend(fixed);
    assertThat(fixed.sameAs(good)).isFalse();
    good.zero(1024, 512);
    MemorySegment a = Arena.ofAuto().allocate((1 << 20) + 512, 8);
    MemorySegment b = Arena.ofAuto().allocate((1 << 20) + 512, 8);
    fixed.readFully(0, a);
    good.readFully(0, b);
    assertThat(a.mismatch(b)).isEqualTo(-1);
    assertThat(footer.identity()).isNotEqualTo(new UUID(0, 0));
  }
}
