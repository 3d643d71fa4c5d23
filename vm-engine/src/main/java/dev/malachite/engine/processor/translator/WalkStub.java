// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import static dev.malachite.engine.processor.translator.Assembler.ADD;
import static dev.malachite.engine.processor.translator.Assembler.AND;
import static dev.malachite.engine.processor.translator.Assembler.CMP;
import static dev.malachite.engine.processor.translator.Assembler.EQUAL;
import static dev.malachite.engine.processor.translator.Assembler.NOT_EQUAL;
import static dev.malachite.engine.processor.translator.Assembler.OR;
import static dev.malachite.engine.processor.translator.Assembler.R11;
import static dev.malachite.engine.processor.translator.Assembler.R8;
import static dev.malachite.engine.processor.translator.Assembler.RAX;
import static dev.malachite.engine.processor.translator.Assembler.RCX;
import static dev.malachite.engine.processor.translator.Assembler.RDI;
import static dev.malachite.engine.processor.translator.Assembler.RDX;
import static dev.malachite.engine.processor.translator.Assembler.RSI;
import static dev.malachite.engine.processor.translator.Assembler.SUB;
import static dev.malachite.engine.processor.translator.Assembler.XOR;
import static dev.malachite.engine.processor.translator.Assembler.at;
import static dev.malachite.engine.processor.translator.Assembler.frame;

import dev.malachite.engine.processor.interpreter.core.Frame;
import dev.malachite.engine.processor.interpreter.core.Tlb;

/**
 * The walk of four-level page tables after a TLB miss, in machine code: the same as {@code Mmu}'s,
 * for what is usual. Whatever isn't (a bit to be set in a table, a fault, memory of devices, an
 * access across two pages, 1 GiB pages) is left to {@code Mmu}, and nothing has changed then.
 *
 * <p>RAX is the linear address and R11 the access as {@link #access} describes it. RAX and all
 * guest registers stay.
 */
final class WalkStub {
  private static final int KIND_SHIFT = 9;

  /** What the last level's table covers: 2 MiB. */
  private static final int TABLE_SHIFT = 21;

  /** Where in R11 the instruction's offset in its page starts. */
  static final int OFFSET_SHIFT = 16;

  private static final int PRESENT = 1, WRITABLE = 2, USER = 4, ACCESSED = 0x20, DIRTY = 0x40;
  private static final int LARGE = 0x80, GLOBAL = 0x100;
  private static final int[] SAVED = {RCX, RDX, RSI, RDI, R8};

  private static final int NOT_BELOW = 3, ABOVE = 7;

  private final Assembler a;
  private final int failed;

  private WalkStub(Assembler a) {
    this.a = a;
    failed = a.label();
  }

  /**
   * What R11 says of an access.
   *
   * @param size bytes
   * @param write {@link Stubs#WRITES} or 0
   * @param kind access kind, of {@link Mode}
   * @param offset of the instruction in its page
   */
  static long access(int size, int write, int kind, int offset) {
    return (size | write | kind << KIND_SHIFT | offset << OFFSET_SHIFT) & 0xFFFF_FFFFL;
  }

  private void kind(int to) {
    a.move32(to, R11);
    a.shiftRight(4, to, KIND_SHIFT);
    a.arithmeticImmediate(4, AND, to, 3);
  }

  /** Writes the walk; it returns to its caller, or jumps to {@code other} with all as it was. */
  static void emit(Assembler a, int other) {
    new WalkStub(a).emit(other);
  }

