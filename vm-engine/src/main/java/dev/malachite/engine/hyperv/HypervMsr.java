// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

/**
 * Numbers of the synthetic model-specific registers (TLFS, Appendix: Hypervisor Synthetic MSRs).
 */
final class HypervMsr {
  static final int GUEST_OS_ID = 0x4000_0000;
  static final int HYPERCALL = 0x4000_0001;
  static final int VP_INDEX = 0x4000_0002;
  static final int RESET = 0x4000_0003;
  static final int VP_RUNTIME = 0x4000_0010;
  static final int TIME_REFERENCE_COUNT = 0x4000_0020;
  static final int REFERENCE_TSC = 0x4000_0021;
  static final int TSC_FREQUENCY = 0x4000_0022;
  static final int APIC_FREQUENCY = 0x4000_0023;
  static final int END_OF_INTERRUPT = 0x4000_0070;
  static final int INTERRUPT_COMMAND = 0x4000_0071;
  static final int TASK_PRIORITY = 0x4000_0072;
  static final int VP_ASSIST_PAGE = 0x4000_0073;
  static final int SYNIC_CONTROL = 0x4000_0080;
  static final int SYNIC_VERSION = 0x4000_0081;
  static final int EVENT_FLAGS_PAGE = 0x4000_0082;
  static final int MESSAGE_PAGE = 0x4000_0083;
  static final int END_OF_MESSAGE = 0x4000_0084;
  static final int SINT0 = 0x4000_0090;
  static final int SINT15 = 0x4000_009F;
  static final int TIMER0_CONFIGURATION = 0x4000_00B0;
  static final int TIMER3_COUNT = 0x4000_00B7;
  static final int CRASH_P0 = 0x4000_0100;
  static final int CRASH_P4 = 0x4000_0104;
  static final int CRASH_CONTROL = 0x4000_0105;
  static final int TSC_INVARIANT_CONTROL = 0x4000_0118;

  private HypervMsr() {}
}
