// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static dev.malachite.disk.vhdx.VhdxConstants.SECTOR;

import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.LittleEndian;
import dev.malachite.disk.io.PatchedFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds the active sequence of a log and applies it in memory (sections 2.3.2 and 2.3.3).
 *
 * <p>The file may be hostile: the work is bounded by the log's length, the memory by {@link
 * #MAX_PATCHED}, and an update may only touch what a log may hold.
 */
final class LogReader {
  /** Longest log whose entries are looked for. */
  static final long MAX_LOG = 256L << 20;

  /** Most bytes that a log may replace. */
  static final long MAX_PATCHED = 64L << 20;

  /** Longest entry; 16,000 sectors in one update are far beyond what any program writes. */
  static final int MAX_ENTRY = 64 << 20;

  private static final String NAME = "log";
  private static final String REPLAY_ELSEWHERE =
      "Open and close the file once with the program that wrote it, which applies the log.";

  /** A valid entry: where it is in the log, and the fields of its header. */
  private record Entry(
      long position,
      int length,
      long tail,
      long sequenceNumber,
      int descriptors,
      long flushedFileOffset,
      long lastFileOffset) {}

  private final HostFile file;
  private final long logOffset;
  private final long logLength;
  private final UUID logGuid;
  private final Arena arena;
  private MemorySegment buffer;
  private long checksumBudget;

  private LogReader(HostFile file, VhdxHeader header, Arena arena) {
    this.file = file;
    this.logOffset = header.logOffset();
    this.logLength = header.logLength();
    this.logGuid = header.logGuid();
    this.arena = arena;
    this.buffer = arena.allocate(SECTOR, 8);
    this.checksumBudget = 4 * logLength + (64L << 20);
  }

  /** Shows the file as it is once the log is applied, without changing it. */
  static PatchedFile replay(HostFile file, VhdxHeader header) throws IOException {
    if (header.logLength() > MAX_LOG) {
      throw new DiskFormatException(
          file.path(),
          NAME,
          header.logOffset(),
          "it is to be replayed but is longer (" + header.logLength() + " bytes) than " + MAX_LOG,
          REPLAY_ELSEWHERE);
    }
    try (Arena arena = Arena.ofConfined()) {
      LogReader reader = new LogReader(file, header, arena);
      PatchedFile patched = new PatchedFile(file);
      reader.apply(reader.findActiveSequence(), patched);
      return patched;
    }
  }

  private List<Entry> findActiveSequence() throws IOException {
    List<Entry> candidate = List.of();
    long tail = 0;
    long oldTail;
    do {
      oldTail = tail;
      List<Entry> current = readSequence(tail);
      Entry head = current.isEmpty() ? null : current.getLast();
      int first = head == null ? -1 : indexOf(current, head.tail());
      if (head != null && first >= 0) {
        if (candidate.isEmpty()
            || Long.compareUnsigned(head.sequenceNumber(), candidate.getLast().sequenceNumber())
                > 0) {
          candidate = List.copyOf(current.subList(first, current.size()));
        }
        tail = (head.position() + head.length()) % logLength;
      } else {
        tail = (tail + SECTOR) % logLength;
      }
    } while (tail > oldTail);
    if (candidate.isEmpty()) {
      throw new DiskFormatException(
          file.path(),
          NAME,
          logOffset,
          "it is to be replayed but holds no complete sequence of entries with the header's log"
              + " GUID "
              + logGuid,
          DiskFormatException.RESTORE);
    }
    long flushed = candidate.getLast().flushedFileOffset();
    if (Long.compareUnsigned(file.size(), flushed) < 0) {
      throw new DiskFormatException(
          file.path(),
          NAME,
          logOffset + candidate.getLast().position(),
          "the file had "
              + Long.toUnsignedString(flushed)
              + " bytes when the entry was written and"
              + " now has "
              + file.size()
              + ", so it was cut short",
          DiskFormatException.RESTORE);
    }
    return candidate;
  }

  private static int indexOf(List<Entry> entries, long position) {
    for (int i = entries.size() - 1; i >= 0; i--) {
      if (entries.get(i).position() == position) {
        return i;
      }
    }
    return -1;
  }

