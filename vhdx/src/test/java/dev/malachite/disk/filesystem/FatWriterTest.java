// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.QemuTools;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What we add to FAT file systems, as dosfstools and mtools find it. */
class FatWriterTest {
  private static final long TIME = 1_700_000_000;

  @TempDir Path directory;
  private final DiskExecutor executor = DiskExecutor.create("fat", 1);

  @AfterEach
  void stop() {
    executor.close();
  }

  private Path image(int bits, long size, Object... options) throws Exception {
    QemuTools.assumeProgram("mkfs.vfat", "dosfstools");
    QemuTools.assumeProgram("mcopy", "mtools");
    Path image = directory.resolve("fat.raw");
    VirtualDisks.createRaw(image, size);
    Object[] command = new Object[options.length + 4];
    command[0] = "mkfs.vfat";
    command[1] = "-F";
    command[2] = bits;
    System.arraycopy(options, 0, command, 3, options.length);
    command[command.length - 1] = image;
    QemuTools.run(command);
    return image;
  }

  private VirtualDisk open(Path image) throws IOException {
    return VirtualDisks.open(image, executor, DiskOptions.readWrite());
  }

  private static FileSystem files(VirtualDisk disk) throws IOException {
    return FileSystem.open(disk, PartitionTable.read(disk).getFirst()).orElseThrow();
  }

  private static void add(FileSystem files, String folder, String name, byte[] data)
      throws IOException {
    files.add(files.find(folder), name, new ByteArrayInputStream(data), data.length, TIME);
  }

  private static byte[] noise(int length, long seed) {
    byte[] data = new byte[length];
    new Random(seed).nextBytes(data);
    return data;
  }

  @ParameterizedTest
  @CsvSource({"12, 8, 1", "12, 8, 2", "16, 64, 2", "32, 64, 2", "32, 300, 1"})
  void whatIsAddedIsFoundByOthers(int bits, int mebibytes, int tables) throws Exception {
    Path image = image(bits, (long) mebibytes << 20, "-f", tables);
    Map<String, byte[]> written = new LinkedHashMap<>();
    written.put("SHORT.TXT", noise(10, 1));
    written.put("lower.txt", noise(3_000_001, 2));
    written.put("empty", new byte[0]);
    written.put("A rather long name, with Ümläuts.text", noise(65_536, 3));
    written.put("thirteen char", noise(1, 4));
    written.put("x".repeat(255), noise(513, 5));
    written.put(".hidden", noise(7, 6));
    written.put("a.b.c+d.tar", noise(8, 7));
    try (VirtualDisk disk = open(image)) {
      FileSystem files = files(disk);
      FileSystem.Entry folder = files.addFolder(files.root(), "Folder of mine", TIME);
      files.addFolder(folder, "DEEP", TIME);
      for (Map.Entry<String, byte[]> each : written.entrySet()) {
        add(files, "/", each.getKey(), each.getValue());
        add(files, "Folder of mine/deep", each.getKey(), each.getValue());
      }
      // So many that the folder grows, and short names need longer tails.
      for (int i = 0; i < 50; i++) {
        add(files, "folder OF mine", "similar name " + i, noise(i, i));
      }
      assertThatThrownBy(() -> add(files, "/", "LOWER.TXT", new byte[1]))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(() -> files.addFolder(files.root(), "folder of MINE", TIME))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    QemuTools.run("fsck.fat", "-n", image);
    for (String folder : List.of("", "Folder of mine/DEEP/")) {
      for (Map.Entry<String, byte[]> each : written.entrySet()) {
        if (each.getKey().equals("empty")) {
          continue;
        }
        assertThat(mtoolsRead(image, folder + each.getKey()))
            .as(folder + each.getKey())
            .isEqualTo(each.getValue());
      }
    }
    for (int i = 1; i < 50; i += 7) {
      assertThat(mtoolsRead(image, "Folder of mine/similar name " + i)).isEqualTo(noise(i, i));
    }
    try (VirtualDisk disk = open(image)) {
      FileSystem files = files(disk);
      for (FileSystem.Entry entry : files.list(files.find("Folder of mine/DEEP"))) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        files.copy(entry, out);
        assertThat(out.toByteArray()).isEqualTo(written.get(entry.name()));
        assertThat(entry.modified()).isEqualTo(TIME);
      }
    }
  }

  private byte[] mtoolsRead(Path image, String path) throws Exception {
    Path copy = directory.resolve("copy");
    Files.deleteIfExists(copy);
    QemuTools.run("sh", "-c", "LC_ALL=C.UTF-8 mcopy -i %s '::%s' %s".formatted(image, path, copy));
    return Files.readAllBytes(copy);
  }

