// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.io.MemoryFile;
import dev.malachite.disk.raw.RawDisk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partition tables and file systems written byte by byte, odd and hostile. */
class HostileFileSystemTest {
  private static final int SIZE = 8 << 20;

  private final DiskExecutor executor = DiskExecutor.create("hostile-fs", 1);
  private ByteBuffer bytes = ByteBuffer.allocate(0);

  @BeforeEach
  void clear() {
    bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
  }

  @AfterEach
  void stop() {
    executor.close();
  }

  private VirtualDisk disk() throws IOException {
    MemoryFile file = new MemoryFile();
    MemorySegment memory = Arena.ofAuto().allocate(SIZE, 8);
    memory.copyFrom(MemorySegment.ofArray(bytes.array()));
    file.write(0, memory);
    return RawDisk.openRaw(file, true, executor);
  }

  private List<Partition> partitions() throws IOException {
    try (VirtualDisk disk = disk()) {
      return PartitionTable.read(disk);
    }
  }

  private void mbr(int at, int index, int type, int first, int count) {
    int entry = at + 446 + 16 * index;
    bytes.put(entry + 4, (byte) type).putInt(entry + 8, first).putInt(entry + 12, count);
    bytes.putShort(at + 510, (short) 0xAA55);
  }

  @Test
  void logicalPartitionsThatGoInCirclesEnd() throws IOException {
    mbr(0, 0, 0x07, 63, 100);
    mbr(0, 1, 0x0F, 1000, 5000);
    mbr(0, 2, 0x8E, 7000, 1 << 30);
    mbr(0, 3, 0xEF, 1 << 30, 5);
    mbr(1000 * 512, 0, 0x83, 10, 50);
    mbr(1000 * 512, 1, 0x05, 200, 100);
    mbr(1200 * 512, 0, 0, 0, 0);
    mbr(1200 * 512, 1, 0x85, 400, 100);
    mbr(1400 * 512, 0, 0x99, 10, 20);
    mbr(1400 * 512, 1, 0x05, 200, 100);
    List<Partition> found = partitions();
    assertThat(found).extracting(Partition::number).containsExactly(1, 3, 5, 6);
    assertThat(found)
        .extracting(Partition::kind)
        .containsExactly("NTFS or exFAT", "Linux LVM", "Linux", "0x99");
    assertThat(found.get(1).length())
        .as("what lies behind the disk's end is cut off")
        .isEqualTo(SIZE - 7000L * 512);
    // A chain that leads away from the disk, or to something else.
    mbr(1200 * 512, 1, 0x85, 1 << 30, 100);
    assertThat(partitions()).extracting(Partition::number).containsExactly(1, 3, 5);
    mbr(1200 * 512, 1, 0x85, 600, 100);
    assertThat(partitions()).extracting(Partition::number).containsExactly(1, 3, 5);
  }

  @Test
  void manyLogicalPartitionsAreBounded() throws IOException {
    mbr(0, 0, 0x05, 1, 16_000);
    for (int i = 1; i < 8_000; i++) {
      mbr(i * 512, 0, 0x83, 1, 1);
      mbr(i * 512, 1, 0x05, i, 1);
    }
    assertThat(partitions()).hasSizeBetween(100, 1024);
  }

  private void gpt(long table, int entries, int entrySize) {
    mbr(0, 0, 0xEE, 1, SIZE / 512 - 1);
    bytes.put(512, "EFI PART".getBytes(StandardCharsets.US_ASCII));
    bytes.putInt(512 + 12, 92).putLong(512 + 72, table).putInt(512 + 80, entries);
    bytes.putInt(512 + 84, entrySize);
  }

  private void entry(int index, long first, long last, String name) {
    int at = 1024 + 128 * index;
    bytes.putLong(at, 0x11D2_F81F_C12A_7328L).putLong(at + 8, 0x3BC9_3EC9_A000_4BBAL);
    bytes.putLong(at + 32, first).putLong(at + 40, last);
    bytes.put(at + 56, name.getBytes(StandardCharsets.UTF_16LE));
  }

  private void mend(int size) {
    CRC32 crc = new CRC32();
    crc.update(bytes.array(), 1024, size);
    bytes.putInt(512 + 88, (int) crc.getValue());
    bytes.putInt(512 + 16, 0);
    crc.reset();
    crc.update(bytes.array(), 512, Math.clamp(bytes.getInt(512 + 12), 0, 512));
    bytes.putInt(512 + 16, (int) crc.getValue());
  }