  /** The valid entries from a position on whose sequence numbers follow each other. */
  private List<Entry> readSequence(long start) throws IOException {
    List<Entry> entries = new ArrayList<>();
    long position = start;
    long covered = 0;
    while (covered < logLength) {
      Entry entry = readEntry(position);
      if (entry == null
          || covered + entry.length() > logLength
          || (!entries.isEmpty()
              && entry.sequenceNumber() != entries.getLast().sequenceNumber() + 1)) {
        break;
      }
      entries.add(entry);
      covered += entry.length();
      position = (position + entry.length()) % logLength;
    }
    return entries;
  }

  /** Reads the entry at a position into the buffer; null if there is no valid one. */
  private @Nullable Entry readEntry(long position) throws IOException {
    readRing(position, buffer.asSlice(0, SECTOR));
    if (LittleEndian.getInt(buffer, LogFormat.AT_SIGNATURE) != LogFormat.ENTRY_SIGNATURE
        || !LittleEndian.getGuid(buffer, LogFormat.AT_LOG_GUID).equals(logGuid)) {
      return null;
    }
    long length = LittleEndian.getUnsignedInt(buffer, LogFormat.AT_ENTRY_LENGTH);
    long tail = LittleEndian.getUnsignedInt(buffer, LogFormat.AT_TAIL);
    long sequenceNumber = LittleEndian.getLong(buffer, LogFormat.AT_SEQUENCE_NUMBER);
    long descriptors = LittleEndian.getUnsignedInt(buffer, LogFormat.AT_DESCRIPTOR_COUNT);
    if (length == 0
        || length % SECTOR != 0
        || length > Math.min(logLength, MAX_ENTRY)
        || tail % SECTOR != 0
        || tail >= logLength
        || sequenceNumber == 0
        || LogFormat.descriptorBytes(descriptors) > length) {
      return null;
    }
    Entry entry =
        new Entry(
            position,
            (int) length,
            tail,
            sequenceNumber,
            (int) descriptors,
            LittleEndian.getLong(buffer, LogFormat.AT_FLUSHED_FILE_OFFSET),
            LittleEndian.getLong(buffer, LogFormat.AT_LAST_FILE_OFFSET));
    MemorySegment bytes = readWhole(entry);
    checksumBudget -= length;
    if (checksumBudget < 0) {
      throw new DiskFormatException(
          file.path(),
          NAME,
          logOffset + position,
          "its entries overlap each other over and over",
          DiskFormatException.RESTORE);
    }
    // The header is read again with the rest, so what was checked must be what is used.
    if (LittleEndian.getUnsignedInt(bytes, LogFormat.AT_ENTRY_LENGTH) != length
        || LittleEndian.getInt(bytes, LogFormat.AT_CHECKSUM)
            != Crc32c.of(bytes, LogFormat.AT_CHECKSUM)
        || !descriptorsMatch(entry, bytes)) {
      return null;
    }
    return entry;
  }

  private MemorySegment readWhole(Entry entry) throws IOException {
    if (buffer.byteSize() < entry.length()) {
      buffer = arena.allocate(Math.min(MAX_ENTRY, 2L * entry.length()), 8);
    }
    MemorySegment bytes = buffer.asSlice(0, entry.length());
    readRing(entry.position(), bytes);
    return bytes;
  }

  private void readRing(long position, MemorySegment target) throws IOException {
    long first = Math.min(target.byteSize(), logLength - position);
    file.readFully(logOffset + position, target.asSlice(0, first));
    if (first < target.byteSize()) {
      file.readFully(logOffset, target.asSlice(first));
    }
  }

  /** Whether every descriptor and data sector bears the entry's sequence number. */
  private static boolean descriptorsMatch(Entry entry, MemorySegment bytes) {
    long data = LogFormat.descriptorBytes(entry.descriptors());
    for (int i = 0; i < entry.descriptors(); i++) {
      long at = LogFormat.HEADER_SIZE + (long) i * LogFormat.DESCRIPTOR_SIZE;
      if (LittleEndian.getLong(bytes, at + LogFormat.DESCRIPTOR_AT_SEQUENCE_NUMBER)
          != entry.sequenceNumber()) {
        return false;
      }
      int signature = LittleEndian.getInt(bytes, at + LogFormat.DESCRIPTOR_AT_SIGNATURE);
      if (signature == LogFormat.DESCRIPTOR_SIGNATURE) {
        if (data + SECTOR > entry.length() || !dataMatches(entry, bytes, data)) {
          return false;
        }
        data += SECTOR;
      } else if (signature != LogFormat.ZERO_SIGNATURE) {
        return false;
      }
    }
    return data == entry.length();
  }

