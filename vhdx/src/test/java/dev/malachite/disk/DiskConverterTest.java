// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.vhd.VhdMaintenance;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Conversions between all formats, held against QEMU's reading of both ends. */
class DiskConverterTest {
  private static final int SIZE = (9 << 20) + 512;

  @TempDir Path directory;
  private Path raw = Path.of("unset");

  @BeforeEach
  void makeSource() throws IOException {
    raw = directory.resolve("source.raw");
    Random random = new Random(7);
    try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "rw")) {
      file.setLength(SIZE);
      for (int i = 0; i < 10; i++) {
        byte[] data = new byte[1 + random.nextInt(200_000)];
        random.nextBytes(data);
        file.seek(random.nextInt(SIZE - data.length));
        file.write(data);
      }
    }
  }

  private static List<DiskTarget> targets() {
    List<DiskTarget> targets = new ArrayList<>();
    for (DiskType type : new DiskType[] {DiskType.DYNAMIC, DiskType.FIXED}) {
      targets.add(DiskTarget.of(DiskFormat.VHDX, type).withBlockSize(1 << 20));
      targets.add(DiskTarget.of(DiskFormat.VHD, type));
    }
    targets.add(DiskTarget.of(DiskFormat.RAW, DiskType.FIXED));
    return targets;
  }

  static List<Arguments> pairs() {
    List<Arguments> pairs = new ArrayList<>();
    for (DiskTarget from : targets()) {
      for (DiskTarget to : targets()) {
        pairs.add(Arguments.of(from, to));
      }
    }
    return pairs;
  }

  private static String qemuName(DiskFormat format) {
    return switch (format) {
      case VHDX -> "vhdx";
      case VHD -> "vpc";
      case RAW, ISO -> "raw";
    };
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theContentsStayTheSame(DiskTarget from, DiskTarget to) throws Exception {
    QemuTools.assumeInstalled();
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    DiskConverter.convert(raw, first, from, DiskProgress.NONE);
    DiskInformation made = DiskConverter.convert(first, second, to, DiskProgress.NONE);
    assertThat(made.format()).isEqualTo(to.format());
    assertThat(made.type()).isEqualTo(to.type());
    assertThat(made.virtualSize()).isEqualTo(SIZE);
    assertThat(
            QemuTools.run(
                "qemu-img", "compare", "-f", qemuName(to.format()), "-F", "raw", second, raw))
        .contains("identical");
    if (to.format() == DiskFormat.VHDX) {
      QemuTools.check(second);
    }
    if (to.format() == DiskFormat.VHD) {
      assertThat(VhdMaintenance.check(second, DiskProgress.NONE).problems()).isEmpty();
    }
    assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void holesStayHoles() throws IOException {
    Path sparse = directory.resolve("sparse.raw");
    VirtualDisks.createRaw(sparse, 1L << 30);
    Path vhdx = directory.resolve("sparse.vhdx");
    DiskInformation made =
        DiskConverter.convert(
            sparse, vhdx, DiskTarget.of(DiskFormat.VHDX, DiskType.DYNAMIC), DiskProgress.NONE);
    assertThat(made.fileSize()).isLessThan(8 << 20);
    DiskInformation back =
        DiskConverter.convert(
            vhdx,
            directory.resolve("back.raw"),
            DiskTarget.of(DiskFormat.RAW, DiskType.FIXED),
            DiskProgress.NONE);
    assertThat(back.virtualSize()).isEqualTo(1L << 30);
    assertThat(back.allocatedSize()).isLessThan(1 << 20);
  }

  @Test
  void cancellingLeavesNothing() throws IOException {
    for (DiskTarget target : targets()) {
      Path file = directory.resolve("never");
      assertThatThrownBy(() -> DiskConverter.convert(raw, file, target, (done, total) -> false))
          .isInstanceOf(DiskCancelledException.class);
      assertThat(directory.toFile().list()).containsExactly("source.raw");
    }
  }

  @Test
  void anExistingFileIsKept() throws IOException {
    Path file = Files.writeString(directory.resolve("precious"), "precious");
    assertThatThrownBy(
            () -> DiskConverter.convert(raw, file, targets().getFirst(), DiskProgress.NONE))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasContent("precious");
  }

  @Test
  void whatTheTargetCantHoldIsRefused() throws IOException {
    Path large = directory.resolve("large.vhdx");
    VirtualDisks.createVhdx(large, VhdxSettings.dynamic(4L << 40));
    Path four = directory.resolve("four.vhdx");
    VirtualDisks.createVhdx(four, VhdxSettings.dynamic(1 << 20).withLogicalSectorSize(4096));
    DiskTarget vhd = DiskTarget.of(DiskFormat.VHD, DiskType.DYNAMIC);
    Path target = directory.resolve("target.vhd");
    assertThatThrownBy(() -> DiskConverter.convert(large, target, vhd, DiskProgress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2040 GiB");
    assertThatThrownBy(() -> DiskConverter.convert(four, target, vhd, DiskProgress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("512-byte");
    assertThatThrownBy(() -> DiskTarget.of(DiskFormat.ISO, DiskType.FIXED))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DiskTarget.of(DiskFormat.VHD, DiskType.DIFFERENCING))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(target).doesNotExist();
  }

  @Test
  void flatteningKeepsContentsAndIdentity() throws IOException {
    Path parent = directory.resolve("parent.vhd");
    DiskConverter.convert(
        raw, parent, DiskTarget.of(DiskFormat.VHD, DiskType.DYNAMIC), DiskProgress.NONE);
    Path child = directory.resolve("child.vhd");
    VhdMaintenance.createDifferencing(child, parent);
    byte[] model = Files.readAllBytes(raw);
    byte[] data = {1, 2, 3, 4};
    System.arraycopy(data, 0, model, 5000, 4);
    try (DiskExecutor executor = DiskExecutor.create("flatten", 1)) {
      try (VirtualDisk disk = VirtualDisks.open(child, executor, DiskOptions.readWrite())) {
        disk.write(5000, MemorySegment.ofArray(data));
      }
      DiskInformation before = VirtualDisks.information(child);
      DiskInformation flat = DiskConverter.flatten(child, DiskProgress.NONE);
      assertThat(flat.type()).isEqualTo(DiskType.DYNAMIC);
      assertThat(flat.identity()).isEqualTo(before.identity());
      Files.delete(parent);
      try (VirtualDisk disk = VirtualDisks.open(child, executor, DiskOptions.readOnly())) {
        byte[] found = new byte[SIZE];
        disk.read(0, MemorySegment.ofArray(found));
        assertThat(found).isEqualTo(model);
      }
    }
    assertThatThrownBy(() -> DiskConverter.flatten(child, DiskProgress.NONE))
        .hasMessageContaining("no parent");
  }
}
