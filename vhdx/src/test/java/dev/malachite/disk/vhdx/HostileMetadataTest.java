// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.io.LittleEndian;
import dev.malachite.disk.io.MemoryFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Metadata tables and headers that MS-VHDX, sections 2.2 and 2.6, doesn't allow. */
class HostileMetadataTest {
  private static final long TABLE = SampleImages.METADATA;
  private static final long ITEMS = TABLE + MetadataTable.SIZE;
  private static final int ENTRY = 32;

  private static MemoryFile clean = new MemoryFile();
  private static DiskExecutor executor = DiskExecutor.create("metadata", 1);

  private MemoryFile file = new MemoryFile();

  @BeforeAll
  static void prepare() throws IOException {
    clean = SampleImages.clean();
    executor = DiskExecutor.create("metadata", 1);
  }

  @AfterAll
  static void stop() {
    executor.close();
  }

  @BeforeEach
  void copy() {
    file = clean.copy();
  }

  private void assertRefused(String structure, String problem) throws IOException {
    SampleImages.mendChecksums(file);
    MemoryFile before = file.copy();
    assertThatThrownBy(() -> VhdxDisk.open(file, false, executor).close())
        .isInstanceOf(DiskFormatException.class)
        .hasMessageContaining(structure)
        .hasMessageContaining(problem);
    assertThat(file.sameAs(before)).isTrue();
    file = clean.copy();
  }

  private int count() throws IOException {
    return (int) (SampleImages.getLong(file, TABLE + 8) >>> 16) & 0xFFFF;
  }

  private void putCount(int count) throws IOException {
    SampleImages.putLong(file, TABLE + 8, (long) count << 16);
  }

  /** Puts an entry of the table: item, place in the region, length, flags. */
  private void putEntry(int index, UUID item, long offset, long length, int flags)
      throws IOException {
    byte[] entry = new byte[16];
    LittleEndian.putGuid(MemorySegment.ofArray(entry), 0, item);
    MemorySegment guid = MemorySegment.ofArray(entry);
    long at = TABLE + ENTRY + (long) ENTRY * index;
    SampleImages.putLong(file, at, LittleEndian.getLong(guid, 0));
    SampleImages.putLong(file, at + 8, LittleEndian.getLong(guid, 8));
    SampleImages.putLong(file, at + 16, offset | length << 32);
    SampleImages.putLong(file, at + 24, flags);
  }

  @Test
  void tablesThatMakeNoSenseAreRefused() throws IOException {
    SampleImages.putLong(file, TABLE, 1);
    assertRefused("metadata table", "signature is wrong");
    putCount(2048);
    assertRefused("metadata table", "says it has 2048 entries");
    putCount(3);
    assertRefused("metadata table", "is missing");
    int count = count();
    SampleImages.putLong(file, TABLE + ENTRY + 16, 100 | 8L << 32);
    assertRefused("metadata table", "lies outside the region's items");
    SampleImages.putLong(file, TABLE + ENTRY + 16, MetadataTable.SIZE);
    assertRefused("metadata table", "lies outside the region's items");
    SampleImages.putLong(file, TABLE + ENTRY + 16, MetadataTable.SIZE | 2L << 52);
    assertRefused("metadata table", "lies outside the region's items");
    SampleImages.putLong(file, TABLE + ENTRY + 16, (1 << 20) - 4 | 8L << 32);
    assertRefused("metadata table", "lies outside the region's items");
    long second = SampleImages.getLong(file, TABLE + 2 * ENTRY + 16);
    SampleImages.putLong(file, TABLE + ENTRY + 16, (second & 0xFFFF_FFFFL) | 8L << 32);
    assertRefused("metadata table", "overlaps another");
    for (int i = 0; i < 16; i += 8) {
      SampleImages.putLong(
          file, TABLE + 2 * ENTRY + i, SampleImages.getLong(file, TABLE + ENTRY + i));
    }
    assertRefused("metadata table", "is listed twice");
    // One user item more than there may be, none with contents.
    putCount(count + 1025);
    for (int i = 0; i < 1025; i++) {
      putEntry(count + i, new UUID(1, i), 0, 0, 1);
    }
    assertRefused("metadata table", "more than 1024 user items");
  }

  @Test
  void itemsOfOthersAreLeftAlone() throws IOException {
    int count = count();
    putCount(count + 3);
    putEntry(count, new UUID(1, 1), 0, 0, 1);
    putEntry(count + 1, new UUID(1, 2), 0x2_0000, 512, 0);
    // A user's item may even have the identifier of a known one.
    putEntry(count + 2, UUID.fromString("2FA54224-CD1B-4876-B211-5DBED83BF4B8"), 0x3_0000, 8, 1);
    try (VhdxDisk disk = VhdxDisk.open(file, false, executor)) {
      assertThat(disk.size()).isEqualTo(SampleImages.DISK_SIZE);
    }
  }