  private static boolean dataMatches(Entry entry, MemorySegment bytes, long at) {
    return LittleEndian.getInt(bytes, at + LogFormat.DATA_AT_SIGNATURE) == LogFormat.DATA_SIGNATURE
        && LittleEndian.getInt(bytes, at + LogFormat.DATA_AT_SEQUENCE_HIGH)
            == (int) (entry.sequenceNumber() >>> 32)
        && LittleEndian.getInt(bytes, at + LogFormat.DATA_AT_SEQUENCE_LOW)
            == (int) entry.sequenceNumber();
  }

  private void apply(List<Entry> sequence, PatchedFile patched) throws IOException {
    long lastFileOffset = sequence.getLast().lastFileOffset();
    if (lastFileOffset < 0 || lastFileOffset > VhdxConstants.MAX_FILE_SIZE) {
      throw new DiskFormatException(
          file.path(),
          NAME,
          logOffset + sequence.getLast().position() + LogFormat.AT_LAST_FILE_OFFSET,
          "it says the file has " + Long.toUnsignedString(lastFileOffset) + " bytes",
          DiskFormatException.RESTORE);
    }
    MemorySegment zeroes = MemorySegment.ofArray(new byte[SECTOR]).asReadOnly();
    for (Entry entry : sequence) {
      MemorySegment bytes = readWhole(entry);
      long data = LogFormat.descriptorBytes(entry.descriptors());
      for (int i = 0; i < entry.descriptors(); i++) {
        long at = LogFormat.HEADER_SIZE + (long) i * LogFormat.DESCRIPTOR_SIZE;
        long where = logOffset + (entry.position() + at) % logLength;
        long target = LittleEndian.getLong(bytes, at + LogFormat.DESCRIPTOR_AT_FILE_OFFSET);
        if (LittleEndian.getInt(bytes, at + LogFormat.DESCRIPTOR_AT_SIGNATURE)
            == LogFormat.DESCRIPTOR_SIGNATURE) {
          checkTarget(where, target, SECTOR, patched, lastFileOffset);
          byte[] sector = new byte[SECTOR];
          MemorySegment image = MemorySegment.ofArray(sector);
          MemorySegment.copy(bytes, data, image, 0, SECTOR);
          LittleEndian.putLong(
              image, 0, LittleEndian.getLong(bytes, at + LogFormat.DESCRIPTOR_AT_LEADING_BYTES));
          LittleEndian.putInt(
              image,
              LogFormat.DATA_AT_SEQUENCE_LOW,
              LittleEndian.getInt(bytes, at + LogFormat.DESCRIPTOR_AT_TRAILING_BYTES));
          patched.patch(target, image);
          data += SECTOR;
        } else {
          long length = LittleEndian.getLong(bytes, at + LogFormat.DESCRIPTOR_AT_ZERO_LENGTH);
          checkTarget(where, target, length, patched, lastFileOffset);
          for (long done = 0; done < length; done += SECTOR) {
            patched.patch(target + done, zeroes);
          }
        }
      }
    }
    patched.extend(lastFileOffset);
  }

  private void checkTarget(
      long where, long target, long length, PatchedFile patched, long lastFileOffset)
      throws IOException {
    if (target < RegionTable.OFFSET
        || target % SECTOR != 0
        || length < 0
        || length % SECTOR != 0
        || length > MAX_PATCHED
        || target > VhdxConstants.MAX_FILE_SIZE - MAX_PATCHED
        || target + length > Math.max(patched.size(), lastFileOffset) + VhdxConstants.MAX_BLOCK_SIZE
        || (target < logOffset + logLength && target + length > logOffset)) {
      throw new DiskFormatException(
          file.path(),
          NAME,
          where,
          "an entry replaces "
              + Long.toUnsignedString(length)
              + " bytes at "
              + Long.toUnsignedString(target)
              + ", which no log may",
          DiskFormatException.RESTORE);
    }
    if (patched.patches().size() * (long) SECTOR + length > MAX_PATCHED) {
      throw new DiskFormatException(
          file.path(),
          NAME,
          where,
          "its entries replace more than " + MAX_PATCHED + " bytes",
          REPLAY_ELSEWHERE);
    }
  }
}
