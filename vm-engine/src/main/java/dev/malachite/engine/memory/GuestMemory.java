// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.malachite.engine.host.Libc;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The machine's physical memory: a few regions of host memory at guest physical addresses.
 *
 * <p>Regions are added while the machine is being built and never change while it runs. Memory is
 * off the Java heap, backed by a memory file, zero at first. All access methods may be called from
 * any thread; like real memory they order nothing by themselves. Addresses that no region covers
 * make them throw {@link GuestMemoryException}, so that a device that follows a guest's pointer
 * needs no check of its own.
 *
 * <p>Whoever writes memory other than through a processor must use the writing methods here, or
 * call {@link #written} afterwards: processors keep decoded instructions of pages that hold code.
 */
public final class GuestMemory implements AutoCloseable {
  /** Bytes in a page. */
  public static final int PAGE_SIZE = 4096;

  /** Is told of writes to memory that did not come from a processor. */
  @FunctionalInterface
  public interface WriteObserver {
    /** Guest physical bytes {@code gpa} to {@code gpa + length - 1} have changed. Any thread. */
    void written(long gpa, long length);
  }

  /**
   * Host memory at a guest physical address.
   *
   * @param gpa first guest physical address, page aligned
   * @param size in bytes, a multiple of the page size
   * @param hostAddress where the host has it mapped
   * @param segment the same memory, bounds checked
   * @param ram true for main memory, false for device memory such as a frame buffer
   * @param fd the memory file behind it, which another process may map
   */
  public record Region(
      long gpa, long size, long hostAddress, MemorySegment segment, boolean ram, int fd) {
    /** The first guest physical address behind the region. */
    public long end() {
      return gpa + size;
    }

    boolean contains(long address, long length) {
      return address >= gpa && length >= 0 && length <= size && address - gpa <= size - length;
    }
  }

  private final List<Region> owned = new ArrayList<>();
  private Region[] regions = new Region[0];
  private WriteObserver observer = (gpa, length) -> {};

  /** Memory without any region. */
  public GuestMemory() {}

  /**
   * Adds a region of zeroed memory. Only before the machine runs.
   *
   * @param name for the host's list of mappings
   * @param gpa first guest physical address, page aligned
   * @param bytes its size, a multiple of the page size
   * @param ram true for main memory, false for device memory
   */
  @SuppressWarnings("restricted")
  public Region addRegion(String name, long gpa, long bytes, boolean ram) {
    if (bytes <= 0 || gpa < 0 || (gpa | bytes) % PAGE_SIZE != 0) {
      throw new IllegalArgumentException(
          "memory region " + name + ": address and size must be multiples of 4096");
    }
    for (Region r : regions) {
      if (gpa < r.end() && r.gpa() < gpa + bytes) {
        throw new IllegalArgumentException("memory region " + name + " overlaps another");
      }
    }
    int fd = Libc.memoryFile("malachite-" + name, bytes);
    long address =
        Libc.mmap(
            bytes, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED | Libc.MAP_NORESERVE, fd);
    Region region =
        new Region(
            gpa, bytes, address, MemorySegment.ofAddress(address).reinterpret(bytes), ram, fd);
    owned.add(region);
    regions = owned.toArray(Region[]::new);
    return region;
  }

  /** All regions, in the order they were added. */
  public List<Region> regions() {
    return List.copyOf(owned);
  }

  /** Bytes of main memory. */
  public long ramSize() {
    return owned.stream().filter(Region::ram).mapToLong(Region::size).sum();
  }

  /** Sets the one observer of writes that do not come from a processor. Before the machine runs. */
  public void observeWrites(WriteObserver writeObserver) {
    observer = writeObserver;
  }

  /** Tells processors that bytes were written through {@link #slice} or by the host's kernel. */
  public void written(long gpa, long length) {
    observer.written(gpa, length);
  }

  /**
   * Where the host has a byte of guest memory.
   *
   * @return the host address, or 0 where no region covers {@code gpa}
   */
  public long hostAddress(long gpa) {
    for (Region r : regions) {
      long offset = gpa - r.gpa;
      if (offset >= 0 && offset < r.size) {
        return r.hostAddress + offset;
      }
    }
    return 0;
  }

  /** True if one region covers all of the bytes. */
  public boolean covers(long gpa, long length) {
    for (Region r : regions) {
      if (r.contains(gpa, length)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A bounds-checked view of guest memory.
   *
   * @throws GuestMemoryException if no one region covers the bytes
   */
  public MemorySegment slice(long gpa, long length) {
    Region r = region(gpa, length, "access");
    return r.segment.asSlice(gpa - r.gpa, length);
  }

  private Region region(long gpa, long length, String what) {
    for (Region r : regions) {
      if (r.contains(gpa, length)) {
        return r;
      }
    }
    throw new GuestMemoryException(what, gpa, length);
  }

  /** Reads a byte, zero-extended. */
  public int readByte(long gpa) {
    Region r = region(gpa, 1, "read");
    return r.segment.get(JAVA_BYTE, gpa - r.gpa) & 0xFF;
  }

  /** Reads two bytes, little-endian, zero-extended. */
  public int readShort(long gpa) {
    Region r = region(gpa, 2, "read");
    return r.segment.get(JAVA_SHORT_UNALIGNED, gpa - r.gpa) & 0xFFFF;
  }

  /** Reads four bytes, little-endian. */
  public int readInt(long gpa) {
    Region r = region(gpa, 4, "read");
    return r.segment.get(JAVA_INT_UNALIGNED, gpa - r.gpa);
  }

  /** Reads eight bytes, little-endian. */
  public long readLong(long gpa) {
    Region r = region(gpa, 8, "read");
    return r.segment.get(JAVA_LONG_UNALIGNED, gpa - r.gpa);
  }

  /** Writes a byte. */
  public void writeByte(long gpa, int value) {
    Region r = region(gpa, 1, "write");
    r.segment.set(JAVA_BYTE, gpa - r.gpa, (byte) value);
    observer.written(gpa, 1);
  }

  /** Writes two bytes, little-endian. */
  public void writeShort(long gpa, int value) {
    Region r = region(gpa, 2, "write");
    r.segment.set(JAVA_SHORT_UNALIGNED, gpa - r.gpa, (short) value);
    observer.written(gpa, 2);
  }

  /** Writes four bytes, little-endian. */
  public void writeInt(long gpa, int value) {
    Region r = region(gpa, 4, "write");
    r.segment.set(JAVA_INT_UNALIGNED, gpa - r.gpa, value);
    observer.written(gpa, 4);
  }

  /** Writes eight bytes, little-endian. */
  public void writeLong(long gpa, long value) {
    Region r = region(gpa, 8, "write");
    r.segment.set(JAVA_LONG_UNALIGNED, gpa - r.gpa, value);
    observer.written(gpa, 8);
  }

  /** Copies guest memory out. */
  public void read(long gpa, byte[] target, int offset, int length) {
    Region r = region(gpa, length, "read");
    MemorySegment.copy(r.segment, JAVA_BYTE, gpa - r.gpa, target, offset, length);
  }

  /** Copies into guest memory. */
  public void write(long gpa, byte[] source, int offset, int length) {
    Region r = region(gpa, length, "write");
    MemorySegment.copy(source, offset, r.segment, JAVA_BYTE, gpa - r.gpa, length);
    observer.written(gpa, length);
  }

  /** Unmaps everything. No processor and no device may use this memory any more. */
  @Override
  public void close() {
    regions = new Region[0];
    for (Region r : owned) {
      Libc.munmap(r.hostAddress, r.size);
      Libc.close(r.fd);
    }
    owned.clear();
  }
}
