// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.serial;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * The master side of a pseudo-terminal (pty(7)) in raw mode.
 *
 * <p>We keep the other side open ourselves, so that a program that closes it is no end. Reading and
 * writing wait a tenth of a second at a time, to see {@link #stop}.
 */
@SuppressWarnings("restricted")
final class PseudoTerminal implements AutoCloseable {
  private static final int O_RDWR = 2;
  private static final int O_NOCTTY = 0x100;
  private static final int O_CLOEXEC = 0x80000;
  private static final int TCSANOW = 0;
  private static final int NAME_BYTES = 128;
  private static final short POLLIN = 1;
  private static final short POLLOUT = 4;
  private static final int PATIENCE = 100;

  // struct pollfd: int fd; short events; short revents.
  private static final int POLL_BYTES = 8;
  private static final int POLL_EVENTS = 4;
  private static final int POLL_RESULT = 6;

  // struct termios is 60 bytes in both C libraries.
  private static final int TERMIOS_BYTES = 64;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final StructLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_VALUE =
      ERRNO_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle posix_openpt =
      handle("posix_openpt", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle grantpt =
      handle("grantpt", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle unlockpt =
      handle("unlockpt", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle ptsname_r =
      handle("ptsname_r", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle open =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("open"),
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          ERRNO,
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle tcgetattr =
      handle("tcgetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle tcsetattr =
      handle("tcsetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle cfmakeraw =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("cfmakeraw"), FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle poll =
      handle("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle read =
      handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle write =
      handle("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle close =
      handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final int master;
  private final int other;
  private final Path path;
  private volatile boolean stopped;

  private PseudoTerminal(int master, int other, Path path) {
    this.master = master;
    this.other = other;
    this.path = path;
  }

  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, ERRNO);
  }

  /**
   * Makes a pseudo-terminal.
   *
   * @throws IOException if the host has none left
   */
  static PseudoTerminal open() throws IOException {
    int master = -1;
    boolean whole = false;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      master = (int) posix_openpt.invokeExact(state, O_RDWR | O_NOCTTY | O_CLOEXEC);
      check(master, "posix_openpt", state);
      check((int) grantpt.invokeExact(state, master), "grantpt", state);
      check((int) unlockpt.invokeExact(state, master), "unlockpt", state);
      MemorySegment name = arena.allocate(NAME_BYTES);
      int named = (int) ptsname_r.invokeExact(state, master, name, (long) NAME_BYTES);
      check(-named, "ptsname_r", state);
      int other = (int) open.invokeExact(state, name, O_RDWR | O_NOCTTY | O_CLOEXEC);
      check(other, "open", state);
      MemorySegment mode = arena.allocate(TERMIOS_BYTES, 8);
      check((int) tcgetattr.invokeExact(state, other, mode), "tcgetattr", state);
      cfmakeraw.invokeExact(mode);
      check((int) tcsetattr.invokeExact(state, other, TCSANOW, mode), "tcsetattr", state);
      whole = true;
      return new PseudoTerminal(master, other, Path.of(name.getString(0)));
    } catch (Throwable e) {
      throw rethrow(e);
    } finally {
      if (!whole && master >= 0) {
        closeFile(master);
      }
    }
  }

  /** The other side's device file. */
  Path path() {
    return path;
  }

  /**
   * Waits for bytes from the other side.
   *
   * @return how many, or -1 once stopped
   */
  int read(byte[] bytes) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      if (!await(arena, POLLIN)) {
        return -1;
      }
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      MemorySegment buffer = arena.allocate(bytes.length);
      long count = (long) read.invokeExact(state, master, buffer, (long) bytes.length);
      check((int) count, "read", state);
      MemorySegment.copy(buffer, JAVA_BYTE, 0, bytes, 0, (int) count);
      return (int) count;
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /** Sends bytes to the other side; those that find no room for a tenth of a second are lost. */
  void write(byte[] bytes, int length) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      MemorySegment buffer = arena.allocate(length);
      MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, length);
      long sent = 0;
      while (sent < length && poll(arena, POLLOUT)) {
        // The host's buffer takes at least a page when it is said to have room.
        long most = Math.min(length - sent, 256);
        long count = (long) write.invokeExact(state, master, buffer.asSlice(sent), most);
        check((int) count, "write", state);
        sent += count;
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  private boolean await(Arena arena, short event) throws Throwable {
    while (!stopped) {
      if (poll(arena, event)) {
        return true;
      }
    }
    return false;
  }

  private boolean poll(Arena arena, short event) throws Throwable {
    MemorySegment state = arena.allocate(ERRNO_LAYOUT);
    MemorySegment wanted = arena.allocate(POLL_BYTES, 4);
    wanted.set(JAVA_INT, 0, master);
    wanted.set(JAVA_SHORT, POLL_EVENTS, event);
    int count = (int) poll.invokeExact(state, wanted, 1L, PATIENCE);
    return count > 0 && (wanted.get(JAVA_SHORT, POLL_RESULT) & event) != 0;
  }

  /** Makes {@link #read} end. */
  void stop() {
    stopped = true;
  }

  /** Gives the terminal back. Nobody may be reading or writing any more. */
  @Override
  public void close() {
    closeFile(other);
    closeFile(master);
  }

  private static void closeFile(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      // Nothing is left to try when the host doesn't close a file.
      int _ = (int) close.invokeExact(arena.allocate(ERRNO_LAYOUT), fd);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static void check(int result, String call, MemorySegment state) throws IOException {
    if (result < 0) {
      int errno = (int) ERRNO_VALUE.get(state, 0L);
      throw new IOException("a pseudo-terminal failed: " + call + ", error number " + errno);
    }
  }

  private static IOException rethrow(Throwable e) {
    return switch (e) {
      case IOException known -> known;
      case RuntimeException failure -> throw failure;
      case Error failure -> throw failure;
      default -> new IOException(e);
    };
  }
}
