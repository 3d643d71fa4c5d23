// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.interrupt;

/**
 * Offsets of the local APIC's registers in its page (SDM volume 3, table 11-1); divided by 16 and
 * added to 0x800 they are the x2APIC's MSR numbers (table 11-6).
 */
final class ApicRegister {
  static final int ID = 0x20;
  static final int VERSION = 0x30;
  static final int TASK_PRIORITY = 0x80;
  static final int ARBITRATION_PRIORITY = 0x90;
  static final int PROCESSOR_PRIORITY = 0xA0;
  static final int END_OF_INTERRUPT = 0xB0;
  static final int REMOTE_READ = 0xC0;
  static final int LOGICAL_DESTINATION = 0xD0;
  static final int DESTINATION_FORMAT = 0xE0;
  static final int SPURIOUS_VECTOR = 0xF0;
  static final int IN_SERVICE = 0x100;
  static final int TRIGGER_MODE = 0x180;
  static final int REQUEST = 0x200;
  static final int ERROR_STATUS = 0x280;
  static final int COMMAND = 0x300;
  static final int COMMAND_HIGH = 0x310;
  static final int LVT_TIMER = 0x320;
  static final int LVT_ERROR = 0x370;
  static final int INITIAL_COUNT = 0x380;
  static final int CURRENT_COUNT = 0x390;
  static final int DIVIDE = 0x3E0;
  static final int SELF_IPI = 0x3F0;

  /** MSR number of the x2APIC's first register. */
  static final int X2APIC_FIRST_MSR = 0x800;

  private ApicRegister() {}
}
