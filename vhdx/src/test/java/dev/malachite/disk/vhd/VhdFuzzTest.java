// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.malachite.disk.io.MemoryFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeAll;

/** Opening, reading and writing VHD files that a fuzzer has changed. */
class VhdFuzzTest {
  private static final int READ_ONLY = 1;
  private static final int FIXED = 2;
  private static final int WRONG_CHECKSUMS = 4;
  private static final int CUT = 8;

  @BeforeAll
  static void prepare() throws IOException {
    VhdHostileFileTest.prepare();
  }

  @FuzzTest(maxDuration = "20s")
  void opensOrRefuses(byte[] input) throws IOException {
    if (input.length < 5) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(input);
    int mode = bytes.get();
    int cut = bytes.getInt();
    boolean fixed = (mode & FIXED) != 0;
    MemoryFile file = (fixed ? VhdHostileFileTest.fixed : VhdHostileFileTest.dynamic).copy();
    long[] areas = {
      0, VhdHostileFileTest.HEADER, VhdHostileFileTest.TABLE, file.size() - 512, 2048
    };
    while (bytes.remaining() >= 7) {
      int area = Byte.toUnsignedInt(bytes.get()) % areas.length;
      int at = Short.toUnsignedInt(bytes.getShort()) % 512 & ~3;
      VhdHostileFileTest.putInt(file, areas[area] + at, bytes.getInt());
    }
    if ((mode & WRONG_CHECKSUMS) == 0) {
      VhdHostileFileTest.mend(file);
    }
    if ((mode & CUT) != 0) {
      file.truncate(Integer.toUnsignedLong(cut) % file.size());
    }
    VhdHostileFileTest.use(file, (mode & READ_ONLY) != 0);
  }
}
