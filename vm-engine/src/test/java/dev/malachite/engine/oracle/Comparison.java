// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Compares what the interpreter made of a case with what the host's processor did. */
final class Comparison {
  private static final String[] NAMES = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
    "r14", "r15"
  };

  private Comparison() {}

  /** The differences, one a line; empty if there is none. */
  static List<String> differences(TestCase c, MachineState host, MachineState ours) {
    List<String> found = new ArrayList<>();
    if (ours.fault >= 0) {
      found.add("exception " + ours.fault + ", the host has none");
      return found;
    }
    for (int i = 0; i < 16; i++) {
      compare(found, NAMES[i], host.r[i], ours.r[i]);
    }
    compareFlags(found, c, host.flags, ours.flags);
    compare(found, "continues at pad", host.landing, ours.landing);
    compareX87(found, c, host, ours);
    compare(found, "mxcsr", host.mxcsr() & 0xFFFFL, ours.mxcsr() & 0xFFFF_FFFFL);
    for (int i = 0; i < 16; i++) {
      compareVector(found, c, "xmm" + i, host.fx, ours.fx, 20 + 2 * i);
      if (HostFeatures.has("avx")) {
        compareVector(found, c, "high" + i, host.high, ours.high, 2 * i);
      }
    }
    compareMemory(found, c, host, ours);
    return found;
  }

  private static void compare(List<String> found, String what, long host, long ours) {
    if (host != ours) {
      found.add(String.format(Locale.ROOT, "%-8s host %016x  ours %016x", what, host, ours));
    }
  }

  private static void compareFlags(List<String> found, TestCase c, int host, int ours) {
    int different = (host ^ ours) & ~c.undefinedFlags;
    if (different != 0) {
      found.add(
          "flags    host "
              + flags(host)
              + "  ours "
              + flags(ours)
              + "  different "
              + flags(different));
    }
  }

  static String flags(int flags) {
    StringBuilder s = new StringBuilder();
    String letters = "c.p.a.zs..do";
    for (int i = 11; i >= 0; i--) {
      if (letters.charAt(i) != '.') {
        s.append((flags >> i & 1) != 0 ? letters.charAt(i) : '-');
      }
    }
    return s.toString();
  }

  private static void compareX87(
      List<String> found, TestCase c, MachineState host, MachineState ours) {
    compare(found, "fcw", host.control(), ours.control());
    int defined = ~c.undefinedStatus;
    compare(found, "fsw", host.status() & defined, ours.status() & defined);
    compare(found, "tags", host.tags(), ours.tags());
    for (int i = 0; i < 8; i++) {
      if (host.signExponent(i) == ours.signExponent(i)
          && host.significand(i) == ours.significand(i)) {
        continue;
      }
      if (c.form.ulps() > 0 && i < 2 && near(host, ours, i, c.form.ulps())) {
        continue;
      }
      found.add(
          String.format(
              Locale.ROOT,
              "st(%d)    host %04x.%016x  ours %04x.%016x",
              i,
              host.signExponent(i),
              host.significand(i),
              ours.signExponent(i),
              ours.significand(i)));
    }
  }

  private static boolean near(MachineState host, MachineState ours, int i, int ulps) {
    int e = host.signExponent(i) & 0x7FFF;
    if (e == 0x7FFF || (ours.signExponent(i) & 0x7FFF) == 0x7FFF) {
      return false;
    }
    if (host.signExponent(i) == ours.signExponent(i)) {
      return Math.abs(host.significand(i) - ours.significand(i)) <= ulps;
    }
    // On both sides of a power of two.
    long low = Math.min(host.significand(i) >>> 1, ours.significand(i) >>> 1);
    long high = Math.max(host.significand(i) >>> 1, ours.significand(i) >>> 1);
    return Math.abs(host.signExponent(i) - ours.signExponent(i)) == 1
        && low - (1L << 62) <= ulps
        && (-1L >>> 1) - high <= ulps;
  }

  private static void compareVector(
      List<String> found, TestCase c, String name, long[] host, long[] ours, int at) {
    boolean same = true;
    for (int i = at; i < at + 2; i++) {
      same &=
          host[i] == ours[i]
              || c.form.hook("estimate")
                  && estimate((int) host[i], (int) ours[i])
                  && estimate((int) (host[i] >>> 32), (int) (ours[i] >>> 32));
    }
    if (!same) {
      found.add(
          String.format(
              Locale.ROOT,
              "%-8s host %016x:%016x  ours %016x:%016x",
              name,
              host[at + 1],
              host[at],
              ours[at + 1],
              ours[at]));
    }
  }

  // RCPPS and RSQRTPS may be wrong by 1.5 * 2^-12 on either side (SDM volume 2).
  private static boolean estimate(int hostBits, int ourBits) {
    if (hostBits == ourBits) {
      return true;
    }
    double host = Float.intBitsToFloat(hostBits);
    double ours = Float.intBitsToFloat(ourBits);
    return Double.isFinite(host)
        && Double.isFinite(ours)
        && Math.abs(host - ours) <= 3.0 / 4096 * Math.abs(host) * 1.001;
  }

  private static void compareMemory(
      List<String> found, TestCase c, MachineState host, MachineState ours) {
    for (int[] range : c.undefinedMemory) {
      System.arraycopy(host.memory, range[0], ours.memory, range[0], range[1] - range[0]);
    }
    int at = Arrays.mismatch(host.memory, ours.memory);
    for (int shown = 0; at >= 0 && shown < 4; shown++) {
      int first = Math.min(at, MachineState.WINDOW - 8);
      String place =
          c.memoryOffset >= 0
              ? "[operand" + (first < c.memoryOffset ? "" : "+") + (first - c.memoryOffset) + "]"
              : "[rsp+" + (first - (int) (c.in.r[4] & 0xFFFF)) + "]";
      found.add(
          String.format(
              Locale.ROOT,
              "%s at window+%x: before %016x host %016x  ours %016x",
              place,
              first,
              c.in.get(first, 8),
              host.get(first, 8),
              ours.get(first, 8)));
      int from = Math.min(first + 8, MachineState.WINDOW);
      int next =
          Arrays.mismatch(
              host.memory, from, MachineState.WINDOW, ours.memory, from, MachineState.WINDOW);
      at = next < 0 ? -1 : from + next;
    }
  }

  /** The registers of a state that are not zero, for a report. */
  static String describe(TestCase c) {
    MachineState s = c.in;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      if (s.r[i] != 0) {
        text.append(String.format(Locale.ROOT, "  %s=%x", NAMES[i], s.r[i]));
      }
    }
    text.append("  flags=").append(flags(s.flags));
    if (c.memoryOffset >= 0) {
      text.append(String.format(Locale.ROOT, "%n  operand at window+%x:", c.memoryOffset));
      for (int i = 0; i < Math.min(c.memorySize, 32); i += 8) {
        int n = Math.min(8, c.memorySize - i);
        text.append(String.format(Locale.ROOT, " %0" + 2 * n + "x", s.get(c.memoryOffset + i, n)));
      }
    }
    if (!c.form.group().equals("integer")) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n  mxcsr=%04x fcw=%04x fsw=%04x tags=%02x",
              s.mxcsr(),
              s.control(),
              s.status(),
              s.tags()));
      for (int i = 0; i < 8; i++) {
        if (s.significand(i) != 0 || s.signExponent(i) != 0) {
          text.append(
              String.format(
                  Locale.ROOT, "%n  st(%d)=%04x.%016x", i, s.signExponent(i), s.significand(i)));
        }
      }
      for (int i = 0; i < 16; i++) {
        long high = s.high[2 * i] | s.high[2 * i + 1];
        if ((s.xmm(i, 0) | s.xmm(i, 1) | high) != 0) {
          text.append(
              String.format(Locale.ROOT, "%n  xmm%d=%016x:%016x", i, s.xmm(i, 1), s.xmm(i, 0)));
        }
        if (high != 0) {
          text.append(
              String.format(Locale.ROOT, "  above %016x:%016x", s.high[2 * i + 1], s.high[2 * i]));
        }
      }
    }
    return text.toString();
  }
}
