// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskCommandsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "d.vhdx, 20G, dynamic, vhdx, 21474836480",
    "f.vhdx, 8M, fixed, vhdx, 8388608",
    "noending, 1M, dynamic, vhdx, 1048576",
  })
  void whatIsCreatedIsWhatInfoShows(
      String name, String size, String type, String format, long bytes) {
    String file = folder.resolve(name).toString();
    Invocation create = Invocation.of("disk", "create", "--size", size, "--type", type, file);
    assertThat(create.err()).isEmpty();
    assertThat(create.exitCode()).isZero();
    Invocation info = Invocation.of("disk", "info", "--json", file);
    assertThat(info.exitCode()).isZero();
    assertThat(info.out())
        .contains("\"file\" : \"" + file + "\"")
        .contains("\"format\" : \"" + format + "\"")
        .contains("\"type\" : \"" + type + "\"")
        .contains("\"virtualSize\" : " + bytes)
        .contains("\"needsReplay\" : false");
  }

  @Test
  void rawIsKnownByTheName() throws IOException {
    Path file = folder.resolve("d.img");
    assertThat(Invocation.of("disk", "create", "--size", "64K", file.toString()).exitCode())
        .isZero();
    assertThat(Files.size(file)).isEqualTo(65536);
    assertThat(Invocation.of("disk", "info", file.toString()).out())
        .contains("raw", "64 KiB (65536 bytes)");
  }

  @Test
  void sectorAndBlockSizesAreTaken() {
    String file = folder.resolve("d.vhdx").toString();
    Invocation create =
        Invocation.of(
            "disk",
            "create",
            "--size=1G",
            "--block-size=1M",
            "--logical-sector-size=4096",
            "--json",
            file);
    assertThat(create.exitCode()).isZero();
    assertThat(create.out()).contains("\"blockSize\" : 1048576", "\"logicalSectorSize\" : 4096");
  }

  @ParameterizedTest
  @CsvSource({
    "--size=65T",
    "--size=1000",
    "--size=1G --block-size=3M",
    "--size=1G --block-size=4G",
    "--size=1G --logical-sector-size=520",
  })
  void sizesThatVhdxCantHaveAreWrongUsage(String options) {
    String line = "disk create " + options + " " + folder.resolve("d.vhdx");
    Invocation create = Invocation.of(line.split(" "));
    assertThat(create.exitCode()).isEqualTo(2);
    assertThat(create.err()).hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anExistingFileIsKept() throws IOException {
    Path file = Files.writeString(folder.resolve("d.vhdx"), "precious");
    Invocation create = Invocation.of("disk", "create", "--size", "1G", file.toString());
    assertThat(create.exitCode()).isEqualTo(1);
    assertThat(create.err()).contains(file.toString()).hasLineCount(1);
    assertThat(file).hasContent("precious");
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("none.vhdx");
    Invocation info = Invocation.of("disk", "info", file.toString());
    assertThat(info.exitCode()).isEqualTo(1);
    assertThat(info.out()).isEmpty();
    assertThat(info.err())
        .isEqualTo("malachite: " + file + ": no such file or folder; check the path\n");
  }

  @Test
  void aDamagedDiskIsRefusedWithItsName() throws IOException {
    Path file = folder.resolve("d.vhdx");
    Files.write(
        file, "vhdxfile and then nothing that makes sense".getBytes(StandardCharsets.US_ASCII));
    Invocation info = Invocation.of("disk", "info", file.toString());
    assertThat(info.exitCode()).isEqualTo(1);
    assertThat(info.err()).contains(file.toString()).hasLineCount(1);
  }

  private String create(String name, String... options) {
    String file = folder.resolve(name).toString();
    List<String> line = new ArrayList<>(List.of("disk", "create", file));
    line.addAll(List.of(options));
    Invocation create = Invocation.of(line.toArray(String[]::new));
    assertThat(create.err()).isEmpty();
    assertThat(create.exitCode()).isZero();
    return file;
  }

  @ParameterizedTest
  @CsvSource({"p.vhd, c.vhd, vhd", "p.vhdx, c.vhdx, vhdx"})
  void chainsAreMadeMergedAndFlattened(String parentName, String childName, String format) {
    String parent = create(parentName, "--size=16M");
    String child = create(childName, "--parent", parent);
    assertThat(Invocation.of("disk", "info", "--json", child).out())
        .contains("\"format\" : \"" + format + "\"", "\"type\" : \"differencing\"", parentName);
    assertThat(Invocation.of("disk", "check", child).exitCode()).isZero();
    assertThat(Invocation.of("disk", "reparent", child, parent).exitCode()).isZero();
    String merged = folder.resolve("merged.raw").toString();
    assertThat(Invocation.of("disk", "merge", child, "--into", merged).exitCode()).isZero();
    assertThat(folder.resolve("merged.raw")).hasSize(16 << 20);
    String flat = create("flat-" + childName, "--parent", parent);
    Invocation flatten = Invocation.of("disk", "flatten", "--json", flat);
    assertThat(flatten.out()).contains("\"type\" : \"dynamic\"");
    Invocation merge = Invocation.of("disk", "merge", "--json", child);
    assertThat(merge.exitCode()).isZero();
    assertThat(merge.out()).contains(parentName);
    assertThat(folder.resolve(childName)).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"d.vhd", "d.vhdx", "d.raw"})
  void disksAreResizedAndConverted(String name) {
    String file = create(name, "--size=4M");
    assertThat(Invocation.of("disk", "resize", "--json", file, "8M").out())
        .contains("\"virtualSize\" : 8388608");
    assertThat(Invocation.of("disk", "resize", file, "5M").exitCode()).isZero();
    for (String target : new String[] {"n.vhd", "n.vhdx", "n.img"}) {
      Invocation convert =
          Invocation.of("disk", "convert", "--json", file, folder.resolve(target).toString());
      assertThat(convert.exitCode()).isZero();
      assertThat(convert.out()).contains("\"virtualSize\" : 5242880");
    }
    Invocation again = Invocation.of("disk", "convert", file, folder.resolve("n.vhd").toString());
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains("exists already");
    assertThat(Invocation.of("disk", "resize", file, "1000").exitCode()).isEqualTo(2);
  }

  @Test
  void identitiesAreSet() {
    String file = create("d.vhd", "--size=1M");
    String identity = "01234567-89ab-cdef-0123-456789abcdef";
    assertThat(Invocation.of("disk", "set-id", file, identity).out()).contains(identity);
    assertThat(Invocation.of("disk", "info", file).out()).contains(identity);
    assertThat(Invocation.of("disk", "set-id", file, "nonsense").exitCode()).isEqualTo(2);
  }

  @Test
  void damageIsFoundAndMended() throws IOException {
    String file = create("d.vhd", "--size=4M");
    byte[] bytes = Files.readAllBytes(Path.of(file));
    Files.write(Path.of(file), Arrays.copyOf(bytes, bytes.length - 512));
    Invocation check = Invocation.of("disk", "check", file);
    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.out()).contains("footer at byte", "repair mends it");
    assertThat(Invocation.of("disk", "check", "--json", file).out())
        .contains("\"sound\" : false", "\"repairable\" : true");
    assertThat(Invocation.of("disk", "repair", file).exitCode()).isZero();
    assertThat(Invocation.of("disk", "check", file).out()).contains("nothing is wrong");
    assertThat(Files.readAllBytes(Path.of(file))).isEqualTo(bytes);
  }

  @Test
  void partitionsAndFilesAreShown() throws IOException {
    String file = create("d.img", "--size=1M");
    Invocation mount = Invocation.of("disk", "mount", file);
    assertThat(mount.exitCode()).isZero();
    assertThat(mount.out()).contains("whole disk");
    assertThat(Invocation.of("disk", "mount", "--json", file).out()).contains("\"number\" : 0");
    assertThat(Invocation.of("disk", "mount", file, "nowhere").exitCode()).isEqualTo(2);
    assertThat(Invocation.of("disk", "mount", file, "3:/").err()).contains("no partition 3");
    assertThat(Invocation.of("disk", "mount", file, "0:/").err()).contains("no FAT or ext");
  }

  @Test
  void filesAreCopiedOntoFatAndBack() throws Exception {
    Path mkfs = Path.of("/usr/sbin/mkfs.vfat");
    assumeTrue(Files.isExecutable(mkfs), "dosfstools is not installed");
    Path file = folder.resolve("fat.raw");
    Invocation.of("disk", "create", file.toString(), "--size", "16M", "--format", "raw");
    assertThat(new ProcessBuilder(mkfs.toString(), file.toString()).start().waitFor()).isZero();
    Path tree = folder.resolve("tree");
    Files.createDirectories(tree.resolve("inner folder"));
    Files.writeString(tree.resolve("a file.txt"), "contents");
    Files.write(tree.resolve("inner folder/large"), new byte[1_000_000]);
    String disk = file.toString();
    assertThat(Invocation.of("disk", "mount", disk, "0:/", "--put", tree.toString()).err())
        .isEmpty();
    assertThat(Invocation.of("disk", "mount", disk, "0:/", "--put", tree.toString()).exitCode())
        .as("what is there is not replaced")
        .isEqualTo(1);
    assertThat(Invocation.of("disk", "mount", disk, "0:/TREE").out())
        .contains("a file.txt", "inner folder/");
    Path back = folder.resolve("back");
    assertThat(Invocation.of("disk", "mount", disk, "0:/tree", back.toString()).exitCode())
        .isZero();
    assertThat(back.resolve("a file.txt")).hasContent("contents");
    assertThat(back.resolve("inner folder/large")).hasSize(1_000_000);
    assertThat(Invocation.of("disk", "mount", disk, "--put", tree.toString()).exitCode())
        .isEqualTo(2);
    Path link = Files.createSymbolicLink(folder.resolve("tree/link"), Path.of("a file.txt"));
    assertThat(Invocation.of("disk", "mount", disk, "0:/tree", "--put", link.toString()).exitCode())
        .as("a link that is named itself is followed")
        .isZero();
    Path copied = folder.resolve("copied");
    Invocation.of("disk", "mount", disk, "0:/tree/link", copied.toString());
    assertThat(copied).hasContent("contents");
  }
}
