// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.io.LittleEndian;
import dev.malachite.disk.io.MemoryFile;
import dev.malachite.disk.io.PatchedFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs written byte by byte, as MS-VHDX, section 2.3, lays them out, sound and hostile. */
class HostileLogTest {
  private static final int SECTOR = 4096;
  private static final long MIB = 1 << 20;
  private static final long LOG = SampleImages.LOG;

  private MemoryFile file = new MemoryFile();
  private VhdxHeader header = header(UUID.randomUUID());

  @BeforeEach
  void make() throws IOException {
    file = SampleImages.clean();
    header = header(UUID.randomUUID());
  }

  private static VhdxHeader header(UUID log) {
    return new VhdxHeader(9, UUID.randomUUID(), UUID.randomUUID(), log, 0, 1, MIB, LOG);
  }

  /** An entry that replaces sectors; a negative target is zeroed, two sectors long. */
  private byte[] entry(long sequence, int tail, long... targets) throws IOException {
    int data = 0;
    for (long target : targets) {
      data += target >= 0 ? 1 : 0;
    }
    int head = (64 + 32 * targets.length + SECTOR - 1) / SECTOR * SECTOR;
    byte[] entry = new byte[head + data * SECTOR];
    MemorySegment bytes = MemorySegment.ofArray(entry);
    LittleEndian.putInt(bytes, 0, 0x65676F6C); // "loge"
    LittleEndian.putInt(bytes, 8, entry.length);
    LittleEndian.putInt(bytes, 12, tail);
    LittleEndian.putLong(bytes, 16, sequence);
    LittleEndian.putInt(bytes, 24, targets.length);
    LittleEndian.putGuid(bytes, 32, header.logGuid());
    LittleEndian.putLong(bytes, 48, file.size());
    LittleEndian.putLong(bytes, 56, file.size());
    int at = head;
    for (int i = 0; i < targets.length; i++) {
      int descriptor = 64 + 32 * i;
      boolean zero = targets[i] < 0;
      LittleEndian.putInt(bytes, descriptor, zero ? 0x6F72657A : 0x63736564); // "zero", "desc"
      LittleEndian.putLong(bytes, descriptor + 8, zero ? 2 * SECTOR : 0x1111_1111_1111_1111L);
      LittleEndian.putInt(bytes, descriptor + 4, zero ? 0 : 0x2222_2222);
      LittleEndian.putLong(bytes, descriptor + 16, Math.abs(targets[i]));
      LittleEndian.putLong(bytes, descriptor + 24, sequence);
      if (!zero) {
        Arrays.fill(entry, at, at + SECTOR, (byte) sequence);
        LittleEndian.putInt(bytes, at, 0x61746164); // "data"
        LittleEndian.putInt(bytes, at + 4, (int) (sequence >>> 32));
        LittleEndian.putInt(bytes, at + 4092, (int) sequence);
        at += SECTOR;
      }
    }
    return entry;
  }

