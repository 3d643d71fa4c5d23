// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a disk file is opened.
 *
 * @param mode what may be done with it
 * @param snapshotDirectory where the temporary file of a snapshot goes; null for the system's
 */
public record DiskOptions(Mode mode, @Nullable Path snapshotDirectory) {
  /** What may be done with a disk. */
  public enum Mode {
    /** The file is read and written, and locked against every other use. */
    READ_WRITE,
    /** The file is read, and locked against writers. */
    READ_ONLY,
    /** The disk can be written, but what is written is forgotten when it closes. */
    SNAPSHOT,
    /**
     * The file is read and written together with others who open it in this way, and locked against
     * every other use. The machines that share it have to agree on who writes what. Raw disks and
     * fixed VHDX disks only.
     */
    SHARED
  }

  /** Reads and writes the file; a format that can't be written opens read-only. */
  public static DiskOptions readWrite() {
    return new DiskOptions(Mode.READ_WRITE, null);
  }

  /** Reads the file and leaves it untouched. */
  public static DiskOptions readOnly() {
    return new DiskOptions(Mode.READ_ONLY, null);
  }

  /** Leaves the file untouched; what is written goes to a temporary file and vanishes. */
  public static DiskOptions snapshot() {
    return new DiskOptions(Mode.SNAPSHOT, null);
  }

  /** Reads and writes the file together with others who open it in this way. */
  public static DiskOptions shared() {
    return new DiskOptions(Mode.SHARED, null);
  }

  /** The same with the temporary file of a snapshot in a certain directory. */
  public DiskOptions withSnapshotDirectory(Path directory) {
    return new DiskOptions(mode, directory);
  }
}
