// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.malachite.engine.json.JsonValue.JsonArray;
import dev.malachite.engine.json.JsonValue.JsonBoolean;
import dev.malachite.engine.json.JsonValue.JsonNull;
import dev.malachite.engine.json.JsonValue.JsonNumber;
import dev.malachite.engine.json.JsonValue.JsonObject;
import dev.malachite.engine.json.JsonValue.JsonString;
import java.math.BigDecimal;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
  @Provide
  Arbitrary<JsonValue> values() {
    return Arbitraries.lazyOf(
        () -> Arbitraries.just(JsonNull.NULL),
        () -> Arbitraries.of(true, false).map(JsonBoolean::new),
        () -> Arbitraries.strings().ofMaxLength(20).map(JsonString::new),
        () -> Arbitraries.longs().map(JsonNumber::of),
        () ->
            Arbitraries.bigDecimals()
                .between(new BigDecimal("-1e30"), new BigDecimal("1e30"))
                .ofScale(5)
                .map(JsonNumber::new),
        () -> values().list().ofMaxSize(4).map(JsonArray::new),
        () ->
            Arbitraries.maps(Arbitraries.strings().ofMaxLength(8), values())
                .ofMaxSize(4)
                .map(JsonObject::new));
  }

  @Property(tries = 500)
  void whatIsWrittenIsRead(@ForAll("values") JsonValue value) {
    assertThat(JsonText.parse(JsonText.write(value))).isEqualTo(value);
    assertThat(JsonText.parse(JsonText.writeIndented(value))).isEqualTo(value);
    assertThat(JsonText.write(value)).doesNotContain("\n");
  }

  @Property(tries = 2000)
  void rubbishIsRefusedAndNothingElseHappens(@ForAll("almostJson") String text) {
    try {
      JsonValue value = JsonText.parse(text);
      assertThat(JsonText.parse(JsonText.write(value))).isEqualTo(value);
    } catch (JsonException e) {
      assertThat(e).hasMessageNotContaining("\n");
    }
  }

  @Provide
  Arbitrary<String> almostJson() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            ":",
            ",",
            "1",
            "-",
            "e9",
            ".",
            "true",
            "null",
            " ",
            "\\u00",
            "\\",
            "a",
            "\n",
            "\0",
            "\"x\"",
            "9".repeat(70))
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1",
        "{\"a\":1,\"a\":2}",
        "1 2",
        "{\"a\":1e999999999}",
        "[1e401]",
        "nul",
        "'x'",
        "{a:1}",
        "[1,]",
        "// x\n1",
        "\"\t\"",
      })
  void refuses(String text) {
    assertThatExceptionOfType(JsonException.class).isThrownBy(() -> JsonText.parse(text));
  }

  @Test
  void refusesWhatIsTooDeep() {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> JsonText.parse("[".repeat(100_000)));
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> JsonText.parse("{\"a\":".repeat(100) + "1" + "}".repeat(100)));
  }

  @Test
  void objectsAreLaidOverEachOtherMemberByMember() {
    JsonObject below = JsonText.parseObject("{\"a\":{\"x\":1,\"y\":2},\"b\":[1],\"c\":3}");
    JsonObject above = JsonText.parseObject("{\"a\":{\"y\":5},\"b\":[],\"d\":null}");
    assertThat(below.overlaid(above))
        .isEqualTo(JsonText.parseObject("{\"a\":{\"x\":1,\"y\":5},\"b\":[],\"c\":3,\"d\":null}"));
    assertThat(Map.copyOf(below.members())).hasSize(3);
  }
}
