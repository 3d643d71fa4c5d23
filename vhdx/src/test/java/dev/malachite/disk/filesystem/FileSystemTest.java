// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.QemuTools;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * File systems made by e2fsprogs and dosfstools, and partitions made by sfdisk, as we read them.
 */
class FileSystemTest {
  private static final String LONG_NAME = "A rather long name, with Ümläuts and 数.text";

  @TempDir Path directory;
  private final DiskExecutor executor = DiskExecutor.create("filesystem", 1);

  @AfterEach
  void stop() {
    executor.close();
  }

  private Path image(String name, long size) throws IOException {
    Path file = directory.resolve(name);
    VirtualDisks.createRaw(file, size);
    return file;
  }

  private Path tree() throws IOException {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Path folder = Files.createDirectory(tree.resolve("folder"));
    byte[] large = new byte[3_000_001];
    new Random(1).nextBytes(large);
    Files.write(folder.resolve("large"), large);
    Files.writeString(tree.resolve(LONG_NAME), "long");
    Files.createFile(tree.resolve("empty"));
    for (int i = 0; i < 300; i++) {
      Files.writeString(folder.resolve("file-number-" + i), "contents of " + i);
    }
    return tree;
  }

  private static byte[] read(FileSystem files, String path) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    files.copy(files.find(path), out);
    return out.toByteArray();
  }

  private void assertSameTree(VirtualDisk disk, Partition partition, Path tree, String kind)
      throws IOException {
    FileSystem files = FileSystem.open(disk, partition).orElseThrow();
    assertThat(files.kind()).isEqualTo(kind);
    assertThat(files.label()).isEqualTo("MYLABEL");
    assertThat(read(files, "folder/large"))
        .isEqualTo(Files.readAllBytes(tree.resolve("folder/large")));
    assertThat(read(files, "/" + LONG_NAME)).isEqualTo("long".getBytes(StandardCharsets.UTF_8));
    assertThat(read(files, "empty")).isEmpty();
    List<FileSystem.Entry> entries = files.list(files.find("/folder"));
    assertThat(entries).hasSize(301);
    for (int i = 0; i < 300; i += 37) {
      assertThat(new String(read(files, "folder/file-number-" + i), StandardCharsets.UTF_8))
          .isEqualTo("contents of " + i);
    }
    assertThatThrownBy(() -> files.find("/folder/none")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> files.find("/empty/none")).isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "ext4, 4096, '', ext4",
    "ext4, 1024, '-O 64bit,metadata_csum,meta_bg,^resize_inode', ext4",
    "ext4, 1024, '-O inline_data -I 256', ext4",
    "ext3, 1024, '', ext3",
    "ext2, 4096, '', ext2",
  })
  void extIsRead(String type, int block, String options, String kind) throws Exception {
    QemuTools.assumeProgram("mke2fs", "e2fsprogs");
    Path tree = tree();
    Files.createSymbolicLink(tree.resolve("short-link"), Path.of("folder/large"));
    String target = "folder/" + "x".repeat(200);
    Files.createSymbolicLink(tree.resolve("long-link"), Path.of(target));
    Path image = image("ext.raw", 64L << 20);
    String command =
        "mke2fs -q -F -t %s -b %d %s -L MYLABEL -d %s %s"
            .formatted(type, block, options, tree, image);
    QemuTools.run("sh", "-c", command);
    try (VirtualDisk disk = VirtualDisks.open(image, executor, DiskOptions.readOnly())) {
      List<Partition> partitions = PartitionTable.read(disk);
      assertThat(partitions).singleElement().satisfies(p -> assertThat(p.number()).isZero());
      assertSameTree(disk, partitions.getFirst(), tree, kind);
      FileSystem files = FileSystem.open(disk, partitions.getFirst()).orElseThrow();
      assertThat(files.target(files.find("short-link"))).isEqualTo("folder/large");
      assertThat(files.target(files.find("long-link"))).isEqualTo(target);
    }
  }

  @ParameterizedTest
  @CsvSource({"12, 8, FAT12", "16, 64, FAT16", "32, 64, FAT32"})
  void fatIsRead(int bits, int mebibytes, String kind) throws Exception {
    QemuTools.assumeProgram("mkfs.vfat", "dosfstools");
    QemuTools.assumeProgram("mcopy", "mtools");
    Path tree = tree();
    Path image = image("fat.raw", (long) mebibytes << 20);
    QemuTools.run("mkfs.vfat", "-F", bits, "-n", "MYLABEL", image);
    QemuTools.run("sh", "-c", "LC_ALL=C.UTF-8 mcopy -s -i %s %s/* ::".formatted(image, tree));
    try (VirtualDisk disk = VirtualDisks.open(image, executor, DiskOptions.readOnly())) {
      List<Partition> partitions = PartitionTable.read(disk);
      assertThat(partitions).singleElement().satisfies(p -> assertThat(p.number()).isZero());
      assertSameTree(disk, partitions.getFirst(), tree, kind);
    }
  }

  @Test
  void partitionsAreFound() throws Exception {
    QemuTools.assumeProgram("sfdisk", "fdisk");
    Path gpt = image("gpt.raw", 64L << 20);
    QemuTools.run(
        "sh",
        "-c",
        "printf 'label: gpt\\nsize=4M,type=U,name=boot\\nsize=8M,type=L,name=root\\n' | sfdisk -q "
            + gpt);
    try (VirtualDisk disk = VirtualDisks.open(gpt, executor, DiskOptions.readOnly())) {
      assertThat(PartitionTable.read(disk))
          .containsExactly(
              new Partition(1, 1 << 20, 4 << 20, "EFI system", "boot"),
              new Partition(2, 5 << 20, 8 << 20, "Linux", "root"));
    }
    // The first table is lost; the second one at the disk's end tells the same.
    try (RandomAccessFile file = new RandomAccessFile(gpt.toFile(), "rw")) {
      file.seek(512);
      file.write(new byte[512]);
    }
    try (VirtualDisk disk = VirtualDisks.open(gpt, executor, DiskOptions.readOnly())) {
      assertThat(PartitionTable.read(disk)).hasSize(2);
    }
    Path mbr = image("mbr.raw", 64L << 20);
    QemuTools.run(
        "sh",
        "-c",
        "printf 'label: dos\\n"
            + "size=4M,type=c\\n"
            + "size=40M,type=5\\n"
            + "5:size=8M,type=83\\n"
            + "6:size=8M,type=82\\n"
            + "' | sfdisk -q "
            + mbr);
    try (VirtualDisk disk = VirtualDisks.open(mbr, executor, DiskOptions.readOnly())) {
      assertThat(PartitionTable.read(disk))
          .extracting(Partition::number, Partition::length, Partition::kind)
          .containsExactly(
              tuple(1, 4L << 20, "FAT"),
              tuple(5, 8L << 20, "Linux"),
              tuple(6, 8L << 20, "Linux swap"));
    }
  }

  @Test
  void anEmptyDiskIsOnePartitionWithoutFiles() throws IOException {
    Path image = image("empty.raw", 1 << 20);
    try (VirtualDisk disk = VirtualDisks.open(image, executor, DiskOptions.readOnly())) {
      Partition whole = PartitionTable.read(disk).getFirst();
      assertThat(whole.length()).isEqualTo(1 << 20);
      assertThat(FileSystem.open(disk, whole)).isEmpty();
    }
  }

  /** Walks as much as can be read of a damaged file system; only its own exception may come. */
  private static void walk(VirtualDisk disk, int entries) throws IOException {
    for (Partition partition : PartitionTable.read(disk)) {
      FileSystem files = FileSystem.open(disk, partition).orElse(null);
      if (files != null) {
        int left = entries;
        List<FileSystem.Entry> folder = files.list(files.root());
        for (FileSystem.Entry entry : folder) {
          if (left-- > 0) {
            switch (entry.kind()) {
              case FOLDER -> files.list(entry);
              case LINK -> files.target(entry);
              case FILE -> {
                if (entry.size() < 8 << 20) {
                  files.copy(entry, OutputStream.nullOutputStream());
                }
              }
              case SPECIAL -> {}
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"mke2fs, e2fsprogs", "mkfs.vfat, dosfstools"})
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void damagedFileSystemsEndInTheirException(String program, String debianPackage)
      throws Exception {
    QemuTools.assumeProgram(program, debianPackage);
    QemuTools.assumeProgram("mcopy", "mtools");
    Path tree = Files.createDirectory(directory.resolve("small"));
    Files.createDirectory(tree.resolve("folder"));
    Files.writeString(tree.resolve("file"), "x".repeat(5000));
    Files.writeString(tree.resolve("folder/file"), "y");
    Path image = image("damaged.raw", 2 << 20);
    if (program.equals("mke2fs")) {
      QemuTools.run("mke2fs", "-q", "-F", "-t", "ext4", "-b", 1024, "-d", tree, image);
    } else {
      QemuTools.run("mkfs.vfat", image);
      QemuTools.run("sh", "-c", "mcopy -s -i %s %s/* ::".formatted(image, tree));
    }
    byte[] clean = Files.readAllBytes(image);
    for (long seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      byte[] bytes = clean.clone();
      for (int i = 0; i < 1 + random.nextInt(20); i++) {
        int at = random.nextInt(random.nextInt(4) == 0 ? bytes.length : 64 << 10);
        bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] ^ 1 << i % 8);
      }
      Files.write(image, bytes);
      try (VirtualDisk disk = VirtualDisks.open(image, executor, DiskOptions.readOnly())) {
        walk(disk, 50);
      } catch (DamagedFileSystemException e) {
        assertThat(e).hasMessageContaining("can't be read");
      }
    }
  }
}
