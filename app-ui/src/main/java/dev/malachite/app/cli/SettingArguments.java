// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.SettingPaths;
import dev.malachite.engine.catalogue.SettingProblem;
import dev.malachite.engine.catalogue.SettingsException;
import dev.malachite.engine.json.JsonValue;
import dev.malachite.engine.json.JsonValue.JsonArray;
import dev.malachite.engine.json.JsonValue.JsonBoolean;
import dev.malachite.engine.json.JsonValue.JsonNumber;
import dev.malachite.engine.json.JsonValue.JsonString;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/** Settings as they stand on a command line: {@code memory.startup=2G}. */
final class SettingArguments {
  private SettingArguments() {}

  /**
   * Settings with changes.
   *
   * @param assignments {@code PATH=VALUE} each; an empty value takes an optional setting away
   * @throws SettingsException naming the setting that can't be so
   */
  static MachineSettings apply(MachineSettings settings, List<String> assignments)
      throws SettingsException {
    MachineSettings changed = settings;
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals <= 0) {
        throw problem(assignment, "write SETTING=VALUE");
      }
      String path = assignment.substring(0, equals);
      changed =
          SettingPaths.with(
              changed, path, value(SettingPaths.find(path), assignment.substring(equals + 1)));
    }
    return changed;
  }

  private static @Nullable JsonValue value(SettingPaths.Setting setting, String text)
      throws SettingsException {
    if (text.isEmpty() && setting.optional()) {
      return null;
    }
    return switch (setting.kind()) {
      case TEXT -> new JsonString(text);
      case WORD -> new JsonString(text.toLowerCase(Locale.ROOT));
      case FLAG -> flag(setting.path(), text);
      case NUMBER -> number(setting.path(), text);
      case NUMBERS -> numbers(setting.path(), text);
      case BYTES -> bytes(setting.path(), text);
      case FILE -> file(setting.path(), text);
    };
  }

  private static JsonValue flag(String path, String text) throws SettingsException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "on", "yes" -> new JsonBoolean(true);
      case "false", "off", "no" -> new JsonBoolean(false);
      default -> throw problem(path, "'" + text + "' is neither on nor off");
    };
  }

  private static JsonValue number(String path, String text) throws SettingsException {
    if (!text.matches("-?\\d{1,18}")) {
      throw problem(path, "'" + text + "' is not a whole number");
    }
    return new JsonNumber(new BigDecimal(text));
  }

  private static JsonValue numbers(String path, String text) throws SettingsException {
    List<JsonValue> numbers = new ArrayList<>();
    for (String number : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      numbers.add(number(path, number.strip()));
    }
    return new JsonArray(numbers);
  }

  private static JsonValue bytes(String path, String text) throws SettingsException {
    try {
      return JsonNumber.of(ByteSize.parse(text).bytes());
    } catch (TypeConversionException e) {
      throw problem(path, String.valueOf(e.getMessage()));
    }
  }

  private static JsonValue file(String path, String text) throws SettingsException {
    try {
      return new JsonString(Path.of(text).toAbsolutePath().normalize().toString());
    } catch (InvalidPathException e) {
      throw problem(path, "'" + text + "' is not a path");
    }
  }

  private static SettingsException problem(String setting, String text) {
    return new SettingsException(List.of(new SettingProblem(setting, text)));
  }
}
