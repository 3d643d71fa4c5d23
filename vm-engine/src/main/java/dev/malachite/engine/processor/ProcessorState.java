// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor;

import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.Objects;

/**
 * A processor's architectural state outside its local APIC, as plain fields: what save, restore and
 * boot loaders exchange with a backend. Segments are in the order ES, CS, SS, DS, FS, GS, LDTR, TR.
 */
public final class ProcessorState implements Saveable {
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

  private static final SegmentState NO_SEGMENT = new SegmentState(0, 0, 0, 0);
  private static final int MOST_MSRS = 1024;

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

  /** The selector of the last instruction of the floating-point unit. */
  public int instructionSelector;

  /** The selector of the last data of the floating-point unit. */
  public int dataSelector;

  /** The four page-directory pointers of PAE paging, as the processor has loaded them. */
  public final long[] pagePointers = new long[4];

  /** True if {@link #pagePointers} are known; else they are loaded from memory. */
  public boolean pagePointersKnown;

  /** True while it waits for an interrupt. */
  public boolean halted;

  /** True while it waits for a start-up message. */
  public boolean waitingForStartup;

  /** True when maskable interrupts wait one instruction (after STI or a load of SS). */
  public boolean interruptShadow;

  /** True while a non-maskable interrupt is being served. */
  public boolean nmiBlocked;

  @Override
  public void transfer(StateTransfer s) throws StateException {
    s.longs(general);
    for (int i = 0; i < segments.length; i++) {
      SegmentState old = Objects.requireNonNullElse(segments[i], NO_SEGMENT);
      segments[i] =
          new SegmentState(
              s.number(old.selector, 0, 0xFFFF),
              s.int64(old.base),
              s.int32(old.limit),
              s.number(old.attributes, 0, 0x1FFF));
    }
    rip = s.int64(rip);
    rflags = s.number(rflags, 0, 0xFFFF_FFFFL);
    cr0 = s.number(cr0, 0, 0xFFFF_FFFFL);
    cr2 = s.int64(cr2);
    cr3 = s.int64(cr3);
    cr4 = s.number(cr4, 0, 0xFFFF_FFFFL);
    cr8 = s.number(cr8, 0, 15);
    efer = s.number(efer, 0, 0xFFFF);
    xcr0 = s.number(xcr0, 1, 7);
    gdtBase = s.int64(gdtBase);
    gdtLimit = s.number(gdtLimit, 0, 0xFFFF);
    idtBase = s.int64(idtBase);
    idtLimit = s.number(idtLimit, 0, 0xFFFF);
    s.longs(debug);
    s.bytes(fxsave);
    instructionSelector = s.number(instructionSelector, 0, 0xFFFF);
    dataSelector = s.number(dataSelector, 0, 0xFFFF);
    s.longs(ymmHigh);
    s.longs(pagePointers);
    pagePointersKnown = s.flag(pagePointersKnown);
    int count = s.number(msrs.length, 0, MOST_MSRS);
    if (s.loading()) {
      msrs = new long[count];
    }
    s.longs(msrs);
    halted = s.flag(halted);
    waitingForStartup = s.flag(waitingForStartup);
    interruptShadow = s.flag(interruptShadow);
    nmiBlocked = s.flag(nmiBlocked);
    if (!isPossible()) {
      throw s.impossible("control registers that no processor can have");
    }
  }

  // SDM volume 3, sections 2.5 and 9.8.5.
  private boolean isPossible() {
    boolean protectedMode = (cr0 & 1) != 0;
    boolean paging = cr0 >>> 31 != 0;
    boolean physicalExtension = (cr4 & 1 << 5) != 0;
    boolean longEnabled = (efer & 1 << 8) != 0;
    boolean longActive = (efer & 1 << 10) != 0;
    return (!paging || protectedMode)
        && longActive == (longEnabled && paging)
        && (!longActive || physicalExtension)
        && (xcr0 & 6) != 4;
  }
}
