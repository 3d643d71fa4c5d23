// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.malachite.engine.host.HostException;
import dev.malachite.engine.host.Libc;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * An atomic compare-and-exchange of 16 bytes, which Java has not, by a few bytes of machine code on
 * x86-64 hosts with the System V calling convention.
 */
@SuppressWarnings("restricted")
final class WideCompareExchange {
  private static final System.Logger LOG =
      System.getLogger(WideCompareExchange.class.getPackageName());

  /** int f(long address, long low, long high, long newHigh, long newLow, long result). */
  private static final byte[] CODE = {
    0x53, // push rbx
    0x48,
    (byte) 0x89,
    (byte) 0xF0, // mov rax, rsi; the expected high half is in rdx already
    0x4C,
    (byte) 0x89,
    (byte) 0xC3, // mov rbx, r8; the new high half is in rcx already
    (byte) 0xF0,
    0x48,
    0x0F,
    (byte) 0xC7,
    0x0F, // lock cmpxchg16b [rdi]
    0x49,
    (byte) 0x89,
    0x01, // mov [r9], rax
    0x49,
    (byte) 0x89,
    0x51,
    0x08, // mov [r9 + 8], rdx
    0x0F,
    (byte) 0x94,
    (byte) 0xC0, // sete al
    0x0F,
    (byte) 0xB6,
    (byte) 0xC0, // movzx eax, al
    0x5B, // pop rbx
    (byte) 0xC3 // ret
  };

  private static final int PAGE = 4096;

  private static final @Nullable MethodHandle exchange = load();

  /** False if this host can't do it. */
  static final boolean AVAILABLE = exchange != null;

  private static final ThreadLocal<Result> RESULT = ThreadLocal.withInitial(Result::new);

  private WideCompareExchange() {}

  /** Where a call leaves what it found. */
  static final class Result {
    private final MemorySegment memory = Arena.ofAuto().allocate(16, 16);

    private Result() {}

    /** The lower 8 bytes. */
    long low() {
      return memory.get(JAVA_LONG, 0);
    }

    /** The upper 8 bytes. */
    long high() {
      return memory.get(JAVA_LONG, 8);
    }
  }

  /** The current thread's result. */
  static Result result() {
    return RESULT.get();
  }

  /**
   * Compares 16 bytes with a value and, if they are equal, replaces them.
   *
   * @param address host address, a multiple of 16
   * @param result takes the bytes that were there
   * @return true if they were equal
   */
  static boolean run(long address, long low, long high, long newLow, long newHigh, Result result) {
    MethodHandle handle = exchange;
    if (handle == null) {
      throw new IllegalStateException("no 16-byte compare-and-exchange on this host");
    }
    try {
      return (int) handle.invokeExact(address, low, high, newHigh, newLow, result.memory.address())
          != 0;
    } catch (Throwable e) {
      throw new IllegalStateException("the 16-byte compare-and-exchange failed", e);
    }
  }

  private static @Nullable MethodHandle load() {
    String architecture = System.getProperty("os.arch", "");
    if (!architecture.equals("amd64") || !System.getProperty("os.name", "").equals("Linux")) {
      return null;
    }
    try {
      // Two mappings of one page: none is writable and executable at once.
      int fd = Libc.memoryFile("malachite-cmpxchg16b", PAGE);
      long code;
      try {
        int writable = Libc.PROT_READ | Libc.PROT_WRITE;
        long data = Libc.mmap(PAGE, writable, Libc.MAP_SHARED, fd);
        MemorySegment.ofAddress(data)
            .reinterpret(CODE.length)
            .copyFrom(MemorySegment.ofArray(CODE));
        code = Libc.mmap(PAGE, Libc.PROT_READ | Libc.PROT_EXEC, Libc.MAP_SHARED, fd);
        Libc.munmap(data, PAGE);
      } finally {
        Libc.close(fd);
      }
      return Linker.nativeLinker()
          .downcallHandle(
              MemorySegment.ofAddress(code),
              FunctionDescriptor.of(
                  JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
              Linker.Option.critical(false));
    } catch (HostException e) {
      LOG.log(
          Level.WARNING,
          "CMPXCHG16B is slow and only atomic against itself, as executable memory can't be had",
          e);
      return null;
    }
  }
}
