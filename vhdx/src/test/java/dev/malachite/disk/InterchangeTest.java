// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** VHDX files go both ways between QEMU and us, byte for byte. */
class InterchangeTest {
  private static final long MIB = 1L << 20;

  @TempDir Path directory;
  private DiskExecutor executor;

  @BeforeEach
  void start() {
    QemuTools.assumeInstalled();
    executor = DiskExecutor.create("interchange", 2);
  }

  @AfterEach
  void stop() {
    if (executor != null) {
      executor.close();
    }
  }

  @ParameterizedTest(name = "fixed={0} block={1} MiB size={2} MiB + {3} logical={4}")
  @CsvSource({
    "false, 1, 5, 0, 512",
    "false, 1, 63, 512, 512",
    "false, 2, 64, 4096, 512",
    "false, 32, 100, 0, 512",
    "false, 256, 300, 512, 512",
    "false, 8, 300, 0, 512",
    "true, 1, 5, 0, 512",
    "true, 16, 33, 512, 512",
    "true, 32, 40, 0, 512",
  })
  void qemuReadsWhatWeWrite(boolean fixed, int block, long size, long extra, int logical)
      throws Exception {
    long bytes = size * MIB + extra;
    Path vhdx = directory.resolve("ours.vhdx");
    Path raw = directory.resolve("model.raw");
    VhdxSettings settings = fixed ? VhdxSettings.fixed(bytes) : VhdxSettings.dynamic(bytes);
    VirtualDisks.createVhdx(
        vhdx, settings.withBlockSize(block << 20).withLogicalSectorSize(logical));
    QemuTools.check(vhdx);
    Random random = new Random(bytes + block);
    for (int session = 0; session < 2; session++) {
      try (VirtualDisk disk = VirtualDisks.open(vhdx, executor, DiskOptions.readWrite());
          FileChannel model =
              FileChannel.open(raw, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        model.write(ByteBuffer.allocate(1), bytes - 1);
        scribble(disk, model, random);
      }
      QemuTools.check(vhdx);
      QemuTools.compare(vhdx, raw);
    }
  }

  private static void scribble(VirtualDisk disk, FileChannel model, Random random)
      throws IOException {
    for (int i = 0; i < 24; i++) {
      int sector = disk.logicalSectorSize();
      int length = (1 + random.nextInt(300)) * sector;
      long offset = random.nextLong(disk.size() / sector) * sector;
      if (i == 0) {
        offset = 0;
      } else if (i == 1) {
        offset = disk.size() - length;
      }
      length = (int) Math.min(length, disk.size() - offset);
      byte[] data = new byte[length];
      if (i % 6 == 5) {
        disk.writeZeroes(offset, length);
      } else {
        random.nextBytes(data);
        disk.write(offset, MemorySegment.ofArray(data));
      }
      ByteBuffer copy = ByteBuffer.wrap(data);
      model.position(offset);
      while (copy.hasRemaining()) {
        model.write(copy);
      }
      if (i % 7 == 3) {
        disk.flush();
      }
    }
  }

  @ParameterizedTest(name = "block={0} MiB logical={1}")
  @CsvSource({"1, 512", "32, 512", "256, 512"})
  void qemuFindsDataBehindSectorBitmapEntries(int block, int logical) throws Exception {
    Path vhdx = directory.resolve("ours.vhdx");
    long size = 5L << 40;
    VirtualDisks.createVhdx(
        vhdx, VhdxSettings.dynamic(size).withBlockSize(block << 20).withLogicalSectorSize(logical));
    long chunk = 4L << 30;
    long[] offsets = {0, chunk - 65536, chunk, 2 * chunk, 77 * chunk + 5 * MIB, size - 65536};
    byte[] data = new byte[65536];
    try (VirtualDisk disk = VirtualDisks.open(vhdx, executor, DiskOptions.readWrite())) {
      for (int i = 0; i < offsets.length; i++) {
        Arrays.fill(data, (byte) (i + 1));
        disk.write(offsets[i], MemorySegment.ofArray(data));
      }
    }
    QemuTools.check(vhdx);
    for (int i = 0; i < offsets.length; i++) {
      QemuTools.run(
          "qemu-io",
          "-f",
          "vhdx",
          "-r",
          "-c",
          "read -P " + (i + 1) + " " + offsets[i] + " 64k",
          vhdx);
    }
    QemuTools.run("qemu-io", "-f", "vhdx", "-r", "-c", "read -P 0 " + 3 * chunk + " 1M", vhdx);
  }

  @ParameterizedTest(name = "subformat={0} block={1} size={2} bytes")
  @CsvSource({
    "dynamic, 1M, 5242880",
    "dynamic, 1M, 66060800",
    "dynamic, 2M, 104857600",
    "dynamic, 32M, 104858112",
    "dynamic, 256M, 314573312",
    "fixed, 1M, 5242880",
    "fixed, 16M, 34604032",
    "fixed, 32M, 41943040",
  })
  void weReadAndWriteWhatQemuMakes(String type, String block, long bytes) throws Exception {
    Path raw = directory.resolve("model.raw");
    Path vhdx = directory.resolve("theirs.vhdx");
    Random random = new Random(bytes);
    try (FileChannel model =
        FileChannel.open(raw, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      model.write(ByteBuffer.allocate(1), bytes - 1);
      for (int i = 0; i < 12; i++) {
        byte[] data = new byte[1 + random.nextInt(200_000)];
        random.nextBytes(data);
        model.write(ByteBuffer.wrap(data), random.nextLong(bytes - data.length));
      }
    }
    QemuTools.run(
        "qemu-img",
        "convert",
        "-f",
        "raw",
        "-O",
        "vhdx",
        "-o",
        "subformat=" + type + ",block_size=" + block,
        raw,
        vhdx);

    DiskInformation information = VirtualDisks.information(vhdx);
    assertThat(information.format()).isEqualTo(DiskFormat.VHDX);
    assertThat(information.type())
        .isEqualTo(type.equals("fixed") ? DiskType.FIXED : DiskType.DYNAMIC);
    assertThat(information.virtualSize()).isEqualTo(bytes);
    assertThat(information.creator()).startsWith("QEMU");
    try (VirtualDisk disk = VirtualDisks.open(vhdx, executor, DiskOptions.readOnly())) {
      assertSame(disk, raw);
    }
    try (VirtualDisk disk = VirtualDisks.open(vhdx, executor, DiskOptions.readWrite());
        FileChannel model = FileChannel.open(raw, StandardOpenOption.WRITE)) {
      scribble(disk, model, random);
    }
    QemuTools.check(vhdx);
    QemuTools.compare(vhdx, raw);
    try (VirtualDisk disk = VirtualDisks.open(vhdx, executor, DiskOptions.readOnly())) {
      assertSame(disk, raw);
    }
  }

  private static void assertSame(VirtualDisk disk, Path raw) throws IOException {
    assertThat(disk.size()).isEqualTo(Files.size(raw));
    try (Arena arena = Arena.ofShared();
        FileChannel model = FileChannel.open(raw, StandardOpenOption.READ)) {
      MemorySegment ours = arena.allocate(4 * MIB, 8);
      MemorySegment theirs = arena.allocate(4 * MIB, 8);
      for (long at = 0; at < disk.size(); at += 4 * MIB) {
        long length = Math.min(4 * MIB, disk.size() - at);
        ByteBuffer buffer = theirs.asSlice(0, length).asByteBuffer();
        while (buffer.hasRemaining() && model.read(buffer, at + buffer.position()) >= 0) {
          // Goes on until the piece is whole.
        }
        disk.read(at, ours.asSlice(0, length));
        assertThat(ours.asSlice(0, length).mismatch(theirs.asSlice(0, length)))
            .as("first difference in the piece at %d", at)
            .isEqualTo(-1);
      }
    }
  }

  @Test
  void weReplayTheLogThatQemuLeaves() throws Exception {
    Path vhdx = directory.resolve("theirs.vhdx");
    QemuTools.run("qemu-img", "create", "-f", "vhdx", "-o", "block_size=1M", vhdx, "64M");
    QemuTools.run("qemu-io", "-f", "vhdx", "-c", "write -P 0x21 9M 64k", vhdx);
    // Writes to the table, at 2 MiB in QEMU's layout, fail once the log has them.
    String failing =
        """
        json:{"driver":"vhdx","file":{"driver":"blkdebug",
        "image":{"driver":"file","filename":"%s"},
        "inject-error":[{"event":"none","iotype":"write","sector":4096,"errno":5}]}}
        """
            .formatted(vhdx)
            .replace("\n", "");
    Process process =
        new ProcessBuilder("qemu-io", "-c", "write -P 0x5a 3M 128k", failing)
            .redirectErrorStream(true)
            .start();
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isNotZero();
    assertThat(VirtualDisks.information(vhdx).needsReplay()).isTrue();
    byte[] before = Files.readAllBytes(vhdx);

    byte[] found = new byte[128 << 10];
    byte[] expected = new byte[128 << 10];
    Arrays.fill(expected, (byte) 0x5a);
    try (VirtualDisk disk = VirtualDisks.open(vhdx, executor, DiskOptions.readOnly())) {
      disk.read(3 * MIB, MemorySegment.ofArray(found));
      assertThat(found).isEqualTo(expected);
    }
    assertThat(Files.readAllBytes(vhdx)).isEqualTo(before);
    try (VirtualDisk disk = VirtualDisks.open(vhdx, executor, DiskOptions.readWrite())) {
      found[0] = 0;
      disk.read(3 * MIB, MemorySegment.ofArray(found));
      assertThat(found).isEqualTo(expected);
    }
    assertThat(VirtualDisks.information(vhdx).needsReplay()).isFalse();
    QemuTools.check(vhdx);
    QemuTools.run("qemu-io", "-f", "vhdx", "-c", "read -P 0x21 9M 64k", vhdx);
  }

  @Test
  void qemuReplaysTheLogThatWeLeave() throws Exception {
    Path vhdx = directory.resolve("ours.vhdx");
    Path copy = directory.resolve("copy.vhdx");
    VirtualDisks.createVhdx(vhdx, VhdxSettings.dynamic(3000 * MIB).withBlockSize(1 << 20));
    byte[] data = new byte[64 << 10];
    Arrays.fill(data, (byte) 0x33);
    try (VirtualDisk disk = VirtualDisks.open(vhdx, executor, DiskOptions.readWrite())) {
      disk.write(5 * MIB, MemorySegment.ofArray(data));
      disk.flush();
      disk.write(2900 * MIB, MemorySegment.ofArray(data));
      disk.flush();
      Files.copy(vhdx, copy);
    }
    assertThat(VirtualDisks.information(copy).needsReplay()).isTrue();
    // Damage the table sector that the log's last entry replaces, so that only replay mends it.
    byte[] bytes = Files.readAllBytes(copy);
    int table = 3 << 20;
    int sector = table + (2900 * 8 & -4096);
    Arrays.fill(bytes, sector, sector + 4096, (byte) 0);
    Files.write(copy, bytes);
    QemuTools.run("qemu-img", "check", "-r", "all", "-f", "vhdx", copy);
    QemuTools.run("qemu-io", "-f", "vhdx", "-c", "read -P 0x33 5M 64k", copy);
    QemuTools.run("qemu-io", "-f", "vhdx", "-c", "read -P 0x33 2900M 64k", copy);
  }
}
