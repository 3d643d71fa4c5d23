// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.malachite.engine.host.Libc;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Locale;

/**
 * Runs one instruction on the processor this test runs on, with a given state of all registers.
 *
 * <p>A trampoline of machine code, entered by an ordinary downcall, keeps the host's state, loads
 * the case's, jumps to the instruction, and comes back through a landing pad with everything
 * stored. The instruction must not fault: the virtual machine owns the signals. One thread only.
 */
@SuppressWarnings("restricted")
final class HostProcessor implements AutoCloseable {
  private static final int MAP_32BIT = 0x40;

  // The state page, by offset.
  private static final int GPR_IN = 0x000;
  private static final int FLAGS_IN = 0x080;
  private static final int HOST_RSP = 0x088;
  private static final int LANDING = 0x090;
  private static final int TARGET = 0x098;
  private static final int GPR_OUT = 0x100;
  private static final int FLAGS_OUT = 0x180;
  private static final int FX_IN = 0x200;
  private static final int FX_OUT = 0x400;
  private static final int FX_HOST = 0x600;
  private static final int HIGH_IN = 0x800;
  private static final int HIGH_OUT = 0x900;
  private static final int HIGH_USED = 0xA00;

  private final Layout layout;
  private final MemorySegment block;
  private final MethodHandle enter;
  private final int exit;
  private int at;

  /** True where tests can use the host's processor: x86-64 Linux. */
  static boolean available() {
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return (arch.equals("amd64") || arch.equals("x86_64"))
        && System.getProperty("os.name", "").equals("Linux");
  }

  HostProcessor() {
    long base =
        Libc.mmap(
            Layout.SIZE,
            Libc.PROT_READ | Libc.PROT_WRITE | Libc.PROT_EXEC,
            Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | MAP_32BIT,
            -1);
    layout = new Layout(base);
    block = MemorySegment.ofAddress(base).reinterpret(Layout.SIZE);
    emitEntry();
    enter =
        Linker.nativeLinker()
            .downcallHandle(MemorySegment.ofAddress(base), FunctionDescriptor.ofVoid());
    exit = emitExit();
  }

  Layout layout() {
    return layout;
  }

  /**
   * Executes one instruction.
   *
   * @param code its bytes
   * @param ip where it goes, within the code page
   * @param in the state before
   * @param out takes the state after
   */
  void run(byte[] code, long ip, MachineState in, MachineState out) {
    at = (int) (ip - layout.base());
    for (int pad = 0; pad < Layout.PADS; pad++) {
      at = (int) (Layout.padAddress(ip, code.length, pad) - layout.base());
      emitPad(pad);
    }
    MemorySegment.copy(code, 0, block, JAVA_BYTE, ip - layout.base(), code.length);
    MemorySegment.copy(in.r, 0, block, JAVA_LONG, Layout.STATE + GPR_IN, 16);
    MemorySegment.copy(in.fx, 0, block, JAVA_LONG, Layout.STATE + FX_IN, 64);
    boolean high = Arrays.stream(in.high).anyMatch(v -> v != 0);
    block.set(JAVA_LONG, Layout.STATE + HIGH_USED, high ? 1 : 0);
    MemorySegment.copy(in.high, 0, block, JAVA_LONG, Layout.STATE + HIGH_IN, 32);
    MemorySegment.copy(in.memory, 0, block, JAVA_BYTE, Layout.WINDOW, MachineState.WINDOW);
    block.set(JAVA_LONG, Layout.STATE + FLAGS_IN, in.flags & 0xCD5L | 0x202);
    block.set(JAVA_LONG, Layout.STATE + LANDING, -1);
    block.set(JAVA_LONG, Layout.STATE + TARGET, ip);
    // A translator that ran on this thread has left its own there.
    Libc.gsBase(0);
    try {
      enter.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("downcall failed", e);
    }
    MemorySegment.copy(block, JAVA_LONG, Layout.STATE + GPR_OUT, out.r, 0, 16);
    MemorySegment.copy(block, JAVA_LONG, Layout.STATE + FX_OUT, out.fx, 0, 64);
    MemorySegment.copy(block, JAVA_LONG, Layout.STATE + HIGH_OUT, out.high, 0, 32);
    MemorySegment.copy(block, JAVA_BYTE, Layout.WINDOW, out.memory, 0, MachineState.WINDOW);
    out.flags = (int) block.get(JAVA_LONG, Layout.STATE + FLAGS_OUT) & 0xCD5;
    out.landing = (int) block.get(JAVA_LONG, Layout.STATE + LANDING);
    out.fault = -1;
  }

