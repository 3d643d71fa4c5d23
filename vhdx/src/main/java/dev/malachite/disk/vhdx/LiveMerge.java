// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.ParentFiles;
import dev.malachite.disk.vhdx.VhdxFile.Access;
import dev.malachite.disk.vhdx.VhdxMerge.BlockCopier;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Merges a differencing disk into its parent while it is in use.
 *
 * <p>Blocks are copied while the disk goes on being written; those written meanwhile are copied
 * again, until few are left, which are copied while nothing is written. Then the child is emptied:
 * from there on it shows what the parent shows, so that the disk can go on with the parent while
 * whoever still names the child finds the same. Up to that point the parent's changes lie under
 * what the child holds and don't show.
 */
final class LiveMerge implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  /** So few blocks are copied while the disk waits. */
  private static final int FEW = 8;

  /** Passes after which the rest is copied while the disk waits, however much it is. */
  private static final int MAX_PASSES = 8;

  private final VhdxFile child;
  private final HostFile reader;
  private final ParentFiles parents;
  private final VhdxFile target;
  private final Arena arena = Arena.ofShared();
  private final BlockCopier copier;
  private final AtomicLongArray changed;
  private final int blockShift;
  private boolean replaced;

  private LiveMerge(VhdxFile child, HostFile reader, VhdxFile target, ParentFiles parents) {
    this.reader = reader;
    this.parents = parents;
    this.child = child;
    this.target = target;
    this.copier = new BlockCopier(child, target, arena.allocate(PIECE, 4096));
    this.changed = new AtomicLongArray((int) ((child.metadata().blockCount() + 63) >>> 6));
    this.blockShift = Integer.numberOfTrailingZeros(child.metadata().blockSize());
  }

  /**
   * Opens the parent of an open disk to be written and prepares both for the merge.
   *
   * @throws dev.malachite.disk.DiskInUseException if others have the parent open
   */
  static LiveMerge start(VhdxFile child, ParentFiles parents) throws IOException {
    HostFile reader = child.parentFile();
    if (reader == null) {
      throw new IOException(child.file().path() + ": has no parent to be merged into.");
    }
    HostFile file = parents.openExclusiveInstead(reader);
    boolean done = false;
    try {
      VhdxImage image = VhdxImage.loadToChange(file);
      requireAlike(child, image);
      UUID underWay = UUID.randomUUID();
      putLinks(child, image.headers().current().dataWriteGuid(), underWay);
      VhdxFile target = VhdxChain.open(file, image, Access.READ_WRITE, parents, underWay);
      done = true;
      return new LiveMerge(child, reader, target, parents);
    } finally {
      if (!done) {
        file.close();
        parents.lockAgain(reader);
      }
    }
  }

  private static void requireAlike(VhdxFile child, VhdxImage parent) throws IOException {
    VhdxMetadata metadata = parent.metadata();
    if (metadata.diskSize() != child.size()
        || !metadata.identity().equals(child.metadata().identity())) {
      throw new IOException(
          child.file().path()
              + ": has another size or identity than its parent, so it can't be merged while it is"
              + " in use. Turn the machine off and merge it then.");
    }
  }

  /** Tells the child, durably, that its parent is about to get another data write GUID. */
  private static void putLinks(VhdxFile child, UUID current, UUID next) throws IOException {
    HostFile file = child.file();
    VhdxImage image = child.image();
    MetadataTable items = MetadataTable.read(file, image.regions().metadata());
    ParentLocator locator = items.locator();
    List<UUID> known = locator == null ? List.of() : locator.dataWriteGuids();
    if (locator == null || !known.contains(current)) {
      throw new DiskFormatException(
          file.path(),
          "parent locator",
          image.regions().metadata().offset(),
          "the parent has been changed since the disk was opened",
          "Restore the parent as it was.");
    }
    SectorPatches patches = new SectorPatches(file);
    items.putLocator(patches, locator.withGuids(current, next));
    child.writer().replace(patches.sectors(), child.writer().end());
  }

  /** What the disk goes on with once the merge is done. */
  VhdxFile target() {
    return target;
  }

  /** Hears of a change of the disk, after it has been made. */
  void changed(long offset, long length) {
    if (length == 0) {
      return;
    }
    long last = (offset + length - 1) >>> blockShift;
    for (long block = offset >>> blockShift; block <= last; block++) {
      long bit = 1L << block;
      int word = (int) (block >>> 6);
      if ((changed.get(word) & bit) == 0) {
        changed.getAndUpdate(word, old -> old | bit);
      }
    }
  }

  /**
   * Copies everything while the disk is in use, and what has changed meanwhile until it is little.
   */
  void copy(DiskProgress progress) throws IOException {
    target.writer().prepare();
    long blocks = child.metadata().blockCount();
    for (long block = 0; block < blocks; block++) {
      DiskProgress.step(progress, block, blocks + 1);
      take(block);
      copy(block);
    }
    for (int pass = 1; pass < MAX_PASSES && changedCount() > FEW; pass++) {
      target.flush();
      for (long block = 0; block < blocks; block++) {
        if (take(block)) {
          DiskProgress.step(progress, blocks, blocks + 1);
          copy(block);
        }
      }
    }
    // Most is durable before the disk has to wait.
    target.flush();
  }

  private int changedCount() {
    int count = 0;
    for (int i = 0; i < changed.length(); i++) {
      count += Long.bitCount(changed.get(i));
    }
    return count;
  }

  /** Whether a block has changed since it was last taken. */
  private boolean take(long block) {
    long bit = 1L << block;
    int word = (int) (block >>> 6);
    return (changed.get(word) & bit) != 0
        && (changed.getAndUpdate(word, old -> old & ~bit) & bit) != 0;
  }

  private void copy(long block) throws IOException {
    // Space that the block gives up meanwhile is not another's while it is being read.
    long stamp = child.writer().transfers.readLock();
    try {
      copier.copy(block);
    } finally {
      child.writer().transfers.unlockRead(stamp);
    }
  }

  /** Copies what is left and empties the child, while nobody uses the disk. */
  void finish() throws IOException {
    long blocks = child.metadata().blockCount();
    for (long block = 0; block < blocks; block++) {
      if (take(block)) {
        copier.copy(block);
      }
    }
    target.flush();
    // If the child can't be emptied it has to see what it has got rid of.
    child.replaceParent(target);
    replaced = true;
    for (long block = 0; block < blocks; block++) {
      if (!BatEntry.isAbsent(child.table().get(block))) {
        child.writer().empty(block);
        child.writer().commitIfLarge();
      }
    }
    child.flush();
  }

  /** Leaves the parent as it is, to be read by the disk as before. */
  void abandon() throws IOException {
    if (!replaced) {
      target.close();
      parents.lockAgain(reader);
    }
  }

  /** Gives back what only the merge needed. */
  @Override
  public void close() {
    arena.close();
  }
}
