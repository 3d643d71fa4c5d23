// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
