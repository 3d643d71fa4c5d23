// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor;

/**
 * The registers of a processor that stands still inside an exit.
 *
 * <p>Only on the processor's own thread, during a call of {@link ProcessorExits}.
 */
public interface RegisterAccess {
  /** Number of RAX for {@link #general}; the others follow in the instruction set's order. */
  int RAX = 0;

  /** Number of RCX. */
  int RCX = 1;

  /** Number of RDX. */
  int RDX = 2;

  /** Number of RBX. */
  int RBX = 3;

  /** Number of RSP. */
  int RSP = 4;

  /** Number of RBP. */
  int RBP = 5;

  /** Number of RSI. */
  int RSI = 6;

  /** Number of RDI. */
  int RDI = 7;

  /** Number of R8. */
  int R8 = 8;

  /** A general register, 0 to 15. */
  long general(int register);

  /** Sets a general register, 0 to 15. */
  void general(int register, long value);

  /** Half of an XMM register: {@code half} 0 is the low 64 bits, 1 the high. */
  long xmm(int register, int half);

  /** Sets half of an XMM register. */
  void xmm(int register, int half, long value);

  /** The current privilege level, 0 to 3. */
  int privilegeLevel();

  /** True in 64-bit mode. */
  boolean longMode();
}
