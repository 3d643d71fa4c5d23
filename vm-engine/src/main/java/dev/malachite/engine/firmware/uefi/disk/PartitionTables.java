// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.disk;

import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Finds a drive's partitions: GUID partition table (UEFI 2.10, chapter 5), El Torito boot
 * catalogue, master boot record with logical partitions. What doesn't make sense is passed over.
 */
public final class PartitionTables {
  private static final UUID UNUSED = new UUID(0, 0);
  private static final byte[] GPT_SIGNATURE = "EFI PART".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_ENTRIES = 1024;
  private static final int MAX_ENTRY = 4096;
  private static final int MAX_LOGICAL = 128;

  // The master boot record (section 5.2.1).
  private static final int MBR_SIGNATURE = 440;
  private static final int MBR_TABLE = 446;
  private static final int MBR_ENTRY = 16;
  private static final int BOOT_MARK = 510;
  private static final int TYPE_PROTECTIVE = 0xEE;

  // ISO 9660 and El Torito.
  private static final int DISC_SECTOR = 2048;
  private static final int FIRST_DESCRIPTOR = 16;
  private static final int MAX_DESCRIPTORS = 16;
  private static final int CATALOGUE_POINTER = 0x47;
  private static final int PLATFORM_EFI = 0xEF;

  private PartitionTables() {}

