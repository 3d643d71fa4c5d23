// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The calls to Linux's C library that a {@link PosixFile} needs. A call that fails throws an {@link
 * IOException} that names the call and the error.
 *
 * <p>Each thread has its own scratch memory, so that calls allocate nothing.
 */
@SuppressWarnings("restricted")
final class Posix {
  /** Most ranges in one transfer (IOV_MAX). */
  static final int MAX_VECTORS = 1024;

  // struct iovec
  static final int IOVEC_SIZE = 16;
  private static final int IOVEC_BASE = 0; // 8
  private static final int IOVEC_LENGTH = 8; // 8

  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  private static final int O_CLOEXEC = 0x8_0000;

  /** Disks hold whole machines, so they are their owner's alone from the start. */
  private static final int MODE_RW = 0b110_000_000;

  static final int FALLOC_FL_KEEP_SIZE = 1;
  static final int FALLOC_FL_PUNCH_HOLE = 2;
  static final int FALLOC_FL_ZERO_RANGE = 0x10;

  // struct flock, for locks that belong to the open file rather than to the process
  private static final int F_OFD_GETLK = 36;
  private static final int F_OFD_SETLK = 37;
  private static final short F_RDLCK = 0;
  private static final short F_WRLCK = 1;
  private static final short F_UNLCK = 2;
  private static final int FLOCK_SIZE = 32;
  private static final int FLOCK_TYPE = 0; // 2
  private static final int FLOCK_START = 8; // 8, from the file's start: whence at 2 is 0
  private static final int FLOCK_LENGTH = 16; // 8, 0 for all that follows

  // struct statx
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_SIZE_AND_BLOCKS = 0x200 | 0x400;
  private static final int STATX_SIZE = 256;
  private static final int STATX_AT_SIZE = 40; // 8
  private static final int STATX_AT_BLOCKS = 48; // 8
  private static final int STATX_BLOCK = 512;

  static final int SEEK_DATA = 3;
  static final int SEEK_HOLE = 4;

  private static final int ENOENT = 2;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int EACCES = 13;
  private static final int EEXIST = 17;
  private static final int ENXIO = 6;
  private static final int EXDEV = 18;
  private static final int EINVAL = 22;
  private static final int ENOSYS = 38;
  private static final int EOPNOTSUPP = 95;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE_LAYOUT = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /**
   * The way to any of the calls, by its address. Linking a signature costs ten milliseconds or
   * more, so all have the same one: six registers, of which a function reads those that it has
   * parameters for, and the lower half for an int. What it gives back as an int is the lower half
   * too.
   */
  private static final MethodHandle CALL =
      LINKER.downcallHandle(
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.captureCallState("errno"));

  private static final MemorySegment open = find("open");
  private static final MemorySegment close = find("close");
  private static final MemorySegment preadv = find("preadv");
  private static final MemorySegment pwritev = find("pwritev");
  private static final MemorySegment fsync = find("fsync");
  private static final MemorySegment fdatasync = find("fdatasync");
  private static final MemorySegment ftruncate = find("ftruncate");
  private static final MemorySegment lseek = find("lseek");
  private static final @Nullable MemorySegment copyFileRange =
      LINKER.defaultLookup().find("copy_file_range").orElse(null);
  private static final MemorySegment fallocate = find("fallocate");
  private static final MemorySegment fcntl = find("fcntl");
  private static final MemorySegment statx = find("statx");
  private static final MemorySegment strerror = find("strerror");

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private Posix() {}

  /** Memory of one thread for what calls need besides the data. */
  static final class Scratch {
    final MemorySegment state;
    final MemorySegment vectors;

    private Scratch() {
      Arena arena = Arena.ofAuto();
      state = arena.allocate(STATE_LAYOUT);
      vectors = arena.allocate((long) MAX_VECTORS * IOVEC_SIZE, IOVEC_SIZE);
    }

    /** Fills in one of the ranges of a transfer. */
    void putVector(int index, long address, long length) {
      long at = (long) index * IOVEC_SIZE;
      vectors.set(JAVA_LONG, at + IOVEC_BASE, address);
      vectors.set(JAVA_LONG, at + IOVEC_LENGTH, length);
    }

    private int errno() {
      return (int) ERRNO.get(state, 0L);
    }
  }

  /** The calling thread's scratch memory. */
  static Scratch scratch() {
    return SCRATCH.get();
  }

