// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.filesystem;

import dev.malachite.disk.filesystem.FileSystem.Entry;
import dev.malachite.disk.filesystem.FileSystem.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Adds files and folders to a FAT file system.
 *
 * <p>Contents are written first, then the chain of clusters, then the folder's entries, each
 * durable before the next. What is interrupted leaves clusters without a file at the worst.
 */
final class FatWriter {
  private static final int PIECE = 1 << 20;
  private static final int ENTRY = FatFileSystem.ENTRY;
  private static final int UNITS = FatFileSystem.LONG_NAME_UNITS.length;
  private static final long MAX_FILE = (1L << 32) - 1;
  private static final int ATTRIBUTE_ARCHIVE = 0x20;

  private final FatFileSystem files;
  private final Volume volume;
  private final FatTable table;

  FatWriter(FatFileSystem files) throws IOException {
    this.files = files;
    this.volume = files.volume;
    this.table = new FatTable(files);
    if (volume.readOnly()) {
      throw new IOException("the disk is open to read only");
    }
    if (!files.mirrored) {
      throw new IOException(
          "the file system keeps its allocation tables apart, so nothing is written to it here");
    }
  }

  void add(Entry folder, String name, InputStream data, long size, long modified)
      throws IOException {
    if (size < 0 || size > MAX_FILE) {
      throw new IOException("'" + name + "' is too large for FAT, which ends at 4 GiB");
    }
    Folder target = new Folder(folder);
    target.refuse(name);
    int count = (int) ((size + files.clusterSize - 1) / files.clusterSize);
    long[] clusters = table.find(count);
    write(clusters, data, size, name);
    volume.flush();
    if (count > 0) {
      table.chain(clusters);
    }
    target.add(name, ATTRIBUTE_ARCHIVE, count > 0 ? clusters[0] : 0, size, modified);
  }

  Entry addFolder(Entry folder, String name, long modified) throws IOException {
    Folder target = new Folder(folder);
    target.refuse(name);
    long[] clusters = table.find(1);
    ByteBuffer bytes = ByteBuffer.allocate(files.clusterSize).order(ByteOrder.LITTLE_ENDIAN);
    long parent = folder.id() == files.root().id() ? 0 : folder.id();
    put(bytes, 0, dots(1), FatFileSystem.ATTRIBUTE_FOLDER, clusters[0], 0, modified);
    put(bytes, ENTRY, dots(2), FatFileSystem.ATTRIBUTE_FOLDER, parent, 0, modified);
    volume.write(position(clusters[0]), bytes.array(), 0, files.clusterSize);
    volume.flush();
    table.chain(clusters);
    target.add(name, FatFileSystem.ATTRIBUTE_FOLDER, clusters[0], 0, modified);
    return new Entry(name, Kind.FOLDER, 0, modified, clusters[0]);
  }

  private static byte[] dots(int count) {
    byte[] raw = new byte[FatNames.SHORT];
    Arrays.fill(raw, (byte) ' ');
    Arrays.fill(raw, 0, count, (byte) '.');
    return raw;
  }

  private long position(long cluster) {
    return files.dataOffset + (cluster - 2) * files.clusterSize;
  }

  /** Writes contents, clusters that follow each other at once. */
  private void write(long[] clusters, InputStream data, long size, String name) throws IOException {
    int most = Math.max(1, PIECE / files.clusterSize);
    byte[] piece = new byte[most * files.clusterSize];
    long left = size;
    for (int i = 0; i < clusters.length; ) {
      int run = 1;
      while (run < most && i + run < clusters.length && clusters[i + run] == clusters[i] + run) {
        run++;
      }
      int length = (int) Math.min(left, (long) run * files.clusterSize);
      if (data.readNBytes(piece, 0, length) < length) {
        throw new EOFException("'" + name + "' became shorter while it was copied");
      }
      volume.write(position(clusters[i]), piece, 0, length);
      left -= length;
      i += run;
    }
  }

  private static void put(
      ByteBuffer bytes,
      int at,
      byte[] shortName,
      int attributes,
      long cluster,
      long size,
      long modified) {
    LocalDateTime time = LocalDateTime.ofEpochSecond(modified, 0, ZoneOffset.UTC);
    if (time.getYear() < 1980 || time.getYear() > 2107) {
      time = LocalDateTime.of(1980, 1, 1, 0, 0);
    }
    int date = time.getYear() - 1980 << 9 | time.getMonthValue() << 5 | time.getDayOfMonth();
    int clock = time.getHour() << 11 | time.getMinute() << 5 | time.getSecond() / 2;
    bytes.put(at, shortName);
    bytes.put(at + 11, (byte) attributes);
    bytes.putShort(at + 14, (short) clock);
    bytes.putShort(at + 16, (short) date);
    bytes.putShort(at + 18, (short) date);
    bytes.putShort(at + 20, (short) (cluster >>> 16));
    bytes.putShort(at + 22, (short) clock);
    bytes.putShort(at + 24, (short) date);
    bytes.putShort(at + 26, (short) cluster);
    bytes.putInt(at + 28, (int) size);
  }

  /** A folder that gets another entry. */
  private final class Folder {
    private final Entry folder;

    /** Where its pieces are: the root's area, or clusters. */
    private final List<Long> pieces = new ArrayList<>();