  @Override
  public void close() {
    Libc.munmap(layout.base(), Layout.SIZE);
  }

  // ---- machine code --------------------------------------------------------------------------

  private void emitEntry() {
    at = 0;
    bytes(0x53, 0x55, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57); // push rbx rbp r12-r15
    fx(0, FX_HOST); // fxsave64
    boolean avx = HostFeatures.has("avx");
    if (avx) {
      bytes(0xC5, 0xF8, 0x77); // vzeroupper
    }
    fx(1, FX_IN); // fxrstor64
    if (avx) {
      loadHigh();
    }
    moveGeneral(true, 4, HOST_RSP);
    bytes(0xFF, 0x35); // push qword [FLAGS_IN]
    relative(FLAGS_IN, 0);
    bytes(0x9D); // popfq
    for (int i = 0; i < 16; i++) {
      moveGeneral(false, i, GPR_IN + 8 * i);
    }
    bytes(0xFF, 0x25); // jmp [TARGET]
    relative(TARGET, 0);
  }

  private int emitExit() {
    at = at + 63 & -64;
    int start = at;
    for (int i = 0; i < 16; i++) {
      moveGeneral(true, i, GPR_OUT + 8 * i);
    }
    moveGeneral(false, 4, HOST_RSP);
    bytes(0x9C, 0x58); // pushfq; pop rax
    moveGeneral(true, 0, FLAGS_OUT);
    fx(0, FX_OUT);
    if (HostFeatures.has("avx")) {
      moveHigh(true, HIGH_OUT);
      bytes(0xC5, 0xF8, 0x77); // vzeroupper
    }
    bytes(0xFC); // cld
    fx(1, FX_HOST);
    bytes(0x41, 0x5F, 0x41, 0x5E, 0x41, 0x5D, 0x41, 0x5C, 0x5D, 0x5B, 0xC3); // pops; ret
    return start;
  }

  private void emitPad(int pad) {
    bytes(0xC7, 0x05); // mov dword [LANDING], pad
    relative(LANDING, 4);
    word(pad);
    bytes(0xE9); // jmp
    word(exit - (at + 4));
  }

  private void fx(int digit, int offset) {
    bytes(0x48, 0x0F, 0xAE, 0x05 | digit << 3);
    relative(offset, 0);
  }

  // The upper halves of all YMM registers: vinsertf128 from, or vextractf128 to memory.
  private void moveHigh(boolean store, int offset) {
    for (int i = 0; i < 16; i++) {
      int vvvv = store ? 15 : ~i & 15;
      bytes(0xC4, 0x63 | (i < 8 ? 0x80 : 0), vvvv << 3 | 5, store ? 0x19 : 0x18);
      bytes(5 | (i & 7) << 3);
      relative(offset + 16 * i, 1);
      bytes(1);
    }
  }

  // Zeros are not loaded: the registers would no longer count as in their initial state.
  private void loadHigh() {
    bytes(0x83, 0x3D); // cmp dword [HIGH_USED], 0
    relative(HIGH_USED, 1);
    bytes(0, 0x0F, 0x84); // je
    int from = at;
    word(0);
    moveHigh(false, HIGH_IN);
    int end = at;
    at = from;
    word(end - (from + 4));
    at = end;
  }

  private void moveGeneral(boolean store, int register, int offset) {
    bytes(0x48 | register >> 3 << 2, store ? 0x89 : 0x8B, 0x05 | (register & 7) << 3);
    relative(offset, 0);
  }

  private void relative(int stateOffset, int bytesBehind) {
    word(Layout.STATE + stateOffset - (at + 4 + bytesBehind));
  }

  private void word(int value) {
    bytes(value, value >> 8, value >> 16, value >> 24);
  }

  private void bytes(int... values) {
    for (int v : values) {
      block.set(JAVA_BYTE, at++, (byte) v);
    }
  }
}
