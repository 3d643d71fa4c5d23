// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The checksum of VHDX structures: CRC-32C with the checksum field taken as zero (section 2). */
final class Crc32c {
  private static final int FIELD_SIZE = 4;

  private Crc32c() {}

  /** Checksum of a whole structure whose own checksum field is at {@code fieldOffset}. */
  static int of(MemorySegment structure, long fieldOffset) {
    CRC32C crc = new CRC32C();
    crc.update(structure.asSlice(0, fieldOffset).asByteBuffer());
    crc.update(ByteBuffer.allocate(FIELD_SIZE));
    crc.update(structure.asSlice(fieldOffset + FIELD_SIZE).asByteBuffer());
    return (int) crc.getValue();
  }
}