  /** Tells whether the calls may be made, before this class is touched. */
  static final class Availability {
    private static final Logger LOGGER = System.getLogger(Posix.class.getName());

    /** Whether this is 64-bit Linux and the module may call native code. */
    static final boolean AVAILABLE = find();

    private Availability() {}

    private static boolean find() {
      String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
      if (!system.equals("linux") || ADDRESS.byteSize() != Long.BYTES) {
        return false;
      }
      Module module = Availability.class.getModule();
      if (!module.isNativeAccessEnabled()) {
        LOGGER.log(
            Level.INFO,
            "Disk files are accessed more slowly: start Java with --enable-native-access="
                + (module.isNamed() ? module.getName() : "ALL-UNNAMED"));
        return false;
      }
      return true;
    }
  }

  private static MemorySegment find(String name) {
    return LINKER.defaultLookup().findOrThrow(name);
  }

  private static long call(
      MemorySegment function, Scratch scratch, long a, long b, long c, long d, long e, long f)
      throws Throwable {
    return (long) CALL.invokeExact(function, scratch.state, a, b, c, d, e, f);
  }

  static int open(Path path, int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Scratch scratch = scratch();
      MemorySegment name = arena.allocateFrom(path.toString());
      while (true) {
        int fd = (int) call(open, scratch, name.address(), flags | O_CLOEXEC, MODE_RW, 0, 0, 0);
        if (fd >= 0) {
          return fd;
        }
        int error = scratch.errno();
        switch (error) {
          case EINTR -> {}
          case ENOENT -> throw new NoSuchFileException(path.toString());
          case EACCES -> throw new AccessDeniedException(path.toString());
          case EEXIST -> throw new FileAlreadyExistsException(path.toString());
          default -> throw failure(path, "open", error);
        }
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static void close(Path path, int fd) throws IOException {
    try {
      Scratch scratch = scratch();
      if ((int) call(close, scratch, fd, 0, 0, 0, 0, 0) < 0 && scratch.errno() != EINTR) {
        throw failure(path, "close", scratch.errno());
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /** Reads into the first {@code count} ranges of the scratch memory; 0 at the file's end. */
  static long readVectors(Path path, int fd, Scratch scratch, int count, long position)
      throws IOException {
    try {
      while (true) {
        long done = call(preadv, scratch, fd, scratch.vectors.address(), count, position, 0, 0);
        if (done >= 0) {
          return done;
        }
        if (scratch.errno() != EINTR) {
          throw failure(path, "read", scratch.errno());
        }
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /** Writes from the first {@code count} ranges of the scratch memory. */
  static long writeVectors(Path path, int fd, Scratch scratch, int count, long position)
      throws IOException {
    try {
      while (true) {
        long done = call(pwritev, scratch, fd, scratch.vectors.address(), count, position, 0, 0);
        if (done >= 0) {
          return done;
        }
        if (scratch.errno() != EINTR) {
          throw failure(path, "write", scratch.errno());
        }
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static void sync(Path path, int fd, boolean metadataToo) throws IOException {
    try {
      Scratch scratch = scratch();
      int result;
      do {
        result = (int) call(metadataToo ? fsync : fdatasync, scratch, fd, 0, 0, 0, 0, 0);
      } while (result < 0 && scratch.errno() == EINTR);
      if (result < 0) {
        throw failure(path, "sync", scratch.errno());
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static void truncate(Path path, int fd, long size) throws IOException {
    try {
      Scratch scratch = scratch();
      int result;
      do {
        result = (int) call(ftruncate, scratch, fd, size, 0, 0, 0, 0);
      } while (result < 0 && scratch.errno() == EINTR);
      if (result < 0) {
        throw failure(path, "set the length to " + size, scratch.errno());
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /** Finds data or a hole at a position or behind it; the file's length if there is none. */
  static long seek(Path path, int fd, long position, int whence) throws IOException {
    try {
      Scratch scratch = scratch();
      long found = call(lseek, scratch, fd, position, whence, 0, 0, 0);
      if (found >= 0) {
        return found;
      }
      int error = scratch.errno();
      if (error == ENXIO) {
        return size(path, fd);
      }
      if (error == EINVAL) {
        return whence == SEEK_DATA ? position : size(path, fd);
      }
      throw failure(path, "look for data", error);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /**
   * Copies a range between files inside the kernel; 0 at the source's end, -1 if it can't for these
   * files.
   */
  static long copyRange(Path path, int from, long fromPosition, int to, long position, long length)
      throws IOException {
    MemorySegment copy = copyFileRange;
    if (copy == null) {
      return -1;
    }
    try {
      Scratch scratch = scratch();
      scratch.vectors.set(JAVA_LONG, 0, fromPosition);
      scratch.vectors.set(JAVA_LONG, Long.BYTES, position);
      long first = scratch.vectors.address();
      long second = first + Long.BYTES;
      long done = call(copy, scratch, from, first, to, second, length, 0);
      if (done >= 0) {
        return done;
      }
      int error = scratch.errno();
      return switch (error) {
        case EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EINTR -> -1;
        default -> throw failure(path, "copy", error);
      };
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /** Changes how a range is kept; false if the file system can't. */
  static boolean allocate(Path path, int fd, int mode, long position, long length)
      throws IOException {
    try {
      Scratch scratch = scratch();
      int result;
      do {
        result = (int) call(fallocate, scratch, fd, mode, position, length, 0, 0);
      } while (result < 0 && scratch.errno() == EINTR);
      if (result < 0 && scratch.errno() != EOPNOTSUPP) {
        throw failure(path, "allocate space", scratch.errno());
      }
      return result == 0;
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /** A kind of lock on a range of a file. */
  enum Lock {
    /** Others may have the same. */
    READ(F_RDLCK),
    /** Others may have none. */
    WRITE(F_WRLCK),
    /** None any more. */
    NONE(F_UNLCK);

    private final short type;

    Lock(short type) {
      this.type = type;
    }
  }

  /**
   * Locks a range for as long as the file is open; false if someone else's lock excludes it.
   *
   * @param length bytes in the range; 0 for all that follows
   */
  static boolean lock(Path path, int fd, Lock kind, long start, long length) throws IOException {
    return lock(path, fd, F_OFD_SETLK, kind, start, length);
  }

  /** Whether a range could be locked. */
  static boolean isLockable(Path path, int fd, Lock kind, long start, long length)
      throws IOException {
    return lock(path, fd, F_OFD_GETLK, kind, start, length);
  }

  private static boolean lock(Path path, int fd, int command, Lock kind, long start, long length)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Scratch scratch = scratch();
      MemorySegment flock = arena.allocate(FLOCK_SIZE, 8);
      flock.set(JAVA_SHORT, FLOCK_TYPE, kind.type);
      flock.set(JAVA_LONG, FLOCK_START, start);
      flock.set(JAVA_LONG, FLOCK_LENGTH, length);
      if ((int) call(fcntl, scratch, fd, command, flock.address(), 0, 0, 0) == 0) {
        return command == F_OFD_SETLK || flock.get(JAVA_SHORT, FLOCK_TYPE) == F_UNLCK;
      }
      int error = scratch.errno();
      if (error == EAGAIN || error == EACCES) {
        return false;
      }
      throw failure(path, "lock", error);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /** The file's length in bytes. */
  static long size(Path path, int fd) throws IOException {
    return status(path, fd, STATX_AT_SIZE);
  }

  /** The bytes of storage that the file takes up. */
  static long allocatedSize(Path path, int fd) throws IOException {
    return status(path, fd, STATX_AT_BLOCKS) * STATX_BLOCK;
  }

  private static long status(Path path, int fd, int field) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Scratch scratch = scratch();
      MemorySegment status = arena.allocate(STATX_SIZE, 8);
      int result =
          (int)
              call(
                  statx,
                  scratch,
                  fd,
                  arena.allocateFrom("").address(),
                  AT_EMPTY_PATH,
                  STATX_SIZE_AND_BLOCKS,
                  status.address(),
                  0);
      if (result < 0) {
        throw failure(path, "inspect", scratch.errno());
      }
      return status.get(JAVA_LONG, field);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  private static FileSystemException failure(Path path, String what, int error) {
    String reason;
    try {
      long text = call(strerror, scratch(), error, 0, 0, 0, 0, 0);
      reason = MemorySegment.ofAddress(text).reinterpret(256).getString(0);
    } catch (Throwable e) {
      reason = "unknown";
    }
    return new FileSystemException(
        path.toString(), null, "could not " + what + ": " + reason + " (error " + error + ")");
  }

  private static IOException rethrow(Throwable e) throws IOException {
    return switch (e) {
      case IOException io -> throw io;
      case RuntimeException runtime -> throw runtime;
      case Error error -> throw error;
      default -> new IOException(e);
    };
  }
}
