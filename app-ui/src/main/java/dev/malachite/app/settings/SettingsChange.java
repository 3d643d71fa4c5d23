// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.settings;

import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.MachineSettings.DriveSlot;
import dev.malachite.engine.catalogue.SettingPaths;
import dev.malachite.engine.catalogue.SettingsException;
import dev.malachite.engine.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants changed of a machine's settings: only that, so that what others changed
 * meanwhile stays. One thread at a time.
 */
final class SettingsChange {
  private final Map<String, JsonValue> values = new LinkedHashMap<>();
  private @Nullable List<DriveSlot> drives;

  /** Wants a setting to have a value. */
  void set(String path, JsonValue value) {
    values.put(path, value);
  }

  /** Wants these drives. */
  void drives(List<DriveSlot> wanted) {
    drives = List.copyOf(wanted);
  }

  /** True if nothing is to be changed. */
  boolean isEmpty() {
    return values.isEmpty() && drives == null;
  }

  /**
   * Settings with the changes; not yet checked as a whole.
   *
   * @throws SettingsException naming a setting that can't be so
   */
  MachineSettings apply(MachineSettings settings) throws SettingsException {
    MachineSettings changed = drives == null ? settings : settings.withDrives(drives);
    for (Map.Entry<String, JsonValue> each : values.entrySet()) {
      changed = SettingPaths.with(changed, each.getKey(), each.getValue());
    }
    return changed;
  }
}
