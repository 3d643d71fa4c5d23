// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.io.DiskParent;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.HostFiles;
import dev.malachite.disk.io.ParentFiles;
import dev.malachite.disk.vhdx.VhdxFile.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Opens a VHDX file with all its parents, each held to the data write GUID its child recorded. */
final class VhdxChain {
  /** Most files in a chain. */
  static final int MAX_DEPTH = 128;

  private static final String NAME = "parent locator";

  private final ParentFiles files;
  private final int maxPages;
  private final Set<Object> seen = new HashSet<>();

  private VhdxChain(ParentFiles files, int maxPages) {
    this.files = files;
    this.maxPages = maxPages;
  }

  /**
   * Opens a file after checking all of it and of its parents, and applies its log: in the file if
   * it may be written, else in memory. The result owns the file; if opening fails the caller still
   * does.
   *
   * @param nextDataWriteGuid see {@link VhdxWriter}
   */
  static VhdxFile open(
      HostFile file,
      Access access,
      ParentFiles files,
      int maxPages,
      @Nullable UUID nextDataWriteGuid)
      throws IOException {
    VhdxChain chain = new VhdxChain(files, maxPages);
    return chain.openLevel(file, VhdxImage.load(file), access, nextDataWriteGuid);
  }

  /** Opens a file that has been read already. */
  static VhdxFile open(HostFile file, VhdxImage image, Access access, ParentFiles files)
      throws IOException {
    return open(file, image, access, files, null);
  }

  /** Opens a file that has been read already, to give it a certain data write GUID. */
  static VhdxFile open(
      HostFile file,
      VhdxImage image,
      Access access,
      ParentFiles files,
      @Nullable UUID nextDataWriteGuid)
      throws IOException {
    VhdxChain chain = new VhdxChain(files, MetadataPages.DEFAULT_MAX_PAGES);
    return chain.openLevel(file, image, access, nextDataWriteGuid);
  }

  private VhdxFile openLevel(
      HostFile file, VhdxImage image, Access access, @Nullable UUID nextDataWriteGuid)
      throws IOException {
    if (!seen.add(HostFiles.key(file.path()))) {
      throw bad(image, "the chain of parents comes back to this file", "Give it its true parent.");
    }
    ParentLocator locator = image.items().locator();
    Parent parent = locator == null ? null : openParent(image, locator);
    boolean done = false;
    try {
      HostFile served = file;
      if (access == Access.READ_ONLY && !image.view().isPlain()) {
        served = image.view();
      } else if (access == Access.READ_WRITE && image.headers().current().hasLog()) {
        VhdxWriter.replay(file, image);
      }
      VhdxFile opened =
          new VhdxFile(
              served,
              image,
              parent == null ? null : parent.disk(),
              parent == null ? null : parent.file(),
              access,
              maxPages,
              nextDataWriteGuid);
      done = true;
      return opened;
    } finally {
      if (!done && parent != null) {
        parent.disk().close();
      }
    }
  }

  /** What a child reads, and the file that is below it. */
  private record Parent(DiskParent disk, HostFile file) {}

  private Parent openParent(VhdxImage child, ParentLocator locator) throws IOException {
    if (seen.size() >= MAX_DEPTH) {
      throw bad(child, "it is parent number " + MAX_DEPTH + " of a chain", "Merge some of them.");
    }
    // What lies below the first parent is read through that.
    boolean first = seen.size() == 1;
    List<Path> changed = new ArrayList<>();
    for (Path path : locator.candidates(child.view().path())) {
      HostFile file;
      try {
        file = files.open(path);
      } catch (NoSuchFileException e) {
        continue;
      }
      boolean done = false;
      try {
        VhdxImage image = VhdxImage.load(file);
        if (locator.dataWriteGuids().contains(image.headers().current().dataWriteGuid())) {
          checkFits(child, image);
          VhdxFile opened = openLevel(file, image, Access.READ_ONLY, null);
          done = true;
          return new Parent(first ? wrap(opened, file, image) : opened, file);
        }
        changed.add(path);
      } finally {
        if (!done) {
          file.close();
        }
      }
    }
    throw missing(child, locator, changed);
  }

  private DiskParent wrap(VhdxFile opened, HostFile file, VhdxImage image) throws IOException {
    return files.wrap(opened, file, image.headers().current().dataWriteGuid());
  }

  /** Fails if a disk can't be another's parent. */
  static void checkFits(VhdxImage child, VhdxImage parent) throws DiskFormatException {
    int wanted = child.metadata().logicalSectorSize();
    int found = parent.metadata().logicalSectorSize();
    if (wanted != found) {
      throw bad(
          child,
          "the parent "
              + parent.view().path()
              + " has sectors of "
              + found
              + " bytes, this disk of "
              + wanted,
          "Give it its true parent.");
    }
  }

  /** Says that a child's parent isn't where it is said to be, or is another. */
  static DiskFormatException missing(VhdxImage child, ParentLocator locator) {
    List<Path> there =
        locator.candidates(child.view().path()).stream().filter(Files::isRegularFile).toList();
    return missing(child, locator, there);
  }

  private static DiskFormatException missing(
      VhdxImage child, ParentLocator locator, List<Path> changed) {
    if (!changed.isEmpty()) {
      return bad(
          child,
          "the parent " + changed.getFirst() + " has been changed since this disk was made from it",
          "Restore the parent as it was; or, if nothing of it matters to this disk, reparent it by"
              + " force.");
    }
    return bad(
        child,
        "the parent is in none of the recorded places: " + String.join(", ", locator.paths()),
        "Put it back, or reparent the disk to where it is now.");
  }

  /**
   * Finds the parent's file without opening the parent as a disk or locking it.
   *
   * @return null if it is in none of the recorded places or has been changed
   */
  static @Nullable Path find(VhdxImage child, ParentLocator locator) throws IOException {
    for (Path path : locator.candidates(child.view().path())) {
      if (Files.isRegularFile(path)) {
        try (HostFile file = HostFiles.openUnlocked(path)) {
          if (locator.dataWriteGuids().contains(VhdxHeaders.read(file).current().dataWriteGuid())) {
            return path;
          }
        } catch (DiskFormatException e) {
          // Not the parent, then.
        }
      }
    }
    return null;
  }

  private static DiskFormatException bad(VhdxImage child, String problem, String mend) {
    return new DiskFormatException(
        child.view().path(), NAME, child.regions().metadata().offset(), problem, mend);
  }
}
