// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The terminal on standard input in raw mode: each key reaches us at once, none is echoed or turned
 * into a signal. Output processing stays on, so that our own lines end properly. Closing brings the
 * terminal's own mode back. Linux with the GNU or musl C library; any thread.
 */
@SuppressWarnings("restricted")
final class Terminal implements AutoCloseable {
  private static final int STDIN = 0;
  private static final int STDERR = 2;
  private static final int TCSANOW = 0;

  // struct termios is 60 bytes in both C libraries; c_oflag is its second 32-bit field.
  private static final int TERMIOS_BYTES = 64;
  private static final int OUTPUT_FLAGS = 4;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle isatty =
      handle("isatty", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle tcgetattr =
      handle("tcgetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle tcsetattr =
      handle("tcsetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle cfmakeraw =
      handle("cfmakeraw", FunctionDescriptor.ofVoid(ADDRESS));

  private final MemorySegment original;
  private boolean raw = true;

  private Terminal(MemorySegment original) {
    this.original = original;
  }

  /** Whether standard input is a terminal. */
  static boolean isStandardInput() {
    return isTerminal(STDIN);
  }

  /** Whether standard error is a terminal. */
  static boolean isStandardError() {
    return isTerminal(STDERR);
  }

  private static boolean isTerminal(int descriptor) {
    try {
      return (int) isatty.invokeExact(descriptor) == 1;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Switches standard input's terminal to raw mode.
   *
   * @throws CommandFailure when it can't be
   */
  static Terminal openRaw() {
    MemorySegment original = Arena.ofAuto().allocate(TERMIOS_BYTES, 8);
    try (Arena arena = Arena.ofConfined()) {
      if ((int) tcgetattr.invokeExact(STDIN, original) != 0) {
        throw new CommandFailure("the terminal's mode can't be read; use --com1 file:PATH");
      }
      MemorySegment changed = arena.allocate(TERMIOS_BYTES, 8).copyFrom(original);
      cfmakeraw.invokeExact(changed);
      changed.set(JAVA_INT, OUTPUT_FLAGS, original.get(JAVA_INT, OUTPUT_FLAGS));
      if ((int) tcsetattr.invokeExact(STDIN, TCSANOW, changed) != 0) {
        throw new CommandFailure("the terminal's mode can't be changed; use --com1 file:PATH");
      }
      return new Terminal(original);
    } catch (CommandFailure e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Brings the terminal's own mode back; a second call does nothing. */
  @Override
  public synchronized void close() {
    if (!raw) {
      return;
    }
    raw = false;
    try {
      // Nothing is left to try when the terminal itself has gone.
      int _ = (int) tcsetattr.invokeExact(STDIN, TCSANOW, original);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
  }
}