  @Test
  void spaceOfDeletedFilesIsUsedAgain() throws Exception {
    Path image = image(16, 16 << 20);
    try (VirtualDisk disk = open(image)) {
      FileSystem files = files(disk);
      for (int i = 0; i < 20; i++) {
        add(files, "/", "a file with a long name " + i, noise(50_000, i));
      }
    }
    QemuTools.run("sh", "-c", "mdel -i %s '::a file with a long name 1*'".formatted(image));
    try (VirtualDisk disk = open(image)) {
      FileSystem files = files(disk);
      add(files, "/", "a new file whose name needs many entries", noise(900_000, 99));
      add(files, "/", "NEW", noise(3, 98));
    }
    QemuTools.run("fsck.fat", "-n", image);
    assertThat(mtoolsRead(image, "a new file whose name needs many entries"))
        .isEqualTo(noise(900_000, 99));
    assertThat(mtoolsRead(image, "NEW")).isEqualTo(noise(3, 98));
    assertThat(mtoolsRead(image, "a file with a long name 0")).isEqualTo(noise(50_000, 0));
  }

  @Test
  void whatCannotBeIsRefusedAndNothingChanges() throws Exception {
    Path image = image(12, 1 << 20, "-r", 64);
    byte[] before = Files.readAllBytes(image);
    try (VirtualDisk disk = open(image)) {
      FileSystem files = files(disk);
      for (String name :
          List.of("", "a/b", "a:b", "dot.", "space ", " space", "x".repeat(256), "tab\t", "..")) {
        assertThatThrownBy(() -> add(files, "/", name, new byte[1]))
            .hasMessageContaining("can't be a name");
      }
      assertThatThrownBy(() -> add(files, "/", "big", new byte[2 << 20]))
          .hasMessageContaining("has room for");
      ByteArrayInputStream nothing = new ByteArrayInputStream(new byte[0]);
      assertThatThrownBy(() -> files.add(files.root(), "huge", nothing, 1L << 32, TIME))
          .hasMessageContaining("too large");
    }
    assertThat(Files.readAllBytes(image)).isEqualTo(before);
    try (VirtualDisk disk = open(image)) {
      FileSystem files = files(disk);
      ByteArrayInputStream nothing = new ByteArrayInputStream(new byte[3]);
      assertThatThrownBy(() -> files.add(files.root(), "cut", nothing, 4, TIME))
          .isInstanceOf(EOFException.class);
      assertThat(files.list(files.root())).isEmpty();
      add(files, "/", "file", new byte[1]);
      assertThatThrownBy(() -> files.addFolder(files.find("file"), "folder", TIME))
          .hasMessageContaining("is no folder");
      for (int i = 0; ; i++) {
        try {
          add(files, "/", "N" + i, new byte[0]);
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("first folder of the file system is full");
          assertThat(i).isEqualTo(62);
          break;
        }
      }
    }
    QemuTools.run("fsck.fat", "-n", image);
    try (VirtualDisk disk = VirtualDisks.open(image, executor, DiskOptions.readOnly())) {
      FileSystem files = files(disk);
      assertThatThrownBy(() -> add(files, "/", "NEW", new byte[0]))
          .hasMessageContaining("read only");
    }
  }

  @Test
  void extIsNotWritten() throws Exception {
    QemuTools.assumeProgram("mke2fs", "e2fsprogs");
    Path image = directory.resolve("ext.raw");
    VirtualDisks.createRaw(image, 8 << 20);
    QemuTools.run("mke2fs", "-q", "-F", "-t", "ext4", image);
    try (VirtualDisk disk = open(image)) {
      FileSystem files = files(disk);
      assertThatThrownBy(() -> add(files, "/", "file", new byte[0]))
          .hasMessageContaining("ext4 file systems are only read here");
      assertThatThrownBy(() -> files.addFolder(files.root(), "folder", TIME))
          .hasMessageContaining("only read here");
    }
  }

  @Test
  void disksOfLargeSectorsAreWrittenInWholeOnes() throws Exception {
    Path image = image(16, 64 << 20, "-S", 4096);
    Path vhdx = directory.resolve("disk.vhdx");
    VirtualDisks.createVhdx(
        vhdx, VhdxSettings.dynamic(64 << 20).withLogicalSectorSize(4096).withBlockSize(1 << 20));
    try (VirtualDisk disk = open(vhdx)) {
      disk.write(0, MemorySegment.ofArray(Files.readAllBytes(image)));
      FileSystem files = files(disk);
      add(files, "/", "one", "1".getBytes(StandardCharsets.UTF_8));
      add(files, "/", "another with a long name", noise(100_000, 1));
      byte[] all = new byte[64 << 20];
      disk.read(0, MemorySegment.ofArray(all));
      Files.write(image, all);
    }
    QemuTools.run("fsck.fat", "-n", image);
    assertThat(mtoolsRead(image, "another with a long name")).isEqualTo(noise(100_000, 1));
  }
}
