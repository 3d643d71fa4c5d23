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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;

/** Writes a new state file. Sections may be added by several threads. */
public final class StateWriter implements StateSections, AutoCloseable {
  private final FileChannel channel;
  private final Set<String> names = new HashSet<>();
  private long position = StateFile.HEADER;
  private int sections;

  /**
   * Starts a file that must not be there yet; only its owner may read it, for it holds what the
   * guest held in memory.
   */
  public StateWriter(Path file) throws IOException {
    channel =
        FileChannel.open(
            file,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  @Override
  public void section(String name, int version, Saveable part) throws IOException {
    SectionWriter writer = new SectionWriter(name, version);
    part.transfer(writer);
    synchronized (this) {
      if (!names.add(name) || name.equals(StateFile.MEMORY) || name.equals(StateFile.END)) {
        throw new IllegalStateException("a second section " + name);
      }
    }
    byte[] content = writer.content();
    add(name, version, content, content.length);
  }

  synchronized void add(String name, int version, byte[] content, int length) throws IOException {
    byte[] label = name.getBytes(StandardCharsets.US_ASCII);
    if (label.length == 0 || label.length > StateFile.LONGEST_NAME) {
      throw new IllegalArgumentException("a section's name has 1 to 64 characters: " + name);
    }
    CRC32C sum = StateFile.sum(label, version, length);
    sum.update(content, 0, length);
    ByteBuffer header =
        ByteBuffer.allocate(StateFile.SECTION_HEADER + label.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) label.length)
            .putShort((short) version)
            .putInt(length)
            .putInt((int) sum.getValue())
            .put(label)
            .flip();
    write(header);
    write(ByteBuffer.wrap(content, 0, length));
    sections++;
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  /**
   * Makes sure that there is room on the disk for so many bytes more, and forces to disk what there
   * is: what follows is likely to succeed.
   */
  public synchronized void reserve(int bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(bytes);
    while (zeros.hasRemaining()) {
      channel.write(zeros, position + zeros.position());
    }
    channel.force(true);
  }

  /** Bytes written so far. */
  public synchronized long size() {
    return position;
  }

  /** Ends the file and forces it to disk; without this it is no state. */
  public synchronized void finish() throws IOException {
    byte[] count = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(sections).array();
    add(StateFile.END, 1, count, count.length);
    channel.truncate(position);
    ByteBuffer header =
        ByteBuffer.allocate(StateFile.HEADER)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(StateFile.MAGIC)
            .putInt(StateFile.VERSION)
            .putInt(0)
            .flip();
    while (header.hasRemaining()) {
      channel.write(header, header.position());
    }
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
