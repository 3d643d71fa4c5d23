// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.path;

import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.call.Status;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * A device path (UEFI 2.10, chapter 10): nodes without the end node. Immutable.
 *
 * <p>Only single-instance paths: an end of instance ends the path.
 */
public final class DevicePath {
  /** Type of messaging nodes. */
  public static final int MESSAGING = 3;

  /** Type of media nodes. */
  public static final int MEDIA = 4;

  /** Media: a partition of a hard disk. */
  public static final int HARD_DRIVE = 1;

  /** Media: a boot image of an optical disc. */
  public static final int CDROM = 2;

  /** Media: a vendor's own. */
  public static final int MEDIA_VENDOR = 3;

  /** Media: a file's name. */
  public static final int FILE_PATH = 4;

  /** Hardware type. */
  public static final int HARDWARE = 1;

  /** ACPI type. */
  public static final int ACPI = 2;

  /** Longest path, in bytes. */
  public static final int MAX_BYTES = 1 << 16;

  private static final int END = 0x7F;
  private static final int HEADER = 4;

  /** A path of no nodes. */
  public static final DevicePath EMPTY = new DevicePath(new byte[0]);

  private final byte[] nodes;

  private DevicePath(byte[] nodes) {
    this.nodes = nodes;
  }

  /**
   * One node.
   *
   * @param type its type
   * @param subType its sub-type
   * @param data what follows the header
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Node(int type, int subType, byte[] data) {
    /** Four bytes of the data. */
    public int u32(int offset) {
      return buffer().getInt(offset);
    }

    /** Eight bytes of the data. */
    public long u64(int offset) {
      return buffer().getLong(offset);
    }

    ByteBuffer buffer() {
      return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** True for a node of a type with enough data. */
    public boolean is(int wantedType, int wantedSubType, int bytes) {
      return type == wantedType && subType == wantedSubType && data.length >= bytes;
    }
  }

