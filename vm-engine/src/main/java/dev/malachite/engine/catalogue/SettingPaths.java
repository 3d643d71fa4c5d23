// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import dev.malachite.engine.json.JsonException;
import dev.malachite.engine.json.JsonValue;
import dev.malachite.engine.json.JsonValue.JsonArray;
import dev.malachite.engine.json.JsonValue.JsonNull;
import dev.malachite.engine.json.JsonValue.JsonObject;
import dev.malachite.engine.json.OptionalMember;
import dev.malachite.engine.json.RecordBinder;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Single settings by their paths, such as {@code memory.startup} or {@code drives[0].file}: what
 * they are, and settings with one of them changed.
 */
public final class SettingPaths {
  /** What a setting is made of. */
  public enum Kind {
    /** Text. */
    TEXT,
    /** A whole number. */
    NUMBER,
    /** Whole numbers. */
    NUMBERS,
    /** A number of bytes. */
    BYTES,
    /** True or false. */
    FLAG,
    /** A file's path. */
    FILE,
    /** One of a few words. */
    WORD
  }

  /**
   * A setting.
   *
   * @param path its path; lists have {@code [N]} for a number
   * @param kind what it is made of
   * @param words what it may be, for words
   * @param optional whether it may be nothing
   */
  public record Setting(String path, Kind kind, List<String> words, boolean optional) {}

  private static final Pattern SEGMENT = Pattern.compile("([A-Za-z0-9]+)((?:\\[\\d{1,4}\\])?)");
  private static final Set<String> FIXED = Set.of("schema", "id", "generation", "created");
  private static final Set<String> LIVE = Set.of("name", "notes", "group", "automatic");
  private static final RecordBinder BINDER = RecordBinder.strict();

  private SettingPaths() {}

  /** Every setting there is, for help and completion. */
  public static List<Setting> all() {
    List<Setting> found = new ArrayList<>();
    collect("", MachineSettings.class, found);
    return List.copyOf(found);
  }

  private static void collect(String prefix, Class<?> type, List<Setting> found) {
    for (RecordComponent component : type.getRecordComponents()) {
      String path = prefix + component.getName();
      Class<?> value = component.getType();
      if (FIXED.contains(path)) {
        continue;
      }
      if (value.isRecord()) {
        collect(path + ".", value, found);
      } else if (isRecordList(component)) {
        collect(path + "[N].", element(component.getGenericType()), found);
      } else {
        found.add(describe(path, component));
      }
    }
  }

  private static boolean isRecordList(RecordComponent component) {
    return component.getType() == List.class && element(component.getGenericType()).isRecord();
  }

  private static Class<?> element(Type list) {
    return (Class<?>) ((ParameterizedType) list).getActualTypeArguments()[0];
  }

  private static Setting describe(String path, RecordComponent component) {
    Class<?> type = component.getType();
    boolean optional = component.isAnnotationPresent(OptionalMember.class);
    if (type.isEnum()) {
      List<String> words =
          Arrays.stream(type.getEnumConstants())
              .map(constant -> RecordBinder.nameOf((Enum<?>) constant))
              .toList();
      return new Setting(path, Kind.WORD, words, optional);
    }
    Kind kind;
    if (type == boolean.class) {
      kind = Kind.FLAG;
    } else if (type == List.class) {
      kind = Kind.NUMBERS;
    } else if (type == int.class || type == long.class) {
      kind = component.isAnnotationPresent(ByteCount.class) ? Kind.BYTES : Kind.NUMBER;
    } else {
      kind = type == Path.class ? Kind.FILE : Kind.TEXT;
    }
    return new Setting(path, kind, List.of(), optional);
  }

  /**
   * The setting at a path.
   *
   * @throws SettingsException if there is none, or it can't be changed
   */
  public static Setting find(String path) throws SettingsException {
    Class<?> type = MachineSettings.class;
    String[] names = path.split("\\.", -1);
    for (int i = 0; i < names.length; i++) {
      Matcher segment = SEGMENT.matcher(names[i]);
      RecordComponent component =
          segment.matches() && type.isRecord() ? component(type, segment.group(1)) : null;
      boolean indexed = component != null && !segment.group(2).isEmpty();
      if (component == null || indexed != isRecordList(component)) {
        throw unknown(path);
      }
      if (i == 0 && FIXED.contains(component.getName())) {
        throw problem(path, "it is for good and can't be changed");
      }
      Class<?> value = indexed ? element(component.getGenericType()) : component.getType();
      if (i == names.length - 1) {
        if (value.isRecord()) {
          throw unknown(path);
        }
        return describe(path, component);
      }
      type = value;
    }
    throw unknown(path);
  }

  private static @Nullable RecordComponent component(Class<?> type, String name) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getName().equals(name)) {
        return component;
      }
    }
    return null;
  }

  private static SettingsException unknown(String path) {
    return problem(
        path, "there is no such setting; see malachite vm set --help for those there are");
  }

  private static SettingsException problem(String path, String text) {
    return new SettingsException(List.of(new SettingProblem(path, text)));
  }

  /**
   * Settings with one changed; not yet checked with the others.
   *
   * @param value the new value; null takes an optional setting away
   * @throws SettingsException if there is no such setting or it can't be that
   */
  public static MachineSettings with(
      MachineSettings settings, String path, @Nullable JsonValue value) throws SettingsException {
    Setting setting = find(path);
    if (value == null && !setting.optional) {
      throw problem(path, "it can't be nothing");
    }
    JsonValue changed = replace(BINDER.toJson(settings), path.split("\\.", -1), 0, path, value);
    try {
      return BINDER.fromJson(changed, MachineSettings.class);
    } catch (JsonException e) {
      throw problem(e.place(), e.problem());
    }
  }

  private static JsonValue replace(
      JsonValue json, String[] names, int depth, String path, @Nullable JsonValue value)
      throws SettingsException {
    if (depth == names.length) {
      return value == null ? JsonNull.NULL : value;
    }
    Matcher segment = SEGMENT.matcher(names[depth]);
    if (!segment.matches() || !(json instanceof JsonObject object)) {
      throw unknown(path);
    }
    String name = segment.group(1);
    JsonValue member = object.members().getOrDefault(name, JsonNull.NULL);
    if (segment.group(2).isEmpty()) {
      return object.with(name, replace(member, names, depth + 1, path, value));
    }
    String number = segment.group(2);
    int index = Integer.parseInt(number, 1, number.length() - 1, 10);
    if (!(member instanceof JsonArray(List<JsonValue> elements)) || index >= elements.size()) {
      throw problem(path, "there is no " + names[depth]);
    }
    List<JsonValue> list = new ArrayList<>(elements);
    list.set(index, replace(list.get(index), names, depth + 1, path, value));
    return object.with(name, new JsonArray(list));
  }

  /**
   * Which settings differ and only take effect when the machine starts again.
   *
   * @return their paths, as far as the first level
   */
  public static List<String> needingRestart(MachineSettings before, MachineSettings after) {
    Map<String, JsonValue> old =
        new LinkedHashMap<>(((JsonObject) BINDER.toJson(before)).members());
    Map<String, JsonValue> now = ((JsonObject) BINDER.toJson(after)).members();
    old.keySet().removeAll(LIVE);
    return old.keySet().stream()
        .filter(name -> !Objects.equals(old.get(name), now.get(name)))
        .toList();
  }
}
