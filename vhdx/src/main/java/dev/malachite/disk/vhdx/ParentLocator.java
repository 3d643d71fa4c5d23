// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.io.LittleEndian;
import java.io.File;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Says which file a differencing disk's parent is (section 2.6.2.6): keys and values, of which the
 * known ones are the parent's data write GUIDs and its paths.
 *
 * @param entries values by key, in the order of the file
 */
record ParentLocator(Map<String, String> entries) {
  private static final UUID TYPE = UUID.fromString("B04AEFB7-D19E-4A81-B789-25B8E9445913");

  // Section 2.6.2.6.1, header.
  // Field                          offset  size
  private static final int AT_TYPE = 0; // 16
  private static final int AT_COUNT = 18; // 2
  private static final int AT_ENTRIES = 20;

  // Section 2.6.2.6.2, entry; offsets count from the item's start.
  private static final int ENTRY_SIZE = 12;
  private static final int ENTRY_KEY_OFFSET = 0; // 4
  private static final int ENTRY_VALUE_OFFSET = 4; // 4
  private static final int ENTRY_KEY_LENGTH = 8; // 2
  private static final int ENTRY_VALUE_LENGTH = 10; // 2

  // Section 2.6.2.6.3, keys.
  private static final String LINKAGE = "parent_linkage";
  private static final String LINKAGE_2 = "parent_linkage2";
  private static final String RELATIVE_PATH = "relative_path";
  private static final String VOLUME_PATH = "volume_path";
  private static final String ABSOLUTE_PATH = "absolute_win32_path";

  private static final String NAME = "parent locator";
  private static final int MAX_ENTRIES = 256;
  private static final String WIN32_PREFIX = "\\\\?\\";