  @Test
  void entriesOutsideTheDiskAreLeftOut() throws IOException {
    gpt(2, 128, 128);
    entry(0, 100, 199, "one");
    entry(1, 0, 5, "starts in the table of old");
    entry(2, 300, 299, "ends before its start");
    entry(3, 400, 1L << 40, "ends behind the disk");
    entry(4, 500, 599, "x".repeat(36));
    mend(128 * 128);
    assertThat(partitions())
        .containsExactly(
            new Partition(1, 100 * 512, 100 * 512, "EFI system", "one"),
            new Partition(5, 500 * 512, 100 * 512, "EFI system", "x".repeat(36)));
  }

  @Test
  void tablesThatMakeNoSenseAreRefused() throws IOException {
    long[][] bad = {
      {2, 128, 127},
      {2, 128, 4097},
      {2, 0, 128},
      {2, 1025, 128},
      {0, 128, 128},
      {-1, 128, 128},
      {1L << 40, 128, 128},
      {SIZE / 512 - 1, 128, 128},
    };
    for (long[] fields : bad) {
      gpt(fields[0], (int) fields[1], (int) fields[2]);
      mend(128 * 128);
      assertThatThrownBy(this::partitions)
          .isInstanceOf(DamagedFileSystemException.class)
          .hasMessageContaining("both GUID partition tables");
    }
    gpt(2, 128, 128);
    mend(128 * 128);
    bytes.put(1024 + 5, (byte) 1);
    assertThatThrownBy(this::partitions).hasMessageContaining("both GUID partition tables");
    for (int size : new int[] {91, 513, -1}) {
      gpt(2, 128, 128);
      bytes.putInt(512 + 12, size);
      mend(128 * 128);
      assertThatThrownBy(this::partitions).hasMessageContaining("both GUID partition tables");
    }
    gpt(2, 128, 128);
    mend(128 * 128);
    bytes.put(512 + 91, (byte) 1);
    assertThatThrownBy(this::partitions).hasMessageContaining("both GUID partition tables");
  }

  // FAT

  /** A FAT16 of clusters of 512 bytes: table at 512, root at 17,408, clusters from 33,792. */
  private void fat() {
    bytes.put(0, (byte) 0xEB);
    bytes.putShort(11, (short) 512).put(13, (byte) 1).putShort(14, (short) 1).put(16, (byte) 1);
    bytes.putShort(17, (short) 512).putShort(19, (short) 8000).putShort(22, (short) 33);
    bytes.putShort(510, (short) 0xAA55);
    bytes.put(43, "NO NAME    ".getBytes(StandardCharsets.US_ASCII));
  }

  private static final int ROOT = 34 * 512;
  private static final int DATA = ROOT + 512 * 32;

  private void file(int slot, String name, int attributes, int cluster, int size) {
    int at = ROOT + 32 * slot;
    bytes.put(at, name.getBytes(StandardCharsets.ISO_8859_1)).put(at + 11, (byte) attributes);
    bytes.putShort(at + 26, (short) cluster).putInt(at + 28, size);
  }

  private FileSystem open(VirtualDisk disk) throws IOException {
    return FileSystem.open(disk, new Partition(0, 0, SIZE, "", "")).orElseThrow();
  }

