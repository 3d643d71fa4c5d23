// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.host.Libc;
import dev.malachite.engine.processor.interpreter.core.HostMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Memory for translated code, mapped twice: once writable, once executable, never both.
 *
 * <p>Filled from the start on and emptied as a whole. Whoever writes holds the translator's lock;
 * changing single jumps is safe while other threads execute them, because the bytes changed never
 * cross a cache line.
 */
final class CodeCache implements AutoCloseable {
  /** How many bytes get their memory at once: one by one, page faults took longer than writing. */
  private static final int STEP = 256 << 10;

  private final long bytes;
  private final long writable;
  private final long executable;
  private final MemorySegment view;
  private int reserved;
  private int used;
  private int populated;

  /**
   * Maps the memory.
   *
   * @param bytes a multiple of the page size, at most 1 GiB, so that jumps reach
   */
  @SuppressWarnings("restricted")
  CodeCache(long bytes) {
    this.bytes = bytes;
    int file = Libc.memoryFile("malachite-code", bytes);
    try {
      writable = Libc.mmap(bytes, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED, file);
      executable = Libc.mmap(bytes, Libc.PROT_READ | Libc.PROT_EXEC, Libc.MAP_SHARED, file);
    } finally {
      Libc.close(file);
    }
    view = MemorySegment.ofAddress(writable).reinterpret(bytes);
  }

  /** Host address of the first byte to execute. */
  long base() {
    return executable;
  }

  /** Where the next code will go. */
  long next() {
    return executable + used;
  }

  /** Bytes left. */
  long free() {
    return bytes - used;
  }

  /** Bytes used. */
  long used() {
    return used;
  }

  /** Adds code at {@link #next}. */
  void add(byte[] code, int size) {
    if (used + size > populated && populated < bytes) {
      long more = Math.min(Math.max(STEP, size + 4095 & -4096), bytes - populated);
      Libc.populate(writable + populated, more, true);
      Libc.populate(executable + populated, more, false);
      populated += (int) more;
    }
    MemorySegment.copy(code, 0, view, ValueLayout.JAVA_BYTE, used, size);
    used = used + size + 15 & -16;
  }

  /** What is there now stays when the cache is emptied. */
  void keep() {
    reserved = used;
  }

  /** Empties the cache. Nobody may be executing in it. */
  void clear() {
    used = reserved;
  }

  /** Changes four bytes within a cache line. */
  void patch(long address, int value) {
    HostMemory.put32(address - executable + writable, value);
  }

  /** Puts a jump over eight bytes that are aligned to eight, at once. */
  void patchJump(long address, long target) {
    long distance = target - (address + 5);
    HostMemory.put64(
        address - executable + writable, 0xE9L | (distance & 0xFFFF_FFFFL) << 8 | 0x9090_90L << 40);
  }

  @Override
  public void close() {
    Libc.munmap(writable, bytes);
    Libc.munmap(executable, bytes);
  }
}
