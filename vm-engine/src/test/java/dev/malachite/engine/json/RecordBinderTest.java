// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordBinderTest {
  public enum Color {
    RED,
    DARK_BLUE
  }

  public sealed interface Shape {
    record Circle(int radius) implements Shape {}

    record RoundedBox(int width, int height) implements Shape {}
  }

  public record Everything(
      String text,
      boolean flag,
      int number,
      long large,
      double real,
      Color color,
      UUID id,
      Path path,
      Instant when,
      List<Shape> shapes,
      Map<String, Long> counts,
      @OptionalMember @Nullable String maybe) {}

  public record Checked(int even) {
    public Checked {
      if (even % 2 != 0) {
        throw new IllegalArgumentException(even + " is odd");
      }
    }
  }

  private static Everything sample() {
    return new Everything(
        "täxt",
        true,
        -5,
        1L << 60,
        2.5,
        Color.DARK_BLUE,
        UUID.fromString("123e4567-e89b-42d3-a456-426614174000"),
        Path.of("/tmp/x y"),
        Instant.parse("2026-01-31T12:00:00Z"),
        List.of(new Shape.Circle(3), new Shape.RoundedBox(1, 2)),
        Map.of("a", 1L),
        null);
  }

  @Test
  void recordsBecomeObjectsOfTheNamesInTheSource() {
    assertThat(JsonText.write(RecordBinder.strict().toJson(sample())))
        .isEqualTo(
            "{\"text\":\"täxt\",\"flag\":true,\"number\":-5,\"large\":1152921504606846976,"
                + "\"real\":2.5,\"color\":\"dark-blue\","
                + "\"id\":\"123e4567-e89b-42d3-a456-426614174000\",\"path\":\"/tmp/x y\","
                + "\"when\":\"2026-01-31T12:00:00Z\","
                + "\"shapes\":[{\"kind\":\"circle\",\"radius\":3},"
                + "{\"kind\":\"rounded-box\",\"width\":1,\"height\":2}],"
                + "\"counts\":{\"a\":1}}");
  }

  @Property(tries = 300)
  void whatIsWrittenIsRead(
      @ForAll String text,
      @ForAll boolean flag,
      @ForAll int number,
      @ForAll long large,
      @ForAll Color color,
      @ForAll @Size(max = 5) List<Integer> radii,
      @ForAll @Size(max = 5) Map<String, Long> counts) {
    Everything value =
        new Everything(
            text,
            flag,
            number,
            large,
            number / 8.0,
            color,
            new UUID(large, number),
            Path.of("/a"),
            Instant.ofEpochSecond(number),
            radii.stream().<Shape>map(Shape.Circle::new).toList(),
            counts,
            flag ? text : null);
    JsonValue json = JsonText.parse(JsonText.write(RecordBinder.strict().toJson(value)));
    assertThat(RecordBinder.strict().fromJson(json, Everything.class)).isEqualTo(value);
    assertThat(RecordBinder.lenient().fromJson(json, Everything.class)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "number    | \"x\"                     | number: it must be a whole number, not the text"
            + " 'x'",
        "number    | 3000000000                | number: 3000000000 is out of range",
        "number    | 1.5                       | number: 1.5 is not a whole number of 64 bits",
        "large     | 1e30                      | large: 1E+30 is not a whole number of 64 bits",
        "flag      | 1                         | flag: it must be true or false, not the number 1",
        "color     | \"green\"                 | color: 'green' is not one of red, dark-blue",
        "id        | \"1-1-1-1-1\"             | id: '1-1-1-1-1' is not an identifier",
        "path      | \"a\\u0000b\"             | path: 'a?b' is not a path",
        "when      | \"now\"                   | when: 'now' is not a moment such as",
        "text      | null                      | text: it must be a text, not null",
        "shapes    | {}                        | shapes: it must be a list, not an object",
        "shapes    | [{\"kind\":\"circle\"}]   | shapes[0].radius: it is missing",
        "shapes    | [{\"radius\":1}]          | shapes[0].kind: it is missing",
        "shapes    | [{\"kind\":\"star\"}]     | shapes[0].kind: 'star' is not one of circle,",
        "counts    | {\"a\":\"b\"}             | counts.a: it must be a whole number",
      })
  void whatIsWrongIsNamed(String member, String value, String message) {
    JsonValue json =
        ((JsonValue.JsonObject) RecordBinder.strict().toJson(sample()))
            .with(member, JsonText.parse(value));
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> RecordBinder.strict().fromJson(json, Everything.class))
        .withMessageStartingWith(message);
  }

  @Test
  void strangersAreRefusedInFilesAndPassedOverInMessages() {
    JsonValue json =
        ((JsonValue.JsonObject) RecordBinder.strict().toJson(sample()))
            .with("novel", JsonText.parse("1"));
    assertThat(RecordBinder.lenient().fromJson(json, Everything.class)).isEqualTo(sample());
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> RecordBinder.strict().fromJson(json, Everything.class))
        .withMessage("novel: there is no such setting");
  }

  @Test
  void aRecordsOwnRefusalIsPassedOn() {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(
            () -> RecordBinder.strict().fromJson(JsonText.parse("{\"even\":3}"), Checked.class))
        .withMessage("3 is odd");
  }
}
