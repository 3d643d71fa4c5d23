// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage.ide;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What disks and DVD drives on an IDE channel have in common: registers, the buffer behind the data
 * port, and waiting for the bus master. All methods are called with the channel's lock held.
 */
abstract class IdeDrive {
  /** Bytes of an identification. */
  static final int IDENTIFICATION = 512;

  private static final ValueLayout.OfShort WORD = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt DOUBLE_WORD = ValueLayout.JAVA_INT_UNALIGNED;

  private static final int ROOM_BEHIND = 4;

  final TaskFile registers = new TaskFile();
  final MemorySegment buffer;

  private final IdeChannel channel;
  private boolean toGuest;
  private int position;
  private int end;
  private boolean waitsForDma;

  /** Counts resets, so that what was begun before is forgotten. */
  private int era;

  IdeDrive(IdeChannel channel, int bufferSize) {
    this.channel = channel;
    // Room behind the end: an access of four bytes may start two bytes before it.
    buffer = Arena.ofAuto().allocate(bufferSize + (long) ROOM_BEHIND, 16);
  }

  IdeChannel channel() {
    return channel;
  }

  int era() {
    return era;
  }

  /** Drops what is under way and shows the signature. */
  void reset() {
    era++;
    waitsForDma = false;
    position = 0;
    end = 0;
    showSignature();
  }

  /** Sets the state after power-on, settings that outlive a reset by software, too. */
  void powerOn() {
    registers.clear();
    toGuest = false;
    reset();
  }

  /** Sets the registers to what they show after a reset. */
  abstract void showSignature();

  /** True while a disk works for this drive, though a reset may have made its result void. */
  abstract boolean isUnderWay();

  /** Gives up what the drive holds; nothing is under way any more. */
  void close() {
    // Most hold nothing.
  }

  /** Carries out a command. */
  abstract void execute(int command);

  /** The guest has read or written all bytes it was offered at the data port. */
  abstract void blockDone();

  /** The bus master is ready for the transfer that was announced. */
  abstract void startDma(BusMaster master);

  // ---- status --------------------------------------------------------------------------------

  void busy() {
    registers.status(TaskFile.BUSY | TaskFile.READY | TaskFile.SEEK_COMPLETE);
  }

  /** Ends a command well. */
  void finish() {
    registers.error(0);
    registers.status(TaskFile.READY | TaskFile.SEEK_COMPLETE);
    channel.interrupt(this);
  }

  /** Ends a command with error bits. */
  void fail(int error) {
    waitsForDma = false;
    position = 0;
    end = 0;
    registers.error(error);
    registers.status(TaskFile.READY | TaskFile.SEEK_COMPLETE | TaskFile.ERR);
    channel.interrupt(this);
  }

  // ---- the data port -------------------------------------------------------------------------

  /** Offers bytes of the buffer to the guest, or asks it for them. */
  void offer(int from, int length, boolean forGuest, boolean interrupt) {
    position = from;
    end = from + length;
    toGuest = forGuest;
    registers.status(TaskFile.READY | TaskFile.SEEK_COMPLETE | TaskFile.DRQ);
    if (interrupt) {
      channel.interrupt(this);
    }
  }

  int position() {
    return position;
  }

  private boolean transfers(boolean forGuest) {
    return (registers.status() & (TaskFile.BUSY | TaskFile.DRQ)) == TaskFile.DRQ
        && toGuest == forGuest
        && position < end;
  }

  int readData(int size) {
    if (!transfers(true)) {
      return 0;
    }
    int value = size == 4 ? buffer.get(DOUBLE_WORD, position) : buffer.get(WORD, position) & 0xFFFF;
    advance(size);
    return value;
  }

  void writeData(int size, int value) {
    if (!transfers(false)) {
      return;
    }
    if (size == 4) {
      buffer.set(DOUBLE_WORD, position, value);
    } else {
      buffer.set(WORD, position, (short) value);
    }
    advance(size);
  }

  private void advance(int size) {
    position += Math.max(size, 2);
    if (position >= end) {
      position = end;
      blockDone();
    }
  }

  // ---- bus master ----------------------------------------------------------------------------

  /** Announces a transfer by the bus master. */
  void requestDma() {
    waitsForDma = true;
    registers.status(TaskFile.READY | TaskFile.SEEK_COMPLETE | TaskFile.DRQ | TaskFile.BUSY);
    channel.tryDma();
  }

  boolean waitsForDma() {
    return waitsForDma;
  }

  void dmaStarted() {
    waitsForDma = false;
  }

  // ---- identification ------------------------------------------------------------------------

  void clearIdentification() {
    buffer.asSlice(0, IDENTIFICATION).fill((byte) 0);
  }

  void word(int number, int value) {
    buffer.set(WORD, 2L * number, (short) value);
  }

  /** Text in the order the specification has it: two characters a word, the first one high. */
  void text(int firstWord, int words, String text) {
    for (int i = 0; i < 2 * words; i++) {
      char c = i < text.length() ? text.charAt(i) : ' ';
      buffer.set(ValueLayout.JAVA_BYTE, 2L * firstWord + (i ^ 1), (byte) c);
    }
  }

  /** The checksum in the last word. */
  void sealIdentification() {
    buffer.set(ValueLayout.JAVA_BYTE, IDENTIFICATION - 2, (byte) 0xA5);
    int sum = 0;
    for (int i = 0; i < IDENTIFICATION - 1; i++) {
      sum += buffer.get(ValueLayout.JAVA_BYTE, i);
    }
    buffer.set(ValueLayout.JAVA_BYTE, IDENTIFICATION - 1, (byte) -sum);
  }

  /** While no disk works for it. */
  void transfer(StateTransfer s) throws StateException {
    int size = (int) buffer.byteSize() - ROOM_BEHIND;
    registers.transfer(s);
    toGuest = s.flag(toGuest);
    position = s.number(position, 0, size);
    end = s.number(end, 0, size);
    waitsForDma = s.flag(waitsForDma);
    // What lies in it counts only while the guest fetches or brings it.
    boolean used = s.flag(end > 0);
    if (used) {
      byte[] bytes = s.block(buffer.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE), size);
      MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }
  }
}
