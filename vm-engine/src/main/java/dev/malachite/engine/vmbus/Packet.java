// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.memory.GuestMemory;
import java.util.Objects;

/**
 * One packet, copied out of the ring so that the guest can't change it any more; used again for the
 * next one.
 *
 * <p>A packet is a 16-byte descriptor, for some types a description of memory outside the ring, and
 * a payload, in units of 8 bytes. The description has been checked against the packet's length.
 */
public final class Packet {
  static final int DESCRIPTOR_SIZE = 16;

  /** Transfer-page header after the descriptor: set (2), owner (1), reserved (1), count (4). */
  private static final int RANGE_HEADER_SIZE = 8;

  private byte[] bytes = new byte[512];
  private int type;
  private int flags;
  private long transactionId;
  private int payloadOffset;
  private int length;
  private int rangeCount;

  Packet() {}

  /** Room for a packet of {@code size} bytes, descriptor included. */
  byte[] prepare(int size) {
    if (bytes.length < size) {
      bytes = new byte[Math.max(size, bytes.length * 2)];
    }
    return bytes;
  }

  /** Takes over what {@link #prepare} has been filled with, descriptor included. */
  void parse(int packetLength, int dataOffset) throws ChannelFault {
    length = packetLength;
    payloadOffset = dataOffset;
    type = LittleEndian.getShort(bytes, 0);
    flags = LittleEndian.getShort(bytes, 6);
    transactionId = LittleEndian.getLong(bytes, 8);
    rangeCount = 0;
    switch (type) {
      case PacketType.IN_BAND, PacketType.COMPLETION -> {}
      case PacketType.GPA_DIRECT -> checkGpaDirect();
      case PacketType.TRANSFER_PAGES -> checkTransferPages();
      default -> throw new ChannelFault("packet of unknown type 0x%x".formatted(type));
    }
  }

  private void checkRangeHeader() throws ChannelFault {
    if (payloadOffset < DESCRIPTOR_SIZE + RANGE_HEADER_SIZE) {
      throw new ChannelFault(
          "packet of type 0x%x has no room for its ranges: payload at byte %d"
              .formatted(type, payloadOffset));
    }
  }

  private void checkGpaDirect() throws ChannelFault {
    checkRangeHeader();
    int count = LittleEndian.getInt(bytes, DESCRIPTOR_SIZE + 4);
    int position = DESCRIPTOR_SIZE + RANGE_HEADER_SIZE;
    if (count < 0 || count > (payloadOffset - position) / 8) {
      throw new ChannelFault("packet announces %d ranges of memory".formatted(count));
    }
    for (int i = 0; i < count; i++) {
      long pages =
          payloadOffset - position < 8
              ? Long.MAX_VALUE
              : pages(LittleEndian.getInt(bytes, position), inPage(position));
      if (pages > (payloadOffset - position - 8) / 8) {
        throw new ChannelFault(
            "range %d of %d of a packet reaches beyond its pages".formatted(i, count));
      }
      position += 8 + (int) pages * 8;
    }
    rangeCount = count;
  }

  private void checkTransferPages() throws ChannelFault {
    checkRangeHeader();
    int count = LittleEndian.getInt(bytes, DESCRIPTOR_SIZE + 4);
    if (count < 0 || count > (payloadOffset - DESCRIPTOR_SIZE - RANGE_HEADER_SIZE) / 8) {
      throw new ChannelFault("packet announces %d transfer pages".formatted(count));
    }
    rangeCount = count;
  }

  private int inPage(int position) {
    return LittleEndian.getInt(bytes, position + 4) & GuestMemory.PAGE_SIZE - 1;
  }

  private static long pages(int byteCount, int inPage) {
    return ((byteCount & 0xFFFFFFFFL) + inPage + GuestMemory.PAGE_SIZE - 1) / GuestMemory.PAGE_SIZE;
  }

  /** See {@link PacketType}. */
  public int type() {
    return type;
  }

  /** True if the guest waits for a completion. */
  public boolean completionRequested() {
    return (flags & PacketType.COMPLETION_REQUESTED) != 0;
  }

  /** The guest's number for it, to be given back with the completion. */
  public long transactionId() {
    return transactionId;
  }

  /** Bytes of payload, a multiple of 8 (the guest pads). */
  public int payloadLength() {
    return length - payloadOffset;
  }

  /** How many ranges of memory outside the ring the packet has. */
  public int rangeCount() {
    return rangeCount;
  }

  /** Reads a payload byte, zero-extended. */
  public int getByte(int offset) {
    return bytes[index(offset, 1)] & 0xFF;
  }

  /** Reads two payload bytes, zero-extended. */
  public int getShort(int offset) {
    return LittleEndian.getShort(bytes, index(offset, 2));
  }

  /** Reads four payload bytes. */
  public int getInt(int offset) {
    return LittleEndian.getInt(bytes, index(offset, 4));
  }

  /** Reads eight payload bytes. */
  public long getLong(int offset) {
    return LittleEndian.getLong(bytes, index(offset, 8));
  }

  /**
   * Copies payload out.
   *
   * @throws IndexOutOfBoundsException if the payload or the array is shorter
   */
  public void copy(int offset, byte[] target, int targetOffset, int count) {
    System.arraycopy(bytes, index(offset, count), target, targetOffset, count);
  }

  private int index(int offset, int size) {
    return payloadOffset + Objects.checkFromIndexSize(offset, size, length - payloadOffset);
  }

  /**
   * Fills a scatter list with the guest memory a GPA-direct packet names; empty for other types.
   *
   * @return false if some of it isn't memory; the list is empty then
   */
  public boolean ranges(GuestRanges target) {
    target.clear();
    if (type != PacketType.GPA_DIRECT) {
      return true;
    }
    int position = DESCRIPTOR_SIZE + RANGE_HEADER_SIZE;
    for (int i = 0; i < rangeCount; i++) {
      int byteCount = LittleEndian.getInt(bytes, position);
      int inPage = inPage(position);
      position += 8;
      long left = byteCount & 0xFFFFFFFFL;
      for (long page = pages(byteCount, inPage); page > 0; page--) {
        long frame = LittleEndian.getLong(bytes, position);
        position += 8;
        int part = (int) Math.min(GuestMemory.PAGE_SIZE - inPage, left);
        if (frame < 0
            || frame >= 1L << 51
            || !target.addWithinPage(frame * GuestMemory.PAGE_SIZE + inPage, part)) {
          target.clear();
          return false;
        }
        left -= part;
        inPage = 0;
      }
    }
    return true;
  }

  /** The page set a transfer-page packet names. */
  public int transferPageSet() {
    return type == PacketType.TRANSFER_PAGES ? LittleEndian.getShort(bytes, DESCRIPTOR_SIZE) : 0;
  }

  /** Bytes in transfer-page range {@code index}. */
  public long transferLength(int index) {
    return LittleEndian.getInt(bytes, transferRange(index)) & 0xFFFFFFFFL;
  }

  /** Where in the page set transfer-page range {@code index} starts. */
  public long transferOffset(int index) {
    return LittleEndian.getInt(bytes, transferRange(index) + 4) & 0xFFFFFFFFL;
  }

  private int transferRange(int index) {
    int count = type == PacketType.TRANSFER_PAGES ? rangeCount : 0;
    return DESCRIPTOR_SIZE + RANGE_HEADER_SIZE + 8 * Objects.checkIndex(index, count);
  }
}
