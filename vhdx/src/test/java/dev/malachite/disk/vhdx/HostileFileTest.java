// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.io.MemoryFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.jqwik.api.Example;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** A damaged or malicious file is refused with a reason and left alone, or it works. */
class HostileFileTest {
  private static final long MIB = SampleImages.MIB;

  static MemoryFile clean = new MemoryFile();
  static MemoryFile dirty = new MemoryFile();
  private static DiskExecutor executor = DiskExecutor.create("hostile", 1);

  @BeforeContainer
  static void prepare() throws IOException {
    executor = DiskExecutor.create("hostile", 1);
    clean = SampleImages.clean();
    dirty = SampleImages.dirty();
  }

  @AfterContainer
  static void stop() {
    executor.close();
  }

  /** Opens a file that may be hostile and, if that works, reads and writes it. */
  static void use(MemoryFile file, boolean readOnly) throws IOException {
    MemoryFile before = file.copy();
    VhdxDisk opened;
    try {
      opened = VhdxDisk.open(file, readOnly, executor);
    } catch (DiskFormatException e) {
      assertThat(e).hasMessageContaining("memory.vhdx").hasMessageContaining("at byte");
      assertThat(file.sameAs(before)).as("a refused file is left alone").isTrue();
      return;
    }
    try (VhdxDisk disk = opened) {
      MemorySegment memory = Arena.ofAuto().allocate(65536, 8);
      long last = Math.max(0, disk.size() - 65536) & -512;
      long length = Math.min(65536, disk.size());
      for (long offset : new long[] {0, last / 2 & -512, last}) {
        disk.read(offset, memory.asSlice(0, length));
        if (!readOnly) {
          disk.write(offset, memory.asSlice(0, length));
        }
      }
      if (!readOnly) {
        disk.flush();
        disk.unmap(0, disk.size() > 64 * MIB ? 64 * MIB : disk.size());
        disk.write(last, memory.asSlice(0, length));
      }
    }
    if (readOnly) {
      assertThat(file.sameAs(before)).as("a file open to read is left alone").isTrue();
    } else {
      assertThat(VhdxImage.load(file).headers().current().hasLog()).isFalse();
    }
  }

  /** Damages a copy of the clean file, mends its checksums and opens it. */
  private static void assertRefused(Damage damage, String structure, String problem)
      throws IOException {
    assertRefused(clean, damage, structure, problem);
  }

  private static void assertRefused(
      MemoryFile sample, Damage damage, String structure, String problem) throws IOException {
    MemoryFile file = sample.copy();
    damage.to(file);
    SampleImages.mendChecksums(file);
    MemoryFile before = file.copy();
    assertThatThrownBy(() -> VhdxDisk.open(file, false, executor).close())
        .isInstanceOf(DiskFormatException.class)
        .hasMessageContaining(structure)
        .hasMessageContaining(problem);
    assertThat(file.sameAs(before)).as("a refused file is left alone").isTrue();
  }

  /** A change to a file. */
  @FunctionalInterface
  private interface Damage {
    void to(MemoryFile file) throws IOException;
  }

  @Example
  void refusesBlocksThatOverlap() throws IOException {
    assertRefused(
        file -> {
          long entry = SampleImages.getLong(file, SampleImages.BAT + 8);
          SampleImages.putLong(file, SampleImages.BAT + 16, entry);
        },
        "block allocation table at byte 3145744",
        "block 2 at 4194304 overlaps another structure or block");
  }

  @Example
  void refusesBlocksOverTheLog() throws IOException {
    assertRefused(
        file -> SampleImages.putLong(file, SampleImages.BAT, MIB | 6),
        "block allocation table at byte 3145728",
        "overlaps");
  }

  @Example
  void refusesBlocksPastTheEnd() throws IOException {
    assertRefused(
        file -> SampleImages.putLong(file, SampleImages.BAT, (1L << 46) | 6),
        "block allocation table",
        "outside the file");
  }

  @Example
  void refusesPartiallyPresentBlocksWithoutParent() throws IOException {
    assertRefused(
        file -> SampleImages.putLong(file, SampleImages.BAT + 8, 4 * MIB | 7),
        "block allocation table",
        "state 7");
  }

