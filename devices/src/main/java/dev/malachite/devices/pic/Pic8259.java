// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.pic;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;

/**
 * One Intel 8259A (data sheet order number 231468), with the edge/level control register of the
 * PIIX4 (data sheet 290562, section 4.2.5.11). Not thread-safe: {@link PicPair} locks.
 *
 * <p>An input must stay up until it is acknowledged, or the processor gets interrupt 7, as on the
 * real one.
 */
final class Pic8259 {
  private static final int SPURIOUS = 7;

  // Initialization command word 1.
  private static final int ICW1 = 0x10;
  private static final int ICW1_ICW4 = 1;
  private static final int ICW1_SINGLE = 2;
  private static final int ICW1_LEVEL = 8;

  // Initialization command word 4.
  private static final int ICW4_AUTO_EOI = 2;
  private static final int ICW4_FULLY_NESTED = 0x10;

  // Operation command word 3.
  private static final int OCW3 = 8;

  private final int cascadeInput;
  private final int levelWritable;

  private int lines;
  private int request;
  private int inService;
  private int mask;
  private int levelTriggered;
  private boolean allLevel;
  private int vectorBase;
  private int lowestPriority = 7;
  private boolean autoEoi;
  private boolean rotateOnAutoEoi;
  private boolean specialMask;
  private boolean fullyNested;
  private boolean readInService;
  private boolean poll;
  private int nextWord;
  private boolean wantsWord4;
  private boolean single;

  /**
   * @param cascadeInput the input where another one sits, or -1
   * @param levelWritable which inputs may be level-triggered
   */
  Pic8259(int cascadeInput, int levelWritable) {
    this.cascadeInput = cascadeInput;
    this.levelWritable = levelWritable;
  }

  /** The state after power-on; inputs keep their levels. */
  void reset() {
    levelTriggered = 0;
    vectorBase = 0;
    begin(0);
    nextWord = 0;
    mask = 0;
  }

  // What ICW1 does (data sheet, "Initialization Command Words 1 and 2").
  private void begin(int word) {
    request = 0;
    inService = 0;
    mask = 0;
    lowestPriority = 7;
    autoEoi = false;
    rotateOnAutoEoi = false;
    specialMask = false;
    fullyNested = false;
    readInService = false;
    poll = false;
    allLevel = (word & ICW1_LEVEL) != 0;
    single = (word & ICW1_SINGLE) != 0;
    wantsWord4 = (word & ICW1_ICW4) != 0;
    nextWord = 2;
    request = lines & levels();
  }

  private int levels() {
    return allLevel ? 0xFF : levelTriggered;
  }

  void set(int input, boolean level) {
    int bit = 1 << input;
    if (level) {
      if ((lines & bit) == 0 || (levels() & bit) != 0) {
        request |= bit;
      }
      lines |= bit;
    } else {
      lines &= ~bit;
      request &= ~bit;
    }
  }

  /** The input to interrupt for, or -1. */
  int pending() {
    int wanted = request & ~mask;
    if (wanted == 0) {
      return -1;
    }
    int serving = inService;
    if (specialMask) {
      serving &= ~mask;
    }
    if (fullyNested && cascadeInput >= 0) {
      serving &= ~(1 << cascadeInput);
    }
    int priority = priority(wanted);
    return priority < priority(serving) ? priority + lowestPriority + 1 & 7 : -1;
  }

  // 0 is the highest, 8 that of nothing at all.
  private int priority(int inputs) {
    for (int priority = 0; priority < 8; priority++) {
      if ((inputs & 1 << (priority + lowestPriority + 1 & 7)) != 0) {
        return priority;
      }
    }
    return 8;
  }

  /** The processor takes the interrupt: returns the input. */
  int acknowledge() {
    int input = pending();
    if (input < 0) {
      return SPURIOUS;
    }
    int bit = 1 << input;
    if ((levels() & bit) == 0) {
      request &= ~bit;
    }
    if (!autoEoi) {
      inService |= bit;
    } else if (rotateOnAutoEoi) {
      lowestPriority = input;
    }
    return input;
  }

  int vector(int input) {
    return vectorBase | input;
  }

  int readCommand() {
    if (poll) {
      poll = false;
      int input = pending();
      if (input < 0) {
        return 0;
      }
      acknowledge();
      return 0x80 | input;
    }
    return readInService ? inService : request;
  }

  int readData() {
    return poll ? readCommand() : mask;
  }

  void writeCommand(int value) {
    if ((value & ICW1) != 0) {
      begin(value);
    } else if ((value & OCW3) != 0) {
      operation3(value);
    } else {
      operation2(value);
    }
  }

  private void operation2(int value) {
    int input = value & 7;
    switch (value >> 5) {
      case 1 -> endHighest(false);
      case 5 -> endHighest(true);
      case 3 -> inService &= ~(1 << input);
      case 7 -> {
        inService &= ~(1 << input);
        lowestPriority = input;
      }
      case 6 -> lowestPriority = input;
      case 4 -> rotateOnAutoEoi = true;
      case 0 -> rotateOnAutoEoi = false;
      default -> {
        // No operation.
      }
    }
  }

  private void endHighest(boolean rotate) {
    int serving = specialMask ? inService & ~mask : inService;
    int priority = priority(serving);
    if (priority < 8) {
      int input = priority + lowestPriority + 1 & 7;
      inService &= ~(1 << input);
      if (rotate) {
        lowestPriority = input;
      }
    }
  }

  private void operation3(int value) {
    if ((value & 0x40) != 0) {
      specialMask = (value & 0x20) != 0;
    }
    if ((value & 4) != 0) {
      poll = true;
    } else if ((value & 2) != 0) {
      readInService = (value & 1) != 0;
    }
  }

  void writeData(int value) {
    switch (nextWord) {
      case 2 -> {
        vectorBase = value & 0xF8;
        nextWord = single ? wantsWord4 ? 4 : 0 : 3;
      }
      // Word 3 says where the other one sits; that is wired here.
      case 3 -> nextWord = wantsWord4 ? 4 : 0;
      case 4 -> {
        autoEoi = (value & ICW4_AUTO_EOI) != 0;
        fullyNested = (value & ICW4_FULLY_NESTED) != 0;
        nextWord = 0;
      }
      default -> mask = value;
    }
  }

  int readLevels() {
    return levelTriggered;
  }

  void writeLevels(int value) {
    levelTriggered = value & levelWritable;
    request |= lines & levelTriggered;
  }

  void transfer(StateTransfer s) throws StateException {
    lines = s.number(lines, 0, 0xFF);
    request = s.number(request, 0, 0xFF);
    inService = s.number(inService, 0, 0xFF);
    mask = s.number(mask, 0, 0xFF);
    levelTriggered = s.number(levelTriggered, 0, 0xFF);
    allLevel = s.flag(allLevel);
    vectorBase = s.number(vectorBase, 0, 0xFF);
    lowestPriority = s.number(lowestPriority, 0, 7);
    autoEoi = s.flag(autoEoi);
    rotateOnAutoEoi = s.flag(rotateOnAutoEoi);
    specialMask = s.flag(specialMask);
    fullyNested = s.flag(fullyNested);
    readInService = s.flag(readInService);
    poll = s.flag(poll);
    nextWord = s.number(nextWord, 0, 5);
    wantsWord4 = s.flag(wantsWord4);
    single = s.flag(single);
  }
}
