// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "1K, 1024",
    "512M, 536870912",
    "512MB, 536870912",
    "1g, 1073741824",
    "1GiB, 1073741824",
    "1.5G, 1610612736",
    "64T, 70368744177664",
    "7P, 7881299347898368",
  })
  void sizesArePowersOf1024(String text, long bytes) {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "G", "-1G", "1X", "1 G", "1.G", "0.3", "8192P", "999999999999999999T"})
  void otherTextIsNoSize(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @Property
  void aSizeInBytesIsItself(@ForAll @LongRange(min = 0, max = 999_999_999_999_999_999L) long n) {
    assertThat(ByteSize.parse(Long.toString(n)).bytes()).isEqualTo(n);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 bytes",
    "1023, 1023 bytes",
    "1024, 1 KiB",
    "1536, 1.5 KiB",
    "21474836480, 20 GiB",
  })
  void sizesReadWell(long bytes, String text) {
    assertThat(ByteSize.describe(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"500ms, 500", "60s, 60000", "5m, 300000", "2h, 7200000", "7, 7000"})
  void timesHaveUnits(String text, long milliseconds) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(milliseconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-1s", "1d", "1.5s", "1 s"})
  void otherTextIsNoTime(String text) {
    assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(TypeConversionException.class);
  }

  @Test
  void serialTargets() {
    assertThat(SerialTarget.parse("stdio")).isEqualTo(new SerialTarget.StandardStreams());
    assertThat(SerialTarget.parse("none")).isEqualTo(new SerialTarget.Nothing());
    assertThat(SerialTarget.parse("file:a:b"))
        .isEqualTo(new SerialTarget.OutputFile(Path.of("a:b")));
    assertThat(SerialTarget.parse("unix:/run/s"))
        .isEqualTo(new SerialTarget.UnixSocket(Path.of("/run/s")));
  }
}
