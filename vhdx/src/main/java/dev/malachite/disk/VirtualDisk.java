// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.UUID;

/**
 * A disk of fixed capacity that answers requests asynchronously.
 *
 * <p>Any thread may call any method. Requests in flight together are independent: nothing is
 * promised about their order, and what overlapping ones leave behind is either one's data. A write
 * that has completed may sit in a volatile cache until a later {@linkplain
 * DiskRequest.Operation#FLUSH flush} completes, like a SCSI disk's with its write cache on.
 */
public interface VirtualDisk extends AutoCloseable {
  /** The file format, as found in the file's contents. */
  DiskFormat format();

  /** How space is provided inside the file. */
  DiskType type();

  /** Capacity in bytes, a multiple of {@link #logicalSectorSize()}, constant while open. */
  long size();

  /** Bytes in the smallest unit a guest addresses: 512 or 4096, or 2048 for optical discs. */
  int logicalSectorSize();

  /** Bytes in the unit the medium writes best; at least the logical sector size. */
  int physicalSectorSize();

  /** Whether writes, unmaps and write-zeroes fail. */
  boolean readOnly();

  /**
   * Whether {@linkplain DiskRequest.Operation#UNMAP unmap} can give space back; it is accepted (and
   * ignored) either way.
   */
  boolean unmapSupported();

  /**
   * Bytes in the unit in which unmap gives space back; ranges that don't cover a whole aligned unit
   * are left as they are.
   */
  long unmapGranularity();

  /** Identity reported in SCSI vital product data page 0x83; stays with the disk for its life. */
  UUID identity();

  /**
   * Starts a request; it completes exactly once, on a thread of the disk's {@link DiskExecutor}, or
   * before this method returns if the disk or its executor is closed. The caller must leave the
   * request and its memory alone until then.
   *
   * @throws IllegalStateException if the request is already in flight
   */
  void submit(DiskRequest request);

  /**
   * Reads from the byte offset into the whole of {@code target} and waits for it.
   *
   * @throws IOException if the range lies outside the disk or the file can't be read
   */
  void read(long offset, MemorySegment target) throws IOException;

  /**
   * Writes the whole of {@code source} at the byte offset and waits for it.
   *
   * @throws IOException if the disk is read-only, the range lies outside it or the file can't be
   *     written
   */
  void write(long offset, MemorySegment source) throws IOException;

  /**
   * Makes every write that has completed durable and waits for it.
   *
   * @throws IOException if the file can't be written
   */
  void flush() throws IOException;

  /**
   * Tells the disk that a byte range is no longer needed and waits for it. The range then reads as
   * before or, in whole aligned units, as zeroes.
   *
   * @throws IOException if the disk is read-only, the range lies outside it or the file can't be
   *     written
   */
  void unmap(long offset, long length) throws IOException;

  /**
   * Makes a byte range read as zeroes, giving space back where possible, and waits for it.
   *
   * @throws IOException if the disk is read-only, the range lies outside it or the file can't be
   *     written
   */
  void writeZeroes(long offset, long length) throws IOException;

  /**
   * Where bytes that may differ from zero start, at an offset or behind it; {@link #size()} if none
   * do. With {@link #nextHole} this tells what a copy may leave out.
   *
   * @throws IOException if the file can't be read
   */
  long nextData(long offset) throws IOException;

  /**
   * Where bytes start, at an offset or behind it, that are known to be zero without being read;
   * {@link #size()} if none are known.
   *
   * @throws IOException if the file can't be read
   */
  long nextHole(long offset) throws IOException;

  /** What the file is, for people: formats, sizes and identifiers. */
  DiskInformation information() throws IOException;

  /**
   * Waits for requests in flight, makes every write durable, marks the file clean and releases it.
   * Later calls do nothing.
   */
  @Override
  void close() throws IOException;
}
