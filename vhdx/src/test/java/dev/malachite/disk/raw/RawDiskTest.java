// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.io.MemoryFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RawDiskTest {
  private final DiskExecutor executor = DiskExecutor.create("raw", 1);

  @AfterEach
  void stop() {
    executor.close();
  }

  private static MemoryFile file(int length) throws IOException {
    MemoryFile file = new MemoryFile();
    MemorySegment ones = Arena.ofAuto().allocate(length, 8);
    ones.fill((byte) 1);
    file.write(0, ones);
    return file;
  }

  @Test
  void aFileThatEndsWithinASectorGoesOnWithZeroes() throws IOException {
    MemoryFile file = file(1000);
    try (RawDisk disk = RawDisk.openRaw(file, true, executor)) {
      assertThat(disk.size()).isEqualTo(1024);
      byte[] found = new byte[1024];
      disk.read(0, MemorySegment.ofArray(found));
      for (int i = 0; i < 1024; i++) {
        assertThat(found[i]).isEqualTo((byte) (i < 1000 ? 1 : 0));
      }
      assertThat(disk.nextData(0)).isZero();
      assertThat(disk.nextHole(0)).isEqualTo(1000);
      assertThat(disk.nextData(1010)).isEqualTo(1024);
      assertThat(disk.nextHole(1010)).isEqualTo(1010);
      assertThat(disk.unmapSupported()).isFalse();
      assertThat(disk.unmapGranularity()).isEqualTo(4096);
      assertThatThrownBy(() -> disk.writeZeroes(0, 512)).hasMessageContaining("read-only");
    }
    assertThat(file.size()).isEqualTo(1000);
  }

  @Test
  void discsHaveTheirOwnSectors() throws IOException {
    MemoryFile file = file(5000);
    try (RawDisk disk = RawDisk.openIso(file, executor)) {
      assertThat(disk.format()).isEqualTo(DiskFormat.ISO);
      assertThat(disk.size()).isEqualTo(6144);
      assertThat(disk.logicalSectorSize()).isEqualTo(2048);
      assertThat(disk.physicalSectorSize()).isEqualTo(2048);
      assertThat(disk.readOnly()).isTrue();
      assertThat(disk.information().logicalSectorSize()).isEqualTo(2048);
    }
    DiskInformation raw = RawDisk.describe(file, DiskFormat.RAW);
    assertThat(raw.logicalSectorSize()).isEqualTo(512);
    assertThat(raw.physicalSectorSize()).isEqualTo(4096);
    assertThat(raw.virtualSize()).isEqualTo(5120);
  }

  @Test
  void changesGoStraightIntoTheFile() throws IOException {
    MemoryFile file = file(8192);
    try (RawDisk disk = RawDisk.openRaw(file, false, executor)) {
      assertThat(disk.unmapSupported()).isTrue();
      disk.writeZeroes(512, 1024);
      disk.unmap(4096, 512);
      disk.write(0, MemorySegment.ofArray(new byte[] {9}));
      disk.flush();
    }
    MemorySegment all = Arena.ofAuto().allocate(8192, 8);
    file.readFully(0, all);
    byte[] found = all.toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < 8192; i++) {
      boolean zero = i >= 512 && i < 1536 || i >= 4096 && i < 4608;
      assertThat(found[i]).as("byte %d", i).isEqualTo((byte) (i == 0 ? 9 : zero ? 0 : 1));
    }
  }

  @Test
  void signaturesAreLookedForInTheirPlace() {
    byte[] start = new byte[(int) RawDisk.isoSignatureEnd()];
    assertThat(RawDisk.recognizesIso(MemorySegment.ofArray(start))).isFalse();
    byte[] name = {'C', 'D', '0', '0', '1'};
    System.arraycopy(name, 0, start, 16 * 2048 + 1, 5);
    assertThat(RawDisk.recognizesIso(MemorySegment.ofArray(start))).isTrue();
    assertThat(RawDisk.recognizesIso(MemorySegment.ofArray(start).asSlice(0, start.length - 1)))
        .isFalse();
  }
}
