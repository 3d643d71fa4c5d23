// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor;

/**
 * A processor's architectural state outside its local APIC, as plain fields: what save, restore and
 * boot loaders exchange with a backend. Segments are in the order ES, CS, SS, DS, FS, GS, LDTR, TR.
 */
public final class ProcessorState {
  /** Index of ES in {@link #segments}. */
  public static final int ES = 0;

  /** Index of CS in {@link #segments}. */
  public static final int CS = 1;

  /** Index of SS in {@link #segments}. */
  public static final int SS = 2;

  /** Index of DS in {@link #segments}. */
  public static final int DS = 3;

  /** Index of FS in {@link #segments}. */
  public static final int FS = 4;

  /** Index of GS in {@link #segments}. */
  public static final int GS = 5;

  /** Index of the local descriptor table register in {@link #segments}. */
  public static final int LDTR = 6;

  /** Index of the task register in {@link #segments}. */
  public static final int TR = 7;

  /**
   * A segment register with its hidden part (SDM volume 3, section 3.4.3).
   *
   * @param selector the visible part
   * @param base linear address of its first byte
   * @param limit the last valid offset, in bytes whatever the granularity bit says
   * @param attributes bits 0-7: type, S, DPL, P; bits 8-11: AVL, L, D/B, G; bit 12: unusable
   */
  public record SegmentState(int selector, long base, int limit, int attributes) {}

  /** All zero, no segments. */
  public ProcessorState() {}

  /** RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8 to R15. */
  public final long[] general = new long[16];

  /** The segment registers. */
  public final SegmentState[] segments = new SegmentState[8];

  /** Instruction pointer. */
  public long rip;

  /** Flags register. */
  public long rflags = 2;

  /** Control register 0. */
  public long cr0;

  /** Page fault address. */
  public long cr2;

  /** Page table base. */
  public long cr3;

  /** Control register 4. */
  public long cr4;

  /** Task priority. */
  public long cr8;

  /** Extended feature enable register. */
  public long efer;

  /** XCR0. */
  public long xcr0 = 1;

  /** Global descriptor table base. */
  public long gdtBase;

  /** Global descriptor table limit. */
  public int gdtLimit;

  /** Interrupt descriptor table base. */
  public long idtBase;

  /** Interrupt descriptor table limit. */
  public int idtLimit;

  /** DR0 to DR3, two unused, DR6, DR7. */
  public final long[] debug = new long[8];

  /** The FXSAVE image (SDM volume 1, section 10.5.1), 512 bytes. */
  public final byte[] fxsave = new byte[512];

  /**
   * The upper halves of YMM0 to YMM15: bits 128 to 191 and 192 to 255 of each in turn. Zero where
   * the processor has no AVX.
   */
  public final long[] ymmHigh = new long[32];

  /** Model-specific registers of the processor itself: number, value, number, value. */
  public long[] msrs = new long[0];

  /** True while it waits for an interrupt. */
  public boolean halted;

  /** True while it waits for a start-up message. */
  public boolean waitingForStartup;

  /** True when maskable interrupts wait one instruction (after STI or a load of SS). */
  public boolean interruptShadow;

  /** True while a non-maskable interrupt is being served. */
  public boolean nmiBlocked;
}
