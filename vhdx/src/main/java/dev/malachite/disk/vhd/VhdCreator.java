// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import dev.malachite.disk.DiskType;
import dev.malachite.disk.VhdSettings;
import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Lays out a new VHD file: copy of the footer, header, table, footer; or data and footer. */
public final class VhdCreator {
  private static final long HEADER_OFFSET = VhdFooter.SIZE;
  private static final long TABLE_OFFSET = HEADER_OFFSET + VhdHeader.SIZE;
  private static final int CHUNK = 1 << 20;

  private VhdCreator() {}

  /** Fills an empty file and makes it durable. */
  public static void create(HostFile file, VhdSettings settings) throws IOException {
    if (settings.fixed()) {
      VhdFooter footer =
          VhdFooter.create(DiskType.FIXED, settings.size(), VhdFooter.NO_DATA, settings.identity());
      file.provide(0, settings.size() + VhdFooter.SIZE);
      footer.write(file, settings.size());
      file.force(true);
    } else {
      VhdHeader header = header(settings.size(), settings.blockSize());
      write(file, DiskType.DYNAMIC, settings, header, List.of());
    }
  }

  /**
   * Fills an empty file with a disk that differs in nothing from its parent yet.
   *
   * @param file the empty file
   * @param settings what the child is to be like
   * @param child where the child's file will be, to which the parent's path is told relative
   * @param parent the parent's file
   * @param parentId the parent's identifier
   */
  static void createChild(
      HostFile file, VhdSettings settings, Path child, Path parent, UUID parentId)
      throws IOException {
    VhdHeader header =
        header(settings.size(), settings.blockSize())
            .withParent(parentId, modified(parent), VhdParents.name(parent), List.of());
    write(file, DiskType.DIFFERENCING, settings, header, VhdParents.ways(child, parent));
  }

  /** When a file was changed last, in the format's seconds. */
  static int modified(Path file) throws IOException {
    return VhdFooter.toTimestamp(Files.getLastModifiedTime(file).toInstant());
  }

  private static VhdHeader header(long size, int blockSize) {
    int blocks = (int) VhdImage.blockCount(size, blockSize);
    return new VhdHeader(TABLE_OFFSET, blocks, blockSize, VhdHeader.NO_PARENT, 0, "", List.of());
  }

  private static void write(
      HostFile file,
      DiskType type,
      VhdSettings settings,
      VhdHeader header,
      List<VhdParents.Way> ways)
      throws IOException {
    VhdFooter footer = VhdFooter.create(type, settings.size(), HEADER_OFFSET, settings.identity());
    footer.write(file, 0);
    writeTable(file, TABLE_OFFSET, header.tableEntries());
    long end = VhdImage.tableEnd(header, header.tableEntries());
    end = writeHeader(file, HEADER_OFFSET, header, end, ways);
    footer.write(file, end);
    file.force(true);
  }

  /** Writes a table without blocks. */
  static void writeTable(HostFile file, long offset, int entries) throws IOException {
    long bytes = VhdImage.roundUp((long) entries * Integer.BYTES);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(Math.min(bytes, CHUNK), 8);
      chunk.fill((byte) VhdImage.UNUSED);
      for (long at = 0; at < bytes; at += CHUNK) {
        file.write(offset + at, chunk.asSlice(0, Math.min(CHUNK, bytes - at)));
      }
    }
  }

  /**
   * Writes a header, and the ways to its parent from a position on.
   *
   * @return where the ways end
   */
  static long writeHeader(
      HostFile file, long offset, VhdHeader header, long waysOffset, List<VhdParents.Way> ways)
      throws IOException {
    List<VhdHeader.Locator> locators = new ArrayList<>();
    long end = waysOffset;
    try (Arena arena = Arena.ofConfined()) {
      for (VhdParents.Way way : ways) {
        byte[] text = way.encoded();
        VhdHeader.Locator locator = new VhdHeader.Locator(way.code(), text.length, end);
        MemorySegment bytes = arena.allocate(locator.space(), 8);
        MemorySegment.copy(MemorySegment.ofArray(text), 0, bytes, 0, text.length);
        file.write(end, bytes);
        locators.add(locator);
        end += locator.space();
      }
      VhdHeader whole =
          ways.isEmpty()
              ? header
              : header.withParent(
                  header.parentId(), header.parentTimestamp(), header.parentName(), locators);
      MemorySegment bytes = arena.allocate(VhdHeader.SIZE, 8);
      whole.encode(bytes);
      file.write(offset, bytes);
    }
    return end;
  }
}
