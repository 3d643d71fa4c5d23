// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static dev.malachite.disk.vhdx.VhdxConstants.MIB;

import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.LittleEndian;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The metadata region (section 2.6): its table and the items that it lists. */
final class MetadataTable {
  /** Size of the table; items lie behind it. */
  static final int SIZE = 0x1_0000;

  private static final long SIGNATURE = 0x6174_6164_6174_656DL; // "metadata"
  private static final int MAX_ENTRIES = 2047;
  private static final int MAX_USER_ENTRIES = 1024;

  // Field                          offset  size
  private static final int AT_SIGNATURE = 0; // 8
  private static final int AT_ENTRY_COUNT = 10; // 2
  private static final int AT_ENTRIES = 32;
  private static final int ENTRY_SIZE = 32;
  private static final int ENTRY_ITEM_ID = 0; // 16
  private static final int ENTRY_OFFSET = 16; // 4
  private static final int ENTRY_LENGTH = 20; // 4
  private static final int ENTRY_FLAGS = 24; // 4
  private static final int FLAG_USER = 1;
  private static final int FLAG_VIRTUAL_DISK = 2;
  private static final int FLAG_REQUIRED = 4;

  // Section 2.6.2.1, file parameters.
  private static final int PARAMETERS_BLOCK_SIZE = 0; // 4
  private static final int PARAMETERS_FLAGS = 4; // 4
  private static final int PARAMETER_LEAVE_BLOCK_ALLOCATED = 1;
  private static final int PARAMETER_HAS_PARENT = 2;

  private static final String NAME = "metadata table";

  /** The items of section 2.6.2, in the order in which they are written. */
  private enum Item {
    FILE_PARAMETERS("CAA16737-FA36-4D43-B3B6-33F0AA44E76B", 8, FLAG_REQUIRED),
    VIRTUAL_DISK_SIZE("2FA54224-CD1B-4876-B211-5DBED83BF4B8", 8, FLAG_VIRTUAL_DISK | FLAG_REQUIRED),
    VIRTUAL_DISK_ID("BECA12AB-B2E6-4523-93EF-C309E000C746", 16, FLAG_VIRTUAL_DISK | FLAG_REQUIRED),
    LOGICAL_SECTOR_SIZE(
        "8141BF1D-A96F-4709-BA47-F233A8FAAB5F", 4, FLAG_VIRTUAL_DISK | FLAG_REQUIRED),
    PHYSICAL_SECTOR_SIZE(
        "CDA348C7-445D-4471-9CC9-E9885251C556", 4, FLAG_VIRTUAL_DISK | FLAG_REQUIRED),
    /** Of any length. */
    PARENT_LOCATOR("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C", 0, FLAG_REQUIRED);

    final UUID id;
    final int size;
    final int flags;

    Item(String id, int size, int flags) {
      this.id = UUID.fromString(id);
      this.size = size;
      this.flags = flags;
    }

    static @Nullable Item of(UUID id) {
      for (Item item : values()) {
        if (item.id.equals(id)) {
          return item;
        }
      }
      return null;
    }
  }

  private record Entry(UUID id, boolean user, long offset, long length, long entryOffset) {
    long end() {
      return offset + length;
    }
  }

  private final HostFile file;
  private final RegionTable.Region region;
  private final Map<Item, Entry> known = new HashMap<>();
  private List<Entry> entries = List.of();
  private @Nullable VhdxMetadata metadata;
  private @Nullable ParentLocator locator;

  private MetadataTable(HostFile file, RegionTable.Region region) {
    this.file = file;
    this.region = region;
  }

  /** Reads and checks the table and the known items. */
  static MetadataTable read(HostFile file, RegionTable.Region region) throws IOException {
    MetadataTable table = new MetadataTable(file, region);
    try (Arena arena = Arena.ofConfined()) {
      table.entries = table.readEntries(arena.allocate(SIZE, 8));
      VhdxMetadata metadata = table.readItems(arena.allocate(16, 8));
      table.metadata = metadata;
      if (metadata.differencing()) {
        table.locator = table.readLocator(arena);
      }
      return table;
    }
  }