  @Example
  void refusesUnknownRequiredRegions() throws IOException {
    assertRefused(
        file -> {
          for (long at = RegionTable.OFFSET; at < 0x5_0000; at += RegionTable.SIZE) {
            SampleImages.putInt(file, at + 8, 3);
            SampleImages.putLong(file, at + 16 + 64, 12345);
            SampleImages.putLong(file, at + 16 + 64 + 16, 5 * MIB);
            SampleImages.putInt(file, at + 16 + 64 + 24, (int) MIB);
            SampleImages.putInt(file, at + 16 + 64 + 28, 1);
          }
        },
        "region table",
        "is required but not known");
  }

  @Example
  void refusesUnknownRequiredMetadata() throws IOException {
    assertRefused(
        file -> SampleImages.putLong(file, SampleImages.METADATA + 32 + 32 * 2, 99),
        "metadata table",
        "is required but not known");
  }

  @Example
  void refusesDifferencingDisksWithoutLocator() throws IOException {
    assertRefused(
        file -> SampleImages.putInt(file, SampleImages.METADATA + MetadataTable.SIZE + 4, 2),
        "metadata table",
        "has a parent but no item says where it is");
  }

  @Example
  void refusesHugeDisks() throws IOException {
    assertRefused(
        file ->
            SampleImages.putLong(
                file, SampleImages.METADATA + MetadataTable.SIZE + 8, (64L << 40) + 512),
        "virtual disk size",
        "it is " + ((64L << 40) + 512) + " bytes");
  }

  @Example
  void refusesDisksLargerThanTheirTable() throws IOException {
    assertRefused(
        file ->
            SampleImages.putLong(file, SampleImages.METADATA + MetadataTable.SIZE + 8, 64L << 40),
        "block allocation table",
        "its region has 1048576 bytes but the disk needs");
  }

  @Example
  void refusesNewerVersions() throws IOException {
    assertRefused(
        file -> {
          for (int i = 0; i < 2; i++) {
            SampleImages.putInt(file, VhdxHeader.offset(i) + 64, 2 << 16);
          }
        },
        "header",
        "the format version is 2");
  }

  @Example
  void refusesLogsWithoutTheirEntries() throws IOException {
    assertRefused(
        dirty,
        file -> {
          for (long at = SampleImages.LOG; at < SampleImages.METADATA; at += 4096) {
            SampleImages.putLong(file, at, 0);
          }
        },
        "log at byte 1048576",
        "holds no complete sequence");
  }

  @Example
  void refusesLogEntriesThatReplaceTheHeader() throws IOException {
    assertRefused(
        dirty,
        file -> forEachEntry(file, at -> SampleImages.putLong(file, at + 64 + 16, 0x1_0000)),
        "log at byte",
        "which no log may");
  }

  @Example
  void refusesFilesCutShort() throws IOException {
    assertRefused(
        dirty,
        file -> forEachEntry(file, at -> SampleImages.putLong(file, at + 48, 1L << 40)),
        "log at byte",
        "it was cut short");
  }

  /** Does something at every log entry. */
  @FunctionalInterface
  private interface AtEntry {
    void at(long position) throws IOException;
  }

  private static void forEachEntry(MemoryFile file, AtEntry action) throws IOException {
    for (long at = SampleImages.LOG; at < SampleImages.METADATA; at += 4096) {
      if ((int) SampleImages.getLong(file, at) == LogFormat.ENTRY_SIGNATURE) {
        action.at(at);
      }
    }
  }

  @Example
  void replaysTheLogOfADirtyFile() throws IOException {
    MemoryFile file = dirty.copy();
    try (VhdxDisk disk = VhdxDisk.open(file, false, executor)) {
      byte[] found = new byte[8192];
      for (int block : new int[] {1, 2, 5}) {
        disk.read(block * MIB, MemorySegment.ofArray(found));
        assertThat(found).containsOnly(block);
      }
    }
    assertThat(VhdxImage.load(file).headers().current().hasLog()).isFalse();
  }

  @Example
  void aDamagedCopyIsMadeUpForByTheOther() throws IOException {
    for (int copy = 0; copy < 2; copy++) {
      MemoryFile file = clean.copy();
      SampleImages.putLong(file, VhdxHeader.offset(copy), 0);
      SampleImages.putLong(file, RegionTable.OFFSET + (long) copy * RegionTable.SIZE, 0);
      try (VhdxDisk disk = VhdxDisk.open(file, false, executor)) {
        byte[] found = new byte[8192];
        disk.read(5 * MIB, MemorySegment.ofArray(found));
        assertThat(found).containsOnly(5);
      }
    }
  }
}
