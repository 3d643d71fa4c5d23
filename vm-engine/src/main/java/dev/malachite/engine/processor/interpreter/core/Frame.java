// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The part of a processor's state that lives outside the Java heap, where translated code reaches
 * it too: the registers while such code runs, the TLBs, the jump caches.
 *
 * <p>Offsets in bytes from {@link #address}. The interpreter alone uses the attention flag and the
 * TLBs only.
 */
public final class Frame {
  /** The 16 general registers. */
  public static final int GENERAL = 0x000;

  /** OF as a byte 0 or 1, then SF, ZF, AF, PF and CF as LAHF gives them. */
  public static final int FLAGS = 0x080;

  /** {@link Cpu#systemFlags}. */
  public static final int SYSTEM_FLAGS = 0x088;

  /** Linear address of the page being executed. */
  public static final int IP_PAGE = 0x090;

  /** Not zero while somebody wants the processor to look up: 4 bytes. */
  public static final int ATTENTION = 0x098;

  /** 1 while the host's vector registers and MXCSR hold the guest's. */
  public static final int VECTORS_LOADED = 0x0A0;

  /** The guest's MXCSR. */
  public static final int MXCSR = 0x0A4;

  /** The host's own MXCSR. */
  public static final int HOST_MXCSR = 0x0A8;

  /** The host's stack pointer at entry. */
  public static final int HOST_STACK = 0x0B0;

  /** Why translated code came back. */
  public static final int EXIT = 0x0B8;

  /** A linear address that goes with the exit. */
  public static final int EXIT_LINEAR = 0x0C0;

  /** Offset in its page of the instruction that caused the exit. */
  public static final int EXIT_OFFSET = 0x0C8;

  /** Where translated code goes on. */
  public static final int RESUME = 0x0D0;

  /** What else goes with the exit. */
  public static final int EXIT_DETAIL = 0x0D8;

  /** Base address of FS. */
  public static final int FS_BASE = 0x0E0;

  /** Base address of GS. */
  public static final int GS_BASE = 0x0E8;

  /** Room for translated code within one instruction. */
  public static final int SCRATCH = 0x0F0;

  /** The base address that SWAPGS exchanges with that of GS. */
  public static final int KERNEL_GS_BASE = 0x110;

  /** Not zero if an interrupt waits for the interrupt flag: 4 bytes. */
  public static final int INTERRUPT_WAITS = 0x118;

  /** More room for translated code within one instruction. */
  public static final int SCRATCH_2 = 0x120;

  /** More room for translated code within one instruction. */
  public static final int SCRATCH_3 = 0x128;

  /** The selectors of the six segment registers, 2 bytes each. */
  public static final int SELECTORS = 0x130;

  /** The current privilege level: 4 bytes. */
  public static final int LEVEL = 0x140;

  /** Not zero if SYSCALL does what 64-bit kernels want: 4 bytes. */
  public static final int SYSCALL_PLAIN = 0x144;

  /** Not zero if the user's jump cache is that of 64-bit code: 4 bytes. */
  public static final int USER_IS_WIDE = 0x148;

  /** Selectors of CS and SS after SYSCALL, then after SYSRET to 64-bit code: 2 bytes each. */
  public static final int CALL_SELECTORS = 0x150;

  /** Where SYSCALL goes. */
  public static final int CALL_TARGET = 0x158;

  /** Which flags SYSCALL leaves: 4 bytes. */
  public static final int CALL_FLAGS = 0x160;

  /** Not zero if the page walk can be done without the interpreter: CR3's address then. */
  public static final int WALK_ROOT = 0x168;

  /**
   * Two pieces of main memory: first guest physical address, size, what to add to such an address
   * to get the host's, and where the host has a byte for each page with {@link #PAGE_HOLDS_CODE}
   * and {@link #PAGE_UNUSED}.
   */
  public static final int PIECES = 0x170;

  /** Of a page: it holds decoded code. */
  public static final int PAGE_HOLDS_CODE = 1;

  /** Of a page: no processor has used it yet, which the interpreter must be the first to do. */
  public static final int PAGE_UNUSED = 2;

  /** Bytes for one of {@link #PIECES}. */
  public static final int PIECE_BYTES = 32;

  /** How many page walks were done without the interpreter. */
  public static final int WALKS = 0x1B8;

  /** For each TLB 1 if it holds large pages and 2 if it holds global ones: 4 bytes each. */
  public static final int TLB_NOTES = 0x1C0;

  /** What to add to the host's monotonic clock for the time stamp counter. */
  public static final int TIME_STAMP_OFFSET = 0x1D0;

  /** Not zero if the time stamp counter may be read at any level: 4 bytes. */
  public static final int TIME_STAMP_PLAIN = 0x1D8;

  /** What RDTSCP puts into ECX: 4 bytes. */
  public static final int TIME_STAMP_AUX = 0x1DC;

  /** Not zero if {@link #TABLES} may hold anything: 4 bytes. */
  public static final int TABLES_USED = 0x1E0;

  /** Where an indirect call goes, while its return address is pushed. */
  public static final int TARGET = 0x100;

  /** Where translated code is entered. */
  public static final int ENTER = 0x108;

  /** What {@link #VECTORS_LOADED} was at the last exit. */
  public static final int VECTORS_WERE_LOADED = 0x0F8;

  /** The 16 vector registers' low halves, 16 bytes each. */
  public static final int VECTORS = 0x200;

  /** The 16 vector registers' high halves, 16 bytes each. */
  public static final int VECTORS_HIGH = 0x300;

  /** Host addresses that one check has established for several accesses, 8 bytes each. */
  public static final int SPANS = 0x400;

  /** How many {@link #SPANS}. */
  public static final int SPAN_COUNT = 16;

  /**
   * Where the last level's tables are that page walks in translated code came by, one for each 2
   * MiB: their first linear address (or 1), the table's host address, the rights so far, nothing.
   */
  public static final int TABLES = 0x1000;

  /** Entries of {@link #TABLES}; a power of two. */
  public static final int TABLE_COUNT = 128;

  /** Bytes for an entry of {@link #TABLES}. */
  public static final int TABLE_BYTES = 32;

  /** The TLBs, one after the other. */
  public static final int TLBS = TABLES + TABLE_COUNT * TABLE_BYTES;

  /** One TLB's size. */
  public static final int TLB_BYTES = Tlb.SIZE * Tlb.ENTRY;

  /** How many TLBs. */
  public static final int TLB_COUNT = 4;

  /** The jump caches, one after the other: linear address and host address of translated code. */
  public static final int JUMPS = TLBS + TLB_COUNT * TLB_BYTES;

  /** Sets of two entries in a jump cache; a power of two. */
  public static final int JUMP_SETS = 8192;

  /** Bytes for a set. */
  public static final int JUMP_SET_BYTES = 32;

  /** One jump cache's size. */
  public static final int JUMP_BYTES = JUMP_SETS * JUMP_SET_BYTES;

  /** How many jump caches: one for each kind of access rights. */
  public static final int JUMP_COUNT = 3;

  private static final int SIZE = JUMPS + JUMP_COUNT * JUMP_BYTES;

  // Kept so that the memory lives as long as this object.
  @SuppressWarnings("FieldCanBeLocal")
  private final MemorySegment memory = Arena.ofAuto().allocate(SIZE, 4096);

  /** Host address of the first byte. */
  public final long address = memory.address();

  Frame() {
    forgetTables(true);
  }

  /** Forgets {@link #TABLES}, as the guest's processor must whenever it forgets translations. */
  void forgetTables() {
    forgetTables(HostMemory.get32(address + TABLES_USED) != 0);
  }

  private void forgetTables(boolean used) {
    if (used) {
      for (int i = 0; i < TABLE_COUNT; i++) {
        HostMemory.put64(address + TABLES + (long) i * TABLE_BYTES, 1);
      }
      HostMemory.put32(address + TABLES_USED, 0);
    }
  }

  /** Its memory, for copies from and to the heap. */
  public MemorySegment memory() {
    return memory;
  }
}
