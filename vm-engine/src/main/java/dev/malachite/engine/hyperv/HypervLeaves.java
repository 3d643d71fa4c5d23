// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

/**
 * The CPUID leaves by which a guest finds Hyper-V (TLFS, Feature and Interface Discovery).
 *
 * <p>Offered is what Linux, Windows and FreeBSD guests use of a partition without nesting,
 * isolation or root privileges: hypercalls, the SynIC, synthetic timers with direct mode, reference
 * time, frequencies, crash reports, and a time stamp counter that never changes its speed.
 */
final class HypervLeaves {
  static final int FIRST = 0x4000_0000;
  static final int LAST = 0x4000_000A;

  /** Processors a partition may have: APIC ids up to 254 reach everything without remapping. */
  static final int MAX_PROCESSORS = 240;

  private static final int RUNTIME = 1;
  private static final int REFERENCE_COUNTER = 1 << 1;
  private static final int SYNIC = 1 << 2;
  private static final int SYNTHETIC_TIMERS = 1 << 3;
  private static final int APIC_MSRS = 1 << 4;
  private static final int HYPERCALL_MSRS = 1 << 5;
  private static final int VP_INDEX = 1 << 6;
  private static final int RESET = 1 << 7;
  private static final int REFERENCE_TSC = 1 << 9;
  private static final int FREQUENCY_MSRS = 1 << 11;
  private static final int INVARIANT_TSC = 1 << 15;

  private static final int POST_MESSAGES = 1 << 4;
  private static final int SIGNAL_EVENTS = 1 << 5;

  private static final int XMM_INPUT = 1 << 4;
  private static final int FREQUENCIES = 1 << 8;
  private static final int CRASH_MSRS = 1 << 10;
  private static final int DIRECT_TIMERS = 1 << 19;

  private static final int RECOMMEND_REMOTE_FLUSH = 1 << 2;
  private static final int RECOMMEND_RELAXED_TIMING = 1 << 5;
  private static final int RECOMMEND_NO_AUTO_END = 1 << 9;
  private static final int RECOMMEND_CLUSTER_IPI = 1 << 10;
  private static final int RECOMMEND_EXTENDED_SETS = 1 << 11;
  private static final int NEVER_NOTIFY_SPINS = -1;

  /** Version 10.0, build 20348, as the guest prints it. */
  private static final int BUILD = 20348;

  private static final int VERSION = 10 << 16;

  /** EAX, EBX, ECX, EDX of each leaf from {@link #FIRST} on. */
  private static final int[][] LEAVES = {
    {LAST, text("Micr"), text("osof"), text("t Hv")},
    {text("Hv#1"), 0, 0, 0},
    {BUILD, VERSION, 0, 0},
    {
      RUNTIME
          | REFERENCE_COUNTER
          | SYNIC
          | SYNTHETIC_TIMERS
          | APIC_MSRS
          | HYPERCALL_MSRS
          | VP_INDEX
          | RESET
          | REFERENCE_TSC
          | FREQUENCY_MSRS
          | INVARIANT_TSC,
      POST_MESSAGES | SIGNAL_EVENTS,
      0,
      XMM_INPUT | FREQUENCIES | CRASH_MSRS | DIRECT_TIMERS
    },
    {
      RECOMMEND_REMOTE_FLUSH
          | RECOMMEND_RELAXED_TIMING
          | RECOMMEND_NO_AUTO_END
          | RECOMMEND_CLUSTER_IPI
          | RECOMMEND_EXTENDED_SETS,
      NEVER_NOTIFY_SPINS,
      0,
      0
    },
    {MAX_PROCESSORS, MAX_PROCESSORS, 0, 0},
    {0, 0, 0, 0},
    {0, 0, 0, 0},
    {0, 0, 0, 0},
    {0, 0, 0, 0},
    {0, 0, 0, 0},
  };

  private HypervLeaves() {}

  /** Answers a leaf; false if it isn't one of ours. */
  static boolean read(int leaf, int[] result) {
    if (leaf < FIRST || leaf > LAST) {
      return false;
    }
    System.arraycopy(LEAVES[leaf - FIRST], 0, result, 0, 4);
    return true;
  }

  private static int text(String four) {
    return four.charAt(0) | four.charAt(1) << 8 | four.charAt(2) << 16 | four.charAt(3) << 24;
  }
}