  /** Reads a path from guest memory. */
  public static DevicePath read(GuestSpace space, long address) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long at = address;
    while (out.size() < MAX_BYTES) {
      byte[] header = space.bytes(at, HEADER, HEADER);
      int length = header[2] & 0xFF | (header[3] & 0xFF) << 8;
      if ((header[0] & END) == END) {
        return new DevicePath(out.toByteArray());
      }
      EfiException.require(length >= HEADER && length <= MAX_BYTES);
      // The header is read once: the guest may be changing it.
      out.writeBytes(header);
      out.writeBytes(space.bytes(at + HEADER, length - HEADER, MAX_BYTES));
      at += length;
    }
    throw new EfiException(Status.INVALID_PARAMETER);
  }

  /**
   * Parses a path that ends in an end node or with the bytes.
   *
   * @throws EfiException if it is malformed
   */
  public static DevicePath parse(byte[] bytes) {
    int at = 0;
    while (at + HEADER <= bytes.length && (bytes[at] & END) != END) {
      int length = bytes[at + 2] & 0xFF | (bytes[at + 3] & 0xFF) << 8;
      EfiException.require(length >= HEADER && at + length <= bytes.length);
      at += length;
    }
    return new DevicePath(Arrays.copyOf(bytes, at));
  }

  /** Bytes of the nodes, without the end node. */
  public int length() {
    return nodes.length;
  }

  /** The path with its end node. */
  public byte[] toBytes() {
    byte[] all = Arrays.copyOf(nodes, nodes.length + HEADER);
    all[nodes.length] = END;
    all[nodes.length + 1] = (byte) 0xFF;
    all[nodes.length + 2] = HEADER;
    return all;
  }

  /** The nodes in order. */
  public List<Node> nodes() {
    List<Node> list = new ArrayList<>();
    int at = 0;
    while (at + HEADER <= nodes.length) {
      int length = Math.max(HEADER, nodes[at + 2] & 0xFF | (nodes[at + 3] & 0xFF) << 8);
      int end = Math.min(nodes.length, at + length);
      list.add(
          new Node(
              nodes[at] & 0xFF, nodes[at + 1] & 0xFF, Arrays.copyOfRange(nodes, at + HEADER, end)));
      at = end;
    }
    return list;
  }

  /** True if the path begins with all nodes of another. */
  public boolean startsWith(DevicePath other) {
    return nodes.length >= other.nodes.length
        && Arrays.equals(nodes, 0, other.nodes.length, other.nodes, 0, other.nodes.length);
  }

  /** The path without its first bytes, which must be whole nodes. */
  public DevicePath from(int offset) {
    return new DevicePath(Arrays.copyOfRange(nodes, offset, nodes.length));
  }

  /** The path with another behind it. */
  public DevicePath plus(DevicePath other) {
    byte[] all = Arrays.copyOf(nodes, nodes.length + other.nodes.length);
    System.arraycopy(other.nodes, 0, all, nodes.length, other.nodes.length);
    return new DevicePath(all);
  }

  /** The path with one more node. */
  public DevicePath plus(int type, int subType, byte[] data) {
    byte[] node = new byte[HEADER + data.length];
    node[0] = (byte) type;
    node[1] = (byte) subType;
    node[2] = (byte) node.length;
    node[3] = (byte) (node.length >> 8);
    System.arraycopy(data, 0, node, HEADER, data.length);
    return plus(new DevicePath(node));
  }

  /** The path with one more node. */
  public DevicePath plus(Node node) {
    return plus(node.type, node.subType, node.data);
  }

  /** Adds an expanded ACPI node by a hardware identifier in text (section 10.3.3). */
  public DevicePath acpi(String hid) {
    byte[] text = hid.getBytes(StandardCharsets.US_ASCII);
    byte[] data = new byte[12 + text.length + 3];
    System.arraycopy(text, 0, data, 12, text.length);
    return plus(ACPI, 2, data);
  }

  /** Adds a vendor-defined hardware node (section 10.3.2.4). */
  public DevicePath vendorHardware(UUID vendor, byte[] more) {
    byte[] data = Arrays.copyOf(GuestSpace.guid(vendor), 16 + more.length);
    System.arraycopy(more, 0, data, 16, more.length);
    return plus(HARDWARE, 4, data);
  }

  /** Adds a SCSI node (section 10.3.4.2). */
  public DevicePath scsi(int target, int lun) {
    return plus(
        MESSAGING,
        2,
        ByteBuffer.allocate(4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) target)
            .putShort((short) lun)
            .array());
  }

  /**
   * Adds a partition (section 10.3.5.1).
   *
   * @param number from 1
   * @param start first block
   * @param size in blocks
   * @param signature 16 bytes
   * @param gpt true for GPT, false for MBR
   */
  public DevicePath hardDrive(int number, long start, long size, byte[] signature, boolean gpt) {
    ByteBuffer data = ByteBuffer.allocate(38).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(number).putLong(start).putLong(size);
    data.put(Arrays.copyOf(signature, 16));
    data.put((byte) (gpt ? 2 : 1)).put((byte) (gpt ? 2 : 1));
    return plus(MEDIA, HARD_DRIVE, data.array());
  }

  /** Adds a boot image of an optical disc (section 10.3.5.2). */
  public DevicePath cdrom(int entry, long start, long size) {
    return plus(
        MEDIA,
        CDROM,
        ByteBuffer.allocate(20)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(entry)
            .putLong(start)
            .putLong(size)
            .array());
  }

  /** Adds a file (section 10.3.5.4). */
  public DevicePath file(String name) {
    return plus(MEDIA, FILE_PATH, GuestSpace.string(name));
  }

  /** Adds a serial port's parameters (section 10.3.4.12): 115200 baud, 8 bits, no parity. */
  public DevicePath uart() {
    ByteBuffer data = ByteBuffer.allocate(15).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(0).putLong(115_200);
    data.put((byte) 8).put((byte) 1).put((byte) 1);
    return plus(MESSAGING, 14, data.array());
  }

  /** The file named by the file nodes, joined by backslashes; empty if there are none. */
  public String fileName() {
    StringBuilder name = new StringBuilder();
    for (Node node : nodes()) {
      if (node.type == MEDIA && node.subType == FILE_PATH) {
        String part = new String(node.data, StandardCharsets.UTF_16LE);
        int zero = part.indexOf(0);
        if (zero >= 0) {
          part = part.substring(0, zero);
        }
        if (!name.isEmpty() && name.charAt(name.length() - 1) != '\\' && !part.startsWith("\\")) {
          name.append('\\');
        }
        name.append(part);
      }
    }
    return name.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DevicePath path && Arrays.equals(nodes, path.nodes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(nodes);
  }

  /** The path as text by the rules of section 10.6.1.6. */
  @Override
  public String toString() {
    return PathText.of(this);
  }
}
