// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.fat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A directory's list of names (FAT specification, sections 6 and 7). */
final class FatDirectory {
  private static final int ENTRY = 32;
  private static final int MAX_BYTES = 65_536 * ENTRY;
  private static final int DELETED = 0xE5;
  private static final int LONG_NAME = 0xF;
  private static final int LAST_LONG = 0x40;
  private static final int[] LONG_PLACES = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};

  private final FatNode node;

  FatDirectory(FatNode node) {
    this.node = node;
  }

  private byte[] bytes() throws IOException {
    byte[] all = new byte[(int) Math.min(node.capacity(MAX_BYTES), MAX_BYTES)];
    node.read(0, MemorySegment.ofArray(all));
    return all;
  }

  /** Everything in the directory, its label and "." and ".." included. */
  List<FatEntry> list() throws IOException {
    return list(bytes());
  }

  private static List<FatEntry> list(byte[] all) {
    ByteBuffer b = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    List<FatEntry> found = new ArrayList<>();
    char[] name = new char[20 * FatNames.PER_ENTRY];
    int expected = 0;
    int sum = -1;
    int length = 0;
    int first = -1;
    for (int at = 0; at + ENTRY <= b.capacity() && b.get(at) != 0; at += ENTRY) {
      int mark = b.get(at) & 0xFF;
      int attributes = b.get(at + 11) & 0x3F;
      if (mark == DELETED) {
        first = -1;
        continue;
      }
      if (attributes == LONG_NAME) {
        int order = mark & 0x3F;
        int check = b.get(at + 13) & 0xFF;
        if ((mark & LAST_LONG) != 0 && order >= 1 && order <= 20) {
          first = at;
          sum = check;
          length = order * FatNames.PER_ENTRY;
        } else if (first < 0 || order != expected || check != sum) {
          first = -1;
          continue;
        }
        for (int i = 0; i < FatNames.PER_ENTRY; i++) {
          name[(order - 1) * FatNames.PER_ENTRY + i] = (char) b.getShort(at + LONG_PLACES[i]);
        }
        expected = order - 1;
        continue;
      }
      boolean named = first >= 0 && expected == 0 && sum == FatNames.checksum(all, at);
      String text = named ? longName(name, length) : FatNames.display(all, at, all[at + 12]);
      found.add(entry(b, at, named ? first : at, text, attributes));
      first = -1;
      expected = 0;
    }
    return found;
  }

  private static String longName(char[] name, int length) {
    int end = 0;
    while (end < length && name[end] != 0) {
      end++;
    }
    return new String(name, 0, end);
  }

  private static FatEntry entry(ByteBuffer b, int at, int first, String name, int attributes) {
    int cluster = b.getShort(at + 26) & 0xFFFF | (b.getShort(at + 20) & 0xFFF) << 16;
    return new FatEntry(
        name,
        attributes,
        cluster,
        b.getInt(at + 28) & 0xFFFF_FFFFL,
        FatEntry.time(b.getShort(at + 16) & 0xFFFF, b.getShort(at + 14) & 0xFFFF),
        FatEntry.time(b.getShort(at + 24) & 0xFFFF, b.getShort(at + 22) & 0xFFFF),
        FatEntry.time(b.getShort(at + 18) & 0xFFFF, 0),
        first,
        at);
  }

  /** Finds a name; letters' case makes no difference. */
  @Nullable FatEntry find(String name) throws IOException {
    byte[] all = bytes();
    for (FatEntry entry : list(all)) {
      boolean label = (entry.attributes() & FatEntry.LABEL) != 0;
      if (!label
          && (entry.name().equalsIgnoreCase(name)
              || FatNames.display(all, entry.last(), 0).equalsIgnoreCase(name))) {
        return entry;
      }
    }
    return null;
  }

  /**
   * Adds an entry.
   *
   * @param name valid, and not there yet
   */
  FatEntry add(String name, int attributes, int cluster, long size, LocalDateTime now)
      throws IOException {
    byte[] all = bytes();
    Set<String> taken = new HashSet<>();
    for (FatEntry e : list(all)) {
      taken.add(new String(all, e.last(), 11, StandardCharsets.ISO_8859_1));
    }
    byte[] shortName = FatNames.alias(name, taken);
    int longs =
        FatNames.isShort(name) ? 0 : (name.length() + FatNames.PER_ENTRY - 1) / FatNames.PER_ENTRY;
    int at = room(all, longs + 1);
    ByteBuffer out = ByteBuffer.allocate((longs + 1) * ENTRY).order(ByteOrder.LITTLE_ENDIAN);
    int sum = FatNames.checksum(shortName, 0);
    for (int i = 0; i < longs; i++) {
      int order = longs - i;
      int e = i * ENTRY;
      out.put(e, (byte) (order | (i == 0 ? LAST_LONG : 0)));
      out.put(e + 11, (byte) LONG_NAME);
      out.put(e + 13, (byte) sum);
      for (int j = 0; j < FatNames.PER_ENTRY; j++) {
        int index = (order - 1) * FatNames.PER_ENTRY + j;
        int c = index < name.length() ? name.charAt(index) : index == name.length() ? 0 : 0xFFFF;
        out.putShort(e + LONG_PLACES[j], (short) c);
      }
    }
    int e = longs * ENTRY;
    out.put(e, shortName);
    out.put(e + 11, (byte) attributes);
    out.putShort(e + 14, (short) FatEntry.time(now));
    out.putShort(e + 16, (short) FatEntry.date(now));
    fill(out, e, cluster, size, now);
    node.write(at, MemorySegment.ofArray(out.array()));
    return entry(out, e, e, name, attributes).at(at, at + e);
  }

  private static void fill(ByteBuffer out, int e, int cluster, long size, LocalDateTime now) {
    out.putShort(e + 18, (short) FatEntry.date(now));
    out.putShort(e + 20, (short) (cluster >>> 16));
    out.putShort(e + 22, (short) FatEntry.time(now));
    out.putShort(e + 24, (short) FatEntry.date(now));
    out.putShort(e + 26, (short) cluster);
    out.putInt(e + 28, (int) size);
  }

  // Finds free entries in a row, at the directory's end if need be.
  private int room(byte[] all, int wanted) throws IOException {
    int run = 0;
    for (int at = 0; at + ENTRY <= all.length; at += ENTRY) {
      int mark = all[at] & 0xFF;
      if (mark == 0 || mark == DELETED) {
        run++;
        if (run == wanted) {
          return at - (wanted - 1) * ENTRY;
        }
      } else {
        run = 0;
      }
    }
    int start = all.length - run * ENTRY;
    long end = start + (long) wanted * ENTRY;
    if (end > MAX_BYTES) {
      throw new FullVolumeException();
    }
    node.grow(end, true);
    return start;
  }

  /** Changes an entry's attributes, place and size. */
  void update(FatEntry entry, int attributes, int cluster, long size, LocalDateTime now)
      throws IOException {
    byte[] raw = new byte[ENTRY];
    node.read(entry.last(), MemorySegment.ofArray(raw));
    ByteBuffer out = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    out.put(11, (byte) attributes);
    fill(out, 0, cluster, size, now);
    node.write(entry.last(), MemorySegment.ofArray(raw));
  }

  /** Removes an entry. */
  void remove(FatEntry entry) throws IOException {
    for (int at = entry.first(); at <= entry.last(); at += ENTRY) {
      node.write(at, MemorySegment.ofArray(new byte[] {(byte) DELETED}));
    }
  }

  /** Writes "." and ".." into a new directory. */
  static void initialize(FatNode node, int own, int parent, LocalDateTime now) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(2 * ENTRY).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 2; i++) {
      out.put(i * ENTRY, FatNames.pack(i == 0 ? "." : "..", ""));
      out.put(i * ENTRY + 11, (byte) FatEntry.DIRECTORY);
      out.putShort(i * ENTRY + 14, (short) FatEntry.time(now));
      out.putShort(i * ENTRY + 16, (short) FatEntry.date(now));
      fill(out, i * ENTRY, i == 0 ? own : parent, 0, now);
    }
    node.write(0, MemorySegment.ofArray(out.array()));
  }
}
