// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.filesystem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** FAT12, FAT16 and FAT32 with long names (Microsoft's FAT specification 1.03). */
final class FatFileSystem extends FileSystem {
  private static final int BOOT = 512;
  static final int ENTRY = 32;
  static final int MAX_FOLDER = MAX_ENTRIES * ENTRY;

  private static final int ATTRIBUTE_LABEL = 0x08;
  static final int ATTRIBUTE_FOLDER = 0x10;
  static final int ATTRIBUTE_LONG_NAME = 0x0F;
  private static final int LOWER_NAME = 0x08;
  private static final int LOWER_EXTENSION = 0x10;
  static final int DELETED = 0xE5;

  static final int[] LONG_NAME_UNITS = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};

  static final long ROOT_AREA = 1; // No file starts in cluster 1.

  final Volume volume;
  final int bits;
  final int clusterSize;
  final long clusters;
  final long tableOffset;
  final long tableSize;
  final int tables;

  /** Whether all copies of the allocation table are kept the same. */
  final boolean mirrored;

  /** Where FAT32 counts free clusters; 0 if nowhere. */
  final long informationOffset;

  final long rootOffset;
  final int rootSize;
  final long dataOffset;
  private final long rootCluster;
  private final String label;

  FatFileSystem(Volume volume) throws IOException {
    this.volume = volume;
    ByteBuffer boot = volume.read(0, BOOT);
    int sector = Short.toUnsignedInt(boot.getShort(11));
    clusterSize = sector * Byte.toUnsignedInt(boot.get(13));
    long reserved = Short.toUnsignedInt(boot.getShort(14));
    tables = Byte.toUnsignedInt(boot.get(16));
    rootSize = Short.toUnsignedInt(boot.getShort(17)) * ENTRY;
    long total = Short.toUnsignedInt(boot.getShort(19));
    if (total == 0) {
      total = Integer.toUnsignedLong(boot.getInt(32));
    }
    long tableSectors = Short.toUnsignedInt(boot.getShort(22));
    boolean wide = tableSectors == 0;
    if (wide) {
      tableSectors = Integer.toUnsignedLong(boot.getInt(36));
    }
    tableOffset = reserved * sector;
    tableSize = tableSectors * sector;
    mirrored = !wide || (boot.getShort(40) & 0x80) == 0;
    informationOffset = wide ? (long) Short.toUnsignedInt(boot.getShort(48)) * sector : 0;
    rootOffset = (reserved + tables * tableSectors) * sector;
    dataOffset = rootOffset + (rootSize + sector - 1L) / sector * sector;
    long dataBytes = total * sector - dataOffset;
    if (dataBytes <= 0 || tableSectors == 0) {
      throw new DamagedFileSystemException("its boot sector leaves no space for files");
    }
    clusters = dataBytes / clusterSize;
    bits = wide ? 32 : clusters < 4085 ? 12 : 16;
    if ((clusters + 2) * bits / 8 > tableSectors * sector) {
      throw new DamagedFileSystemException("its allocation table is too short");
    }
    rootCluster = wide ? Integer.toUnsignedLong(boot.getInt(64 - 20)) : ROOT_AREA;
    byte[] name = new byte[11];
    boot.get(wide ? 71 : 43, name);
    label = new String(name, StandardCharsets.ISO_8859_1).strip();
  }

  /** Whether a volume begins with a boot sector that makes sense. */
  static boolean recognizes(Volume volume) throws IOException {
    if (volume.length() < BOOT) {
      return false;
    }
    ByteBuffer boot = volume.read(0, BOOT);
    int sector = Short.toUnsignedInt(boot.getShort(11));
    int cluster = Byte.toUnsignedInt(boot.get(13));
    int tables = Byte.toUnsignedInt(boot.get(16));
    int jump = Byte.toUnsignedInt(boot.get(0));
    return Short.toUnsignedInt(boot.getShort(510)) == 0xAA55
        && (jump == 0xEB || jump == 0xE9)
        && (sector == 512 || sector == 1024 || sector == 2048 || sector == 4096)
        && Integer.bitCount(cluster) == 1
        && (tables == 1 || tables == 2)
        && boot.getShort(14) != 0
        && (boot.getShort(22) != 0 || boot.getInt(36) != 0);
  }

  @Override
  public String kind() {
    return "FAT" + bits;
  }

  @Override
  public String label() {
    return label.equals("NO NAME") ? "" : label;
  }

  @Override
  boolean ignoresCase() {
    return true;
  }

  @Override
  public Entry root() {
    return new Entry("", Kind.FOLDER, 0, 0, rootCluster);
  }

  @Override
  public void add(Entry folder, String name, InputStream data, long size, long modified)
      throws IOException {
    new FatWriter(this).add(folder, name, data, size, modified);
  }

  @Override
  public Entry addFolder(Entry folder, String name, long modified) throws IOException {
    return new FatWriter(this).addFolder(folder, name, modified);
  }

  @Override
  public String target(Entry link) {
    throw new IllegalArgumentException("FAT has no links");
  }

  /** The cluster after one; 0 at the chain's end. */
  long next(long cluster) throws IOException {
    long value;
    switch (bits) {
      case 12 -> {
        int pair = Short.toUnsignedInt(volume.read(tableOffset + cluster * 3 / 2, 2).getShort(0));
        value = cluster % 2 == 0 ? pair & 0xFFF : pair >>> 4;
        value = value >= 0xFF8 ? 0 : value;
      }
      case 16 -> {
        value = Short.toUnsignedInt(volume.read(tableOffset + cluster * 2, 2).getShort(0));
        value = value >= 0xFFF8 ? 0 : value;
      }
      default -> {
        value = volume.read(tableOffset + cluster * 4, 4).getInt(0) & 0x0FFF_FFFFL;
        value = value >= 0x0FFF_FFF8L ? 0 : value;
      }
    }
    if (value != 0) {
      check(value);
    }
    return value;
  }

  void check(long cluster) throws IOException {
    if (cluster < 2 || cluster >= clusters + 2) {
      throw new DamagedFileSystemException("it refers to cluster " + cluster);
    }
  }

  /** Reads clusters of a chain until enough bytes have been seen. */
  private void readChain(long first, long most, Pieces pieces) throws IOException {
    long left = most;
    long cluster = first;
    for (long count = 0; left > 0 && cluster != 0; count++) {
      check(cluster);
      if (count > clusters) {
        throw new DamagedFileSystemException("its chain of clusters has no end");
      }
      int part = (int) Math.min(left, clusterSize);
      pieces.accept(volume.read(dataOffset + (cluster - 2) * clusterSize, part));
      left -= part;
      cluster = left > 0 ? next(cluster) : 0;
    }
    if (left > 0 && most < Long.MAX_VALUE) {
      throw new DamagedFileSystemException("a file ends before its size");
    }
  }

  @Override
  void read(Entry file, Pieces pieces) throws IOException {
    if (file.size() > 0) {
      readChain(file.id(), file.size(), pieces);
    }
  }

  @Override
  public List<Entry> list(Entry folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    LongName longName = new LongName();
    if (folder.id() == ROOT_AREA) {
      list(volume.read(rootOffset, rootSize), longName, entries);
      return entries;
    }
    boolean[] ended = new boolean[1];
    long[] seen = new long[1];
    try {
      readChain(
          folder.id(),
          Long.MAX_VALUE,
          bytes -> {
            seen[0] += bytes.remaining();
            if (seen[0] > MAX_FOLDER) {
              throw new DamagedFileSystemException("a folder is too large");
            }
            if (!ended[0]) {
              ended[0] = list(bytes, longName, entries);
            }
          });
    } catch (DamagedFileSystemException e) {
      if (!ended[0]) {
        throw e;
      }
    }
    return entries;
  }

  /** Adds the entries in a piece of a folder; true if it holds the folder's end. */
  private static boolean list(ByteBuffer bytes, LongName longName, List<Entry> entries) {
    for (int at = 0; at + ENTRY <= bytes.capacity(); at += ENTRY) {
      int first = Byte.toUnsignedInt(bytes.get(at));
      int attributes = Byte.toUnsignedInt(bytes.get(at + 11));
      if (first == 0) {
        return true;
      }
      if (first == DELETED) {
        longName.clear();
      } else if ((attributes & ATTRIBUTE_LONG_NAME) == ATTRIBUTE_LONG_NAME) {
        longName.add(bytes, at);
      } else {
        String name = longName.take(bytes, at);
        if ((attributes & ATTRIBUTE_LABEL) == 0 && first != '.') {
          entries.add(entry(bytes, at, attributes, name));
        }
      }
    }
    return false;
  }

  private static Entry entry(ByteBuffer bytes, int at, int attributes, String longName) {
    boolean folder = (attributes & ATTRIBUTE_FOLDER) != 0;
    long cluster =
        (long) Short.toUnsignedInt(bytes.getShort(at + 20)) << 16
            | Short.toUnsignedInt(bytes.getShort(at + 26));
    return new Entry(
        longName.isEmpty() ? shortName(bytes, at) : longName,
        folder ? Kind.FOLDER : Kind.FILE,
        folder ? 0 : Integer.toUnsignedLong(bytes.getInt(at + 28)),
        time(
            Short.toUnsignedInt(bytes.getShort(at + 24)),
            Short.toUnsignedInt(bytes.getShort(at + 22))),
        cluster);
  }

  private static String shortName(ByteBuffer bytes, int at) {
    byte[] raw = new byte[11];
    bytes.get(at, raw);
    if (raw[0] == 0x05) {
      raw[0] = (byte) DELETED;
    }
    int flags = bytes.get(at + 12);
    String name = new String(raw, 0, 8, StandardCharsets.ISO_8859_1).stripTrailing();
    String extension = new String(raw, 8, 3, StandardCharsets.ISO_8859_1).stripTrailing();
    if ((flags & LOWER_NAME) != 0) {
      name = name.toLowerCase(Locale.ROOT);
    }
    if ((flags & LOWER_EXTENSION) != 0) {
      extension = extension.toLowerCase(Locale.ROOT);
    }
    return extension.isEmpty() ? name : name + "." + extension;
  }

  private static long time(int date, int time) {
    try {
      return LocalDateTime.of(
              1980 + (date >>> 9),
              date >>> 5 & 15,
              date & 31,
              time >>> 11,
              time >>> 5 & 63,
              (time & 31) * 2 % 60)
          .toEpochSecond(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return 0;
    }
  }

  /** What ties a long name to its short one. */
  static int checksum(byte[] shortName) {
    int sum = 0;
    for (byte each : shortName) {
      sum = ((sum & 1) << 7 | sum >>> 1) + Byte.toUnsignedInt(each) & 0xFF;
    }
    return sum;
  }

  /** Puts a long name together from the entries in front of the short one. */
  private static final class LongName {
    private final StringBuilder text = new StringBuilder();
    private int checksum = -1;
    private int expected;

    void clear() {
      text.setLength(0);
      checksum = -1;
      expected = 0;
    }

    void add(ByteBuffer bytes, int at) {
      int order = Byte.toUnsignedInt(bytes.get(at));
      int sum = Byte.toUnsignedInt(bytes.get(at + 13));
      if ((order & 0x40) != 0) {
        clear();
        expected = order & 0x3F;
        checksum = sum;
      }
      if (expected == 0 || (order & 0x3F) != expected || sum != checksum) {
        clear();
        return;
      }
      expected--;
      StringBuilder part = new StringBuilder();
      for (int unit : LONG_NAME_UNITS) {
        char c = (char) bytes.getShort(at + unit);
        if (c == 0) {
          break;
        }
        part.append(c);
      }
      text.insert(0, part);
    }

    /** The long name of a short entry; empty if it has none. */
    String take(ByteBuffer bytes, int at) {
      byte[] raw = new byte[11];
      bytes.get(at, raw);
      int sum = checksum(raw);
      String name = expected == 0 && sum == checksum ? text.toString() : "";
      clear();
      return name;
    }
  }
}
