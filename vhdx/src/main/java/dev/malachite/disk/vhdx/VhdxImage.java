// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static dev.malachite.disk.vhdx.VhdxConstants.MIB;

import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.ScatterList;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.LittleEndian;
import dev.malachite.disk.io.PatchedFile;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A VHDX file as read and checked whole, log applied in memory, before anything is written to it.
 *
 * @param view the file as it is with its log applied
 * @param headers its headers
 * @param regions where its tables are
 * @param items what kind of disk it is, and where its parent is
 * @param space which parts of the file are in use
 * @param fileEnd the first MiB bound behind everything in the file
 */
record VhdxImage(
    PatchedFile view,
    VhdxHeaders headers,
    RegionTable regions,
    MetadataTable items,
    SpaceMap space,
    long fileEnd) {
  private static final Logger LOGGER = System.getLogger(VhdxImage.class.getName());
  static final String BAT_NAME = "block allocation table";

  /** Whether the file begins like a VHDX file. */
  static boolean isVhdx(MemorySegment start) {
    return start.byteSize() >= 8
        && LittleEndian.getLong(start, VhdxConstants.FILE_IDENTIFIER_OFFSET)
            == VhdxConstants.FILE_IDENTIFIER_SIGNATURE;
  }

  /** Whether a file begins like a VHDX file. */
  static boolean isVhdx(HostFile file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment start = arena.allocate(Long.BYTES, 8);
      return file.read(0, list(start), 0, Long.BYTES) == Long.BYTES && isVhdx(start);
    }
  }

  private static ScatterList list(MemorySegment segment) {
    ScatterList list = new ScatterList();
    list.add(segment, 0, segment.byteSize());
    return list;
  }

  /** Reads and checks all but the block allocation table's entries of a file without a log. */
  static VhdxImage loadTables(HostFile file) throws IOException {
    return loadTables(new PatchedFile(file), VhdxHeaders.read(checkLength(file)));
  }

  /** Reads and checks everything. */
  static VhdxImage load(HostFile file) throws IOException {
    VhdxHeaders headers = VhdxHeaders.read(checkLength(file));
    VhdxHeader header = headers.current();
    PatchedFile view = header.hasLog() ? LogReader.replay(file, header) : new PatchedFile(file);
    VhdxImage image = loadTables(view, headers);
    RegionTable.Region bat = image.regions.bat();
    TableScan scan =
        TableScan.run(
            view,
            bat.offset(),
            image.metadata(),
            image.space,
            (flaw, index, number, entry, problem) -> {
              throw bad(view, bat.offset() + index * BatEntry.SIZE, problem);
            });
    long end = Math.max(Math.max(image.fileEnd, image.space.end()), scan.end());
    return new VhdxImage(view, headers, image.regions, image.items, image.space, end);
  }

  /** Reads and checks everything of a file that is to be changed, with its log applied to it. */
  static VhdxImage loadToChange(HostFile file) throws IOException {
    VhdxImage image = load(file);
    if (image.headers.current().hasLog()) {
      VhdxWriter.replay(file, image);
      return load(file);
    }
    return image;
  }

  /** What the disk is like. */
  VhdxMetadata metadata() {
    return items.metadata();
  }

  /**
   * Reads and checks all but the block allocation table's entries, which is quick. The file may be
   * changing meanwhile: a log that makes no sense is left alone.
   */
  static VhdxImage loadToDescribe(HostFile file) throws IOException {
    VhdxHeaders headers = VhdxHeaders.read(checkLength(file));
    VhdxHeader header = headers.current();
    PatchedFile view = new PatchedFile(file);
    if (header.hasLog()) {
      try {
        view = LogReader.replay(file, header);
      } catch (DiskFormatException e) {
        LOGGER.log(Level.DEBUG, "Describing a disk without its log", e);
      }
    }
    return loadTables(view, headers);
  }

  /** Fails if no such file can have that length. */
  static HostFile checkLength(HostFile file) throws IOException {
    long size = file.size();
    if (size < VhdxConstants.HEADER_SECTION_SIZE || size > VhdxConstants.MAX_FILE_SIZE) {
      throw new DiskFormatException(
          file.path(),
          "file",
          0,
          "its length of " + size + " bytes is not between 1 MiB and 128 TiB",
          DiskFormatException.RESTORE);
    }
    return file;
  }

  /** Reads and checks all but the block allocation table's entries. */
  static VhdxImage loadTables(PatchedFile view, VhdxHeaders headers) throws IOException {
    VhdxHeader header = headers.current();
    SpaceMap space = new SpaceMap();
    space.claim(0, VhdxConstants.HEADER_SECTION_SIZE);
    space.claim(header.logOffset(), header.logLength());
    RegionTable regions = RegionTable.read(view, space);
    MetadataTable items = MetadataTable.read(view, regions.metadata());
    long need = items.metadata().batEntryCount() * BatEntry.SIZE;
    if (need > regions.bat().length()) {
      throw new DiskFormatException(
          view.path(),
          BAT_NAME,
          regions.bat().offset(),
          "its region has " + regions.bat().length() + " bytes but the disk needs " + need,
          DiskFormatException.RESTORE);
    }
    long end = (view.size() + MIB - 1) & -MIB;
    return new VhdxImage(view, headers, regions, items, space, end);
  }

  private static DiskFormatException bad(HostFile file, long offset, String problem) {
    return new DiskFormatException(
        file.path(), BAT_NAME, offset, problem, DiskFormatException.RESTORE);
  }

  /** The program that made the file, as it says in the file type identifier; null if empty. */
  @Nullable String creator() throws IOException {
    byte[] text = new byte[VhdxConstants.FILE_IDENTIFIER_CREATOR_SIZE];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(text.length, 8);
      view.readFully(VhdxConstants.FILE_IDENTIFIER_CREATOR, bytes);
      MemorySegment.ofArray(text).copyFrom(bytes);
    }
    String creator = new String(text, StandardCharsets.UTF_16LE);
    int end = creator.indexOf('\0');
    creator = end < 0 ? creator : creator.substring(0, end);
    creator = creator.replaceAll("[^\\p{L}\\p{N}\\p{P}\\p{Z}]", "?").strip();
    return creator.isEmpty() ? null : creator;
  }
}
