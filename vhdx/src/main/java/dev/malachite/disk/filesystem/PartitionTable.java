// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.filesystem;

import dev.malachite.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32;

/** Reads the partition tables of disks: GPT (UEFI specification, chapter 5) and MBR. */
public final class PartitionTable {
  private static final int MAX_PARTITIONS = 128;
  private static final int MBR_SIZE = 512;
  private static final int MBR_ENTRIES = 446;
  private static final int MBR_ENTRY = 16;
  private static final int MBR_SIGNATURE = 0xAA55;
  private static final int GPT_PROTECTIVE = 0xEE;
  private static final long GPT_SIGNATURE = 0x5452_4150_2049_4645L; // "EFI PART"
  private static final int GPT_HEADER = 92;
  private static final int GPT_ENTRY = 128;
  private static final int GPT_NAME = 56;

  private static final Map<String, String> GPT_KINDS =
      Map.of(
          "c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "EFI system",
          "0fc63daf-8483-4772-8e79-3d69d8477de4", "Linux",
          "4f68bce3-e8cd-4db1-96e7-fbcaf984b709", "Linux root (x86-64)",
          "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f", "Linux swap",
          "e6d6d379-f507-44c2-a23c-238f2a3df928", "Linux LVM",
          "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", "Windows data",
          "e3c9e316-0b5c-4db8-817d-f92df00215ae", "Windows reserved",
          "de94bba4-06d1-4d40-a16a-bfd50179d6ac", "Windows recovery",
          "21686148-6449-6e6f-744e-656564454649", "BIOS boot");

  private PartitionTable() {}

  /**
   * The partitions of a disk in their order; a disk that has no table is one partition, number 0.
   *
   * @throws IOException if the disk can't be read
   */
  public static List<Partition> read(VirtualDisk disk) throws IOException {
    Volume whole = new Volume(disk, 0, disk.size());
    List<Partition> partitions = new ArrayList<>();
    if (whole.length() >= MBR_SIZE) {
      ByteBuffer mbr = whole.read(0, MBR_SIZE);
      boolean marked = Short.toUnsignedInt(mbr.getShort(MBR_SIZE - 2)) == MBR_SIGNATURE;
      if (marked && type(mbr, 0) == GPT_PROTECTIVE) {
        readGpt(whole, disk.logicalSectorSize(), partitions);
      } else if (marked && !FileSystem.isPresent(disk, whole0(disk))) {
        readMbr(whole, disk.logicalSectorSize(), mbr, partitions);
      }
    }
    return partitions.isEmpty() ? List.of(whole0(disk)) : List.copyOf(partitions);
  }

  private static Partition whole0(VirtualDisk disk) {
    return new Partition(0, 0, disk.size(), "whole disk", "");
  }

  private static int type(ByteBuffer mbr, int index) {
    return Byte.toUnsignedInt(mbr.get(MBR_ENTRIES + index * MBR_ENTRY + 4));
  }

  private static long first(ByteBuffer mbr, int index) {
    return Integer.toUnsignedLong(mbr.getInt(MBR_ENTRIES + index * MBR_ENTRY + 8));
  }

  private static long count(ByteBuffer mbr, int index) {
    return Integer.toUnsignedLong(mbr.getInt(MBR_ENTRIES + index * MBR_ENTRY + 12));
  }

  private static boolean isExtended(int type) {
    return type == 0x05 || type == 0x0F || type == 0x85;
  }

  private static void readMbr(Volume disk, int sector, ByteBuffer mbr, List<Partition> found)
      throws IOException {
    for (int i = 0; i < 4; i++) {
      int type = type(mbr, i);
      if (isExtended(type)) {
        readLogical(disk, sector, first(mbr, i), found);
      } else if (type != 0) {
        add(found, disk, i + 1, first(mbr, i) * sector, count(mbr, i) * sector, kind(type), "");
      }
    }
    found.sort((a, b) -> Integer.compare(a.number(), b.number()));
  }