  private void emit(int other) {
    for (int r : SAVED) {
      a.push(r);
    }
    // Across a page's end?
    a.move32(RCX, RAX);
    a.arithmeticImmediate(4, AND, RCX, 4095);
    a.loadZero(1, RDX, R11);
    a.arithmetic(4, ADD, RCX, RDX);
    a.arithmeticImmediate(4, CMP, RCX, 4096);
    a.jumpIf(ABOVE, failed);
    // Canonical?
    a.move(RCX, RAX);
    a.shiftLeft(8, RCX, 16);
    a.op(0, true, 0xC1, 7, RCX, false); // sar
    a.int8(16);
    a.arithmetic(8, CMP, RCX, RAX);
    a.jumpIf(NOT_EQUAL, failed);
    a.load(8, RDX, frame(Frame.WALK_ROOT));
    a.op(0, true, 0x85, RDX, RDX, false);
    a.jumpIf(EQUAL, failed);
    int leaf = a.label();
    int known = a.label();
    known(known);
    a.constant(RSI, USER | WRITABLE | PRESENT);
    for (int shift = 39; shift > 12; shift -= 9) {
      level(shift, leaf);
    }
    remember();
    a.place(known);
    last();
    a.place(leaf);
    rights();
    fill();
    for (int i = SAVED.length - 1; i >= 0; i--) {
      a.pop(SAVED[i]);
    }
    a.op(0, true, 0xFF, 0, frame(Frame.WALKS), false); // inc
    a.ret();
    a.place(failed);
    for (int i = SAVED.length - 1; i >= 0; i--) {
      a.pop(SAVED[i]);
    }
    a.jump(other);
  }

  // Where the last level's table is known, RCX takes its host address and RSI the rights so far.
  private void known(int found) {
    int unknown = a.label();
    a.move(RCX, RAX);
    a.arithmeticImmediate(8, AND, RCX, -1 << TABLE_SHIFT);
    tableIndex();
    a.arithmetic(8, CMP, RCX, frame(Frame.TABLES, RDI));
    a.jumpIf(NOT_EQUAL, unknown);
    a.load(8, RCX, frame(Frame.TABLES + 8, RDI));
    a.load(8, RSI, frame(Frame.TABLES + 16, RDI));
    a.jump(found);
    a.place(unknown);
  }

  // RDI: the offset of the entry of Frame.TABLES for RAX.
  private void tableIndex() {
    a.move(RDI, RAX);
    a.shiftRight(8, RDI, TABLE_SHIFT);
    a.arithmeticImmediate(4, AND, RDI, Frame.TABLE_COUNT - 1);
    a.shiftLeft(4, RDI, Integer.numberOfTrailingZeros(Frame.TABLE_BYTES));
  }

  // RDX: the last level's table, whose host address RCX takes; both go to Frame.TABLES.
  private void remember() {
    host(RDX, RCX, RDI);
    a.storeImmediate(4, frame(Frame.TABLES_USED), 1);
    tableIndex();
    a.move(R8, RAX);
    a.arithmeticImmediate(8, AND, R8, -1 << TABLE_SHIFT);
    a.store(8, frame(Frame.TABLES, RDI), R8);
    a.store(8, frame(Frame.TABLES + 8, RDI), RCX);
    a.store(8, frame(Frame.TABLES + 16, RDI), RSI);
  }

  // RCX: the last level's table. RDX takes the entry, R8 its span.
  private void last() {
    a.move(RDX, RAX);
    a.shiftRight(8, RDX, 9);
    a.arithmeticImmediate(4, AND, RDX, 511 * 8);
    a.arithmetic(8, ADD, RCX, RDX);
    a.constant(R8, -4096);
    entry();
  }

  // RDX: the table's address, then the entry. RSI: rights so far. R8: the leaf's span.
  private void level(int shift, int leaf) {
    a.move(RCX, RAX);
    a.shiftRight(8, RCX, shift - 3);
    a.arithmeticImmediate(4, AND, RCX, 511 * 8);
    a.arithmetic(8, ADD, RDX, RCX);
    host(RDX, RCX, RDI);
    entry();
    test(RDX, LARGE);
    if (shift == 21) {
      int table = a.label();
      a.jumpIf(EQUAL, table);
      test(RDX, 0x1F_E000);
      a.jumpIf(NOT_EQUAL, failed);
      a.constant(R8, -1L << 21);
      a.jump(leaf);
      a.place(table);
    } else {
      a.jumpIf(NOT_EQUAL, failed);
    }
    address(RDX);
  }

