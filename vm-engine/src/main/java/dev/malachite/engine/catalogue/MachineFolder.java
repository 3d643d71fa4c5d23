// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import dev.malachite.engine.json.JsonException;
import dev.malachite.engine.json.JsonText;
import dev.malachite.engine.json.JsonValue;
import dev.malachite.engine.json.JsonValue.JsonNumber;
import dev.malachite.engine.json.JsonValue.JsonObject;
import dev.malachite.engine.json.RecordBinder;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/**
 * A machine's folder and the files in it.
 *
 * @param path the folder
 */
public record MachineFolder(Path path) {
  private static final long LARGEST_FILE = 4L << 20;
  private static final RecordBinder BINDER = RecordBinder.strict();
  private static final UUID NO_ID = new UUID(0, 0);

  /** The machine's settings. */
  public Path settingsFile() {
    return path.resolve("machine.json");
  }

  /** What its last worker wrote of its state. */
  public Path stateFile() {
    return path.resolve("state.json");
  }

  /** Held by whoever runs the machine or changes its files as a whole. */
  public Path lockFile() {
    return path.resolve("lock");
  }

  /** Held while settings are read, changed and written. */
  Path editLockFile() {
    return path.resolve("edit.lock");
  }

  /** Disks that belong to the machine alone. */
  public Path disks() {
    return path.resolve("disks");
  }

  /** What a Generation 2 machine's firmware remembers. */
  public Path firmwareVariables() {
    return path.resolve("firmware-variables");
  }

  /** The state of a saved machine. */
  public Path savedState() {
    return path.resolve("saved-state");
  }

  /** A state that is being saved; nothing if no worker is at it. */
  public Path unfinishedState() {
    return path.resolve(".saved-state.part");
  }

  /** Makes a state whole that has been written to {@link #unfinishedState}: it is the saved one. */
  public void keepState() throws IOException {
    AtomicFiles.move(unfinishedState(), savedState());
  }

  /** There while the machine is off because the computer or its user's session has ended. */
  public Path ranMark() {
    return path.resolve("ran");
  }

  /** What its worker said. */
  public Path log() {
    return path.resolve("worker.log");
  }

  /** Where a file of the settings is. */
  public Path resolve(Path file) {
    return path.resolve(file);
  }

  /**
   * Reads the settings and checks them.
   *
   * @throws CatalogueException if they can't be used, naming the file and the setting
   */
  public MachineSettings readSettings() throws IOException {
    JsonObject json = readObject(settingsFile());
    try {
      checkSchema(json, MachineSettings.SCHEMA);
      JsonObject defaults =
          (JsonObject)
              BINDER.toJson(MachineSettings.create("", 2).withIdentity(NO_ID, "", Instant.EPOCH));
      MachineSettings settings = BINDER.fromJson(defaults.overlaid(json), MachineSettings.class);
      if (settings.id().equals(NO_ID)) {
        throw new JsonException("id", "it is missing");
      }
      SettingsCheck.require(settings);
      return settings;
    } catch (JsonException | SettingsException e) {
      throw new CatalogueException(
          settingsFile() + ": " + e.getMessage() + "; mend the file or restore it", e);
    }
  }

  private static void checkSchema(JsonObject json, int known) {
    if (!(json.get("schema") instanceof JsonNumber number)) {
      throw new JsonException("schema", "the version of the file is missing");
    }
    int schema = RecordBinder.strict().fromJson(number, Integer.class);
    if (schema > known) {
      throw new JsonException(
          "schema", "version " + schema + " was written by a newer Malachite; use that one");
    }
    if (schema < 1) {
      throw new JsonException("schema", "there is no version " + schema);
    }
  }

  private static JsonObject readObject(Path file) throws IOException {
    if (Files.size(file) > LARGEST_FILE) {
      throw new CatalogueException(file + ": it is too large to be a machine's file");
    }
    try {
      return JsonText.parseObject(Files.readString(file));
    } catch (JsonException e) {
      throw new CatalogueException(file + ": " + e.getMessage() + "; mend or restore it", e);
    } catch (CharacterCodingException e) {
      throw new CatalogueException(file + ": not UTF-8 text; mend or restore it", e);
    }
  }

  /** Writes the settings. */
  void writeSettings(MachineSettings settings) throws IOException {
    JsonValue json = BINDER.toJson(settings);
    AtomicFiles.write(settingsFile(), JsonText.writeIndented(json));
  }

  /** Reads what the last worker wrote; a file that can't be read counts as a failure. */
  public LastState readState() {
    try {
      JsonObject json = readObject(stateFile());
      checkSchema(json, LastState.SCHEMA);
      return RecordBinder.lenient().fromJson(json, LastState.class);
    } catch (NoSuchFileException e) {
      return LastState.never(Instant.EPOCH);
    } catch (IOException | JsonException e) {
      return new LastState(
          LastState.SCHEMA,
          MachineState.FAILED,
          Instant.EPOCH,
          "its state file can't be read: " + e.getMessage(),
          null);
    }
  }

  /**
   * Writes the state. That of a running machine needs to outlive the process, not a power cut, and
   * a start shouldn't wait for the disk.
   */
  public void writeState(LastState state) throws IOException {
    String text = JsonText.writeIndented(BINDER.toJson(state));
    if (state.state().isLive()) {
      AtomicFiles.replace(stateFile(), text);
    } else {
      AtomicFiles.write(stateFile(), text);
    }
  }
}
