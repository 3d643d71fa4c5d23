// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static dev.malachite.disk.vhdx.VhdxConstants.SECTOR;

import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.LittleEndian;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.UUID;

/**
 * Appends entries to the log of an open file (section 2.3).
 *
 * <p>Before an entry is appended everything that earlier ones say has to be durable in its place,
 * so each entry is a sequence of its own: its tail is itself. The ring never overwrites the entry
 * before, which stays the active one until the new one is whole. Used by one thread at a time.
 */
final class LogWriter {
  /** Most sectors in an entry; two such entries fit the smallest log together. */
  static final int MAX_SECTORS = 126;

  private final HostFile file;
  private final long logOffset;
  private final long logLength;
  private final UUID logGuid;
  private final MemorySegment entry;
  private long position;
  private long sequenceNumber = 1;

  /** Writes to a log whose entries bear the GUID from its start on. */
  LogWriter(HostFile file, long logOffset, long logLength, UUID logGuid, Arena arena) {
    this.file = file;
    this.logOffset = logOffset;
    this.logLength = logLength;
    this.logGuid = logGuid;
    this.entry = arena.allocate((long) (MAX_SECTORS + 1) * SECTOR, SECTOR);
  }

  /**
   * Writes an entry, which counts once it is forced.
   *
   * @param count number of sectors, 0 to {@value #MAX_SECTORS}
   * @param images the new contents of the sectors, one after the other
   * @param offsets where in the file each sector goes
   * @param flushedFileOffset a length that the file durably has
   * @param lastFileOffset where the file's last structure ends
   */
  void append(
      int count, MemorySegment images, long[] offsets, long flushedFileOffset, long lastFileOffset)
      throws IOException {
    int length = (count + 1) * SECTOR;
    MemorySegment bytes = entry.asSlice(0, length);
    bytes.asSlice(0, SECTOR).fill((byte) 0);
    LittleEndian.putInt(bytes, LogFormat.AT_SIGNATURE, LogFormat.ENTRY_SIGNATURE);
    LittleEndian.putInt(bytes, LogFormat.AT_ENTRY_LENGTH, length);
    LittleEndian.putInt(bytes, LogFormat.AT_TAIL, (int) position);
    LittleEndian.putLong(bytes, LogFormat.AT_SEQUENCE_NUMBER, sequenceNumber);
    LittleEndian.putInt(bytes, LogFormat.AT_DESCRIPTOR_COUNT, count);
    LittleEndian.putGuid(bytes, LogFormat.AT_LOG_GUID, logGuid);
    LittleEndian.putLong(bytes, LogFormat.AT_FLUSHED_FILE_OFFSET, flushedFileOffset);
    LittleEndian.putLong(bytes, LogFormat.AT_LAST_FILE_OFFSET, lastFileOffset);
    for (int i = 0; i < count; i++) {
      putSector(bytes, i, images, offsets[i]);
    }
    LittleEndian.putInt(bytes, LogFormat.AT_CHECKSUM, Crc32c.of(bytes, LogFormat.AT_CHECKSUM));

    long first = Math.min(length, logLength - position);
    file.write(logOffset + position, bytes.asSlice(0, first));
    if (first < length) {
      file.write(logOffset, bytes.asSlice(first));
    }
    position = (position + length) % logLength;
    sequenceNumber++;
  }

  private void putSector(MemorySegment bytes, int index, MemorySegment images, long offset) {
    long image = (long) index * SECTOR;
    long descriptor = LogFormat.HEADER_SIZE + (long) index * LogFormat.DESCRIPTOR_SIZE;
    LittleEndian.putInt(
        bytes, descriptor + LogFormat.DESCRIPTOR_AT_SIGNATURE, LogFormat.DESCRIPTOR_SIGNATURE);
    LittleEndian.putInt(
        bytes,
        descriptor + LogFormat.DESCRIPTOR_AT_TRAILING_BYTES,
        LittleEndian.getInt(images, image + LogFormat.DATA_AT_SEQUENCE_LOW));
    LittleEndian.putLong(
        bytes,
        descriptor + LogFormat.DESCRIPTOR_AT_LEADING_BYTES,
        LittleEndian.getLong(images, image));
    LittleEndian.putLong(bytes, descriptor + LogFormat.DESCRIPTOR_AT_FILE_OFFSET, offset);
    LittleEndian.putLong(
        bytes, descriptor + LogFormat.DESCRIPTOR_AT_SEQUENCE_NUMBER, sequenceNumber);

    long data = (index + 1L) * SECTOR;
    LittleEndian.putInt(bytes, data + LogFormat.DATA_AT_SIGNATURE, LogFormat.DATA_SIGNATURE);
    LittleEndian.putInt(
        bytes, data + LogFormat.DATA_AT_SEQUENCE_HIGH, (int) (sequenceNumber >>> 32));
    MemorySegment.copy(
        images,
        image + LogFormat.LEADING_BYTES,
        bytes,
        data + LogFormat.LEADING_BYTES,
        LogFormat.DATA_AT_SEQUENCE_LOW - LogFormat.LEADING_BYTES);
    LittleEndian.putInt(bytes, data + LogFormat.DATA_AT_SEQUENCE_LOW, (int) sequenceNumber);
  }
}