  @Test
  void itemsThatMakeNoSenseAreRefused() throws IOException {
    for (int size : new int[] {0, 512 << 10, 3 << 20, 512 << 20}) {
      SampleImages.putInt(file, ITEMS, size);
      assertRefused("file parameters", "block size is");
    }
    SampleImages.putInt(file, ITEMS + 4, 8);
    assertRefused("file parameters", "unknown flags");
    for (long size : new long[] {0, -512, 1000}) {
      SampleImages.putLong(file, ITEMS + 8, size);
      assertRefused("virtual disk size", "is not a number of 512-byte sectors");
    }
    for (long at = ITEMS + 32; at < ITEMS + 40; at += 4) {
      SampleImages.putInt(file, at, 1024);
      assertRefused("sector size", "not 512 or 4096");
    }
  }

  @Test
  void headersThatMakeNoSenseAreRefused() throws IOException {
    for (int i = 0; i < 2; i++) {
      SampleImages.putLong(file, VhdxHeader.offset(i), 0);
    }
    assertRefused("header", "");
    long[][] bad = {
      {68, 100, 0x10_0000}, // log length and offset
      {68, 1 << 20, 0x10_0200},
      {68, 0, 0x10_0000},
      {68, 1 << 20, 0},
      {68, 1 << 20, 1L << 62},
      {68, 1 << 20, 1L << 40},
    };
    for (long[] fields : bad) {
      for (int i = 0; i < 2; i++) {
        SampleImages.putInt(file, VhdxHeader.offset(i) + 68, (int) fields[1]);
        SampleImages.putLong(file, VhdxHeader.offset(i) + 72, fields[2]);
      }
      assertRefused("header", "the log (");
    }
    for (int i = 0; i < 2; i++) {
      SampleImages.putLong(file, VhdxHeader.offset(i) + 48, 1);
      SampleImages.putInt(file, VhdxHeader.offset(i) + 64, 1 << 16 | 1);
    }
    assertRefused("header", "log has version 1");
  }

  @Test
  void headersWithOneNumberCountIfTheyAreAlike() throws IOException {
    // Section 2.2.2: the higher sequence number decides; the same one must mean the same contents.
    byte[] first = bytes(VhdxHeader.offset(0));
    for (int i = 0; i < 8; i++) {
      byte[] sector = Arrays.copyOfRange(first, i * 512, i * 512 + 512);
      file.putSector(VhdxHeader.offset(1) / 512 + i, sector);
    }
    VhdxDisk.open(file, true, executor).close();
    SampleImages.putLong(file, VhdxHeader.offset(1) + 16, 77);
    assertRefused("header", "");
  }

  private byte[] bytes(long at) throws IOException {
    MemorySegment bytes = Arena.ofAuto().allocate(4096, 8);
    file.readFully(at, bytes);
    return bytes.toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void filesOfImpossibleLengthAreRefused() throws IOException {
    file.truncate(4096);
    assertThatThrownBy(() -> VhdxDisk.open(file, false, executor).close())
        .isInstanceOf(DiskFormatException.class);
    file.truncate(4);
    assertThatThrownBy(() -> VhdxDisk.open(file, false, executor).close())
        .isInstanceOf(DiskFormatException.class);
    MemoryFile huge = clean.copy();
    huge.extend(VhdxConstants.MAX_FILE_SIZE + 512);
    assertThatThrownBy(() -> VhdxDisk.open(huge, false, executor).close())
        .isInstanceOf(DiskFormatException.class);
  }

  @Test
  void aLocatorMovesWhereThereIsRoom() throws IOException {
    MemoryFile child = new MemoryFile();
    VhdxCreator.createDifferencing(
        child,
        VhdxSettings.dynamic(SampleImages.DISK_SIZE),
        ParentLocator.of(Path.of("/a/child"), Path.of("/a/base"), new UUID(1, 1)));
    file = child;
    VhdxImage image = VhdxImage.loadToDescribe(child);
    long region = image.regions().metadata().offset();
    int locatorEntry = -1;
    long locatorAt = 0;
    int count = (int) (SampleImages.getLong(child, region + 8) >>> 16) & 0xFFFF;
    for (int i = 0; i < count; i++) {
      long place = SampleImages.getLong(child, region + ENTRY * (i + 1L) + 16);
      if ((place & 0xFFFF_FFFFL) > locatorAt) {
        locatorAt = place & 0xFFFF_FFFFL;
        locatorEntry = i;
      }
    }
    assertThat(locatorEntry).isNotNegative();
    // Right behind the locator there is something of somebody's.
    long length = SampleImages.getLong(child, region + ENTRY * (locatorEntry + 1L) + 16) >>> 32;
    SampleImages.putLong(child, region + 8, (long) (count + 1) << 16);
    long at = region + ENTRY * (count + 1L);
    SampleImages.putLong(child, at, 5);
    SampleImages.putLong(child, at + 8, 5);
    SampleImages.putLong(child, at + 16, locatorAt + length | 512L << 32);
    SampleImages.putLong(child, at + 24, 1);
    ParentLocator longer =
        ParentLocator.of(Path.of("/a/child"), Path.of("/a/" + "x".repeat(200)), new UUID(1, 1));
    VhdxMerge.putLocator(child, VhdxImage.loadToDescribe(child), longer, false);
    VhdxImage after = VhdxImage.loadToDescribe(child);
    assertThat(after.items().locator()).isEqualTo(longer);
    assertThat(SampleImages.getLong(child, region + locatorAt + length)).isZero();
  }
}
