// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.json;

import dev.malachite.engine.json.JsonValue.JsonArray;
import dev.malachite.engine.json.JsonValue.JsonBoolean;
import dev.malachite.engine.json.JsonValue.JsonNull;
import dev.malachite.engine.json.JsonValue.JsonNumber;
import dev.malachite.engine.json.JsonValue.JsonObject;
import dev.malachite.engine.json.JsonValue.JsonString;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into JSON and back.
 *
 * <p>A record becomes an object with a member for each component. Components are records, strings,
 * {@code boolean}, {@code int}, {@code long}, {@code double}, enums (in lower case, words joined by
 * hyphens), {@link UUID}, {@link Path}, {@link Instant}, {@link JsonValue}, lists and
 * string-to-value maps of these, and sealed interfaces of records, told apart by a member {@code
 * kind}. Only components marked {@link OptionalMember} may be null. Records must be public and in a
 * package that is exported.
 */
public final class RecordBinder {
  private static final String KIND = "kind";

  private record Component(RecordComponent accessor, boolean optional) {
    String name() {
      return accessor.getName();
    }
  }

  private record Shape(List<Component> components, Constructor<?> constructor, Set<String> names) {}

  private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

  private final boolean strict;

  private RecordBinder(boolean strict) {
    this.strict = strict;
  }

  /** A binder that refuses members it doesn't know: for files. */
  public static RecordBinder strict() {
    return new RecordBinder(true);
  }

  /** A binder that passes over members it doesn't know: for peers of another version. */
  public static RecordBinder lenient() {
    return new RecordBinder(false);
  }

  // ---- to JSON -------------------------------------------------------------------------------

  /** The JSON of a value. */
  public JsonValue toJson(@Nullable Object value) {
    return switch (value) {
      case null -> JsonNull.NULL;
      case JsonValue json -> json;
      case String text -> new JsonString(text);
      case Boolean bool -> new JsonBoolean(bool);
      case Integer number -> JsonNumber.of(number);
      case Long number -> JsonNumber.of(number);
      case Double number -> new JsonNumber(BigDecimal.valueOf(number));
      case Enum<?> constant -> new JsonString(nameOf(constant));
      case UUID id -> new JsonString(id.toString());
      case Path path -> new JsonString(path.toString());
      case Instant instant -> new JsonString(instant.toString());
      case List<?> list -> new JsonArray(list.stream().map(this::toJson).toList());
      case Map<?, ?> map -> {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        map.forEach((key, member) -> members.put((String) key, toJson(member)));
        yield new JsonObject(members);
      }
      case Record object -> recordToJson(object);
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    };
  }

