// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.malachite.disk.io.MemoryFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeAll;

/** Opening, replaying, reading and writing VHDX files that a fuzzer has changed. */
class VhdxFuzzTest {
  private static final int READ_ONLY = 1;
  private static final int DIRTY = 2;
  private static final int WRONG_CHECKSUMS = 4;

  /** Where the changes of an input may go: the structures, in the order of the file. */
  private static final long[] AREAS = {
    0,
    VhdxHeader.offset(0),
    VhdxHeader.offset(1),
    RegionTable.OFFSET,
    RegionTable.OFFSET + RegionTable.SIZE,
    SampleImages.LOG,
    SampleImages.METADATA,
    SampleImages.METADATA + MetadataTable.SIZE,
    SampleImages.BAT
  };

  @BeforeAll
  static void prepare() throws IOException {
    HostileFileTest.prepare();
  }

  @FuzzTest(maxDuration = "20s")
  void opensOrRefuses(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(input);
    int mode = bytes.get();
    MemoryFile file = ((mode & DIRTY) != 0 ? HostileFileTest.dirty : HostileFileTest.clean).copy();
    while (bytes.remaining() >= 12) {
      int area = Byte.toUnsignedInt(bytes.get()) % AREAS.length;
      int at = Short.toUnsignedInt(bytes.getShort());
      boolean narrow = bytes.get() < 0;
      long value = bytes.getLong();
      if (narrow) {
        SampleImages.putInt(file, AREAS[area] + at, (int) value);
      } else {
        SampleImages.putLong(file, AREAS[area] + at, value);
      }
    }
    if ((mode & WRONG_CHECKSUMS) == 0) {
      SampleImages.mendChecksums(file);
    }
    HostileFileTest.use(file, (mode & READ_ONLY) != 0);
  }
}
