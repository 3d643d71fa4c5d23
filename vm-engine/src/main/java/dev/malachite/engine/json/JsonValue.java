// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.json;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON value (RFC 8259). Immutable. */
public sealed interface JsonValue {
  /**
   * An object.
   *
   * @param members its members in the order in which they were written
   */
  record JsonObject(Map<String, JsonValue> members) implements JsonValue {
    /** An object without members. */
    public static final JsonObject EMPTY = new JsonObject(Map.of());

    /** Copies the members. */
    public JsonObject {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** A member, or null if there is none of that name. */
    public @Nullable JsonValue get(String name) {
      return members.get(name);
    }

    /** The text of a member, or null if there is none or it isn't a string. */
    public @Nullable String text(String name) {
      return members.get(name) instanceof JsonString(String value) ? value : null;
    }

    /** The same object with one member set. */
    public JsonObject with(String name, JsonValue value) {
      Map<String, JsonValue> changed = new LinkedHashMap<>(members);
      changed.put(name, value);
      return new JsonObject(changed);
    }

    /**
     * This object with another's members laid over it: objects are merged member by member, all
     * else is replaced.
     */
    public JsonObject overlaid(JsonObject other) {
      Map<String, JsonValue> merged = new LinkedHashMap<>(members);
      other.members.forEach(
          (name, value) ->
              merged.merge(
                  name,
                  value,
                  (old, now) ->
                      old instanceof JsonObject below && now instanceof JsonObject above
                          ? below.overlaid(above)
                          : now));
      return new JsonObject(merged);
    }
  }

  /**
   * An array.
   *
   * @param elements its elements
   */
  record JsonArray(List<JsonValue> elements) implements JsonValue {
    /** Copies the elements. */
    public JsonArray {
      elements = List.copyOf(elements);
    }
  }

  /**
   * A string.
   *
   * @param value its characters
   */
  record JsonString(String value) implements JsonValue {}

  /**
   * A number.
   *
   * @param value its exact value
   */
  record JsonNumber(BigDecimal value) implements JsonValue {
    /** A whole number. */
    public static JsonNumber of(long value) {
      return new JsonNumber(BigDecimal.valueOf(value));
    }
  }

  /**
   * True or false.
   *
   * @param value which
   */
  record JsonBoolean(boolean value) implements JsonValue {}

  /** Null. */
  record JsonNull() implements JsonValue {
    /** The one there need be. */
    public static final JsonNull NULL = new JsonNull();
  }
}
