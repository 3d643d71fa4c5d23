// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import dev.malachite.app.gallery.GalleryImage.Downloaded;
import dev.malachite.app.gallery.GalleryImage.Hashed;
import dev.malachite.engine.json.JsonException;
import dev.malachite.engine.json.JsonText;
import dev.malachite.engine.json.JsonValue;
import dev.malachite.engine.json.JsonValue.JsonArray;
import dev.malachite.engine.json.JsonValue.JsonObject;
import dev.malachite.engine.json.JsonValue.JsonString;
import dev.malachite.engine.machine.FirmwareSettings.SecureBoot;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads gallery sources: JSON in the form that Hyper-V's Quick Create takes. An object with the
 * array {@code images}; of each image name, publisher, version, description (text or lines), disk
 * ({@code uri}, {@code hash} as {@code sha256:…}, {@code archiveRelativePath} in a zip), logo,
 * symbol and thumbnail (each {@code uri} and {@code hash}), config ({@code secureBoot}). What else
 * there is, is left alone. Anybody may have written it, so all is bounded.
 */
final class GallerySource {
  /** The most bytes that a source may have. */
  static final int LARGEST = 4 << 20;

  private static final int MOST_IMAGES = 500;
  private static final int LONGEST_TEXT = 4000;
  private static final int LONGEST_NAME = 100;
  private static final long MEMORY = 2L << 30;

  private GallerySource() {}

  /**
   * The images of a source.
   *
   * @param source what it is called in messages
   * @throws GalleryException naming the source and what is wrong with it
   */
  static List<GalleryImage> parse(String source, byte[] json) throws GalleryException {
    JsonObject root;
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
      root = JsonText.parseObject(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (JsonException | CharacterCodingException e) {
      throw new GalleryException(source + ": is no JSON: " + e.getMessage(), e);
    }
    if (!(root.get("images") instanceof JsonArray array)) {
      throw new GalleryException(source + ": has no array 'images'; is it a gallery?");
    }
    if (array.elements().size() > MOST_IMAGES) {
      throw new GalleryException(source + ": has more than " + MOST_IMAGES + " images");
    }
    List<GalleryImage> images = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < array.elements().size(); i++) {
      if (!(array.elements().get(i) instanceof JsonObject image)) {
        throw new GalleryException(source + ": images[" + i + "] is no object");
      }
      images.add(image(source + ": images[" + i + "]", image, names));
    }
    return List.copyOf(images);
  }

  private static GalleryImage image(String where, JsonObject json, Set<String> names)
      throws GalleryException {
    String title = text(where, json, "name");
    if (title.isBlank()) {
      throw new GalleryException(where + ": has no name");
    }
    if (!(json.get("disk") instanceof JsonObject disk)) {
      throw new GalleryException(where + ".disk: is missing");
    }
    Hashed file = hashed(where + ".disk", disk);
    String path = disk.text("archiveRelativePath");
    Hashed picture = null;
    for (String kind : List.of("thumbnail", "logo", "symbol")) {
      if (picture == null && json.get(kind) instanceof JsonObject object) {
        picture = hashed(where + "." + kind, object);
      }
    }
    return new GalleryImage(
        name(title, names),
        title,
        text(where, json, "publisher"),
        text(where, json, "version"),
        text(where, json, "description"),
        0,
        MEMORY,
        secureBoot(json),
        new Downloaded(file, path == null || path.isBlank() ? null : path, picture));
  }

  // Off only where the image says so: what Hyper-V's galleries hold is signed, by Microsoft for
  // Windows or by its authority for others.
  private static SecureBoot secureBoot(JsonObject image) {
    if (!(image.get("config") instanceof JsonObject config)) {
      return SecureBoot.OFF;
    }
    String value = String.valueOf(config.get("secureBoot")).toLowerCase(Locale.ROOT);
    if (!value.contains("true")) {
      return SecureBoot.OFF;
    }
    String publisher = String.valueOf(image.get("publisher")).toLowerCase(Locale.ROOT);
    return publisher.contains("microsoft")
        ? SecureBoot.MICROSOFT_WINDOWS
        : SecureBoot.MICROSOFT_UEFI_CA;
  }

  private static Hashed hashed(String where, JsonObject json) throws GalleryException {
    String address = json.text("uri");
    String hash = json.text("hash");
    if (address == null) {
      throw new GalleryException(where + ".uri: is missing");
    }
    if (hash == null || !hash.toLowerCase(Locale.ROOT).matches("sha256:[0-9a-f]{64}")) {
      throw new GalleryException(where + ".hash: must be sha256: and 64 hexadecimal digits");
    }
    try {
      URI uri = new URI(address);
      Downloader.requireSafe(uri);
      return new Hashed(uri, hash.substring("sha256:".length()).toLowerCase(Locale.ROOT));
    } catch (URISyntaxException e) {
      throw new GalleryException(where + ".uri: '" + shorten(address, 200) + "' is no address", e);
    }
  }

  private static String text(String where, JsonObject json, String name) throws GalleryException {
    @Nullable JsonValue value = json.get(name);
    StringBuilder text = new StringBuilder();
    switch (value) {
      case null -> {}
      case JsonString string -> text.append(string.value());
      case JsonArray lines -> {
        for (JsonValue line : lines.elements()) {
          if (line instanceof JsonString string && text.length() <= LONGEST_TEXT) {
            text.append(text.isEmpty() ? "" : "\n").append(string.value());
          }
        }
      }
      default -> throw new GalleryException(where + "." + name + ": must be text");
    }
    // Control characters could change what a terminal shows.
    return shorten(text.toString().replaceAll("[\\p{Cntrl}&&[^\n]]", " ").strip(), LONGEST_TEXT);
  }

  private static String shorten(String text, int most) {
    return text.length() > most ? text.substring(0, most) : text;
  }

  private static String name(String title, Set<String> names) {
    String plain =
        shorten(title, LONGEST_NAME)
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9.]+", "-")
            .replaceAll("^[-.]+|[-.]+$", "");
    String base = plain.isEmpty() ? "image" : plain;
    String name = base;
    for (int i = 2; !names.add(name); i++) {
      name = base + "-" + i;
    }
    return name;
  }
}
