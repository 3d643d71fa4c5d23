// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.firmware.uefi.Tools;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.path.DevicePath;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Partition tables written by sfdisk. */
class PartitionTablesTest {
  private static final int SIZE = 16 << 20;

  @TempDir private Path folder = Path.of("");

  private byte[] partition(String table) throws IOException {
    Path image = folder.resolve("disk.img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE);
    }
    Tools.run(table, "sfdisk", "-q", image);
    return Files.readAllBytes(image);
  }

  private byte[] gpt() throws IOException {
    return partition(
        """
        label: gpt
        start=2048, size=2048, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, \
        uuid=01234567-89AB-CDEF-0123-456789ABCDEF
        start=8192, size=100, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4
        """);
  }

  private static void checkGpt(List<Partition> found) {
    assertThat(found).hasSize(2);
    Partition esp = found.getFirst();
    assertThat(esp.scheme()).isEqualTo(Partition.Scheme.GPT);
    assertThat(esp.number()).isEqualTo(1);
    assertThat(esp.start()).isEqualTo(2048);
    assertThat(esp.blocks()).isEqualTo(2048);
    assertThat(esp.type()).isEqualTo(Partition.ESP);
    assertThat(GuestSpace.guid(esp.signature(), 0))
        .isEqualTo(UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"));
    assertThat(found.get(1).start()).isEqualTo(8192);
    assertThat(esp.path(DevicePath.EMPTY).toString())
        .isEqualTo("HD(1,GPT,01234567-89AB-CDEF-0123-456789ABCDEF,0x800,0x800)");
  }

  @Test
  void readsGpt() throws IOException {
    checkGpt(PartitionTables.read(new MemoryDevice(gpt(), 512)));
  }

  @Test
  void fallsBackToTheSecondTable() throws IOException {
    byte[] disk = gpt();
    disk[512 + 40]++;
    checkGpt(PartitionTables.read(new MemoryDevice(disk, 512)));
  }

  @Test
  void refusesDamagedGpt() throws IOException {
    byte[] disk = gpt();
    disk[2 * 512]++;
    Arrays.fill(disk, SIZE - 512, SIZE, (byte) 0);
    assertThat(PartitionTables.read(new MemoryDevice(disk, 512))).isEmpty();
  }

  @Test
  void readsMbrWithLogicalPartitions() throws IOException {
    byte[] disk =
        partition(
            """
            label: dos
            label-id: 0x12345678
            x1 : start=2048, size=2048, type=ef
            x2 : start=6144, size=20000, type=5
            x5 : size=100, type=83
            x6 : size=200, type=83
            """);
    List<Long> starts =
        Pattern.compile("start= *(\\d+)")
            .matcher(Tools.run("", "sfdisk", "-d", folder.resolve("disk.img")))
            .results()
            .map(m -> Long.valueOf(m.group(1)))
            .toList();
    List<Partition> found = PartitionTables.read(new MemoryDevice(disk, 512));
    assertThat(found).extracting(Partition::number).containsExactly(1, 5, 6);
    assertThat(found)
        .extracting(Partition::start)
        .containsExactly(2048L, starts.get(2), starts.get(3));
    assertThat(found).extracting(Partition::blocks).containsExactly(2048L, 100L, 200L);
    assertThat(found.getFirst().path(DevicePath.EMPTY).toString())
        .isEqualTo("HD(1,MBR,0x12345678,0x800,0x800)");
  }

  @Test
  void findsNothingOnAnEmptyDisk() throws IOException {
    assertThat(PartitionTables.read(new MemoryDevice(new byte[1 << 16], 512))).isEmpty();
  }
}