  /** Puts an entry into the ring, checksum made. */
  private void put(int position, byte[] entry) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(entry);
    LittleEndian.putInt(bytes, 4, Crc32c.of(bytes, 4));
    for (int i = 0; i < entry.length; i += 512) {
      byte[] sector = Arrays.copyOfRange(entry, i, i + 512);
      file.putSector((LOG + (position + i) % MIB) / 512, sector);
    }
  }

  private PatchedFile replay() throws IOException {
    return LogReader.replay(file, header);
  }

  private void assertRefused(String problem) {
    MemoryFile before = file.copy();
    assertThatThrownBy(this::replay)
        .isInstanceOf(DiskFormatException.class)
        .hasMessageContaining("log at byte")
        .hasMessageContaining(problem);
    assertThat(file.sameAs(before)).isTrue();
  }

  private static byte at(PatchedFile view, long position) throws IOException {
    MemorySegment one = Arena.ofAuto().allocate(1, 1);
    view.readFully(position, one);
    return one.get(ValueLayout.JAVA_BYTE, 0);
  }

  @Test
  void entriesAcrossTheRingsEndAreApplied() throws IOException {
    int tail = (int) MIB - 2 * SECTOR;
    put(tail, entry(5, tail, 4 * MIB));
    put(0, entry(6, tail, 5 * MIB, -(4 * MIB)));
    PatchedFile view = replay();
    assertThat(at(view, 5 * MIB)).isEqualTo((byte) 0x11);
    assertThat(at(view, 5 * MIB + 8)).isEqualTo((byte) 6);
    assertThat(at(view, 5 * MIB + 4095)).isEqualTo((byte) 0x22);
    assertThat(at(view, 4 * MIB)).as("zeroed by the second").isZero();
    assertThat(at(view, 4 * MIB + 4095)).isZero();
    // One entry alone may lie across the end too.
    put(tail, new byte[2 * SECTOR]);
    int last = (int) MIB - SECTOR;
    put(last, entry(7, last, 6 * MIB));
    assertThat(at(replay(), 6 * MIB + 8)).isEqualTo((byte) 7);
  }

  @Test
  void theSequenceWithTheHighestNumberCounts() throws IOException {
    put(0, entry(5, 0, 4 * MIB));
    put(16 * SECTOR, entry(3, 16 * SECTOR, 5 * MIB));
    PatchedFile view = replay();
    assertThat(at(view, 4 * MIB + 8)).isEqualTo((byte) 5);
    assertThat(view.patches()).hasSize(1);
    put(32 * SECTOR, entry(-1, 32 * SECTOR, 6 * MIB)); // Numbers are unsigned.
    assertThat(at(replay(), 6 * MIB + 8)).isEqualTo((byte) -1);
  }

  @Test
  void whatFollowsAGapOrIsTornIsLeftOut() throws IOException {
    put(0, entry(5, 0, 4 * MIB));
    put(2 * SECTOR, entry(7, 0, 5 * MIB));
    assertThat(replay().patches()).hasSize(1);
    for (int change = 0; change < 12; change++) {
      byte[] torn = entry(6, 0, 5 * MIB);
      MemorySegment bytes = MemorySegment.ofArray(torn);
      switch (change) {
        case 0 -> LittleEndian.putInt(bytes, 8, 0);
        case 1 -> LittleEndian.putInt(bytes, 8, SECTOR + 1);
        case 2 -> LittleEndian.putInt(bytes, 8, 2 * (int) MIB);
        case 3 -> LittleEndian.putInt(bytes, 12, 1);
        case 4 -> LittleEndian.putInt(bytes, 12, (int) MIB);
        case 5 -> LittleEndian.putLong(bytes, 16, 0);
        case 6 -> LittleEndian.putInt(bytes, 24, -1);
        case 7 -> LittleEndian.putLong(bytes, 64 + 24, 9);
        case 8 -> LittleEndian.putInt(bytes, 64, 0x63736565);
        case 9 -> LittleEndian.putInt(bytes, SECTOR, 0);
        case 10 -> LittleEndian.putInt(bytes, SECTOR + 4, 1);
        default -> LittleEndian.putInt(bytes, SECTOR + 4092, 5);
      }
      put(2 * SECTOR, torn);
      assertThat(replay().patches()).as("change %d", change).hasSize(1);
    }
    byte[] wrongSum = entry(6, 0, 5 * MIB);
    put(2 * SECTOR, wrongSum);
    assertThat(replay().patches()).hasSize(2);
    file.putSector((LOG + 3 * SECTOR) / 512 + 1, new byte[512]);
    assertThat(replay().patches()).hasSize(1);
    // An entry that says it has less data than descriptors, or more.
    byte[] more = Arrays.copyOf(entry(6, 0, 5 * MIB), 3 * SECTOR);
    LittleEndian.putInt(MemorySegment.ofArray(more), 8, 3 * SECTOR);
    put(2 * SECTOR, more);
    assertThat(replay().patches()).hasSize(1);
    byte[] less = Arrays.copyOf(entry(6, 0, 5 * MIB), SECTOR);
    LittleEndian.putInt(MemorySegment.ofArray(less), 8, SECTOR);
    put(2 * SECTOR, less);
    assertThat(replay().patches()).hasSize(1);
  }

  @Test
  void aTailThatIsNowhereMakesASequenceIncomplete() throws IOException {
    put(0, entry(5, 8 * SECTOR, 4 * MIB));
    assertRefused("no complete sequence");
    put(0, entry(5, 0, 4 * MIB));
    header = header(UUID.randomUUID());
    assertRefused("no complete sequence");
  }

  @Test
  void placesThatNoLogMayReplaceAreRefused() throws IOException {
    long huge = VhdxConstants.MAX_FILE_SIZE;
    for (long target :
        new long[] {
          0,
          0x1_0000,
          0x2_0000,
          4 * MIB + 512,
          LOG,
          LOG + MIB - SECTOR,
          huge,
          file.size() + (1 << 29)
        }) {
      put(0, entry(5, 0, target));
      assertRefused("which no log may");
    }
    for (long length : new long[] {-SECTOR, 100, 2L << 30, MIB}) {
      byte[] zero = entry(5, 0, -(length == MIB ? LOG - SECTOR : 4 * MIB));
      LittleEndian.putLong(MemorySegment.ofArray(zero), 64 + 8, length);
      put(0, zero);
      assertRefused("which no log may");
    }
    for (long end : new long[] {-1, huge + 1}) {
      byte[] entry = entry(5, 0, 4 * MIB);
      LittleEndian.putLong(MemorySegment.ofArray(entry), 56, end);
      put(0, entry);
      assertRefused("it says the file has");
    }
  }

  @Test
  void tooMuchIsRefused() throws IOException {
    byte[] zeroes = entry(5, 0, -(4 * MIB), -(4 * MIB));
    MemorySegment bytes = MemorySegment.ofArray(zeroes);
    LittleEndian.putLong(bytes, 56, 1L << 34);
    for (int i = 0; i < 2; i++) {
      LittleEndian.putLong(bytes, 64 + 32 * i + 8, 40 * MIB);
      LittleEndian.putLong(bytes, 64 + 32 * i + 16, (4 + 40 * i) * MIB);
    }
    put(0, zeroes);
    assertRefused("replace more than");
    header =
        new VhdxHeader(
            9, UUID.randomUUID(), UUID.randomUUID(), header.logGuid(), 0, 1, 257 * MIB, LOG);
    assertRefused("is longer");
  }

  @Test
  void entriesThatOverlapOverAndOverAreGivenUp() throws IOException {
    // Sectors that each begin an entry as long as the log: read whole, they would take for ever.
    byte[] head = entry(5, 0);
    LittleEndian.putInt(MemorySegment.ofArray(head), 8, (int) MIB);
    for (int at = 0; at < MIB; at += SECTOR) {
      put(at, head);
    }
    assertRefused("overlap each other over and over");
  }
}
