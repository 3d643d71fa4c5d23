// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The pair of headers of an open file and the rule by which they are replaced in turn. */
final class VhdxHeaders {
  private VhdxHeader current;
  private int currentIndex;

  private VhdxHeaders(VhdxHeader current, int currentIndex) {
    this.current = current;
    this.currentIndex = currentIndex;
  }

  /** Reads both headers and checks the one that counts. */
  static VhdxHeaders read(HostFile file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(VhdxHeader.SIZE, 8);
      @Nullable VhdxHeader[] found = new VhdxHeader[2];
      MemorySegment first = arena.allocate(VhdxHeader.SIZE, 8);
      file.readFully(VhdxHeader.offset(0), first);
      found[0] = VhdxHeader.parse(first);
      file.readFully(VhdxHeader.offset(1), bytes);
      found[1] = VhdxHeader.parse(bytes);
      VhdxHeader one = found[0];
      VhdxHeader two = found[1];
      Path path = file.path();
      if (one == null && two == null) {
        throw bad(path, 0, "neither header has a valid signature and checksum");
      }
      int index;
      if (one == null) {
        index = 1;
      } else if (two == null) {
        index = 0;
      } else {
        int order = Long.compareUnsigned(one.sequenceNumber(), two.sequenceNumber());
        if (order == 0 && first.mismatch(bytes) >= 0) {
          throw bad(path, 1, "both headers have one sequence number but differ");
        }
        index = order >= 0 ? 0 : 1;
      }
      VhdxHeader header = index == 0 ? one : two;
      if (header == null) {
        throw new AssertionError();
      }
      check(file, header, index);
      return new VhdxHeaders(header, index);
    }
  }

  private static void check(HostFile file, VhdxHeader header, int index) throws IOException {
    Path path = file.path();
    if (header.version() != VhdxHeader.VERSION) {
      throw new DiskFormatException(
          path,
          "header",
          VhdxHeader.offset(index),
          "the format version is " + header.version() + ", not " + VhdxHeader.VERSION,
          "Open it with a program that knows this version and convert it.");
    }
    if (header.hasLog() && header.logVersion() != VhdxHeader.LOG_VERSION) {
      throw new DiskFormatException(
          path,
          "header",
          VhdxHeader.offset(index),
          "the log has version " + header.logVersion() + ", not " + VhdxHeader.LOG_VERSION,
          "Open and close it once with the program that wrote it, which empties the log.");
    }
    long length = header.logLength();
    long offset = header.logOffset();
    if (length % VhdxConstants.MIB != 0 || offset % VhdxConstants.MIB != 0) {
      throw bad(
          path, index, "the log (" + length + " bytes at " + offset + ") is not on 1 MiB bounds");
    }
    if (length == 0
        || offset < VhdxConstants.HEADER_SECTION_SIZE
        || offset > VhdxConstants.MAX_FILE_SIZE
        || offset + length > file.size()) {
      throw bad(
          path,
          index,
          "the log ("
              + length
              + " bytes at "
              + offset
              + ") lies outside the file's "
              + file.size()
              + " bytes");
    }
  }

  private static DiskFormatException bad(Path path, int index, String problem) {
    return new DiskFormatException(
        path, "header", VhdxHeader.offset(index), problem, DiskFormatException.RESTORE);
  }

  /** Whether a header, 0 or 1, has a valid signature and checksum. */
  static boolean isValid(HostFile file, int index) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(VhdxHeader.SIZE, 8);
      file.readFully(VhdxHeader.offset(index), bytes);
      return VhdxHeader.parse(bytes) != null;
    }
  }

  /** The header that counts. */
  VhdxHeader current() {
    return current;
  }

  /** Where the header that counts is in the file. */
  long currentOffset() {
    return VhdxHeader.offset(currentIndex);
  }

  /**
   * Replaces the older header with the given contents and the next sequence number, durably
   * (section 2.2.2.1).
   */
  void update(HostFile file, VhdxHeader contents) throws IOException {
    write(file, contents);
    file.force(false);
  }

  private void write(HostFile file, VhdxHeader contents) throws IOException {
    VhdxHeader next = contents.withSequenceNumber(current.sequenceNumber() + 1);
    int index = 1 - currentIndex;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(VhdxHeader.SIZE, 8);
      next.encode(bytes);
      file.write(VhdxHeader.offset(index), bytes);
    }
    current = next;
    currentIndex = index;
  }

  /** Replaces both headers, the first durably; the second is so after the file's next force. */
  void updateBothSoon(HostFile file, VhdxHeader contents) throws IOException {
    update(file, contents);
    write(file, contents);
  }

  /** Replaces both headers, one after the other. */
  void updateBoth(HostFile file, VhdxHeader contents) throws IOException {
    update(file, contents);
    update(file, contents);
  }
}
