// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage;

import java.util.Arrays;
import java.util.List;

/** Answers MODE SENSE from a fixed set of pages (SPC-4, 7.5), none of them changeable. */
final class ModePages {
  private static final int ALL_PAGES = 0x3F;
  private static final int ALL_SUBPAGES = 0xFF;
  private static final int CHANGEABLE = 1;
  private static final int SAVED = 3;

  private final int mediumType;
  private final List<byte[]> pages;

  /**
   * A set of pages.
   *
   * @param pages each with its code, length and contents, in ascending order
   */
  ModePages(int mediumType, List<byte[]> pages) {
    this.mediumType = mediumType;
    this.pages = pages;
  }

  /** Carries out MODE SENSE (6) or (10). */
  void sense(ScsiCommand command, int deviceSpecific) {
    boolean small = command.opcode() == ScsiOpcode.MODE_SENSE_6;
    int control = command.cdbByte(2) >> 6;
    int wanted = command.cdbByte(2) & 0x3F;
    int subpage = command.cdbByte(3);
    if (control == SAVED) {
      command.fail(Sense.SAVING_NOT_SUPPORTED);
      return;
    }
    if (subpage != 0 && subpage != ALL_SUBPAGES) {
      command.fail(Sense.INVALID_FIELD);
      return;
    }
    int header = small ? 4 : 8;
    byte[] reply = command.newReply();
    int length = header;
    for (byte[] page : pages) {
      if (wanted == ALL_PAGES || (page[0] & 0x3F) == wanted) {
        if (control == CHANGEABLE) {
          Arrays.fill(reply, length, length + page.length, (byte) 0);
          reply[length] = page[0];
          reply[length + 1] = page[1];
        } else {
          System.arraycopy(page, 0, reply, length, page.length);
        }
        length += page.length;
      }
    }
    if (length == header && wanted != ALL_PAGES) {
      command.fail(Sense.INVALID_FIELD);
      return;
    }
    if (small) {
      reply[0] = (byte) (length - 1);
      reply[1] = (byte) mediumType;
      reply[2] = (byte) deviceSpecific;
      command.reply(length, command.cdbByte(4));
    } else {
      BigEndian.putShort(reply, 0, length - 2);
      reply[2] = (byte) mediumType;
      reply[3] = (byte) deviceSpecific;
      command.reply(length, BigEndian.getShort(command.cdb(), 7));
    }
  }
}