  private JsonObject recordToJson(Record object) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (Class<?> face : object.getClass().getInterfaces()) {
      if (face.isSealed()) {
        members.put(KIND, new JsonString(kindOf(object.getClass())));
      }
    }
    for (Component component : shape(object.getClass()).components) {
      Object value = get(component, object);
      if (value != null) {
        members.put(component.name(), toJson(value));
      } else if (!component.optional) {
        throw new IllegalArgumentException(
            object.getClass().getSimpleName() + "." + component.name() + " is null");
      }
    }
    return new JsonObject(members);
  }

  private static @Nullable Object get(Component component, Record object) {
    try {
      return component.accessor.getAccessor().invoke(object);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(object.getClass() + " can't be read", e);
    }
  }

  /** An enum constant's name in JSON: lower case, words joined by hyphens. */
  public static String nameOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String kindOf(Class<?> type) {
    return type.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  // ---- from JSON -----------------------------------------------------------------------------

  /**
   * The value of a type that JSON holds.
   *
   * @throws JsonException if it holds anything else; the exception names the place
   */
  public <T> T fromJson(JsonValue json, Class<T> type) {
    return type.cast(bind(json, type, ""));
  }

  /** As {@link #fromJson(JsonValue, Class)}, for types with parameters such as lists. */
  public Object fromJson(JsonValue json, Type type) {
    return bind(json, type, "");
  }

  private Object bind(JsonValue json, Type type, String place) {
    if (type instanceof ParameterizedType generic) {
      return bindGeneric(json, generic, place);
    }
    if (!(type instanceof Class<?> plain)) {
      throw new IllegalArgumentException("no JSON for " + type);
    }
    if (plain.isRecord()) {
      return bindRecord(json, plain, place);
    }
    if (plain.isEnum()) {
      return bindEnum(json, plain, place);
    }
    if (JsonValue.class.isAssignableFrom(plain)) {
      if (!plain.isInstance(json)) {
        throw wrong(place, "another kind of JSON value", json);
      }
      return json;
    }
    if (plain.isSealed()) {
      return bindSealed(json, plain, place);
    }
    return bindPlain(json, plain, place);
  }

  private static Object bindPlain(JsonValue json, Class<?> type, String place) {
    if (type == String.class) {
      return text(json, "a text", place);
    } else if (type == boolean.class || type == Boolean.class) {
      if (json instanceof JsonBoolean(boolean value)) {
        return value;
      }
      throw wrong(place, "true or false", json);
    } else if (type == int.class || type == Integer.class) {
      long value = whole(json, place);
      if (value != (int) value) {
        throw new JsonException(place, value + " is out of range");
      }
      return (int) value;
    } else if (type == long.class || type == Long.class) {
      return whole(json, place);
    } else if (type == double.class || type == Double.class) {
      if (json instanceof JsonNumber(BigDecimal value)) {
        return value.doubleValue();
      }
      throw wrong(place, "a number", json);
    } else if (type == UUID.class) {
      return identifier(text(json, "an identifier", place), place);
    } else if (type == Path.class) {
      String text = text(json, "a path", place);
      try {
        return Path.of(text);
      } catch (InvalidPathException e) {
        throw new JsonException(place, "'" + text.replace('\0', '?') + "' is not a path");
      }
    } else if (type == Instant.class) {
      String text = text(json, "a moment", place);
      try {
        return Instant.parse(text);
      } catch (DateTimeException e) {
        throw new JsonException(
            place, "'" + text + "' is not a moment such as 2026-01-31T12:00:00Z");
      }
    }
    throw new IllegalArgumentException("no JSON for " + type);
  }

  private static UUID identifier(String text, String place) {
    // UUID.fromString takes shorter ones too.
    if (text.length() != 36) {
      throw new JsonException(place, "'" + text + "' is not an identifier");
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new JsonException(place, "'" + text + "' is not an identifier");
    }
  }

  private static String text(JsonValue json, String wanted, String place) {
    if (json instanceof JsonString(String value)) {
      return value;
    }
    throw wrong(place, wanted, json);
  }

  private static long whole(JsonValue json, String place) {
    if (!(json instanceof JsonNumber(BigDecimal value))) {
      throw wrong(place, "a whole number", json);
    }
    try {
      return value.longValueExact();
    } catch (ArithmeticException e) {
      throw new JsonException(place, value + " is not a whole number of 64 bits");
    }
  }

  private static JsonException wrong(String place, String wanted, JsonValue found) {
    String what =
        switch (found) {
          case JsonObject _ -> "an object";
          case JsonArray _ -> "a list";
          case JsonString(String value) ->
              value.length() > 40 ? "a text" : "the text '" + value + "'";
          case JsonNumber(BigDecimal value) -> "the number " + value;
          case JsonBoolean(boolean value) -> String.valueOf(value);
          case JsonNull _ -> "null";
        };
    return new JsonException(place, "it must be " + wanted + ", not " + what);
  }

  private static Object bindEnum(JsonValue json, Class<?> type, String place) {
    String text = text(json, "a word", place);
    List<String> names = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      String name = nameOf((Enum<?>) constant);
      if (name.equals(text)) {
        return constant;
      }
      names.add(name);
    }
    throw new JsonException(place, "'" + text + "' is not one of " + String.join(", ", names));
  }

  private Object bindGeneric(JsonValue json, ParameterizedType type, String place) {
    if (type.getRawType() == List.class) {
      if (!(json instanceof JsonArray(List<JsonValue> elements))) {
        throw wrong(place, "a list", json);
      }
      List<Object> list = new ArrayList<>();
      for (JsonValue element : elements) {
        list.add(bind(element, type.getActualTypeArguments()[0], place + "[" + list.size() + "]"));
      }
      return List.copyOf(list);
    }
    if (type.getRawType() == Map.class && type.getActualTypeArguments()[0] == String.class) {
      if (!(json instanceof JsonObject(Map<String, JsonValue> members))) {
        throw wrong(place, "an object", json);
      }
      Map<String, Object> map = new LinkedHashMap<>();
      members.forEach(
          (name, value) ->
              map.put(name, bind(value, type.getActualTypeArguments()[1], join(place, name))));
      return java.util.Collections.unmodifiableMap(map);
    }
    throw new IllegalArgumentException("no JSON for " + type);
  }

  private Object bindSealed(JsonValue json, Class<?> type, String place) {
    if (!(json instanceof JsonObject object)) {
      throw wrong(place, "an object", json);
    }
    String kind = object.text(KIND);
    if (kind == null) {
      throw new JsonException(join(place, KIND), "it is missing");
    }
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      if (kindOf(permitted).equals(kind)) {
        Map<String, JsonValue> members = new LinkedHashMap<>(object.members());
        members.remove(KIND);
        return bindRecord(new JsonObject(members), permitted, place);
      }
    }
    String kinds =
        Arrays.stream(type.getPermittedSubclasses())
            .map(RecordBinder::kindOf)
            .collect(Collectors.joining(", "));
    throw new JsonException(join(place, KIND), "'" + kind + "' is not one of " + kinds);
  }

  private Object bindRecord(JsonValue json, Class<?> type, String place) {
    if (!(json instanceof JsonObject object)) {
      throw wrong(place, "an object", json);
    }
    Shape shape = shape(type);
    if (strict) {
      for (String name : object.members().keySet()) {
        if (!shape.names.contains(name)) {
          throw new JsonException(join(place, name), "there is no such setting");
        }
      }
    }
    @Nullable Object[] values = new @Nullable Object[shape.components.size()];
    for (int i = 0; i < values.length; i++) {
      Component component = shape.components.get(i);
      JsonValue member = object.get(component.name());
      if (member == null || member instanceof JsonNull && component.optional) {
        if (!component.optional) {
          throw new JsonException(join(place, component.name()), "it is missing");
        }
      } else {
        values[i] =
            bind(member, component.accessor.getGenericType(), join(place, component.name()));
      }
    }
    try {
      return shape.constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw new JsonException(place, String.valueOf(refused.getMessage()));
      }
      throw new IllegalStateException(type + " can't be made", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " can't be made", e);
    }
  }

  private static String join(String place, String name) {
    return place.isEmpty() ? name : place + "." + name;
  }

  private static Shape shape(Class<?> type) {
    return SHAPES.computeIfAbsent(
        type,
        key -> {
          RecordComponent[] components = key.getRecordComponents();
          try {
            Constructor<?> constructor =
                key.getConstructor(
                    Arrays.stream(components)
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new));
            return new Shape(
                Arrays.stream(components)
                    .map(c -> new Component(c, c.isAnnotationPresent(OptionalMember.class)))
                    .toList(),
                constructor,
                Arrays.stream(components)
                    .map(RecordComponent::getName)
                    .collect(Collectors.toUnmodifiableSet()));
          } catch (NoSuchMethodException e) {
            throw new IllegalStateException(key + " is not public", e);
          }
        });
  }
}
