// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static dev.malachite.disk.vhdx.VhdxConstants.SECTOR;

import dev.malachite.disk.DiskCheck;
import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.LittleEndian;
import dev.malachite.disk.vhdx.TableScan.Flaw;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Mends what can be mended of a damaged VHDX file.
 *
 * <p>A damaged copy of a header or region table is replaced by the other; a log that can't be
 * applied is dropped; a file that was cut short is lengthened; of two blocks that claim the same
 * space the second gets a copy; entries that lead nowhere are cleared. Each step leaves the file no
 * worse than it was, wherever it ends.
 */
final class VhdxRepair {
  private static final int PIECE = 1 << 20;

  /** Most entries changed by one log entry, each in a sector of its own. */
  private static final int BATCH = 100;

  private record Defect(Flaw flaw, long index, long number, long entry) {}

  private final HostFile file;
  private final DiskProgress progress;

  private VhdxRepair(HostFile file, DiskProgress progress) {
    this.file = file;
    this.progress = progress;
  }

  /** Whether mending a flaw loses nothing that was there. */
  static boolean isLossless(Flaw flaw) {
    return switch (flaw) {
      case CUT_SHORT, OVERLAP, BITMAP_STATE -> true;
      case STATE, OUTSIDE, NO_BITMAP, BITMAP_OUTSIDE, BITMAP_OVERLAP -> false;
    };
  }

  /** Mends a locked file; returns what is wrong with it after that. */
  static DiskCheck run(HostFile file, DiskProgress progress) throws IOException {
    new VhdxRepair(file, progress).run();
    return VhdxCheck.run(file, progress);
  }

  private void run() throws IOException {
    VhdxHeaders headers = VhdxHeaders.read(VhdxImage.checkLength(file));
    settleLog(headers);
    if (!VhdxHeaders.isValid(file, 0) || !VhdxHeaders.isValid(file, 1)) {
      headers.updateBoth(file, headers.current());
    }
    RegionTable.mendCopies(file);
    List<Defect> defects = defects();
    for (int from = 0; from < defects.size(); from += BATCH) {
      DiskProgress.step(progress, from, defects.size());
      mend(defects.subList(from, Math.min(from + BATCH, defects.size())));
    }
  }

  private void settleLog(VhdxHeaders headers) throws IOException {
    if (!headers.current().hasLog()) {
      return;
    }
    try {
      VhdxWriter.replay(file, headers, LogReader.replay(file, headers.current()));
    } catch (DiskFormatException e) {
      headers.updateBoth(file, headers.current().withLogGuid(VhdxConstants.NIL));
    }
  }

  private List<Defect> defects() throws IOException {
    VhdxImage image = VhdxImage.loadTables(file);
    List<Defect> defects = new ArrayList<>();
    TableScan.run(
        file,
        image.regions().bat().offset(),
        image.metadata(),
        image.space(),
        (flaw, index, number, entry, problem) -> {
          if (defects.size() < PIECE) {
            defects.add(new Defect(flaw, index, number, entry));
          }
        });
    return defects;
  }

  private void mend(List<Defect> defects) throws IOException {
    VhdxImage image = VhdxImage.loadTables(file);
    SpaceMap structures = image.space();
    // Only the tables' ends matter to the session: it gives no space to blocks.
    TableScan scan =
        TableScan.run(
            file,
            image.regions().bat().offset(),
            image.metadata(),
            VhdxImage.loadTables(file).space(),
            (flaw, index, number, entry, problem) -> {});
    long end = Math.max(image.fileEnd(), scan.end());
    VhdxImage session =
        new VhdxImage(
            image.view(),
            image.headers(),
            image.regions(),
            image.items(),
            VhdxImage.loadTables(file).space(),
            end);
    try (Arena arena = Arena.ofShared()) {
      VhdxWriter writer =
          new VhdxWriter(file, session, MetadataPages.DEFAULT_MAX_PAGES, null, arena);
      writer.prepare();
      try {
        SectorPatches patches = new SectorPatches(file);
        for (Defect defect : defects) {
          long entry = mended(defect, image.metadata(), structures, writer);
          if (entry != defect.entry()) {
            MemorySegment bytes = MemorySegment.ofArray(new byte[BatEntry.SIZE]);
            LittleEndian.putLong(bytes, 0, entry);
            patches.put(image.regions().bat().offset() + defect.index() * BatEntry.SIZE, bytes);
          }
        }
        file.force(true);
        writer.replace(patches.sectors(), writer.end());
      } finally {
        writer.close();
      }
    }
  }

  /** What an entry becomes. */
  private long mended(Defect defect, VhdxMetadata metadata, SpaceMap structures, VhdxWriter writer)
      throws IOException {
    long entry = defect.entry();
    long offset = BatEntry.offset(entry);
    return switch (defect.flaw()) {
      // The session that is about to start lengthens the file.
      case CUT_SHORT -> entry;
      case STATE, OUTSIDE -> BatEntry.of(BatEntry.NOT_PRESENT, 0);
      case OVERLAP ->
          BatEntry.hasSpace(entry)
                  && offset >= VhdxConstants.HEADER_SECTION_SIZE
                  && structures.isFree(offset, metadata.blockSize())
              ? BatEntry.of(BatEntry.state(entry), copy(offset, metadata.blockSize(), writer))
              : BatEntry.of(BatEntry.NOT_PRESENT, 0);
      case BITMAP_STATE -> metadata.differencing() ? entry : BatEntry.of(BatEntry.NOT_PRESENT, 0);
      // Which sectors are the parent's can't be known any more.
      case NO_BITMAP, BITMAP_OUTSIDE, BITMAP_OVERLAP -> entry;
    };
  }

  private long copy(long from, long length, VhdxWriter writer) throws IOException {
    long to = writer.takeSpace(length);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment piece = arena.allocate(PIECE, SECTOR);
      for (long done = 0; done < length; done += PIECE) {
        file.readFully(from + done, piece);
        file.write(to + done, piece);
      }
    }
    return to;
  }
}