  // Loads the entry at RCX into RDX, and adds up the rights.
  private void entry() {
    a.load(8, RDX, at(RCX));
    // Present, accessed, and no reserved bits.
    a.move32(RCX, RDX);
    a.arithmeticImmediate(4, AND, RCX, PRESENT | ACCESSED);
    a.arithmeticImmediate(4, CMP, RCX, PRESENT | ACCESSED);
    a.jumpIf(NOT_EQUAL, failed);
    a.move(RCX, RDX);
    a.shiftRight(8, RCX, 40);
    a.op(0, false, 0xF7, 0, RCX, false); // test
    a.int32(0xFFF);
    a.jumpIf(NOT_EQUAL, failed);
    a.arithmetic(4, AND, RSI, RDX);
  }

  // Cuts an entry to bits 39 to 12; 51 to 40 are known to be zero.
  private void address(int register) {
    a.shiftLeft(8, register, 24);
    a.shiftRight(8, register, 36);
    a.shiftLeft(8, register, 12);
  }

  // The host address of a guest physical one.
  private void host(int gpa, int to, int scratch) {
    int found = a.label();
    int second = a.label();
    a.move(to, gpa);
    a.arithmetic(8, SUB, to, frame(Frame.PIECES));
    a.arithmetic(8, CMP, to, frame(Frame.PIECES + 8));
    a.jumpIf(NOT_BELOW, second);
    a.load(8, scratch, frame(Frame.PIECES + 16));
    a.jump(found);
    a.place(second);
    a.move(to, gpa);
    a.arithmetic(8, SUB, to, frame(Frame.PIECES + Frame.PIECE_BYTES));
    a.arithmetic(8, CMP, to, frame(Frame.PIECES + Frame.PIECE_BYTES + 8));
    a.jumpIf(NOT_BELOW, failed);
    a.load(8, scratch, frame(Frame.PIECES + Frame.PIECE_BYTES + 16));
    a.place(found);
    a.lea(8, to, gpa, scratch, 0, 0);
  }

  // Of Mmu.permit: what the access needs, by its kind.
  private void rights() {
    int allowed = a.label();
    int supervisor = a.label();
    int notUser = a.label();
    kind(RCX);
    a.arithmeticImmediate(4, CMP, RCX, Mode.SUPERVISOR);
    a.jumpIf(EQUAL, supervisor);
    test(RSI, USER);
    a.op(0, false, 0x0F95, 0, RDI, true); // setne dil: a user page
    a.loadZero(1, RDI, RDI);
    a.arithmeticImmediate(4, CMP, RCX, Mode.USER);
    a.jumpIf(NOT_EQUAL, notUser);
    a.op(0, false, 0x85, RDI, RDI, false);
    a.jumpIf(EQUAL, failed);
    a.jump(supervisor);
    a.place(notUser);
    a.op(0, false, 0x85, RDI, RDI, false);
    a.jumpIf(NOT_EQUAL, failed);
    a.place(supervisor);
    test(R11, Stubs.WRITES);
    a.jumpIf(EQUAL, allowed);
    test(RSI, WRITABLE);
    a.jumpIf(EQUAL, failed);
    test(RDX, DIRTY);
    a.jumpIf(EQUAL, failed);
    a.place(allowed);
  }

