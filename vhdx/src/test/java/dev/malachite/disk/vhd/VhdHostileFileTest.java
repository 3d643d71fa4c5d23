// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.AbstractVirtualDisk;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.VhdSettings;
import dev.malachite.disk.io.MemoryFile;
import dev.malachite.disk.io.ParentFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.jqwik.api.Example;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** A damaged or malicious VHD file is refused with a reason and left alone, or it works. */
class VhdHostileFileTest {
  static final int BLOCK = 512 << 10;
  static final int SIZE = 8 << 20;
  static final long HEADER = 512;
  static final long TABLE = 1536;

  static MemoryFile dynamic = new MemoryFile();
  static MemoryFile fixed = new MemoryFile();
  private static DiskExecutor executor = DiskExecutor.create("vhd-hostile", 1);

  @BeforeContainer
  static void prepare() throws IOException {
    executor = DiskExecutor.create("vhd-hostile", 1);
    dynamic = new MemoryFile();
    VhdCreator.create(dynamic, VhdSettings.dynamic(SIZE).withBlockSize(BLOCK));
    byte[] data = new byte[8192];
    try (AbstractVirtualDisk disk = open(dynamic, false)) {
      for (int block : new int[] {3, 1, 7}) {
        disk.write((long) block * BLOCK, MemorySegment.ofArray(data));
        disk.flush();
      }
    }
    fixed = new MemoryFile();
    VhdCreator.create(fixed, VhdSettings.fixed(1 << 20));
  }

  @AfterContainer
  static void stop() {
    executor.close();
  }

  private static AbstractVirtualDisk open(MemoryFile file, boolean readOnly) throws IOException {
    return VhdDisk.open(file, readOnly, ParentFiles.DEFAULT, executor);
  }

  /** Opens a file that may be hostile and, if that works, reads and writes it. */
  static void use(MemoryFile file, boolean readOnly) throws IOException {
    MemoryFile before = file.copy();
    // A check finds what is wrong and never fails itself.
    boolean sound = VhdCheck.structures(file).repairable();
    assertThat(file.sameAs(before)).isTrue();
    AbstractVirtualDisk opened;
    try {
      opened = open(file, readOnly);
    } catch (DiskFormatException e) {
      assertThat(e).hasMessageContaining("at byte");
      assertThat(file.sameAs(before)).as("a refused file is left alone").isTrue();
      return;
    }
    assertThat(sound).as("what opens passes the check").isTrue();
    try (AbstractVirtualDisk disk = opened) {
      MemorySegment memory = Arena.ofAuto().allocate(65536, 8);
      long length = Math.min(65536, disk.size());
      long last = (disk.size() - length) & -512;
      for (long offset : new long[] {0, last / 2 & -512, last}) {
        disk.read(offset, memory.asSlice(0, length));
        if (!readOnly) {
          disk.write(offset, memory.asSlice(0, length));
        }
      }
      if (!readOnly) {
        disk.flush();
      }
    }
    if (readOnly) {
      assertThat(file.sameAs(before)).as("a file open to read is left alone").isTrue();
    } else {
      VhdImage after = VhdImage.load(file);
      assertThat(after.footerOffset()).isGreaterThan(0);
      assertThat(after.copySound()).isTrue();
    }
  }

