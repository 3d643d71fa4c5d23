// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

/**
 * An exception of the guest (SDM volume 3, chapter 6) that ends the current operation.
 *
 * <p>The operation has changed nothing a restart would notice. Instances without an error code are
 * shared; none carries a stack trace. The interpreter's run loop catches it and delivers the
 * exception to the guest.
 */
public final class GuestFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Divide error. */
  public static final int DE = 0;

  /** Debug exception. */
  public static final int DB = 1;

  /** Non-maskable interrupt. */
  public static final int NMI = 2;

  /** Breakpoint. */
  public static final int BP = 3;

  /** Overflow. */
  public static final int OF = 4;

  /** BOUND range exceeded. */
  public static final int BR = 5;

  /** Invalid opcode. */
  public static final int UD = 6;

  /** Device not available. */
  public static final int NM = 7;

  /** Double fault. */
  public static final int DF = 8;

  /** Invalid TSS. */
  public static final int TS = 10;

  /** Segment not present. */
  public static final int NP = 11;

  /** Stack fault. */
  public static final int SS = 12;

  /** General protection. */
  public static final int GP = 13;

  /** Page fault. */
  public static final int PF = 14;

  /** x87 floating-point error. */
  public static final int MF = 16;

  /** Alignment check. */
  public static final int AC = 17;

  /** SIMD floating-point exception. */
  public static final int XM = 19;

  private static final GuestFault[] PLAIN = new GuestFault[32];

  static {
    for (int vector = 0; vector < 32; vector++) {
      PLAIN[vector] = new GuestFault(vector, 0);
    }
  }

  private final int vector;
  private final int errorCode;

  private GuestFault(int vector, int errorCode) {
    super(null, null, false, false);
    this.vector = vector;
    this.errorCode = errorCode;
  }

  /** The fault with error code 0, or without one where the vector has none. Allocates nothing. */
  public static GuestFault of(int vector) {
    return PLAIN[vector];
  }

  /** The fault with an error code. */
  public static GuestFault of(int vector, int errorCode) {
    return errorCode == 0 ? PLAIN[vector] : new GuestFault(vector, errorCode);
  }

  /** The exception's vector, 0 to 31. */
  public int vector() {
    return vector;
  }

  /** Its error code; only meaningful if the vector has one. */
  public int errorCode() {
    return errorCode;
  }

  /** True if the processor pushes an error code for this vector (SDM volume 3, table 6-1). */
  public static boolean hasErrorCode(int vector) {
    return switch (vector) {
      case DF, TS, NP, SS, GP, PF, AC, 21 -> true;
      default -> false;
    };
  }
}
