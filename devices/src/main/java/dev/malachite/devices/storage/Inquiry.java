// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Answers INQUIRY: who a logical unit is (SPC-4, 6.6 and 7.8). */
final class Inquiry {
  /** Peripheral device type of a logical unit that isn't there. */
  static final int NOT_PRESENT = 0x7F;

  static final int DISK = 0x00;
  static final int DVD = 0x05;

  private static final int STANDARD_SIZE = 96;

  /** Guests turn on what they know of Hyper-V's disks by this vendor. */
  private static final String VENDOR = "Msft";

  private static final int PAGE_LIST = 0x00;
  private static final int PAGE_SERIAL = 0x80;
  private static final int PAGE_IDENTITY = 0x83;
  static final int PAGE_BLOCK_LIMITS = 0xB0;
  static final int PAGE_CHARACTERISTICS = 0xB1;
  static final int PAGE_PROVISIONING = 0xB2;

  private final int type;
  private final String product;
  private final String serial;
  private final long locallyAssigned;
  private final int[] extraPages;

  /**
   * A logical unit's identity.
   *
   * @param extraPages vital product data pages the unit answers itself, ascending
   */
  Inquiry(int type, String product, UUID identity, int... extraPages) {
    this.type = type;
    this.product = product;
    serial = identity.toString().replace("-", "");
    locallyAssigned =
        3L << 60
            | (identity.getMostSignificantBits() ^ identity.getLeastSignificantBits())
                & 0x0FFF_FFFF_FFFF_FFFFL;
    this.extraPages = extraPages.clone();
  }

  /** Carries out what isn't one of the unit's own pages; false if it is one of them. */
  boolean answer(ScsiCommand command) {
    int allocation = BigEndian.getShort(command.cdb(), 3);
    int page = command.cdbByte(2);
    if ((command.cdbByte(1) & 1) == 0) {
      if (page != 0) {
        command.fail(Sense.INVALID_FIELD);
      } else {
        writeStandard(command.newReply(), type, product);
        command.reply(STANDARD_SIZE, allocation);
      }
      return true;
    }
    switch (page) {
      case PAGE_LIST -> command.reply(list(command.newReply()), allocation);
      case PAGE_SERIAL -> {
        byte[] reply = command.newReply();
        put(reply, 4, serial);
        command.reply(finishPage(reply, type, PAGE_SERIAL, 4 + serial.length()), allocation);
      }
      case PAGE_IDENTITY -> command.reply(identity(command.newReply()), allocation);
      default -> {
        for (int extra : extraPages) {
          if (extra == page) {
            return false;
          }
        }
        command.fail(Sense.INVALID_FIELD);
      }
    }
    return true;
  }

  private int list(byte[] reply) {
    reply[4] = PAGE_LIST;
    reply[5] = (byte) PAGE_SERIAL;
    reply[6] = (byte) PAGE_IDENTITY;
    int length = 7;
    for (int extra : extraPages) {
      reply[length++] = (byte) extra;
    }
    return finishPage(reply, type, PAGE_LIST, length);
  }

  /** Two designators: NAA, locally assigned, and the vendor's with the whole identity. */
  private int identity(byte[] reply) {
    int at = 4;
    reply[at] = 0x01; // binary
    reply[at + 1] = 0x03; // of the logical unit, NAA
    reply[at + 3] = 8;
    BigEndian.putLong(reply, at + 4, locallyAssigned);
    at += 12;
    reply[at] = 0x02; // ASCII
    reply[at + 1] = 0x01; // of the logical unit, T10 vendor
    reply[at + 3] = (byte) (8 + serial.length());
    BigEndian.putText(reply, at + 4, 8, VENDOR);
    put(reply, at + 12, serial);
    at += 12 + serial.length();
    return finishPage(reply, type, PAGE_IDENTITY, at);
  }

  private static void put(byte[] reply, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, reply, offset, bytes.length);
  }

  /** Writes a page's header; returns its whole length. */
  static int finishPage(byte[] reply, int type, int page, int length) {
    reply[0] = (byte) type;
    reply[1] = (byte) page;
    BigEndian.putShort(reply, 2, length - 4);
    return length;
  }

  /** Writes standard inquiry data. */
  static void writeStandard(byte[] reply, int type, String product) {
    reply[0] = (byte) type;
    reply[1] = (byte) (type == DVD ? 0x80 : 0); // removable
    reply[2] = 0x06; // SPC-4
    reply[3] = 0x02; // response data format
    reply[4] = STANDARD_SIZE - 5;
    reply[7] = 0x02; // command queueing
    BigEndian.putText(reply, 8, 8, VENDOR);
    BigEndian.putText(reply, 16, 16, product);
    BigEndian.putText(reply, 32, 4, "1.0");
    BigEndian.putShort(reply, 58, 0x0060); // SAM-3
    BigEndian.putShort(reply, 60, 0x0460); // SPC-4
    BigEndian.putShort(reply, 62, type == DVD ? 0x0460 : 0x04C0); // SBC-3
  }

  /** Carries out INQUIRY for a logical unit that isn't there. */
  static void answerNotPresent(ScsiCommand command) {
    if ((command.cdbByte(1) & 1) != 0 || command.cdbByte(2) != 0) {
      command.fail(Sense.INVALID_FIELD);
      return;
    }
    byte[] reply = command.newReply();
    reply[0] = NOT_PRESENT;
    reply[2] = 0x06;
    reply[3] = 0x02;
    reply[4] = STANDARD_SIZE - 5;
    command.reply(STANDARD_SIZE, BigEndian.getShort(command.cdb(), 3));
  }
}