  static int getInt(MemoryFile file, long at) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(4, 4);
      file.readFully(at, bytes);
      return BigEndian.getInt(bytes, 0);
    }
  }

  static void putInt(MemoryFile file, long at, int value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(4, 4);
      BigEndian.putInt(bytes, 0, value);
      file.write(at, bytes);
    }
  }

  /** Makes all checksums right again. */
  static void mend(MemoryFile file) throws IOException {
    mend(file, file.size() - 512, 512, VhdFooter.AT_CHECKSUM);
    if (getInt(file, 0) == (int) (VhdFooter.COOKIE >>> 32)) {
      mend(file, 0, 512, VhdFooter.AT_CHECKSUM);
      mend(file, HEADER, VhdHeader.SIZE, VhdHeader.AT_CHECKSUM);
    }
  }

  private static void mend(MemoryFile file, long at, int length, int field) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(length, 8);
      file.readFully(at, bytes);
      putInt(file, at + field, BigEndian.checksum(bytes, field));
    }
  }

  private void assertRefused(long at, int value, String structure, String problem)
      throws IOException {
    MemoryFile file = dynamic.copy();
    putInt(file, at, value);
    if (at < 512) {
      putInt(file, file.size() - 512 + at, value);
    }
    mend(file);
    MemoryFile before = file.copy();
    assertThatThrownBy(() -> open(file, false).close())
        .isInstanceOfSatisfying(
            DiskFormatException.class, e -> assertThat(e.structure()).isEqualTo(structure))
        .hasMessageContaining(problem);
    assertThat(file.sameAs(before)).isTrue();
  }

  @Example
  void overlappingBlocksAreRefused() throws IOException {
    assertRefused(TABLE + 4 * 5, getInt(dynamic, TABLE + 4), VhdImage.TABLE, "overlaps another");
    assertRefused(
        TABLE + 4 * 5, getInt(dynamic, TABLE + 4) + 8, VhdImage.TABLE, "overlaps another");
    assertRefused(TABLE + 4 * 5, 3, VhdImage.TABLE, "overlaps the file's structures");
    assertRefused(TABLE + 4 * 5, 0, VhdImage.TABLE, "overlaps the file's structures");
    assertRefused(TABLE + 4 * 5, 0x7FFF_FFFF, VhdImage.TABLE, "not inside the file");
    assertRefused(TABLE + 4 * 5, -2, VhdImage.TABLE, "not inside the file");
  }

  @Example
  void impossibleFieldsAreRefused() throws IOException {
    String header = "dynamic disk header";
    assertRefused(HEADER + VhdHeader.AT_BLOCK_SIZE, 0, header, "block size");
    assertRefused(HEADER + VhdHeader.AT_BLOCK_SIZE, 3 << 20, header, "block size");
    assertRefused(HEADER + VhdHeader.AT_BLOCK_SIZE, 1 << 30, header, "block size");
    assertRefused(HEADER + VhdHeader.AT_BLOCK_SIZE, 4096, header, "entries");
    assertRefused(HEADER + VhdHeader.AT_TABLE_ENTRIES, 3, header, "has 3 entries");
    assertRefused(HEADER + VhdHeader.AT_TABLE_OFFSET, 1, header, "table at byte");
    assertRefused(HEADER + VhdHeader.AT_TABLE_OFFSET + 4, 1, header, "table at byte");
    assertRefused(HEADER + VhdHeader.AT_TABLE_OFFSET + 4, 0, header, "table at byte");
    assertRefused(HEADER + 24, 0x2_0000, header, "version is 2");
    assertRefused(HEADER, 7, header, "cxsparse");
    assertRefused(VhdFooter.AT_DATA_OFFSET + 4, 100, header, "not on a sector");
    assertRefused(VhdFooter.AT_DATA_OFFSET, 100, header, "not on a sector");
    assertRefused(VhdFooter.AT_CURRENT_SIZE, 0x7FFF, VhdImage.FOOTER, "disk size");
    assertRefused(VhdFooter.AT_CURRENT_SIZE + 4, 0, VhdImage.FOOTER, "disk size");
    assertRefused(VhdFooter.AT_CURRENT_SIZE + 4, 513, VhdImage.FOOTER, "disk size");
    assertRefused(VhdFooter.AT_VERSION, 0x3_0000, VhdImage.FOOTER, "version is 3");
    assertRefused(VhdFooter.AT_TYPE, 5, VhdImage.FOOTER, "disk type is 5");
    assertRefused(VhdFooter.AT_TYPE, 4, "parent locator", "was not found");
  }

  @Example
  void wrongChecksumsAreRefused() throws IOException {
    MemoryFile file = dynamic.copy();
    putInt(file, HEADER + VhdHeader.AT_CHECKSUM, 1);
    assertThatThrownBy(() -> open(file, false).close()).hasMessageContaining("checksum is wrong");
    assertThat(VhdCheck.structures(file).repairable()).isFalse();
    MemoryFile none = fixed.copy();
    putInt(none, none.size() - 512 + VhdFooter.AT_CHECKSUM, 1);
    assertThatThrownBy(() -> open(none, false).close()).hasMessageContaining("no copy");
    MemoryFile cut = fixed.copy();
    cut.truncate(100);
    assertThatThrownBy(() -> open(cut, false).close()).hasMessageContaining("too short");
  }

  @Example
  void aLostFooterIsTakenFromItsCopy() throws IOException {
    MemoryFile file = dynamic.copy();
    file.truncate(file.size() - 512);
    assertThat(VhdCheck.structures(file).problems()).hasSize(1);
    assertThat(VhdCheck.structures(file).repairable()).isTrue();
    MemoryFile before = file.copy();
    open(file, true).close();
    assertThat(file.sameAs(before)).isTrue();
    VhdMaintenance.mend(file);
    assertThat(VhdCheck.structures(file).problems()).isEmpty();
    assertThat(file.sameAs(dynamic)).isTrue();
    // And the copy from the footer.
    putInt(file, 8, 77);
    assertThat(VhdCheck.structures(file).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.structure()).isEqualTo(VhdImage.COPY));
    VhdMaintenance.mend(file);
    assertThat(file.sameAs(dynamic)).isTrue();
  }

  @Example
  void footersOfVirtualPcBefore2004AreRead() throws IOException {
    MemoryFile file = fixed.copy();
    file.truncate(file.size() - 1);
    try (AbstractVirtualDisk disk = open(file, true)) {
      assertThat(disk.size()).isEqualTo(1 << 20);
    }
  }
}