  // RDX: the leaf. RSI: rights. R8: span. Nothing is changed before the last jump to failed.
  private void fill() {
    // RDI: the page's physical address, then its host address. RCX: whether it holds code.
    a.move(RDI, RDX);
    address(RDI);
    a.arithmetic(8, AND, RDI, R8);
    a.move(RCX, R8);
    a.op(0, true, 0xF7, 2, RCX, false); // not
    a.arithmetic(8, AND, RCX, RAX);
    a.arithmeticImmediate(8, AND, RCX, -4096);
    a.arithmetic(8, OR, RDI, RCX);
    int found = a.label();
    int second = a.label();
    piece(0, second);
    a.jump(found);
    a.place(second);
    piece(1, failed);
    a.place(found);
    test(RCX, Frame.PAGE_UNUSED);
    a.jumpIf(NOT_EQUAL, failed);
    // RSI's WRITABLE stays if the page may be written unnoticed: writable, dirty, no code.
    int data = a.label();
    int dirty = a.label();
    a.op(0, false, 0x85, RCX, RCX, false);
    a.jumpIf(EQUAL, data);
    a.arithmeticImmediate(4, AND, RSI, ~WRITABLE);
    a.place(data);
    test(RDX, DIRTY);
    a.jumpIf(NOT_EQUAL, dirty);
    a.arithmeticImmediate(4, AND, RSI, ~WRITABLE);
    a.place(dirty);
    int reads = a.label();
    test(R11, Stubs.WRITES);
    a.jumpIf(EQUAL, reads);
    test(RSI, WRITABLE);
    a.jumpIf(EQUAL, failed);
    a.place(reads);
    // R8: the entry's span. RCX: what to note about the TLB.
    a.move32(RCX, RDX);
    a.shiftRight(4, RCX, Integer.numberOfTrailingZeros(GLOBAL));
    a.arithmeticImmediate(4, AND, RCX, 1);
    a.move(RDX, R8);
    a.arithmetic(8, OR, R8, RCX);
    a.arithmetic(4, ADD, RCX, RCX);
    a.arithmeticImmediate(8, CMP, RDX, -4096);
    a.op(0, false, 0x0F95, 0, RDX, true); // setne
    a.loadZero(1, RDX, RDX);
    a.arithmetic(4, OR, RCX, RDX);
    kind(RDX);
    a.shiftLeft(4, RDX, 2);
    a.sized(4, OR << 3, RCX, frame(Frame.TLB_NOTES, RDX));
    // RCX: the entry.
    a.move32(RCX, RAX);
    a.shiftRight(4, RCX, 7);
    a.arithmeticImmediate(4, AND, RCX, Tlb.MASK * Tlb.ENTRY);
    a.shiftLeft(4, RDX, Integer.numberOfTrailingZeros(Frame.TLB_BYTES) - 2);
    a.arithmetic(4, ADD, RCX, RDX);
    a.move(RDX, RAX);
    a.arithmeticImmediate(8, AND, RDX, -4096);
    a.store(8, frame(Frame.TLBS + Tlb.READ_TAG, RCX), RDX);
    int writable = a.label();
    test(RSI, WRITABLE);
    a.jumpIf(NOT_EQUAL, writable);
    // A page of another entry.
    a.arithmeticImmediate(8, XOR, RDX, 4096);
    a.place(writable);
    a.store(8, frame(Frame.TLBS + Tlb.WRITE_TAG, RCX), RDX);
    a.store(8, frame(Frame.TLBS + Tlb.HOST, RCX), RDI);
    a.store(8, frame(Frame.TLBS + Tlb.SPAN, RCX), R8);
  }

  private void piece(int number, int otherwise) {
    int piece = Frame.PIECES + number * Frame.PIECE_BYTES;
    a.move(RCX, RDI);
    a.arithmetic(8, SUB, RCX, frame(piece));
    a.arithmetic(8, CMP, RCX, frame(piece + 8));
    a.jumpIf(NOT_BELOW, otherwise);
    a.move(RCX, RDI);
    a.shiftRight(8, RCX, 12);
    a.arithmetic(8, ADD, RCX, frame(piece + 24));
    a.loadZero(1, RCX, at(RCX));
    a.arithmetic(8, ADD, RDI, frame(piece + 16));
  }

  private void test(int register, int bits) {
    a.op(0, false, 0xF7, 0, register, false);
    a.int32(bits);
  }
}
