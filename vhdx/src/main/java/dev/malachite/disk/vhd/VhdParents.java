// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import dev.malachite.disk.AbstractVirtualDisk;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.io.DiskParent;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.HostFiles;
import dev.malachite.disk.io.ParentFiles;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds and opens the parents of differencing VHD disks. */
final class VhdParents {
  /** Most disks in a chain. */
  private static final int MAX_DEPTH = 64;

  /** Longest locator that is looked at, in bytes. */
  private static final int MAX_LOCATOR = 8192;

  private static final String LOCATOR = "parent locator";

  private VhdParents() {}

  static AbstractVirtualDisk open(
      HostFile file, boolean readOnly, ParentFiles parents, DiskExecutor executor)
      throws IOException {
    return open(file, readOnly, parents, executor, new ArrayList<>());
  }

  /** Opens the parents of a disk whose file stays the caller's, to see whether they are there. */
  static Closeable openAbove(HostFile file, ParentFiles parents, DiskExecutor executor)
      throws IOException {
    VhdImage image = VhdImage.load(file);
    if (image.footer().type() != DiskType.DIFFERENCING) {
      return () -> {};
    }
    return openParent(image, parents, executor, new ArrayList<>(List.of(resolved(file.path()))));
  }

  private static AbstractVirtualDisk open(
      HostFile file,
      boolean readOnly,
      ParentFiles parents,
      DiskExecutor executor,
      List<Path> children)
      throws IOException {
    VhdImage image = VhdImage.load(file);
    if (image.header() == null) {
      return new FixedVhdDisk(file, image, readOnly, executor);
    }
    if (image.footer().type() != DiskType.DIFFERENCING) {
      return new VhdDisk(image, readOnly, null, executor);
    }
    Path path = resolved(file.path());
    if (children.contains(path)) {
      throw bad(image, "the chain of parents comes back to " + path);
    }
    if (children.size() >= MAX_DEPTH) {
      throw bad(image, "the chain of parents is longer than " + MAX_DEPTH + " disks");
    }
    children.add(path);
    DiskParent parent = openParent(image, parents, executor, children);
    boolean done = false;
    try {
      VhdDisk disk = new VhdDisk(image, readOnly, parent, executor);
      done = true;
      return disk;
    } finally {
      if (!done) {
        parent.close();
      }
    }
  }

  private static DiskParent openParent(
      VhdImage child, ParentFiles parents, DiskExecutor executor, List<Path> children)
      throws IOException {
    VhdHeader header = child.requireHeader();
    List<Path> candidates = candidates(child.file(), header);
    @Nullable String refusal = null;
    for (Path candidate : candidates) {
      HostFile file;
      try {
        file = parents.open(candidate);
      } catch (NoSuchFileException e) {
        continue;
      }
      boolean done = false;
      try {
        VhdImage.Footers footers = VhdImage.readFooters(file);
        VhdFooter footer = footers.current();
        if (footer == null) {
          refusal = candidate + " is no VHD disk";
          continue;
        }
        if (!footer.identity().equals(header.parentId())) {
          refusal = candidate + " has the identifier " + footer.identity();
          continue;
        }
        AbstractVirtualDisk disk = open(file, true, parents, executor, children);
        done = true;
        // What lies below is read through this one.
        return children.size() == 1
            ? parents.wrap((DiskParent) disk, file, footer.identity())
            : (DiskParent) disk;
      } finally {
        if (!done) {
          file.close();
        }
      }
    }
    String expected = "the parent with the identifier " + header.parentId() + " was not found; ";
    throw new DiskFormatException(
        child.file().path(),
        LOCATOR,
        child.footer().dataOffset() + VhdHeader.AT_LOCATORS,
        expected + (refusal != null ? refusal : "there is no file at any of " + candidates),
        "Put the parent back, or name it with \"malachite disk reparent\".");
  }

  private static DiskFormatException bad(VhdImage image, String problem) {
    return new DiskFormatException(
        image.file().path(),
        LOCATOR,
        image.footer().dataOffset() + VhdHeader.AT_LOCATORS,
        problem,
        "Name the right parent with \"malachite disk reparent\".");
  }

  private static Path resolved(Path path) throws IOException {
    return Files.exists(path) ? path.toRealPath() : path.toAbsolutePath().normalize();
  }

