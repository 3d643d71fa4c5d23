// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.variable;

import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A machine's NVRAM: a file that is replaced as a whole, so that a power cut leaves the old
 * contents or the new.
 *
 * <p>Big-endian: "MALNVRAM", version 1, number of variables; for each, its vendor's 16 bytes, name
 * as length and UTF-16LE, attributes, time as length and bytes, data as length and bytes; at the
 * end the CRC-32 of all before.
 */
public final class NvramFile {
  private static final byte[] MAGIC = "MALNVRAM".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int MAX_FILE = 4 << 20;
  private static final int MAX_VARIABLES = 1 << 14;

  private final Path path;

  /** The file, there or not yet. */
  public NvramFile(Path path) {
    this.path = path;
  }

  /**
   * Reads all variables; none if the file isn't there.
   *
   * @throws IOException if it can't be read or is damaged
   */
  public List<Variable> read() throws IOException {
    if (!Files.exists(path)) {
      return List.of();
    }
    if (Files.size(path) > MAX_FILE) {
      throw damaged("it is too long");
    }
    byte[] all = Files.readAllBytes(path);
    int body = all.length - 4;
    CRC32 crc = new CRC32();
    if (body < MAGIC.length + 8) {
      throw damaged("it is too short");
    }
    crc.update(all, 0, body);
    if ((int) crc.getValue() != ByteBuffer.wrap(all).getInt(body)) {
      throw damaged("its check sum is wrong");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(all, 0, body));
    if (!java.util.Arrays.equals(in.readNBytes(MAGIC.length), MAGIC) || in.readInt() != VERSION) {
      throw damaged("it is not of a kind that this version knows");
    }
    int count = in.readInt();
    if (count < 0 || count > MAX_VARIABLES) {
      throw damaged("it holds too many variables");
    }
    List<Variable> variables = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      var vendor = GuestSpace.guid(in.readNBytes(16), 0);
      String name = new String(bytes(in), StandardCharsets.UTF_16LE);
      int attributes = in.readInt();
      byte[] time = bytes(in);
      variables.add(new Variable(name, vendor, attributes, bytes(in), time));
    }
    return variables;
  }

  private byte[] bytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw damaged("a length makes no sense");
    }
    return in.readNBytes(length);
  }

  private IOException damaged(String why) {
    return new IOException(
        path
            + ": the machine's firmware variables can't be read: "
            + why
            + "; delete the file to start with none");
  }

  /** Writes all variables. */
  public void write(List<Variable> variables) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(MAGIC);
    out.writeInt(VERSION);
    out.writeInt(variables.size());
    for (Variable v : variables) {
      out.write(GuestSpace.guid(v.vendor()));
      put(out, v.name().getBytes(StandardCharsets.UTF_16LE));
      out.writeInt(v.attributes());
      put(out, v.time());
      put(out, v.data());
    }
    CRC32 crc = new CRC32();
    crc.update(bytes.toByteArray());
    out.writeInt((int) crc.getValue());
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void put(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
