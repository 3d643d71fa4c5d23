// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * Reads a state file, whoever wrote it: every length is checked against the file's before it is
 * believed, and every section against its checksum when it is read. Any thread.
 */
public final class StateReader implements StateSections, AutoCloseable {
  private static final int MOST_SECTIONS = 4_000_000;

  record Place(String name, int version, long offset, int length, int sum) {}

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Place> places = new HashMap<>();
  private final List<Place> memory = new ArrayList<>();
  private final Set<String> unread = new TreeSet<>();

  /**
   * Opens a file and looks for its sections.
   *
   * @throws StateException if it is none or not whole
   */
  public StateReader(Path file) throws IOException {
    this.file = file;
    channel = FileChannel.open(file, StandardOpenOption.READ);
    boolean good = false;
    try {
      index();
      good = true;
    } finally {
      if (!good) {
        channel.close();
      }
    }
  }

  private StateException damaged(String what) {
    return new StateException(
        file + ": " + what + "; it can't be used, so discard the saved state");
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw damaged("it ends too early");
      }
    }
    return bytes.flip();
  }

  private void index() throws IOException {
    long size = channel.size();
    if (size < StateFile.HEADER) {
      throw damaged("it is no saved state");
    }
    ByteBuffer header = read(0, StateFile.HEADER);
    byte[] magic = new byte[StateFile.MAGIC.length];
    header.get(magic);
    if (!Arrays.equals(magic, StateFile.MAGIC)) {
      throw damaged("it is no saved state");
    }
    int version = header.getInt();
    if (version != StateFile.VERSION || header.getInt() != 0) {
      throw damaged("it has layout " + version + ", written by another version of Malachite");
    }
    long at = StateFile.HEADER;
    for (int count = 0; count <= MOST_SECTIONS; count++) {
      Place place = place(at, size);
      at = place.offset + place.length;
      if (place.name.equals(StateFile.END)) {
        if (at != size || place.length != 4 || content(place).getInt() != count) {
          throw damaged("its end is not where it should be");
        }
        return;
      }
      if (place.name.equals(StateFile.MEMORY)) {
        memory.add(place);
      } else if (places.put(place.name, place) != null) {
        throw damaged("section " + place.name + " comes twice");
      }
      unread.add(place.name);
    }
    throw damaged("it has too many sections");
  }

  private Place place(long at, long size) throws IOException {
    if (size - at < StateFile.SECTION_HEADER) {
      throw damaged("it ends too early");
    }
    int most = (int) Math.min(size - at, StateFile.SECTION_HEADER + StateFile.LONGEST_NAME);
    ByteBuffer header = read(at, most);
    int nameLength = header.getShort();
    int version = header.getShort() & 0xFFFF;
    int length = header.getInt();
    int sum = header.getInt();
    if (nameLength < 1 || nameLength > header.remaining()) {
      throw damaged("a section has no name");
    }
    byte[] label = new byte[nameLength];
    header.get(label);
    String name = new String(label, StandardCharsets.US_ASCII);
    long offset = at + StateFile.SECTION_HEADER + nameLength;
    if (length < 0 || length > StateFile.LARGEST_SECTION || length > size - offset) {
      throw damaged("section " + name + " is longer than the file");
    }
    return new Place(name, version, offset, length, sum);
  }

  /** A section's content, checked against its sum. */
  ByteBuffer content(Place place) throws IOException {
    ByteBuffer bytes = read(place.offset, place.length);
    byte[] label = place.name.getBytes(StandardCharsets.US_ASCII);
    CRC32C sum = StateFile.sum(label, place.version, place.length);
    sum.update(bytes.duplicate());
    if ((int) sum.getValue() != place.sum) {
      throw damaged("section " + place.name + " is not as it was written");
    }
    return bytes;
  }

  /** Where the pieces of memory are. */
  List<Place> memory() {
    unread.remove(StateFile.MEMORY);
    return memory;
  }

  /** True if there is such a section. */
  public boolean has(String name) {
    return places.containsKey(name);
  }

  @Override
  public void section(String name, int version, Saveable part) throws IOException {
    Place place = places.get(name);
    if (place == null) {
      throw damaged("section " + name + " is missing");
    }
    if (place.version > version) {
      throw damaged("section " + name + " was written by a newer version of Malachite");
    }
    unread.remove(name);
    SectionReader reader = new SectionReader(name, place.version, content(place).array());
    part.transfer(reader);
    reader.requireEnd();
  }

  /** Makes sure that nothing in the file was left out: it would be a part the machine lacks. */
  public void requireAllRead() throws StateException {
    if (!unread.isEmpty()) {
      throw damaged("it has sections that this machine knows nothing of: " + unread);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