  ParentLocator {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  /**
   * Refers a child to a parent.
   *
   * @param child where the child is or will be
   * @param parent where the parent is
   * @param dataWriteGuid the parent's data write GUID
   */
  static ParentLocator of(Path child, Path parent, UUID dataWriteGuid) {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put(LINKAGE, text(dataWriteGuid));
    Path absolute = parent.toAbsolutePath().normalize();
    Path directory = child.toAbsolutePath().normalize().getParent();
    if (directory != null && absolute.getRoot() != null) {
      String relative = relative(directory, absolute);
      if (relative != null) {
        entries.put(RELATIVE_PATH, relative);
      }
    }
    entries.put(ABSOLUTE_PATH, absolute.toString());
    return new ParentLocator(entries);
  }

  /** A path in Windows's spelling; null if it has none. */
  private static @Nullable String relative(Path directory, Path file) {
    Path path;
    try {
      path = directory.relativize(file);
    } catch (IllegalArgumentException e) {
      return null; // On another drive.
    }
    StringBuilder text = new StringBuilder();
    for (Path part : path) {
      String name = part.toString();
      if (name.indexOf('\\') >= 0) {
        return null;
      }
      text.append(text.isEmpty() && !name.equals("..") ? ".\\" : "");
      text.append(text.isEmpty() || text.charAt(text.length() - 1) == '\\' ? "" : "\\");
      text.append(name);
    }
    return text.toString();
  }

  private static String text(UUID guid) {
    return "{" + guid + "}";
  }

  /** The same with other data write GUIDs that the parent may have. */
  ParentLocator withGuids(UUID first, UUID second) {
    Map<String, String> changed = new LinkedHashMap<>(entries);
    changed.put(LINKAGE, text(first));
    changed.put(LINKAGE_2, text(second));
    return new ParentLocator(changed);
  }

  /** The data write GUIDs that the parent may have, the first as a rule. */
  List<UUID> dataWriteGuids() {
    List<UUID> guids = new ArrayList<>();
    for (String key : new String[] {LINKAGE, LINKAGE_2}) {
      UUID guid = guid(entries.get(key));
      if (guid != null) {
        guids.add(guid);
      }
    }
    return guids;
  }

  private static @Nullable UUID guid(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String plain = text.strip();
    if (plain.startsWith("{") && plain.endsWith("}")) {
      plain = plain.substring(1, plain.length() - 1);
    }
    try {
      return plain.length() == 36 ? UUID.fromString(plain) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The paths as the file has them, for messages. */
  List<String> paths() {
    List<String> paths = new ArrayList<>();
    for (String key : new String[] {RELATIVE_PATH, VOLUME_PATH, ABSOLUTE_PATH}) {
      String path = entries.get(key);
      if (path != null) {
        paths.add(path);
      }
    }
    return paths;
  }

  /**
   * Where the parent may be, the likeliest first: the recorded paths as far as this host can have
   * them, then beside the child.
   */
  List<Path> candidates(Path child) {
    Path directory = child.toAbsolutePath().normalize().getParent();
    Set<Path> found = new LinkedHashSet<>();
    if (directory == null) {
      return List.of();
    }
    add(found, directory, entries.get(RELATIVE_PATH), true);
    add(found, directory, entries.get(VOLUME_PATH), false);
    add(found, directory, entries.get(ABSOLUTE_PATH), false);
    for (String path : paths()) {
      String name = path.substring(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
      add(found, directory, name, true);
    }
    return List.copyOf(found);
  }

  private static void add(
      Set<Path> found, Path directory, @Nullable String text, boolean relative) {
    if (text == null || text.isEmpty()) {
      return;
    }
    boolean windows = File.separatorChar == '\\';
    String path = text;
    if (relative && !windows) {
      path = path.replace('\\', '/');
    } else if (!relative && !windows && !path.startsWith("/")) {
      return; // A drive of another host.
    }
    if (!relative && windows && path.startsWith(WIN32_PREFIX) && path.startsWith(":", 5)) {
      path = path.substring(WIN32_PREFIX.length());
    }
    try {
      found.add(directory.resolve(path).normalize());
    } catch (InvalidPathException e) {
      // Not a path here, so not the parent's.
    }
  }

  /**
   * Decodes a locator.
   *
   * @param file the file, for messages
   * @param bytes the metadata item
   * @param at where the item is in the file
   */
  static ParentLocator parse(Path file, MemorySegment bytes, long at) throws DiskFormatException {
    if (bytes.byteSize() < AT_ENTRIES) {
      throw bad(file, at, "it has only " + bytes.byteSize() + " bytes");
    }
    UUID type = LittleEndian.getGuid(bytes, AT_TYPE);
    if (!type.equals(TYPE)) {
      throw new DiskFormatException(
          file,
          NAME,
          at,
          "the parent is of kind " + type + ", which is not known",
          "Open the file with the program that made it and convert it.");
    }
    int count = LittleEndian.getShort(bytes, AT_COUNT);
    if (count > MAX_ENTRIES || AT_ENTRIES + (long) count * ENTRY_SIZE > bytes.byteSize()) {
      throw bad(file, at + AT_COUNT, "it says it has " + count + " entries");
    }
    Map<String, String> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      long entry = AT_ENTRIES + (long) i * ENTRY_SIZE;
      String key = string(file, bytes, at, entry, ENTRY_KEY_OFFSET, ENTRY_KEY_LENGTH);
      String value = string(file, bytes, at, entry, ENTRY_VALUE_OFFSET, ENTRY_VALUE_LENGTH);
      if (entries.putIfAbsent(key.toLowerCase(Locale.ROOT), value) != null) {
        throw bad(file, at + entry, "key " + printable(key) + " is there twice");
      }
    }
    ParentLocator locator = new ParentLocator(entries);
    if (guid(entries.get(LINKAGE)) == null) {
      throw bad(file, at, "it doesn't say which data write GUID the parent has");
    }
    return locator;
  }

  private static String string(
      Path file, MemorySegment bytes, long at, long entry, int offsetField, int lengthField)
      throws DiskFormatException {
    long offset = LittleEndian.getUnsignedInt(bytes, entry + offsetField);
    int length = LittleEndian.getShort(bytes, entry + lengthField);
    if (offset > bytes.byteSize() || length > bytes.byteSize() - offset || length % 2 != 0) {
      throw bad(
          file,
          at + entry,
          "an entry's text (" + length + " bytes at " + offset + ") lies outside the item");
    }
    byte[] text = new byte[length];
    MemorySegment.copy(bytes, offset, MemorySegment.ofArray(text), 0, length);
    return new String(text, StandardCharsets.UTF_16LE);
  }

  private static String printable(String text) {
    return text.replaceAll("[^\\p{L}\\p{N}\\p{P}\\p{Z}]", "?");
  }

  private static DiskFormatException bad(Path file, long offset, String problem) {
    return new DiskFormatException(file, NAME, offset, problem, DiskFormatException.RESTORE);
  }

  /** Encodes the locator as a metadata item. */
  byte[] encode() {
    int size = AT_ENTRIES + entries.size() * ENTRY_SIZE;
    int textSize = 0;
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      textSize += 2 * (entry.getKey().length() + entry.getValue().length());
    }
    byte[] item = new byte[size + textSize];
    MemorySegment bytes = MemorySegment.ofArray(item);
    LittleEndian.putGuid(bytes, AT_TYPE, TYPE);
    LittleEndian.putShort(bytes, AT_COUNT, entries.size());
    int at = AT_ENTRIES;
    int text = size;
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      byte[] key = entry.getKey().getBytes(StandardCharsets.UTF_16LE);
      byte[] value = entry.getValue().getBytes(StandardCharsets.UTF_16LE);
      LittleEndian.putInt(bytes, at + ENTRY_KEY_OFFSET, text);
      LittleEndian.putInt(bytes, at + ENTRY_VALUE_OFFSET, text + key.length);
      LittleEndian.putShort(bytes, at + ENTRY_KEY_LENGTH, key.length);
      LittleEndian.putShort(bytes, at + ENTRY_VALUE_LENGTH, value.length);
      System.arraycopy(key, 0, item, text, key.length);
      System.arraycopy(value, 0, item, text + key.length, value.length);
      text += key.length + value.length;
      at += ENTRY_SIZE;
    }
    return item;
  }
}