  /** The partitions of a drive in the order of their numbers. */
  public static List<Partition> read(BlockDevice drive) throws IOException {
    if (drive.blocks() < 2) {
      return List.of();
    }
    List<Partition> gpt = gpt(drive, 1);
    if (gpt == null) {
      gpt = gpt(drive, drive.blocks() - 1);
    }
    if (gpt != null) {
      return gpt;
    }
    List<Partition> images = elTorito(drive);
    return images.isEmpty() ? mbr(drive) : images;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  // ---- GPT (section 5.3) ---------------------------------------------------------------------

  private static @Nullable List<Partition> gpt(BlockDevice drive, long at) throws IOException {
    byte[] bytes = drive.read(at, 1);
    ByteBuffer header = little(bytes);
    int size = header.getInt(12);
    if (!Arrays.equals(bytes, 0, 8, GPT_SIGNATURE, 0, 8)
        || size < 92
        || size > bytes.length
        || header.getLong(24) != at) {
      return null;
    }
    int sum = header.getInt(16);
    header.putInt(16, 0);
    if (crc(bytes, size) != sum) {
      return null;
    }
    long first = header.getLong(72);
    int count = header.getInt(80);
    int entry = header.getInt(84);
    if (count < 0 || count > MAX_ENTRIES || entry < 128 || entry > MAX_ENTRY || entry % 8 != 0) {
      return null;
    }
    int blocks = (count * entry + drive.blockSize() - 1) / drive.blockSize();
    if (first < 0 || first > drive.blocks() - blocks) {
      return null;
    }
    byte[] table = drive.read(first, blocks);
    if (crc(table, count * entry) != header.getInt(88)) {
      return null;
    }
    List<Partition> found = new ArrayList<>();
    ByteBuffer entries = little(table);
    for (int i = 0; i < count; i++) {
      int e = i * entry;
      UUID type = GuestSpace.guid(table, e);
      long start = entries.getLong(e + 32);
      long end = entries.getLong(e + 40);
      if (!type.equals(UNUSED) && start > 0 && end >= start && end < drive.blocks()) {
        byte[] unique = Arrays.copyOfRange(table, e + 16, e + 32);
        long length = end - start + 1;
        found.add(new Partition(Partition.Scheme.GPT, i + 1, start, length, type, unique));
      }
    }
    return found;
  }

  private static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  // ---- El Torito (section 13.3.2.1) ----------------------------------------------------------

  private static List<Partition> elTorito(BlockDevice drive) throws IOException {
    if (drive.blockSize() > DISC_SECTOR) {
      return List.of();
    }
    for (int i = 0; i < MAX_DESCRIPTORS; i++) {
      byte[] descriptor = sector(drive, FIRST_DESCRIPTOR + i);
      if (descriptor == null
          || !new String(descriptor, 1, 5, StandardCharsets.US_ASCII).equals("CD001")) {
        return List.of();
      }
      int kind = descriptor[0] & 0xFF;
      if (kind == 0xFF) {
        return List.of();
      }
      String system = new String(descriptor, 7, 23, StandardCharsets.US_ASCII);
      if (kind == 0 && system.equals("EL TORITO SPECIFICATION")) {
        byte[] catalogue =
            sector(drive, little(descriptor).getInt(CATALOGUE_POINTER) & 0xFFFF_FFFFL);
        return catalogue == null ? List.of() : catalogue(drive, catalogue);
      }
    }
    return List.of();
  }

  private static byte @Nullable [] sector(BlockDevice drive, long number) throws IOException {
    int blocks = DISC_SECTOR / drive.blockSize();
    long first = number * blocks;
    return first < 0 || first > drive.blocks() - blocks ? null : drive.read(first, blocks);
  }

  private static List<Partition> catalogue(BlockDevice drive, byte[] bytes) {
    ByteBuffer b = little(bytes);
    int sum = 0;
    for (int i = 0; i < 32; i += 2) {
      sum += b.getShort(i);
    }
    if (bytes[0] != 1 || (sum & 0xFFFF) != 0 || b.getShort(30) != (short) 0xAA55) {
      return List.of();
    }
    List<Partition> found = new ArrayList<>();
    int platform = bytes[1] & 0xFF;
    image(drive, b, 32, platform, 0, found);
    int at = 64;
    int number = 1;
    while (at + 32 <= bytes.length && (bytes[at] & 0xFE) == 0x90) {
      boolean last = (bytes[at] & 1) != 0;
      platform = bytes[at + 1] & 0xFF;
      int count = b.getShort(at + 2) & 0xFFFF;
      at += 32;
      for (int i = 0; i < count && at + 32 <= bytes.length; i++, at += 32) {
        image(drive, b, at, platform, number++, found);
      }
      if (last) {
        break;
      }
    }
    return found;
  }

  private static void image(
      BlockDevice drive, ByteBuffer b, int at, int platform, int number, List<Partition> found) {
    boolean bootable = b.get(at) == (byte) 0x88;
    boolean emulated = (b.get(at + 1) & 15) != 0;
    if (platform != PLATFORM_EFI || !bootable || emulated) {
      return;
    }
    int perSector = DISC_SECTOR / drive.blockSize();
    long start = (b.getInt(at + 8) & 0xFFFF_FFFFL) * perSector;
    // In units of 512 bytes; 0 and 1 stand for what doesn't fit: up to the disc's end.
    long units = b.getShort(at + 6) & 0xFFFF;
    long blocks = (units * 512 + drive.blockSize() - 1) / drive.blockSize();
    long left = drive.blocks() - start;
    if (units <= 1 || blocks > left) {
      blocks = left;
    }
    if (start > 0 && blocks > 0) {
      found.add(
          new Partition(Partition.Scheme.EL_TORITO, number, start, blocks, null, new byte[16]));
    }
  }

  // ---- MBR (section 5.2) ---------------------------------------------------------------------

  private static List<Partition> mbr(BlockDevice drive) throws IOException {
    byte[] sector = drive.read(0, 1);
    ByteBuffer b = little(sector);
    if (b.getShort(BOOT_MARK) != (short) 0xAA55) {
      return List.of();
    }
    byte[] signature = Arrays.copyOf(Arrays.copyOfRange(sector, MBR_SIGNATURE, 444), 16);
    List<Partition> found = new ArrayList<>();
    long extended = 0;
    for (int i = 0; i < 4; i++) {
      int at = MBR_TABLE + i * MBR_ENTRY;
      int type = sector[at + 4] & 0xFF;
      long start = b.getInt(at + 8) & 0xFFFF_FFFFL;
      long count = b.getInt(at + 12) & 0xFFFF_FFFFL;
      int flag = sector[at] & 0x7F;
      if (flag != 0 || type == TYPE_PROTECTIVE) {
        return List.of();
      }
      if (type == 0 || count == 0 || start == 0 || start > drive.blocks() - count) {
        continue;
      }
      if (isExtended(type)) {
        extended = start;
      } else {
        found.add(new Partition(Partition.Scheme.MBR, i + 1, start, count, null, signature));
      }
    }
    if (extended > 0) {
      logical(drive, extended, signature, found);
    }
    return found;
  }

  private static boolean isExtended(int type) {
    return type == 5 || type == 0xF || type == 0x85;
  }

  // A chain of records: each describes one partition and says where the next record is.
  private static void logical(
      BlockDevice drive, long extended, byte[] signature, List<Partition> found)
      throws IOException {
    Set<Long> seen = new HashSet<>();
    long record = extended;
    int number = 5;
    while (seen.size() < MAX_LOGICAL && record < drive.blocks() && seen.add(record)) {
      byte[] sector = drive.read(record, 1);
      ByteBuffer b = little(sector);
      if (b.getShort(BOOT_MARK) != (short) 0xAA55) {
        return;
      }
      long next = 0;
      for (int i = 0; i < 2; i++) {
        int at = MBR_TABLE + i * MBR_ENTRY;
        int type = sector[at + 4] & 0xFF;
        long start = b.getInt(at + 8) & 0xFFFF_FFFFL;
        long count = b.getInt(at + 12) & 0xFFFF_FFFFL;
        if (isExtended(type)) {
          next = extended + start;
        } else if (type != 0 && count > 0 && record + start <= drive.blocks() - count) {
          found.add(
              new Partition(
                  Partition.Scheme.MBR, number++, record + start, count, null, signature));
        }
      }
      if (next == 0) {
        return;
      }
      record = next;
    }
  }
}
