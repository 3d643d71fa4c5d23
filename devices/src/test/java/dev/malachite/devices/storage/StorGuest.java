// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage;

import dev.malachite.devices.guest.FakeGuest;
import dev.malachite.devices.guest.GuestChannel;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.vmbus.LittleEndian;
import java.util.UUID;

/** A guest's storage driver: the steps Linux's storvsc takes. */
final class StorGuest {
  static final UUID SCSI = UUID.fromString("ba6163d9-04a1-4d29-b605-72e2ffb1dc7f");
  private static final int PAGE = GuestMemory.PAGE_SIZE;

  /** An answer to a command. */
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(int srbStatus, int scsiStatus, int transferred, byte[] sense, byte[] data) {
    boolean good() {
      return srbStatus == 1 && scsiStatus == 0;
    }

    /** Key, code and qualifier as 0xKCCQQ. */
    int senseCode() {
      return (sense[2] & 0xF) << 16 | (sense[12] & 0xFF) << 8 | sense[13] & 0xFF;
    }
  }

  final FakeGuest guest;
  final GuestChannel channel;
  private long nextTransaction = 1;

  StorGuest(FakeGuest guest, GuestChannel channel) {
    this.guest = guest;
    this.channel = channel;
  }

  /** Sends a packet of the initialization; returns the status. */
  GuestChannel.Received operation(int operation, int body) {
    byte[] packet = new byte[64];
    LittleEndian.putInt(packet, 0, operation);
    LittleEndian.putInt(packet, 4, 1);
    LittleEndian.putInt(packet, 12, body);
    channel.send(-3, true, packet);
    GuestChannel.Received answer = channel.receive();
    if (answer.type() != 0xB || answer.transactionId() != -3 || answer.getInt(0) != 1) {
      throw new AssertionError("not an answer");
    }
    return answer;
  }

  /** Initializes with the newest version. */
  StorGuest initialize() {
    if (operation(7, 0).getInt(8) != 0
        || operation(9, 0x0602).getInt(8) != 0
        || operation(10, 0).getInt(8) != 0
        || operation(8, 0).getInt(8) != 0) {
      throw new AssertionError("initialization failed");
    }
    return this;
  }

  static byte[] packet(int lun, int[] cdb, int dataIn, int length) {
    byte[] packet = new byte[64];
    LittleEndian.putInt(packet, 0, 3);
    LittleEndian.putInt(packet, 4, 1);
    LittleEndian.putShort(packet, 12, 0x34);
    packet[19] = (byte) lun;
    packet[20] = (byte) cdb.length;
    packet[21] = 20;
    packet[22] = (byte) dataIn;
    LittleEndian.putInt(packet, 24, length);
    for (int i = 0; i < cdb.length; i++) {
      packet[28 + i] = (byte) cdb[i];
    }
    return packet;
  }

  /** A command without data. */
  Answer command(int lun, int... cdb) {
    channel.send(nextTransaction, true, packet(lun, cdb, 2, 0));
    return answer(nextTransaction++, new byte[0]);
  }

  /** A command that reads, at an odd offset of its first page. */
  Answer read(int lun, int length, int... cdb) {
    int offset = 512;
    long[] pages = guest.allocatePages((offset + length + PAGE - 1) / PAGE);
    channel.sendGpaDirect(nextTransaction, packet(lun, cdb, 1, length), length, offset, pages);
    byte[] data = new byte[length];
    Answer answer = answer(nextTransaction++, data);
    transfer(pages, offset, data, false);
    return answer;
  }

  /** A command that writes. */
  Answer write(int lun, byte[] data, int... cdb) {
    int offset = 1024;
    long[] pages = guest.allocatePages((offset + data.length + PAGE - 1) / PAGE);
    transfer(pages, offset, data, true);
    channel.sendGpaDirect(
        nextTransaction, packet(lun, cdb, 0, data.length), data.length, offset, pages);
    return answer(nextTransaction++, data);
  }

  void transfer(long[] pages, int offset, byte[] data, boolean toGuest) {
    for (int done = 0; done < data.length; ) {
      int at = offset + done;
      int part = Math.min(PAGE - at % PAGE, data.length - done);
      long gpa = pages[at / PAGE] + at % PAGE;
      if (toGuest) {
        guest.memory().write(gpa, data, done, part);
      } else {
        guest.memory().read(gpa, data, done, part);
      }
      done += part;
    }
  }

  private Answer answer(long transactionId, byte[] data) {
    GuestChannel.Received packet = channel.receive();
    if (packet.type() != 0xB
        || packet.transactionId() != transactionId
        || packet.payload().length != 64
        || packet.getInt(0) != 1) {
      throw new AssertionError("not an answer: " + packet);
    }
    return parse(packet, data);
  }

  static Answer parse(GuestChannel.Received packet, byte[] data) {
    byte[] p = packet.payload();
    byte[] sense = new byte[20];
    System.arraycopy(p, 28, sense, 0, 20);
    return new Answer(p[14] & 0xFF, p[15] & 0xFF, LittleEndian.getInt(p, 24), sense, data);
  }

  /** A READ (10). */
  static int[] read10(long lba, int blocks) {
    return cdb10(0x28, lba, blocks);
  }

  /** A WRITE (10). */
  static int[] write10(long lba, int blocks) {
    return cdb10(0x2A, lba, blocks);
  }

  static int[] cdb10(int opcode, long lba, int blocks) {
    return new int[] {
      opcode,
      0,
      (int) (lba >> 24),
      (int) (lba >> 16),
      (int) (lba >> 8),
      (int) lba,
      0,
      blocks >> 8,
      blocks,
      0
    };
  }
}
