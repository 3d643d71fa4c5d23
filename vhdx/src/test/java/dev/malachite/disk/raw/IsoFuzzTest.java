// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.io.MemoryFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Telling, opening and reading disc images of any length and contents. */
class IsoFuzzTest {
  private static DiskExecutor executor = DiskExecutor.create("iso-fuzz", 1);

  @BeforeAll
  static void prepare() {
    executor = DiskExecutor.create("iso-fuzz", 1);
  }

  @AfterAll
  static void stop() {
    executor.close();
  }

  @FuzzTest(maxDuration = "10s")
  void readsAsTheFileIs(byte[] input) throws IOException {
    if (input.length < 12) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(input);
    long size = Integer.toUnsignedLong(bytes.getInt()) % (1 << 20);
    long offset = bytes.getInt();
    int length = Short.toUnsignedInt(bytes.getShort());
    int at = Short.toUnsignedInt(bytes.getShort());
    MemoryFile file = new MemoryFile();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment contents = arena.allocate(Math.max(1, bytes.remaining()), 8);
      contents.copyFrom(MemorySegment.ofArray(input).asSlice(bytes.position()));
      file.write(at, contents);
      file.truncate(size);
      MemoryFile before = file.copy();
      MemorySegment start = arena.allocate(Math.max(1, Math.min(size, 40_000)), 8);
      file.readFully(0, start.asSlice(0, Math.min(size, 40_000)));
      boolean recognized = RawDisk.recognizesIso(start.asSlice(0, Math.min(size, 40_000)));
      assertThat(recognized && size < RawDisk.isoSignatureEnd()).isFalse();
      if (size == 0) {
        assertThatThrownBy(() -> RawDisk.openIso(file, executor)).hasMessageContaining("is empty");
        return;
      }
      try (RawDisk disk = RawDisk.openIso(file, executor)) {
        assertThat(disk.size()).isEqualTo((size + 2047) / 2048 * 2048);
        MemorySegment memory = arena.allocate(Math.max(1, length), 8);
        memory.fill((byte) 0xA5);
        MemorySegment part = memory.asSlice(0, length);
        if (offset < 0 || offset + length > disk.size()) {
          assertThatThrownBy(() -> disk.read(offset, part)).isInstanceOf(IOException.class);
        } else {
          disk.read(offset, part);
          MemorySegment expected = arena.allocate(Math.max(1, length), 8);
          long inside = Math.clamp(size - offset, 0, length);
          file.readFully(offset, expected.asSlice(0, inside));
          assertThat(part.mismatch(expected.asSlice(0, length))).isEqualTo(-1);
        }
        assertThatThrownBy(() -> disk.write(0, memory.asSlice(0, 1)))
            .hasMessageContaining("read-only");
      }
      assertThat(file.sameAs(before)).isTrue();
    }
  }
}
