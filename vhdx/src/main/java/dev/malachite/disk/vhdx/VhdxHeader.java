// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.io.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file header (section 2.2.2): the root of the file, in two copies of which the newer counts.
 *
 * @param sequenceNumber larger in the current header than in the other
 * @param fileWriteGuid identifies the file's contents
 * @param dataWriteGuid identifies the contents of the virtual disk
 * @param logGuid which log entries count; nil if the log is empty
 * @param logVersion format of the log, 0
 * @param version format of the file, 1
 * @param logLength length of the log in bytes
 * @param logOffset where the log is in the file
 */
record VhdxHeader(
    long sequenceNumber,
    UUID fileWriteGuid,
    UUID dataWriteGuid,
    UUID logGuid,
    int logVersion,
    int version,
    long logLength,
    long logOffset) {
  /** Size of the structure. */
  static final int SIZE = 4096;

  static final int VERSION = 1;
  static final int LOG_VERSION = 0;

  private static final int SIGNATURE = 0x6461_6568; // "head"

  // Field                            offset  size
  private static final int AT_SIGNATURE = 0; // 4
  private static final int AT_CHECKSUM = 4; // 4
  private static final int AT_SEQUENCE_NUMBER = 8; // 8
  private static final int AT_FILE_WRITE_GUID = 16; // 16
  private static final int AT_DATA_WRITE_GUID = 32; // 16
  private static final int AT_LOG_GUID = 48; // 16
  private static final int AT_LOG_VERSION = 64; // 2
  private static final int AT_VERSION = 66; // 2
  private static final int AT_LOG_LENGTH = 68; // 4
  private static final int AT_LOG_OFFSET = 72; // 8

  /** Where header {@code index} (0 or 1) is in the file. */
  static long offset(int index) {
    return (index + 1) * 0x1_0000L;
  }

  /** Decodes a header; null if its signature or checksum is wrong. */
  static @Nullable VhdxHeader parse(MemorySegment bytes) {
    if (LittleEndian.getInt(bytes, AT_SIGNATURE) != SIGNATURE
        || LittleEndian.getInt(bytes, AT_CHECKSUM) != Crc32c.of(bytes, AT_CHECKSUM)) {
      return null;
    }
    return new VhdxHeader(
        LittleEndian.getLong(bytes, AT_SEQUENCE_NUMBER),
        LittleEndian.getGuid(bytes, AT_FILE_WRITE_GUID),
        LittleEndian.getGuid(bytes, AT_DATA_WRITE_GUID),
        LittleEndian.getGuid(bytes, AT_LOG_GUID),
        LittleEndian.getShort(bytes, AT_LOG_VERSION),
        LittleEndian.getShort(bytes, AT_VERSION),
        LittleEndian.getUnsignedInt(bytes, AT_LOG_LENGTH),
        LittleEndian.getLong(bytes, AT_LOG_OFFSET));
  }

  /** Encodes the header with its checksum into {@value #SIZE} bytes. */
  void encode(MemorySegment bytes) {
    bytes.fill((byte) 0);
    LittleEndian.putInt(bytes, AT_SIGNATURE, SIGNATURE);
    LittleEndian.putLong(bytes, AT_SEQUENCE_NUMBER, sequenceNumber);
    LittleEndian.putGuid(bytes, AT_FILE_WRITE_GUID, fileWriteGuid);
    LittleEndian.putGuid(bytes, AT_DATA_WRITE_GUID, dataWriteGuid);
    LittleEndian.putGuid(bytes, AT_LOG_GUID, logGuid);
    LittleEndian.putShort(bytes, AT_LOG_VERSION, logVersion);
    LittleEndian.putShort(bytes, AT_VERSION, version);
    LittleEndian.putInt(bytes, AT_LOG_LENGTH, (int) logLength);
    LittleEndian.putLong(bytes, AT_LOG_OFFSET, logOffset);
    LittleEndian.putInt(bytes, AT_CHECKSUM, Crc32c.of(bytes, AT_CHECKSUM));
  }

  VhdxHeader withSequenceNumber(long number) {
    return new VhdxHeader(
        number, fileWriteGuid, dataWriteGuid, logGuid, logVersion, version, logLength, logOffset);
  }

  VhdxHeader withLogGuid(UUID guid) {
    return new VhdxHeader(
        sequenceNumber,
        fileWriteGuid,
        dataWriteGuid,
        guid,
        LOG_VERSION,
        version,
        logLength,
        logOffset);
  }

  VhdxHeader withFileWriteGuid(UUID guid) {
    return new VhdxHeader(
        sequenceNumber, guid, dataWriteGuid, logGuid, logVersion, version, logLength, logOffset);
  }

  VhdxHeader withDataWriteGuid(UUID guid) {
    return new VhdxHeader(
        sequenceNumber, fileWriteGuid, guid, logGuid, logVersion, version, logLength, logOffset);
  }

  /** Whether the log holds entries to apply. */
  boolean hasLog() {
    return !logGuid.equals(VhdxConstants.NIL);
  }
}