  private static byte[] read(FileSystem files, String path) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    files.copy(files.find(path), out);
    return out.toByteArray();
  }

  @Test
  void oddNamesOfFatAreRead() throws IOException {
    fat();
    file(0, "LOWER   TXT", 0x20, 0, 0);
    bytes.put(ROOT + 12, (byte) 0x18);
    file(1, "\u0005ARLY      ", 0x20, 0, 0);
    file(2, "\u00e5DELETED   ", 0x20, 0, 0);
    file(3, "A LABEL    ", 0x08, 0, 0);
    // Long names that don't belong to what follows: wrong order, wrong sum, cut short.
    file(4, "B", 0x0F, 0, 0);
    file(5, "FIRST   TXT", 0x20, 0, 0);
    file(6, "A", 0x0F, 0, 0);
    bytes.put(ROOT + 6 * 32 + 13, (byte) 1);
    file(7, "SECOND  TXT", 0x20, 0, 0);
    file(8, "C", 0x0F, 0, 0);
    file(9, "\u0001", 0x0F, 0, 0);
    file(10, "THIRD   TXT", 0x20, 0, 0);
    file(11, "B", 0x0F, 0, 0);
    file(12, "\u0001", 0x0F, 0, 0);
    bytes.put(ROOT + 12 * 32 + 13, (byte) 9);
    file(13, "FOURTH  TXT", 0x20, 0, 0);
    try (VirtualDisk disk = disk()) {
      FileSystem files = open(disk);
      assertThat(files.kind()).isEqualTo("FAT16");
      assertThat(files.label()).isEmpty();
      assertThat(files.list(files.root()))
          .extracting(FileSystem.Entry::name)
          .containsExactly(
              "lower.txt", "\u00e5ARLY", "FIRST.TXT", "SECOND.TXT", "THIRD.TXT", "FOURTH.TXT");
      assertThatThrownBy(() -> files.target(files.root()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void chainsOfFatThatMakeNoSenseAreRefused() throws IOException {
    fat();
    file(0, "LOOP       ", 0x20, 2, 1 << 30);
    file(1, "AWAY       ", 0x20, 60_000, 10);
    file(2, "ZERO       ", 0x20, 1, 10);
    file(3, "SHORT      ", 0x20, 5, 2000);
    file(4, "ROUND      ", 0x10, 7, 0);
    file(5, "FINE       ", 0x20, 9, 3);
    bytes.putShort(512 + 2 * 2, (short) 3).putShort(512 + 2 * 3, (short) 2);
    bytes.putShort(512 + 2 * 5, (short) 0xFFFF);
    bytes.putShort(512 + 2 * 7, (short) 7);
    for (int at = 0; at < 512; at += 32) {
      bytes.put(DATA + 5 * 512 + at, (byte) 'X');
    }
    bytes.put(DATA + 7 * 512, (byte) 1).put(DATA + 7 * 512 + 1, (byte) 2);
    try (VirtualDisk disk = disk()) {
      FileSystem files = open(disk);
      assertThatThrownBy(() -> read(files, "LOOP")).hasMessageContaining("no end");
      assertThatThrownBy(() -> read(files, "AWAY")).hasMessageContaining("cluster 60000");
      assertThatThrownBy(() -> read(files, "ZERO")).hasMessageContaining("cluster 1");
      assertThatThrownBy(() -> read(files, "SHORT")).hasMessageContaining("before its size");
      assertThatThrownBy(() -> files.list(files.find("ROUND")))
          .isInstanceOf(DamagedFileSystemException.class);
      assertThat(read(files, "FINE")).containsExactly(1, 2, 0);
    }
    // Damage behind a folder's end doesn't matter.
    for (int at = 0; at < 512; at += 32) {
      bytes.put(DATA + 5 * 512 + at, (byte) 0);
    }
    try (VirtualDisk disk = disk()) {
      FileSystem files = open(disk);
      assertThat(files.list(files.find("ROUND"))).isEmpty();
    }
  }

  @Test
  void halfAnEntryAtTheTablesEndIsNotUsed() throws IOException {
    // 683 entries of a byte and a half take half a byte more than a table of 1,024 bytes has.
    fat();
    bytes.putShort(22, (short) 2).putShort(17, (short) 16).putShort(19, (short) (4 + 681));
    MemoryFile file = new MemoryFile();
    MemorySegment memory = Arena.ofAuto().allocate(SIZE, 8);
    memory.copyFrom(MemorySegment.ofArray(bytes.array()));
    file.write(0, memory);
    try (VirtualDisk disk = RawDisk.openRaw(file, false, executor)) {
      FileSystem files = open(disk);
      assertThat(files.kind()).isEqualTo("FAT12");
      assertThatThrownBy(() -> add(files, "TOO-MUCH", 681 * 512))
          .hasMessageContaining("has room for " + 680 * 512);
      add(files, "ALL", 680 * 512);
      assertThat(read(files, "ALL")).hasSize(680 * 512);
    }
  }

  private static void add(FileSystem files, String name, int size) throws IOException {
    files.add(files.root(), name, new ByteArrayInputStream(new byte[size]), size, 0);
  }

  @Test
  void bootSectorsThatMakeNoSenseAreNoFat() throws IOException {
    int[][] bad = {
      {11, 513}, {13, 3 | 1 << 8}, {13, 1 | 3 << 8}, {14, 0}, {510, 0}, {0, 0},
    };
    for (int[] change : bad) {
      fat();
      if (change[0] == 13) {
        bytes.put(13, (byte) change[1]).put(16, (byte) (change[1] >> 8));
      } else {
        bytes.putShort(change[0], (short) change[1]);
      }
      try (VirtualDisk disk = disk()) {
        assertThat(FileSystem.open(disk, new Partition(0, 0, SIZE, "", "")))
            .as("change at %d", change[0])
            .isEmpty();
      }
    }
    for (int sector : new int[] {1024, 2048, 4096}) {
      fat();
      bytes.putShort(11, (short) sector);
      try (VirtualDisk disk = disk()) {
        assertThat(open(disk).kind()).startsWith("FAT");
      }
    }
    fat();
    bytes.putShort(19, (short) 10);
    try (VirtualDisk disk = disk()) {
      assertThatThrownBy(() -> open(disk)).hasMessageContaining("no space for files");
    }
    fat();
    bytes.putShort(22, (short) 1);
    try (VirtualDisk disk = disk()) {
      assertThatThrownBy(() -> open(disk)).hasMessageContaining("table is too short");
    }
    fat();
    bytes.putShort(22, (short) 0).putInt(36, 0);
    try (VirtualDisk disk = disk()) {
      assertThat(FileSystem.open(disk, new Partition(0, 0, SIZE, "", ""))).isEmpty();
      assertThat(FileSystem.open(disk, new Partition(0, 0, 511, "", ""))).isEmpty();
    }
  }

  // ext

  /** An ext2 of blocks of 1,024 bytes: descriptors in block 2, inodes from block 5. */
  private void ext() {
    bytes.putInt(1024, 64).putInt(1028, SIZE / 1024).putInt(1044, 1).putInt(1048, 0);
    bytes.putInt(1056, 8192).putInt(1064, 64).putShort(1080, (short) 0xEF53).putInt(1100, 1);
    bytes.putShort(1112, (short) 128);
    bytes.putInt(2 * 1024 + 8, 5);
    inode(2, 0x41ED, 1024, 20);
    int at = 20 * 1024;
    for (int i = 11; i < 20; i++) {
      bytes.putInt(at, i).putShort(at + 4, (short) 16).put(at + 6, (byte) 3);
      bytes.put(at + 8, ("f" + i).getBytes(StandardCharsets.US_ASCII));
      at += 16;
    }
    bytes.putShort(at + 4, (short) (21 * 1024 - at));
  }

  private int inode(int number, int mode, int size, int block) {
    int at = 5 * 1024 + 128 * (number - 1);
    bytes.putShort(at, (short) mode).putInt(at + 4, size).putInt(at + 40, block);
    return at;
  }

  @Test
  void oddInodesOfExtAreReadOrRefused() throws IOException {
    ext();
    inode(11, 0x81A4, 1500, 30);
    bytes.put(30 * 1024, (byte) 5);
    int negative = inode(12, 0x4000, 10, 30);
    bytes.putInt(negative + 108, -1);
    inode(13, 0x2000, 0, 0);
    inode(14, 0xA1FF, 5000, 30);
    inode(15, 0x81A4, 100, SIZE / 1024);
    int indirect = inode(16, 0x81A4, 14 * 1024, 0);
    bytes.putInt(indirect + 40 + 12 * 4, 31).putInt(31 * 1024 + 4, 32).put(32 * 1024, (byte) 6);
    int inline = inode(17, 0x81A4, 61, 0);
    bytes.putInt(inline + 32, 0x1000_0000);
    int overlap = inode(18, 0x81A4, 5000, 0);
    bytes.putInt(overlap + 32, 0x8_0000);
    extents(overlap, 2, 0, 4);
    extent(overlap, 0, 0, 3, 40);
    extent(overlap, 1, 1, 1, 50);
    int holes = inode(19, 0x81A4, 6 * 1024, 0);
    bytes.putInt(holes + 32, 0x8_0000);
    extents(holes, 2, 0, 4);
    extent(holes, 0, 1, 0x8002, 40);
    extent(holes, 1, 4, 1, 41);
    bytes.put(41 * 1024, (byte) 7);
    try (VirtualDisk disk = disk()) {
      FileSystem files = open(disk);
      assertThat(files.kind()).isEqualTo("ext2");
      assertThatThrownBy(() -> files.list(files.find("f12"))).hasMessageContaining("negative size");
      assertThat(files.find("f13").kind()).isEqualTo(FileSystem.Kind.SPECIAL);
      assertThatThrownBy(() -> files.target(files.find("f14"))).hasMessageContaining("too long");
      assertThatThrownBy(() -> read(files, "f15")).hasMessageContaining("refers to block");
      byte[] sparse = read(files, "f16");
      assertThat(sparse).hasSize(14 * 1024);
      assertThat(sparse[13 * 1024]).isEqualTo((byte) 6);
      assertThatThrownBy(() -> read(files, "f17")).hasMessageContaining("attributes");
      assertThatThrownBy(() -> read(files, "f18")).hasMessageContaining("overlap");
      byte[] unwritten = read(files, "f19");
      assertThat(unwritten).hasSize(6 * 1024);
      assertThat(unwritten[4 * 1024]).isEqualTo((byte) 7);
      assertThat(read(files, "f11")).hasSize(1500).startsWith(5);
    }
    // An entry for an inode that isn't there.
    bytes.putInt(20 * 1024, 65);
    try (VirtualDisk disk = disk()) {
      assertThatThrownBy(() -> open(disk).find("f11")).hasMessageContaining("inode 65");
    }
    bytes.putInt(20 * 1024, 11).put(20 * 1024 + 6, (byte) 9);
    try (VirtualDisk disk = disk()) {
      assertThatThrownBy(() -> open(disk).find("f11")).hasMessageContaining("wrong length");
    }
    bytes.putShort(20 * 1024 + 4, (short) 4);
    try (VirtualDisk disk = disk()) {
      assertThatThrownBy(() -> open(disk).find("f11")).hasMessageContaining("wrong length");
    }
  }

  private void extents(int inode, int count, int depth, int most) {
    bytes.putShort(inode + 40, (short) 0xF30A).putShort(inode + 42, (short) count);
    bytes.putShort(inode + 44, (short) most).putShort(inode + 46, (short) depth);
  }

  private void extent(int inode, int index, int logical, int length, int block) {
    int at = inode + 52 + 12 * index;
    bytes.putInt(at, logical).putShort(at + 4, (short) length).putInt(at + 8, block);
  }

  @Test
  void treesOfExtentsThatMakeNoSenseAreRefused() throws IOException {
    int[][] bad = {{0, 0, 0}, {0xF30A, 1, 6}, {0xF30A, 5, 0}};
    for (int[] fields : bad) {
      clear();
      ext();
      int inode = inode(11, 0x81A4, 1500, 0);
      bytes.putInt(inode + 32, 0x8_0000);
      extents(inode, fields[1], fields[2], 4);
      bytes.putShort(inode + 40, (short) fields[0]);
      try (VirtualDisk disk = disk()) {
        FileSystem files = open(disk);
        assertThatThrownBy(() -> read(files, "f11")).hasMessageContaining("tree of extents");
      }
    }
    // A node that is its own child.
    clear();
    ext();
    int inode = inode(11, 0x81A4, 1500, 0);
    bytes.putInt(inode + 32, 0x8_0000);
    extents(inode, 1, 5, 4);
    bytes.putInt(inode + 52 + 4, 40);
    int node = 40 * 1024;
    bytes
        .putShort(node, (short) 0xF30A)
        .putShort(node + 2, (short) 1)
        .putShort(node + 6, (short) 4);
    bytes.putInt(node + 12 + 4, 40);
    try (VirtualDisk disk = disk()) {
      FileSystem files = open(disk);
      assertThatThrownBy(() -> read(files, "f11")).hasMessageContaining("tree of extents");
    }
  }

  @Test
  void superblocksThatMakeNoSenseAreRefused() throws IOException {
    int[][] bad = {
      {1048, 7},
      {1048, -1},
      {1120, 0x1_0000},
      {1064, 0},
      {1056, 0},
      {1028, 0},
      {1112, 64},
      {1112, 2048},
    };
    for (int[] change : bad) {
      clear();
      ext();
      bytes.putInt(change[0], change[1]);
      try (VirtualDisk disk = disk()) {
        assertThatThrownBy(() -> open(disk))
            .as("%d = %d", change[0], change[1])
            .isInstanceOf(DamagedFileSystemException.class);
      }
    }
    for (int descriptor : new int[] {16, 2048}) {
      clear();
      ext();
      bytes.putInt(1120, 0x80).putShort(1278, (short) descriptor);
      try (VirtualDisk disk = disk()) {
        assertThatThrownBy(() -> open(disk)).hasMessageContaining("superblock makes no sense");
      }
    }
    clear();
    ext();
    bytes.putInt(1100, 0);
    try (VirtualDisk disk = disk()) {
      assertThat(open(disk).list(open(disk).root())).as("of revision 0").hasSize(9);
      assertThat(FileSystem.open(disk, new Partition(0, 0, 2047, "", ""))).isEmpty();
    }
  }
}
