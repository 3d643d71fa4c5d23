// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static dev.malachite.disk.vhdx.VhdxConstants.MIB;

import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Makes the file of a dynamic or differencing disk as short as its contents allow: blocks of zeroes
 * lose their space, blocks behind gaps are copied into them, the end is cut off.
 *
 * <p>A block's old space is left alone until the table that refers to the copy is durable, and not
 * used again in the same session, so a power cut leaves the disk as it was.
 */
final class VhdxCompact {
  private static final int PIECE = 1 << 20;

  /** Bytes copied between commits. */
  private static final long BATCH = 256L << 20;

  // A disk has up to 2^26 blocks, a file up to 2^27 mebibytes.
  private static final int NUMBER_BITS = 32;
  private static final long NUMBER_MASK = (1L << NUMBER_BITS) - 1;

  private final HostFile file;
  private final VhdxImage image;
  private final VhdxMetadata metadata;
  private final VhdxWriter writer;
  private final DiskProgress progress;
  private final MemorySegment buffer;
  private long done;
  private long total;

  private VhdxCompact(HostFile file, VhdxImage image, Arena arena, DiskProgress progress) {
    this.file = file;
    this.image = image;
    this.metadata = image.metadata();
    this.progress = progress;
    this.writer = new VhdxWriter(file, image, MetadataPages.DEFAULT_MAX_PAGES, null, arena);
    this.buffer = arena.allocate(PIECE, 4096);
  }

  /** Compacts the disk in a locked file. */
  static void run(HostFile file, DiskProgress progress) throws IOException {
    VhdxImage image = VhdxImage.loadToChange(file);
    if (!image.metadata().fixed()) {
      session(file, image, progress, VhdxCompact::releaseZeroes);
      session(file, VhdxImage.loadToChange(file), progress, VhdxCompact::fillGaps);
    }
    UnusedSpace.release(file);
    DiskProgress.step(progress, 1, 1);
  }

  /** A part of the work. */
  @FunctionalInterface
  private interface Part {
    void run(VhdxCompact compact) throws IOException;
  }

  private static void session(HostFile file, VhdxImage image, DiskProgress progress, Part part)
      throws IOException {
    try (Arena arena = Arena.ofShared()) {
      VhdxCompact compact = new VhdxCompact(file, image, arena, progress);
      try {
        part.run(compact);
      } finally {
        compact.writer.close();
      }
    }
  }

  private void releaseZeroes() throws IOException {
    long blocks = metadata.blockCount();
    BlockAllocationTable table = writer.table();
    total = 2 * image.space().used();
    for (long block = 0; block < blocks; block++) {
      long entry = table.get(block);
      if (!BatEntry.hasSpace(entry)) {
        continue;
      }
      if (BatEntry.isPresent(entry)) {
        if (isZero(BatEntry.offset(entry), usedLength(block))) {
          writer.prepareMetadata();
          writer.release(block, BatEntry.ZERO);
        }
      } else {
        settlePartial(block);
      }
      writer.commitIfLarge();
      advance(metadata.blockSize());
    }
  }

  /** Finds out whether a partially present block is really present in part. */
  private void settlePartial(long block) throws IOException {
    int sectors = metadata.sectorsPerBlock();
    int run = writer.bitmaps().run(block, 0, sectors);
    if (run == sectors) {
      writer.prepareMetadata();
      writer.putState(block, BatEntry.FULLY_PRESENT);
    } else if (run == -sectors) {
      writer.prepareMetadata();
      writer.forget(block);
    }
  }

  /** Bytes of a block that belong to the disk. */
  private long usedLength(long block) {
    return Math.min(metadata.blockSize(), metadata.diskSize() - block * metadata.blockSize());
  }

  private void advance(long bytes) throws IOException {
    done += bytes;
    DiskProgress.step(progress, Math.min(done, total), total);
  }

  private boolean isZero(long offset, long length) throws IOException {
    long end = offset + length;
    long at = file.nextData(offset);
    while (at < end) {
      long part = Math.min(PIECE, Math.min(file.nextHole(at), end) - at);
      MemorySegment piece = buffer.asSlice(0, part);
      file.readFully(at, piece);
      if (!Zeroes.areAll(piece)) {
        return false;
      }
      at = file.nextData(at + part);
    }
    return true;
  }

  private void fillGaps() throws IOException {
    SpaceMap space = image.space();
    BlockAllocationTable table = writer.table();
    total = 2 * space.used();
    done = space.used();
    long blockHint = MIB;
    long bitmapHint = MIB;
    long batch = 0;
    long[] holders = holders();
    for (int i = holders.length - 1; i >= 0; i--) {
      long number = (holders[i] & NUMBER_MASK) >>> 1;
      boolean bitmap = (holders[i] & 1) != 0;
      long from = BatEntry.offset(bitmap ? table.getBitmap(number) : table.get(number));
      long length = bitmap ? MIB : metadata.blockSize();
      long to = space.nextGap(bitmap ? bitmapHint : blockHint, length);
      if (to >= 0 && to < from) {
        writer.prepareMetadata();
        copy(from, to, length);
        space.claim(to, length);
        if (bitmap) {
          writer.moveBitmap(number, to);
          bitmapHint = to;
        } else {
          writer.moveBlock(number, to);
          blockHint = to;
        }
        batch += length;
        if (batch >= BATCH) {
          writer.commit();
          batch = 0;
        }
        writer.commitIfLarge();
      }
      advance(length);
    }
  }

  /**
   * Everything that can be moved, in order of place: the place in MiB, then the number of the block
   * or chunk, then whether it is a chunk's bitmap.
   */
  private long[] holders() throws IOException {
    long[] holders = new long[64];
    int count = 0;
    BlockAllocationTable table = writer.table();
    long chunks = metadata.differencing() ? metadata.chunkCount() : 0;
    for (long i = 0; i < metadata.blockCount() + chunks; i++) {
      boolean bitmap = i >= metadata.blockCount();
      long number = bitmap ? i - metadata.blockCount() : i;
      long entry = bitmap ? table.getBitmap(number) : table.get(number);
      if (BatEntry.hasSpace(entry)) {
        if (count == holders.length) {
          holders = Arrays.copyOf(holders, count * 2);
        }
        long place = BatEntry.offset(entry) >>> VhdxConstants.MIB_SHIFT;
        holders[count++] = place << NUMBER_BITS | number << 1 | (bitmap ? 1 : 0);
      }
    }
    holders = Arrays.copyOf(holders, count);
    Arrays.sort(holders);
    return holders;
  }

  /** Copies a block; space that isn't used reads as anything, so holes are made first. */
  private void copy(long from, long to, long length) throws IOException {
    if (!file.discard(to, length)) {
      file.zero(to, length);
    }
    long end = from + length;
    long at = file.nextData(from);
    while (at < end) {
      long dataEnd = Math.min(file.nextHole(at), end);
      while (at < dataEnd) {
        MemorySegment piece = buffer.asSlice(0, Math.min(PIECE, dataEnd - at));
        file.readFully(at, piece);
        file.write(to + (at - from), piece);
        at += piece.byteSize();
      }
      at = file.nextData(at);
    }
  }
}
