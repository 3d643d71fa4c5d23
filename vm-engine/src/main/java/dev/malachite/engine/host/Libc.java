// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.host;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The few C library calls that guest memory and workers need.
 *
 * <p>Every method throws {@link HostException} with the call's name and error number when the call
 * fails. All methods may be called from any thread.
 */
@SuppressWarnings("restricted")
public final class Libc {
  /** Pages may be read (mmap(2)). */
  public static final int PROT_READ = 1;

  /** Pages may be written (mmap(2)). */
  public static final int PROT_WRITE = 2;

  /** Pages may be executed (mmap(2)). */
  public static final int PROT_EXEC = 4;

  /** The mapping is shared with other mappings of the same file (mmap(2)). */
  public static final int MAP_SHARED = 1;

  /** The mapping is this process's own (mmap(2)). */
  public static final int MAP_PRIVATE = 2;

  /** The mapping is not backed by a file (mmap(2)). */
  public static final int MAP_ANONYMOUS = 0x20;

  /** No swap space is reserved (mmap(2)). */
  public static final int MAP_NORESERVE = 0x4000;

  private static final int MFD_CLOEXEC = 1;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final StructLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_VALUE =
      ERRNO_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /**
   * The way to any of the calls, by its address: six registers, of which a function reads those
   * that it has parameters for. Linking a signature costs ten milliseconds or more; this is also
   * the disk library's, and is linked once for both.
   */
  private static final MethodHandle CALL =
      LINKER.downcallHandle(
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          ERRNO);

  private static final MemorySegment memfd_create = find("memfd_create");
  private static final MemorySegment ftruncate = find("ftruncate");
  private static final MemorySegment mmap = find("mmap");
  private static final MemorySegment munmap = find("munmap");
  private static final MemorySegment close = find("close");
  private static final MemorySegment madvise = find("madvise");
  private static final MemorySegment lseek = find("lseek");
  private static final MemorySegment fallocate = find("fallocate");

  private static final int MADV_POPULATE_READ = 22;
  private static final int MADV_POPULATE_WRITE = 23;

  private static final int ARCH_SET_GS = 0x1001;

  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int ENXIO = 6;
  private static final int KEEP_SIZE = 1;
  private static final int PUNCH_HOLE = 2;

  private Libc() {}

  // Looked up when first used: only x86-64 hosts have it.
  private static final class Segments {
    static final MemorySegment arch_prctl = find("arch_prctl");
  }

  // Looked up when first used: workers only do.
  private static final class Sessions {
    static final MemorySegment setsid = find("setsid");
  }

  private static MemorySegment find(String name) {
    return LINKER
        .defaultLookup()
        .find(name)
        .orElseThrow(() -> new HostException(name + ": not in this host's C library", 0));
  }

  private static long call(
      MemorySegment function, MemorySegment state, long a, long b, long c, long d, long e, long f)
      throws Throwable {
    return (long) CALL.invokeExact(function, state, a, b, c, d, e, f);
  }

  /**
   * Creates an anonymous file in memory of the given size.
   *
   * @param name shown in /proc/PID/maps
   * @param bytes its size; a multiple of the page size
   * @return the file descriptor, to be given to {@link #close(int)}
   */
  public static int memoryFile(String name, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      int fd =
          (int)
              call(
                  memfd_create, state, arena.allocateFrom(name).address(), MFD_CLOEXEC, 0, 0, 0, 0);
      if (fd < 0) {
        throw failure("memfd_create(" + name + ")", state);
      }
      int result = (int) call(ftruncate, state, fd, bytes, 0, 0, 0, 0);
      if (result != 0) {
        HostException failure = failure("ftruncate(" + name + ", " + bytes + ")", state);
        close(fd);
        throw failure;
      }
      return fd;
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /**
   * Maps memory at an address of the kernel's choice.
   *
   * @param bytes length, a multiple of the page size
   * @param protection a union of PROT_ bits
   * @param flags a union of MAP_ bits
   * @param fd a file descriptor, or -1 with {@link #MAP_ANONYMOUS}
   * @return the host address
   */
  public static long mmap(long bytes, int protection, int flags, int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      long address = call(mmap, state, 0, bytes, protection, flags, fd, 0);
      if (address == -1) {
        throw failure("mmap(" + bytes + " bytes)", state);
      }
      return address;
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /** Unmaps what {@link #mmap} mapped. */
  public static void munmap(long address, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      int result = (int) call(munmap, state, address, bytes, 0, 0, 0, 0);
      if (result != 0) {
        throw failure("munmap(0x" + Long.toHexString(address) + ", " + bytes + ")", state);
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /**
   * Gives mapped pages their memory at once, which is ten times cheaper than a page fault for each
   * (madvise(2), MADV_POPULATE_WRITE and MADV_POPULATE_READ; Linux 5.14).
   *
   * @param address page aligned
   * @param bytes a multiple of the page size
   * @param write true for a mapping that may be written
   * @return false if the kernel can't or has no memory: the pages then come one by one
   */
  public static boolean populate(long address, long bytes, boolean write) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      int advice = write ? MADV_POPULATE_WRITE : MADV_POPULATE_READ;
      return (int) call(madvise, state, address, bytes, advice, 0, 0, 0) == 0;
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /** Sets the base address of the calling thread's GS segment; x86-64 hosts only. */
  public static void gsBase(long address) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      int result = (int) call(Segments.arch_prctl, state, ARCH_SET_GS, address, 0, 0, 0, 0);
      if (result != 0) {
        throw failure("arch_prctl(ARCH_SET_GS)", state);
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /**
   * Where the first bytes of a file at or behind an offset are that something was written to, by
   * whole pages.
   *
   * @return -1 if there are none
   */
  public static long nextData(int fd, long offset) {
    return seek(fd, offset, SEEK_DATA);
  }

  /** Where the bytes that {@link #nextData} has found end. */
  public static long nextHole(int fd, long offset) {
    return seek(fd, offset, SEEK_HOLE);
  }

  private static long seek(int fd, long offset, int what) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      long found = call(lseek, state, fd, offset, what, 0, 0, 0);
      if (found < 0 && (int) ERRNO_VALUE.get(state, 0L) != ENXIO) {
        throw failure("lseek(" + fd + ", " + offset + ")", state);
      }
      return found < 0 ? -1 : found;
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /** Makes bytes of a file zero and gives back what they take; its size stays. */
  public static void punchHole(int fd, long offset, long length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      int result = (int) call(fallocate, state, fd, KEEP_SIZE | PUNCH_HOLE, offset, length, 0, 0);
      if (result != 0) {
        throw failure("fallocate(" + fd + ", " + length + " bytes)", state);
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /**
   * Makes this process lead a session of its own (setsid(2)).
   *
   * @return false if it leads a process group already, and nothing has changed
   */
  public static boolean newSession() {
    try (Arena arena = Arena.ofConfined()) {
      return (int) call(Sessions.setsid, arena.allocate(ERRNO_LAYOUT), 0, 0, 0, 0, 0, 0) >= 0;
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /** Closes a file descriptor. */
  public static void close(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      int result = (int) call(close, state, fd, 0, 0, 0, 0, 0);
      if (result != 0) {
        throw failure("close(" + fd + ")", state);
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  private static HostException failure(String call, MemorySegment state) {
    int errno = (int) ERRNO_VALUE.get(state, 0L);
    return new HostException(call + " failed with error number " + errno, errno);
  }

  private static RuntimeException rethrow(Throwable e) {
    return switch (e) {
      case RuntimeException known -> known;
      case Error error -> throw error;
      default -> new IllegalStateException("a call into the C library failed", e);
    };
  }
}
