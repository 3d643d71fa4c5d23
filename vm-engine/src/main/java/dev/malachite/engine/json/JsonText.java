// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.json;

import dev.malachite.engine.json.JsonValue.JsonArray;
import dev.malachite.engine.json.JsonValue.JsonBoolean;
import dev.malachite.engine.json.JsonValue.JsonNull;
import dev.malachite.engine.json.JsonValue.JsonNumber;
import dev.malachite.engine.json.JsonValue.JsonObject;
import dev.malachite.engine.json.JsonValue.JsonString;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * Reads and writes JSON text. What is read may come from anybody: depth, sizes of numbers and
 * strings are bounded, and an object may name a member only once.
 */
public final class JsonText {
  private static final int DEEPEST = 64;
  private static final int LONGEST_NUMBER = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(LONGEST_NUMBER)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private JsonText() {}

  /**
   * Reads one value, and nothing after it.
   *
   * @throws JsonException if the text is not one JSON value within our bounds
   */
  public static JsonValue parse(String text) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new JsonException("", "it is empty");
      }
      JsonValue value = value(parser, first);
      if (parser.nextToken() != null) {
        throw new JsonException("", "there is something behind its end");
      }
      return value;
    } catch (JacksonException e) {
      String place =
          e.getLocation() == null || e.getLocation().getLineNr() < 1
              ? ""
              : "line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr()
                  + ": ";
      throw new JsonException("", "not JSON: " + place + firstLine(e.getOriginalMessage()));
    }
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /**
   * Reads one object.
   *
   * @throws JsonException if the text is anything else
   */
  public static JsonObject parseObject(String text) {
    if (parse(text) instanceof JsonObject object) {
      return object;
    }
    throw new JsonException("", "it is not a JSON object");
  }

  private static JsonValue value(JsonParser parser, JsonToken token) {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> new JsonString(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
      case VALUE_TRUE -> new JsonBoolean(true);
      case VALUE_FALSE -> new JsonBoolean(false);
      case VALUE_NULL -> JsonNull.NULL;
      default -> throw new JsonException("", "it ends in the middle");
    };
  }

  private static JsonNumber number(JsonParser parser) {
    JsonNumber number = new JsonNumber(parser.getDecimalValue());
    if (Math.abs((long) number.value().scale()) > 400) {
      throw new JsonException("", "a number is too large or too small");
    }
    return number;
  }

  private static JsonObject object(JsonParser parser) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (JsonToken token = next(parser); token != JsonToken.END_OBJECT; token = next(parser)) {
      String name = parser.currentName();
      members.put(name, value(parser, next(parser)));
    }
    return new JsonObject(members);
  }

  private static JsonArray array(JsonParser parser) {
    List<JsonValue> elements = new ArrayList<>();
    for (JsonToken token = next(parser); token != JsonToken.END_ARRAY; token = next(parser)) {
      elements.add(value(parser, token));
    }
    return new JsonArray(elements);
  }

  private static JsonToken next(JsonParser parser) {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw new JsonException("", "it ends in the middle");
    }
    return token;
  }

  /** Writes a value on one line. */
  public static String write(JsonValue value) {
    return write(value, ObjectWriteContext.empty());
  }

  /** Writes a value for people to read, with a line's end. */
  public static String writeIndented(JsonValue value) {
    return write(value, new Indented()) + "\n";
  }

  private static String write(JsonValue value, ObjectWriteContext context) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(context, text)) {
      write(generator, value);
    }
    return text.toString();
  }

  private static void write(JsonGenerator generator, JsonValue value) {
    switch (value) {
      case JsonObject(Map<String, JsonValue> members) -> {
        generator.writeStartObject();
        members.forEach(
            (name, member) -> {
              generator.writeName(name);
              write(generator, member);
            });
        generator.writeEndObject();
      }
      case JsonArray(List<JsonValue> elements) -> {
        generator.writeStartArray();
        elements.forEach(element -> write(generator, element));
        generator.writeEndArray();
      }
      case JsonString(String string) -> generator.writeString(string);
      case JsonNumber(java.math.BigDecimal number) -> generator.writeNumber(number);
      case JsonBoolean(boolean bool) -> generator.writeBoolean(bool);
      case JsonNull() -> generator.writeNull();
    }
  }

  private static final class Indented extends ObjectWriteContext.Base {
    @Override
    public PrettyPrinter getPrettyPrinter() {
      return new DefaultPrettyPrinter();
    }

    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }
  }
}