  /** Follows the chain of tables inside an extended partition. */
  private static void readLogical(Volume disk, int sector, long base, List<Partition> found)
      throws IOException {
    Set<Long> seen = new HashSet<>();
    int number = 5;
    long at = base;
    while (seen.add(at) && found.size() < MAX_PARTITIONS) {
      if (at * sector > disk.length() - MBR_SIZE) {
        return;
      }
      ByteBuffer table = disk.read(at * sector, MBR_SIZE);
      if (Short.toUnsignedInt(table.getShort(MBR_SIZE - 2)) != MBR_SIGNATURE) {
        return;
      }
      if (type(table, 0) != 0) {
        long start = (at + first(table, 0)) * sector;
        add(found, disk, number++, start, count(table, 0) * sector, kind(type(table, 0)), "");
      }
      if (!isExtended(type(table, 1))) {
        return;
      }
      at = base + first(table, 1);
    }
  }

  private static void readGpt(Volume disk, int sector, List<Partition> found) throws IOException {
    long last = disk.length() / sector - 1;
    for (long at : new long[] {1, last}) {
      if (at >= 1 && readGptAt(disk, sector, at, found)) {
        return;
      }
    }
    throw new DamagedFileSystemException("both GUID partition tables are damaged");
  }

  private static boolean readGptAt(Volume disk, int sector, long at, List<Partition> found)
      throws IOException {
    if (at * sector > disk.length() - MBR_SIZE) {
      return false;
    }
    ByteBuffer header = disk.read(at * sector, MBR_SIZE);
    int size = header.getInt(12);
    if (header.getLong(0) != GPT_SIGNATURE || size < GPT_HEADER || size > MBR_SIZE) {
      return false;
    }
    int checksum = header.getInt(16);
    header.putInt(16, 0);
    CRC32 crc = new CRC32();
    crc.update(header.slice(0, size));
    long table = header.getLong(72);
    int entries = header.getInt(80);
    int entrySize = header.getInt(84);
    if ((int) crc.getValue() != checksum
        || table < 1
        || table > disk.length() / sector
        || entries < 1
        || entries > 1024
        || entrySize < GPT_ENTRY
        || entrySize > 4096
        || table * sector > disk.length() - (long) entries * entrySize) {
      return false;
    }
    ByteBuffer array = disk.read(table * sector, entries * entrySize);
    crc.reset();
    crc.update(array.duplicate());
    if ((int) crc.getValue() != header.getInt(88)) {
      return false;
    }
    for (int i = 0; i < entries && found.size() < MAX_PARTITIONS; i++) {
      int base = i * entrySize;
      UUID type = guid(array, base);
      long first = array.getLong(base + 32);
      long end = array.getLong(base + 40);
      if (type.equals(new UUID(0, 0)) || first < 1 || end < first || end > disk.length() / sector) {
        continue;
      }
      byte[] name = new byte[GPT_ENTRY - GPT_NAME];
      array.get(base + GPT_NAME, name);
      String text = new String(name, StandardCharsets.UTF_16LE);
      int stop = text.indexOf('\0');
      add(
          found,
          disk,
          i + 1,
          first * sector,
          (end - first + 1) * sector,
          GPT_KINDS.getOrDefault(type.toString(), type.toString()),
          stop < 0 ? text : text.substring(0, stop));
    }
    return true;
  }

  private static UUID guid(ByteBuffer bytes, int at) {
    long data1 = Integer.toUnsignedLong(bytes.getInt(at));
    long data2 = Short.toUnsignedLong(bytes.getShort(at + 4));
    long data3 = Short.toUnsignedLong(bytes.getShort(at + 6));
    return new UUID(data1 << 32 | data2 << 16 | data3, Long.reverseBytes(bytes.getLong(at + 8)));
  }

  private static void add(
      List<Partition> found,
      Volume disk,
      int number,
      long start,
      long length,
      String kind,
      String name) {
    if (start < disk.length() && length > 0) {
      found.add(new Partition(number, start, Math.min(length, disk.length() - start), kind, name));
    }
  }

  private static String kind(int type) {
    return switch (type) {
      case 0x01, 0x04, 0x06, 0x0B, 0x0C, 0x0E -> "FAT";
      case 0x07 -> "NTFS or exFAT";
      case 0x82 -> "Linux swap";
      case 0x83 -> "Linux";
      case 0x8E -> "Linux LVM";
      case 0xEF -> "EFI system";
      default -> "0x%02x".formatted(type);
    };
  }
}