  /** What the known items say. */
  VhdxMetadata metadata() {
    VhdxMetadata found = metadata;
    if (found == null) {
      throw new IllegalStateException("the metadata hasn't been read");
    }
    return found;
  }

  /** Where the parent is; null if the disk has none. */
  @Nullable ParentLocator locator() {
    return locator;
  }

  private ParentLocator readLocator(Arena arena) throws IOException {
    Entry entry = known.get(Item.PARENT_LOCATOR);
    if (entry == null || entry.length() == 0) {
      throw bad(region.offset(), "the disk has a parent but no item says where it is");
    }
    MemorySegment bytes = arena.allocate(entry.length(), 8);
    long at = region.offset() + entry.offset();
    file.readFully(at, bytes);
    return ParentLocator.parse(file.path(), bytes, at);
  }

  /** Changes the disk's capacity. */
  void putDiskSize(SectorPatches patches, long size) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(new byte[Long.BYTES]);
    LittleEndian.putLong(bytes, 0, size);
    put(patches, Item.VIRTUAL_DISK_SIZE, bytes);
  }

  /** Changes the disk's identity. */
  void putIdentity(SectorPatches patches, UUID identity) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(new byte[2 * Long.BYTES]);
    LittleEndian.putGuid(bytes, 0, identity);
    put(patches, Item.VIRTUAL_DISK_ID, bytes);
  }

  private void put(SectorPatches patches, Item item, MemorySegment bytes) throws IOException {
    Entry entry = known.get(item);
    if (entry == null || entry.length() != bytes.byteSize()) {
      throw new IllegalStateException("item " + item + " is missing");
    }
    patches.put(region.offset() + entry.offset(), bytes);
  }

  /** Changes the parent locator of a differencing disk, which moves if it has to. */
  void putLocator(SectorPatches patches, ParentLocator changed) throws IOException {
    Entry old = known.get(Item.PARENT_LOCATOR);
    if (old == null) {
      throw new IllegalStateException("the disk has no parent");
    }
    MemorySegment item = MemorySegment.ofArray(changed.encode());
    long offset = findPlace(old, item.byteSize());
    patches.put(region.offset() + offset, item);
    MemorySegment fields = MemorySegment.ofArray(new byte[2 * Integer.BYTES]);
    LittleEndian.putInt(fields, 0, (int) offset);
    LittleEndian.putInt(fields, Integer.BYTES, (int) item.byteSize());
    patches.put(old.entryOffset() + ENTRY_OFFSET, fields);
  }

  /** Finds room for an item where it is or behind others, all others staying in their places. */
  private long findPlace(Entry moved, long length) throws IOException {
    List<Long> places = new ArrayList<>(List.of(moved.offset(), (long) SIZE));
    for (Entry entry : entries) {
      if (!entry.equals(moved)) {
        places.add(entry.end());
      }
    }
    for (long place : places) {
      boolean free = place >= SIZE && place + length <= region.length();
      for (Entry entry : entries) {
        free &= entry.equals(moved) || entry.end() <= place || entry.offset() >= place + length;
      }
      if (free) {
        return place;
      }
    }
    throw bad(region.offset(), "its region has no room for the parent locator");
  }

  private List<Entry> readEntries(MemorySegment bytes) throws IOException {
    file.readFully(region.offset(), bytes);
    if (LittleEndian.getLong(bytes, AT_SIGNATURE) != SIGNATURE) {
      throw bad(region.offset(), "its signature is wrong");
    }
    int count = LittleEndian.getShort(bytes, AT_ENTRY_COUNT);
    if (count > MAX_ENTRIES) {
      throw bad(region.offset() + AT_ENTRY_COUNT, "it says it has " + count + " entries");
    }
    List<Entry> listed = new ArrayList<>();
    int users = 0;
    for (int i = 0; i < count; i++) {
      long at = AT_ENTRIES + (long) i * ENTRY_SIZE;
      int flags = LittleEndian.getInt(bytes, at + ENTRY_FLAGS);
      Entry entry =
          new Entry(
              LittleEndian.getGuid(bytes, at + ENTRY_ITEM_ID),
              (flags & FLAG_USER) != 0,
              LittleEndian.getUnsignedInt(bytes, at + ENTRY_OFFSET),
              LittleEndian.getUnsignedInt(bytes, at + ENTRY_LENGTH),
              region.offset() + at);
      if (entry.user() && ++users > MAX_USER_ENTRIES) {
        throw bad(entry.entryOffset(), "it has more than " + MAX_USER_ENTRIES + " user items");
      }
      checkPlace(entry);
      listed.add(entry);
      Item item = entry.user() ? null : Item.of(entry.id());
      if (item != null) {
        if (known.put(item, entry) != null) {
          throw bad(entry.entryOffset(), "item " + entry.id() + " is listed twice");
        }
      } else if ((flags & FLAG_REQUIRED) != 0) {
        throw new DiskFormatException(
            file.path(),
            NAME,
            entry.entryOffset(),
            "item " + entry.id() + " is required but not known",
            "Open the file with the program that made it and convert it.");
      }
    }
    checkOverlaps(listed);
    return listed;
  }

  private void checkPlace(Entry entry) throws IOException {
    if (entry.length() == 0 && entry.offset() == 0) {
      return;
    }
    if (entry.length() == 0
        || entry.length() > MIB
        || entry.offset() < SIZE
        || entry.offset() + entry.length() > region.length()) {
      throw bad(
          entry.entryOffset(),
          "item "
              + entry.id()
              + " ("
              + entry.length()
              + " bytes at "
              + entry.offset()
              + " of the region) lies outside the region's items");
    }
  }

  private void checkOverlaps(List<Entry> listed) throws IOException {
    listed.sort(Comparator.comparingLong(Entry::offset));
    long end = 0;
    for (Entry entry : listed) {
      if (entry.length() != 0 && entry.offset() < end) {
        throw bad(entry.entryOffset(), "item " + entry.id() + " overlaps another");
      }
      end = Math.max(end, entry.end());
    }
  }

  private VhdxMetadata readItems(MemorySegment buffer) throws IOException {
    long at = readItem(Item.FILE_PARAMETERS, buffer);
    long blockSize = LittleEndian.getUnsignedInt(buffer, PARAMETERS_BLOCK_SIZE);
    int flags = LittleEndian.getInt(buffer, PARAMETERS_FLAGS);
    if (blockSize < VhdxConstants.MIN_BLOCK_SIZE
        || blockSize > VhdxConstants.MAX_BLOCK_SIZE
        || Long.bitCount(blockSize) != 1) {
      throw badItem(at, "file parameters", "the block size is " + blockSize + " bytes");
    }
    if ((flags & ~(PARAMETER_LEAVE_BLOCK_ALLOCATED | PARAMETER_HAS_PARENT)) != 0) {
      throw badItem(at + PARAMETERS_FLAGS, "file parameters", "it has unknown flags");
    }

    at = readItem(Item.LOGICAL_SECTOR_SIZE, buffer);
    int logical = sectorSize(at, "logical sector size", buffer);
    at = readItem(Item.PHYSICAL_SECTOR_SIZE, buffer);
    int physical = sectorSize(at, "physical sector size", buffer);

    at = readItem(Item.VIRTUAL_DISK_SIZE, buffer);
    long diskSize = LittleEndian.getLong(buffer, 0);
    if (diskSize <= 0 || diskSize > VhdxConstants.MAX_DISK_SIZE || diskSize % logical != 0) {
      throw badItem(
          at,
          "virtual disk size",
          "it is "
              + Long.toUnsignedString(diskSize)
              + " bytes, which is not a number of "
              + logical
              + "-byte sectors up to 64 TiB");
    }

    readItem(Item.VIRTUAL_DISK_ID, buffer);
    UUID identity = LittleEndian.getGuid(buffer, 0);
    return new VhdxMetadata(
        (int) blockSize,
        (flags & PARAMETER_LEAVE_BLOCK_ALLOCATED) != 0 && (flags & PARAMETER_HAS_PARENT) == 0,
        (flags & PARAMETER_HAS_PARENT) != 0,
        diskSize,
        identity,
        logical,
        physical);
  }

  private int sectorSize(long at, String name, MemorySegment buffer) throws IOException {
    int size = LittleEndian.getInt(buffer, 0);
    if (size != 512 && size != 4096) {
      throw badItem(at, name, "it is " + Integer.toUnsignedString(size) + ", not 512 or 4096");
    }
    return size;
  }

  /** Reads an item to the start of the buffer; returns where it is in the file. */
  private long readItem(Item item, MemorySegment buffer) throws IOException {
    Entry entry = known.get(item);
    if (entry == null) {
      throw bad(region.offset(), "item " + item.id + " is missing");
    }
    if (entry.length() != item.size) {
      throw bad(
          entry.entryOffset(),
          "item " + item.id + " has " + entry.length() + " bytes, not " + item.size);
    }
    long at = region.offset() + entry.offset();
    file.readFully(at, buffer.asSlice(0, item.size));
    return at;
  }

  private DiskFormatException bad(long offset, String problem) {
    return badItem(offset, NAME, problem);
  }

  private DiskFormatException badItem(long offset, String name, String problem) {
    return new DiskFormatException(file.path(), name, offset, problem, DiskFormatException.RESTORE);
  }

  /**
   * Encodes a table and its items into the first bytes of a metadata region.
   *
   * @param locator where the parent of a differencing disk is; null for others
   */
  static void encode(VhdxMetadata metadata, @Nullable ParentLocator locator, MemorySegment bytes) {
    bytes.fill((byte) 0);
    LittleEndian.putLong(bytes, AT_SIGNATURE, SIGNATURE);
    int count = 0;
    long at = SIZE;
    for (Item item : Item.values()) {
      if (item == Item.PARENT_LOCATOR && locator == null) {
        continue;
      }
      long entry = AT_ENTRIES + (long) count * ENTRY_SIZE;
      int size = encodeItem(metadata, locator, item, bytes, at);
      LittleEndian.putGuid(bytes, entry + ENTRY_ITEM_ID, item.id);
      LittleEndian.putInt(bytes, entry + ENTRY_OFFSET, (int) at);
      LittleEndian.putInt(bytes, entry + ENTRY_LENGTH, size);
      LittleEndian.putInt(bytes, entry + ENTRY_FLAGS, item.flags);
      at += size;
      count++;
    }
    LittleEndian.putShort(bytes, AT_ENTRY_COUNT, count);
  }

  private static int encodeItem(
      VhdxMetadata metadata,
      @Nullable ParentLocator locator,
      Item item,
      MemorySegment bytes,
      long at) {
    switch (item) {
      case FILE_PARAMETERS -> {
        LittleEndian.putInt(bytes, at + PARAMETERS_BLOCK_SIZE, metadata.blockSize());
        LittleEndian.putInt(
            bytes,
            at + PARAMETERS_FLAGS,
            (metadata.fixed() ? PARAMETER_LEAVE_BLOCK_ALLOCATED : 0)
                | (metadata.differencing() ? PARAMETER_HAS_PARENT : 0));
      }
      case VIRTUAL_DISK_SIZE -> LittleEndian.putLong(bytes, at, metadata.diskSize());
      case VIRTUAL_DISK_ID -> LittleEndian.putGuid(bytes, at, metadata.identity());
      case LOGICAL_SECTOR_SIZE -> LittleEndian.putInt(bytes, at, metadata.logicalSectorSize());
      case PHYSICAL_SECTOR_SIZE -> LittleEndian.putInt(bytes, at, metadata.physicalSectorSize());
      case PARENT_LOCATOR -> {
        byte[] encoded = Objects.requireNonNull(locator).encode();
        MemorySegment.copy(MemorySegment.ofArray(encoded), 0, bytes, at, encoded.length);
        return encoded.length;
      }
    }
    return item.size;
  }
}