    private final int pieceSize;
    private final Set<String> shortNames = new HashSet<>();
    private long lastCluster;

    Folder(Entry folder) throws IOException {
      if (folder.kind() != Kind.FOLDER) {
        throw new IOException("'" + folder.name() + "' is no folder");
      }
      this.folder = folder;
      if (folder.id() == FatFileSystem.ROOT_AREA) {
        pieceSize = files.rootSize;
        pieces.add(files.rootOffset);
        return;
      }
      pieceSize = files.clusterSize;
      for (long cluster = folder.id(); cluster != 0; cluster = files.next(cluster)) {
        files.check(cluster);
        if ((long) pieces.size() * pieceSize >= FatFileSystem.MAX_FOLDER) {
          throw new DamagedFileSystemException("a folder is too large");
        }
        pieces.add(position(cluster));
        lastCluster = cluster;
      }
    }

    /** Fails if a name can't be given to something in this folder. */
    void refuse(String name) throws IOException {
      FatNames.check(name);
      for (Entry entry : files.list(folder)) {
        if (entry.name().equalsIgnoreCase(name)) {
          throw new FileAlreadyExistsException(name, null, "the folder has such a file already");
        }
      }
    }

    void add(String name, int attributes, long cluster, long size, long modified)
        throws IOException {
      int[] end = new int[1];
      int need = 1 + (FatNames.isShort(name) ? 0 : (name.length() + UNITS - 1) / UNITS);
      int slot = findSlots(need, end);
      byte[] shortName = FatNames.shorten(name, shortNames);
      while (slot + need > pieces.size() * (pieceSize / ENTRY)) {
        grow();
      }
      boolean atEnd = slot + need > end[0];
      if (atEnd && slot + need < pieces.size() * (pieceSize / ENTRY)) {
        // What follows the end was never meant to be read.
        write(slot + need, new byte[ENTRY]);
      }
      int sum = FatFileSystem.checksum(shortName);
      for (int i = 0; i < need - 1; i++) {
        write(slot + i, longEntry(name, need - 1 - i, need - 1, sum));
      }
      volume.flush();
      ByteBuffer bytes = ByteBuffer.allocate(ENTRY).order(ByteOrder.LITTLE_ENDIAN);
      put(bytes, 0, shortName, attributes, cluster, size, modified);
      write(slot + need - 1, bytes.array());
      volume.flush();
    }

    /** Finds free slots that follow each other, perhaps behind the folder's present end. */
    private int findSlots(int need, int[] end) throws IOException {
      int number = 0;
      int free = 0;
      int found = -1;
      for (long piece : pieces) {
        ByteBuffer bytes = volume.read(piece, pieceSize);
        for (int at = 0; at + ENTRY <= pieceSize; at += ENTRY, number++) {
          int first = Byte.toUnsignedInt(bytes.get(at));
          if (first == 0) {
            end[0] = number;
            return found >= 0 ? found : number - free;
          }
          if (first == FatFileSystem.DELETED) {
            free++;
            if (free == need && found < 0) {
              found = number - need + 1;
            }
            continue;
          }
          free = 0;
          int attributes = bytes.get(at + 11);
          if ((attributes & FatFileSystem.ATTRIBUTE_LONG_NAME)
              != FatFileSystem.ATTRIBUTE_LONG_NAME) {
            byte[] raw = new byte[FatNames.SHORT];
            bytes.get(at, raw);
            shortNames.add(FatNames.text(raw));
          }
        }
      }
      end[0] = number;
      return found >= 0 ? found : number - free;
    }

    private void grow() throws IOException {
      if (folder.id() == FatFileSystem.ROOT_AREA) {
        throw new IOException("the first folder of the file system is full");
      }
      if ((long) pieces.size() * pieceSize >= FatFileSystem.MAX_FOLDER) {
        throw new IOException("the folder is full");
      }
      long[] cluster = table.find(1);
      volume.write(position(cluster[0]), new byte[pieceSize], 0, pieceSize);
      volume.flush();
      table.chain(cluster);
      table.append(lastCluster, cluster[0]);
      lastCluster = cluster[0];
      pieces.add(position(cluster[0]));
    }

    private void write(int slot, byte[] entry) throws IOException {
      int perPiece = pieceSize / ENTRY;
      long at = pieces.get(slot / perPiece) + (long) (slot % perPiece) * ENTRY;
      volume.write(at, entry, 0, ENTRY);
    }

    private static byte[] longEntry(String name, int order, int last, int sum) {
      ByteBuffer bytes = ByteBuffer.allocate(ENTRY).order(ByteOrder.LITTLE_ENDIAN);
      bytes.put(0, (byte) (order == last ? order | 0x40 : order));
      bytes.put(11, (byte) FatFileSystem.ATTRIBUTE_LONG_NAME);
      bytes.put(13, (byte) sum);
      int from = (order - 1) * UNITS;
      for (int i = 0; i < UNITS; i++) {
        int index = from + i;
        int unit = index < name.length() ? name.charAt(index) : index == name.length() ? 0 : 0xFFFF;
        bytes.putShort(FatFileSystem.LONG_NAME_UNITS[i], (short) unit);
      }
      return bytes.array();
    }
  }
}
