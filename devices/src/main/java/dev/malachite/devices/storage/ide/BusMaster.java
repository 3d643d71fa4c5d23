// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage.ide;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.memory.GuestMemoryException;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.vmbus.GuestRanges;
import org.jspecify.annotations.Nullable;

/**
 * The bus master of one IDE channel (Programming Interface for Bus Master IDE Controller 1.0; PIIX4
 * data sheet 290562, section 5.2). Called with the channel's lock held.
 */
final class BusMaster {
  // Registers.
  private static final int COMMAND = 0;
  private static final int STATUS = 2;
  private static final int TABLE = 4;

  private static final int START = 1;
  private static final int TO_MEMORY = 8;

  private static final int ACTIVE = 1;
  private static final int ERROR = 2;
  private static final int INTERRUPT = 4;
  private static final int CAPABLE = 0x60;

  /** Entries in a table of 64 KiB. */
  private static final int MAXIMUM_ENTRIES = 8192;

  private static final int PAGE = GuestMemory.PAGE_SIZE;

  private final GuestMemory memory;
  private final GuestRanges ranges;
  private int command;
  private int status;
  private int table;
  private long described;

  BusMaster(GuestMemory memory) {
    this.memory = memory;
    ranges = new GuestRanges(memory);
  }

  void reset() {
    command = 0;
    status = 0;
    table = 0;
    described = 0;
  }

  /** True if the guest has started it and nothing has been transferred yet. */
  boolean isStarted() {
    return (command & START) != 0 && (status & ACTIVE) != 0;
  }

  boolean toMemory() {
    return (command & TO_MEMORY) != 0;
  }

  /**
   * Reads the table of memory regions for a transfer.
   *
   * @param length bytes the drive transfers
   * @return the memory, or null if the table describes less, or what isn't memory
   */
  @Nullable GuestRanges prepare(long length) {
    ranges.clear();
    described = 0;
    try {
      long entry = table & 0xFFFF_FFFCL;
      for (int i = 0; i < MAXIMUM_ENTRIES; i++, entry += 8) {
        long address = memory.readInt(entry) & 0xFFFF_FFFEL;
        int second = memory.readInt(entry + 4);
        int bytes = (second & 0xFFFE) == 0 ? 0x1_0000 : second & 0xFFFE;
        described += bytes;
        if (!add(address, (int) Math.min(bytes, length - ranges.length()))) {
          return null;
        }
        if (second < 0) {
          break;
        }
        if (described >= length && ranges.length() >= length) {
          // What follows is more than the drive has.
          described++;
          break;
        }
      }
    } catch (GuestMemoryException e) {
      return null;
    }
    return ranges.length() == length ? ranges : null;
  }

  private boolean add(long address, int length) {
    long gpa = address;
    int left = length;
    while (left > 0) {
      int part = (int) Math.min(left, PAGE - gpa % PAGE);
      if (!ranges.addWithinPage(gpa, part)) {
        return false;
      }
      gpa += part;
      left -= part;
    }
    return true;
  }

  /** The transfer has ended; the interrupt bit follows with the drive's interrupt. */
  void done(long length) {
    if (described <= length) {
      status &= ~ACTIVE;
    }
  }

  void failed() {
    status = status & ~ACTIVE | ERROR;
  }

  void interrupted() {
    status |= INTERRUPT;
  }

  int read(int register) {
    return switch (register) {
      case COMMAND -> command;
      case STATUS -> status | CAPABLE;
      case TABLE, TABLE + 1, TABLE + 2, TABLE + 3 -> table >> 8 * (register - TABLE) & 0xFF;
      default -> 0;
    };
  }

  void write(int register, int value) {
    switch (register) {
      case COMMAND -> {
        if ((command & START) == 0 && (value & START) != 0) {
          status |= ACTIVE;
        } else if ((value & START) == 0) {
          status &= ~ACTIVE;
        }
        command = value & (START | TO_MEMORY);
      }
      case STATUS -> status &= ~(value & (ERROR | INTERRUPT));
      case TABLE, TABLE + 1, TABLE + 2, TABLE + 3 -> {
        int shift = 8 * (register - TABLE);
        table = table & ~(0xFF << shift) | (value & 0xFF) << shift;
        table &= ~3;
      }
      default -> {
        // Reserved.
      }
    }
  }

  void transfer(StateTransfer s) throws StateException {
    command = s.number(command, 0, START | TO_MEMORY);
    status = s.number(status, 0, 0xFF);
    table = s.int32(table) & ~3;
    described = s.int64(described);
  }
}
