// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import dev.malachite.engine.catalogue.Folders;
import dev.malachite.engine.json.JsonException;
import dev.malachite.engine.json.JsonText;
import dev.malachite.engine.json.JsonValue.JsonArray;
import dev.malachite.engine.json.JsonValue.JsonNumber;
import dev.malachite.engine.json.JsonValue.JsonObject;
import dev.malachite.engine.json.JsonValue.JsonString;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What is set for all machines of this user: {@code settings.json} in the configuration folder.
 *
 * @param gallerySources addresses of galleries in Hyper-V's JSON format
 */
public record HostSettings(List<URI> gallerySources) {
  private static final int MOST_SOURCES = 32;
  private static final long LARGEST = 1 << 20;
  private static final String SOURCES = "gallerySources";

  /** Copies the list. */
  public HostSettings {
    gallerySources = List.copyOf(gallerySources);
  }

  /** The file. */
  public static Path file(Folders folders) {
    return folders.configuration().resolve("settings.json");
  }

  /**
   * The settings as they stand, or as they are when nothing is set.
   *
   * @throws GalleryException naming the file if it makes no sense
   */
  public static HostSettings read(Folders folders) throws IOException {
    Path file = file(folders);
    JsonObject json;
    try {
      if (Files.size(file) > LARGEST) {
        throw new GalleryException(file + ": is too large; remove it");
      }
      json = JsonText.parseObject(Files.readString(file));
    } catch (NoSuchFileException e) {
      return new HostSettings(List.of());
    } catch (JsonException e) {
      throw new GalleryException(file + ": " + e.getMessage() + "; mend or remove it", e);
    }
    List<URI> sources = new ArrayList<>();
    if (json.get(SOURCES) instanceof JsonArray array) {
      for (var value : array.elements()) {
        if (!(value instanceof JsonString text)) {
          throw new GalleryException(file + ": " + SOURCES + ": must be a list of addresses");
        }
        sources.add(address(text.value()));
      }
    }
    return new HostSettings(sources);
  }

  /**
   * An address of a gallery.
   *
   * @throws GalleryException if it can't be one
   */
  public static URI address(String text) throws GalleryException {
    try {
      URI uri = new URI(text);
      Downloader.requireSafe(uri);
      return uri;
    } catch (URISyntaxException e) {
      throw new GalleryException("'" + text + "' is no address of a gallery", e);
    }
  }

  /** Writes the settings, as a whole or not at all. */
  public void write(Folders folders) throws IOException {
    if (gallerySources.size() > MOST_SOURCES) {
      throw new GalleryException("there can be " + MOST_SOURCES + " gallery sources at most");
    }
    JsonObject json =
        new JsonObject(new LinkedHashMap<>())
            .with("schema", JsonNumber.of(1))
            .with(
                SOURCES,
                new JsonArray(
                    gallerySources.stream()
                        .<dev.malachite.engine.json.JsonValue>map(
                            uri -> new JsonString(uri.toString()))
                        .toList()));
    Path file = file(folders);
    Files.createDirectories(folders.configuration());
    Path part = Files.createTempFile(folders.configuration(), ".settings", ".part");
    try {
      Files.writeString(part, JsonText.writeIndented(json) + "\n");
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
