// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.QemuTools;
import dev.malachite.disk.VhdSettings;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** VHD files go both ways between QEMU and us, byte for byte. */
class VhdInterchangeTest {
  private static final long MIB = 1L << 20;

  @TempDir Path directory;
  private DiskExecutor executor = DiskExecutor.create("unused", 1);

  @BeforeEach
  void start() {
    QemuTools.assumeInstalled();
    executor.close();
    executor = DiskExecutor.create("vhd-interchange", 2);
  }

  @AfterEach
  void stop() {
    executor.close();
  }

  @ParameterizedTest(name = "fixed={0} block={1} KiB size={2} bytes")
  @CsvSource({
    "false, 2048, 5242880",
    "false, 2048, 66061312",
    "false, 512, 104857600",
    "false, 512, 524800",
    "true, 2048, 5242880",
    "true, 2048, 66061312",
  })
  void qemuReadsWhatWeWrite(boolean fixed, int block, long size) throws Exception {
    Path vhd = directory.resolve("ours.vhd");
    Path raw = directory.resolve("model.raw");
    VhdSettings settings = fixed ? VhdSettings.fixed(size) : VhdSettings.dynamic(size);
    VirtualDisks.createVhd(vhd, settings.withBlockSize(block << 10));
    Random random = new Random(size + block);
    for (int session = 0; session < 3; session++) {
      try (VirtualDisk disk = VirtualDisks.open(vhd, executor, DiskOptions.readWrite());
          RandomAccessFile model = new RandomAccessFile(raw.toFile(), "rw")) {
        model.setLength(size);
        scribble(disk, model, random);
      }
      assertThat(QemuTools.run("qemu-img", "compare", "-f", "vpc", "-F", "raw", vhd, raw))
          .contains("identical");
    }
    assertThat(QemuTools.run("qemu-img", "info", "-f", "vpc", vhd))
        .contains("(" + size + " bytes)");
    assertThat(VhdMaintenance.check(vhd, (done, total) -> true).problems()).isEmpty();
  }

  private static void scribble(VirtualDisk disk, RandomAccessFile model, Random random)
      throws IOException {
    long sectors = disk.size() / 512;
    for (int i = 0; i < 24; i++) {
      long from = random.nextLong(sectors);
      int count = (int) Math.min(1 + random.nextInt(300), sectors - from);
      if (i == 0) {
        from = sectors - count;
      }
      byte[] data = new byte[count * 512];
      if (i % 6 == 5) {
        disk.writeZeroes(from * 512, data.length);
      } else {
        random.nextBytes(data);
        disk.write(from * 512, MemorySegment.ofArray(data));
      }
      model.seek(from * 512);
      model.write(data);
      if (i % 7 == 3) {
        disk.flush();
      }
    }
  }

  @ParameterizedTest(name = "subformat={0} size={1} force_size={2}")
  @CsvSource({
    "dynamic, 5242880, off",
    "dynamic, 66061312, on",
    "dynamic, 104858112, on",
    "fixed, 5242880, on",
    "fixed, 66061312, off",
  })
  void weReadAndWriteWhatQemuMakes(String type, long size, String forced) throws Exception {
    Path raw = directory.resolve("model.raw");
    Path vhd = directory.resolve("theirs.vhd");
    Random random = new Random(size);
    try (RandomAccessFile model = new RandomAccessFile(raw.toFile(), "rw")) {
      model.setLength(size);
      for (int i = 0; i < 12; i++) {
        byte[] data = new byte[1 + random.nextInt(200_000)];
        random.nextBytes(data);
        model.seek(random.nextLong(size - data.length));
        model.write(data);
      }
    }
    QemuTools.run(
        "qemu-img",
        "convert",
        "-f",
        "raw",
        "-O",
        "vpc",
        "-o",
        "subformat=" + type + ",force_size=" + forced,
        raw,
        vhd);
    DiskInformation information = VirtualDisks.information(vhd);
    assertThat(information.format()).isEqualTo(DiskFormat.VHD);
    assertThat(information.type())
        .isEqualTo(type.equals("fixed") ? DiskType.FIXED : DiskType.DYNAMIC);
    assertThat(information.virtualSize()).isGreaterThanOrEqualTo(size);
    assertThat(VhdMaintenance.check(vhd, (done, total) -> true).problems()).isEmpty();
    long whole = information.virtualSize();
    try (VirtualDisk disk = VirtualDisks.open(vhd, executor, DiskOptions.readWrite());
        RandomAccessFile model = new RandomAccessFile(raw.toFile(), "rw")) {
      model.setLength(whole);
      assertSame(disk, raw);
      scribble(disk, model, random);
      assertSame(disk, raw);
    }
    assertThat(QemuTools.run("qemu-img", "compare", "-f", "vpc", "-F", "raw", vhd, raw))
        .contains("identical");
    // QEMU writes on where we have stopped, and the other way round.
    QemuTools.run("qemu-io", "-f", "vpc", "-c", "write -P 0x77 1M 64k", vhd);
    try (VirtualDisk disk = VirtualDisks.open(vhd, executor, DiskOptions.readOnly())) {
      byte[] found = new byte[512];
      disk.read(MIB + 65024, MemorySegment.ofArray(found));
      assertThat(found).containsOnly(0x77);
    }
  }

  private static void assertSame(VirtualDisk disk, Path raw) throws IOException {
    byte[] expected = Files.readAllBytes(raw);
    assertThat(disk.size()).isEqualTo(expected.length);
    MemorySegment found = MemorySegment.ofArray(new byte[expected.length]);
    disk.read(0, found);
    assertThat(found.mismatch(MemorySegment.ofArray(expected)))
        .as("first difference")
        .isEqualTo(-1);
  }

  @Test
  void theGeometryIsTheOneQemuWrites() throws Exception {
    for (long sectors : new long[] {68, 2048, 69632, 278528, 1048576, 16777216, 66059280}) {
      Path theirs = directory.resolve("theirs-" + sectors + ".vhd");
      Path ours = directory.resolve("ours-" + sectors + ".vhd");
      // QEMU rounds the size up to what the geometry can express.
      QemuTools.run("qemu-img", "create", "-f", "vpc", theirs, sectors * 512);
      long size = VirtualDisks.information(theirs).virtualSize();
      VirtualDisks.createVhd(ours, VhdSettings.dynamic(size));
      assertThat(geometry(ours)).as("%d sectors", size / 512).isEqualTo(geometry(theirs));
    }
  }

  private static byte[] geometry(Path vhd) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(vhd.toFile(), "r")) {
      byte[] geometry = new byte[4];
      file.seek(56);
      file.readFully(geometry);
      return geometry;
    }
  }

  @Test
  void libvhdiReadsOurDynamicAndDifferencingDisks() throws Exception {
    QemuTools.assumeProgram("vhdiinfo", "libvhdi-utils");
    Path parent = directory.resolve("parent.vhd");
    Path child = directory.resolve("child.vhd");
    VirtualDisks.createVhd(parent, VhdSettings.dynamic(64 * MIB));
    VhdMaintenance.createDifferencing(child, parent);
    String parentInfo = QemuTools.run("vhdiinfo", parent);
    assertThat(parentInfo).contains("Dynamic", "67108864 bytes");
    String childInfo = QemuTools.run("vhdiinfo", child);
    assertThat(childInfo)
        .contains("Differential", "67108864 bytes", "parent.vhd")
        .contains(VirtualDisks.information(parent).identity().toString());
  }
}