  /** Where a child's parent is, or was last known to be; null if the child doesn't say. */
  static @Nullable Path describe(HostFile file, VhdHeader header) throws IOException {
    List<Path> candidates = candidates(file, header);
    for (Path candidate : candidates) {
      if (Files.exists(candidate)) {
        return candidate;
      }
    }
    return candidates.isEmpty() ? null : candidates.getFirst();
  }

  /** Where the parent may be, the likeliest first. */
  private static List<Path> candidates(HostFile file, VhdHeader header) throws IOException {
    Set<Path> paths = new LinkedHashSet<>();
    Path child = resolved(file.path());
    for (int code :
        new int[] {VhdHeader.Locator.RELATIVE, VhdHeader.Locator.ABSOLUTE, VhdHeader.Locator.URL}) {
      for (VhdHeader.Locator locator : header.locators()) {
        if (locator.code() == code) {
          add(paths, child, read(file, locator), code == VhdHeader.Locator.URL);
        }
      }
    }
    String name = header.parentName();
    add(paths, child, name, false);
    add(
        paths,
        child,
        name.substring(1 + Math.max(name.lastIndexOf('\\'), name.lastIndexOf('/'))),
        false);
    return List.copyOf(paths);
  }

  private static void add(Set<Path> paths, Path child, String text, boolean url) {
    if (text.isEmpty()) {
      return;
    }
    try {
      Path path = url ? Path.of(URI.create(text)) : Path.of(text.replace('\\', '/'));
      if (path.getFileName() != null) {
        paths.add(child.resolveSibling(path).normalize());
      }
    } catch (IllegalArgumentException | java.nio.file.FileSystemNotFoundException e) {
      // No path of this host; the other ways to the parent are tried.
    }
  }

  private static String read(HostFile file, VhdHeader.Locator locator) throws IOException {
    long length = Integer.toUnsignedLong(locator.length());
    if (length > MAX_LOCATOR || locator.offset() < 0 || locator.offset() > file.size() - length) {
      return "";
    }
    byte[] text = new byte[(int) length];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(Math.max(1, length), 8);
      file.readFully(locator.offset(), bytes.asSlice(0, length));
      MemorySegment.copy(bytes, 0, MemorySegment.ofArray(text), 0, length);
    }
    String decoded = new String(text, charset(locator.code()));
    int end = decoded.indexOf('\0');
    return end < 0 ? decoded : decoded.substring(0, end);
  }

  private static Charset charset(int code) {
    return code == VhdHeader.Locator.URL ? StandardCharsets.UTF_8 : StandardCharsets.UTF_16LE;
  }

  /** A way to a parent to be put into a child. */
  record Way(int code, String text) {
    /** The text as the file holds it. */
    byte[] encoded() {
      return text.getBytes(charset(code));
    }
  }

  /**
   * Finds the file of a child's parent by its identifier.
   *
   * @throws DiskFormatException if it isn't where the child says
   */
  static Path find(VhdImage child) throws IOException {
    for (Path candidate : candidates(child.file(), child.requireHeader())) {
      if (Files.isRegularFile(candidate)) {
        try (HostFile file = HostFiles.openUnlocked(candidate)) {
          VhdFooter footer = VhdImage.readFooters(file).current();
          if (footer != null && footer.identity().equals(child.requireHeader().parentId())) {
            return candidate;
          }
        }
      }
    }
    throw bad(child, "the parent is not where the disk says");
  }

  /** The ways from a child's file to its parent's. */
  static List<Way> ways(Path child, Path parent) throws IOException {
    Path absolute = resolved(parent);
    Path folder = resolved(child).getParent();
    List<Way> ways = new ArrayList<>();
    if (folder != null) {
      String relative = folder.relativize(absolute).toString().replace('/', '\\');
      if (!relative.startsWith("..")) {
        relative = ".\\" + relative;
      }
      ways.add(new Way(VhdHeader.Locator.RELATIVE, relative));
    }
    ways.add(new Way(VhdHeader.Locator.ABSOLUTE, absolute.toString().replace('/', '\\')));
    ways.add(new Way(VhdHeader.Locator.URL, absolute.toUri().toString()));
    return ways;
  }

  /** The name by which a child knows its parent. */
  static String name(Path parent) {
    Path name = parent.getFileName();
    if (name == null) {
      throw new InvalidPathException(parent.toString(), "is no file");
    }
    return name.toString();
  }
}
