// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.machine.EngineKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RunRequestTest {
  @TempDir private Path folder;

  private static RunRequest parse(String... arguments) throws IOException {
    RunCommand command = new RunCommand();
    CommandLine commandLine = new CommandLine(command);
    Program.registerConverters(commandLine);
    commandLine.parseArgs(arguments);
    return command.request();
  }

  @Test
  void defaultsAreTheContracts() throws IOException {
    assertThat(parse("--kernel", "k"))
        .isEqualTo(
            new RunRequest(
                2,
                1L << 30,
                2,
                EngineKind.AUTO,
                List.of(),
                List.of(),
                null,
                false,
                new DirectBoot(Path.of("k"), null, ""),
                new SerialTarget.StandardStreams(),
                null,
                null,
                null,
                false));
  }

  @Test
  void everyOptionArrives() throws IOException {
    RunRequest request =
        parse(
            "first.vhdx",
            "--disk=second.vhdx",
            "--disk=third.raw",
            "--dvd=cd.iso",
            "--snapshot",
            "--generation=2",
            "--memory=512M",
            "--processors=4",
            "--engine=INTERPRETER",
            "--network=none",
            "--kernel=k",
            "--initrd=i",
            "--append=console=ttyS0 quiet",
            "--com1=none",
            "--screenshot=s.png",
            "--timeout=5m",
            "--stats");
    assertThat(request.disks())
        .containsExactly(Path.of("first.vhdx"), Path.of("second.vhdx"), Path.of("third.raw"));
    assertThat(request.dvds()).containsExactly(Path.of("cd.iso"));
    assertThat(request.snapshot()).isTrue();
    assertThat(request.memory()).isEqualTo(512L << 20);
    assertThat(request.processors()).isEqualTo(4);
    assertThat(request.engine()).isEqualTo(EngineKind.INTERPRETER);
    assertThat(request.boot())
        .isEqualTo(new DirectBoot(Path.of("k"), Path.of("i"), "console=ttyS0 quiet"));
    assertThat(request.com1()).isEqualTo(new SerialTarget.Nothing());
    assertThat(request.screenshot()).isEqualTo(Path.of("s.png"));
    assertThat(request.timeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(request.stats()).isTrue();
  }

  @Test
  void generation1StartsFromItsDrives() throws IOException {
    RunRequest request = parse("--generation=1", "--floppy=a.img", "b.vhdx");
    assertThat(request.generation()).isEqualTo(1);
    assertThat(request.boot()).isNull();
    assertThat(request.floppy()).isEqualTo(Path.of("a.img"));
    assertThat(request.disks()).containsExactly(Path.of("b.vhdx"));
  }

  @Test
  void typedTextHasEscapes() throws IOException {
    assertThat(parse("--kernel=k", "--type=root\\n\\tls C:\\\\new \\x").typed())
        .isEqualTo("root\n\tls C:\\new \\x");
  }

  @Test
  void aTypedFileIsTypedAsItIs() throws IOException {
    Path script = Files.writeString(folder.resolve("keys"), "echo \\n\n");
    assertThat(parse("--kernel=k", "--type=" + script).typed()).isEqualTo("echo \\n\n");
  }
}
