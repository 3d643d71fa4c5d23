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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

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

  /** Bytes from which on a copy asks for its pages first. */
  private static final int MUCH = 64 << 10;

  /** The end of the addresses that {@link #shield} works in. */
  private static final long SHIELD_END = 0x10_0000;

  /** Is told that processors may hold translations that are no longer true. */
  @FunctionalInterface
  public interface MappingObserver {
    /** Processors must forget what they know of addresses. Any thread. */
    void changed();
  }

  /**
   * Memory of a device whose address the guest chooses, such as a frame buffer behind a PCI base
   * address register. Processors read and write it as memory; code in it doesn't run.
   */
  public final class Window {
    private final Region region;
    private volatile long start = -1;

    private Window(Region region) {
      this.region = region;
    }

    /** The memory itself, at whatever address. */
    public MemorySegment segment() {
      return region.segment();
    }

    /** Its size in bytes. */
    public long size() {
      return region.size();
    }

    /** Where the guest sees it, or -1 if nowhere. */
    public long gpa() {
      return start;
    }

    /**
     * Shows the memory at another address; regions that never move go before it. Any thread.
     *
     * @param gpa page aligned, or -1 for nowhere
     */
    public void move(long gpa) {
      if (gpa >= 0 && gpa % PAGE_SIZE != 0) {
        throw new IllegalArgumentException("a window's address must be a multiple of 4096");
      }
      if (start != gpa) {
        start = gpa;
        mappings.changed();
      }
    }
  }

  private final List<Region> owned = new ArrayList<>();
  private Region[] regions = new Region[0];
  private Region[] open = new Region[0];
  private Window[] windows = new Window[0];
  private final AtomicIntegerArray shields = new AtomicIntegerArray((int) (SHIELD_END / PAGE_SIZE));
  private WriteObserver observer = (gpa, length) -> {};
  private MappingObserver mappings = () -> {};

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
  public Region addRegion(String name, long gpa, long bytes, boolean ram) {
    Region region = map(name, gpa, bytes, ram);
    for (Region r : regions) {
      if (gpa < r.end() && r.gpa() < gpa + bytes) {
        release(region);
        throw new IllegalArgumentException("memory region " + name + " overlaps another");
      }
    }
    owned.add(region);
    regions = append(regions, region);
    open = append(open, region);
    return region;
  }

  /**
   * Adds memory that only the host writes. Only before the machine runs.
   *
   * <p>Code in it runs; reads and writes of processors go to the bus as those of device registers
   * do, so there must be a handler that reads it.
   */
  public Region addRom(String name, long gpa, long bytes) {
    Region region = addRegion(name, gpa, bytes, false);
    open = Arrays.copyOf(open, open.length - 1);
    return region;
  }

  /**
   * Adds device memory that the guest places itself; it is nowhere yet. Before the machine runs.
   */
  public Window addWindow(String name, long bytes) {
    Region region = map(name, 0, bytes, false);
    owned.add(region);
    Window window = new Window(region);
    Window[] all = Arrays.copyOf(windows, windows.length + 1);
    all[windows.length] = window;
    windows = all;
    return window;
  }

  private static Region[] append(Region[] array, Region region) {
    Region[] all = Arrays.copyOf(array, array.length + 1);
    all[array.length] = region;
    return all;
  }

  /**
   * Puts a shield before pages of main memory, or takes it away: behind it, code still runs, but
   * reads and writes of processors go to the bus as with {@link #addRom}. Any thread.
   *
   * @param gpa page aligned
   * @param length a multiple of the page size; the bytes end at 1 MiB or before
   */
  public void shield(long gpa, long length, boolean shielded) {
    if (gpa < 0 || length < 0 || gpa + length > SHIELD_END || (gpa | length) % PAGE_SIZE != 0) {
      throw new IllegalArgumentException("only whole pages below 1 MiB can be shielded");
    }
    boolean closed = false;
    for (int page = (int) (gpa / PAGE_SIZE); page < (gpa + length) / PAGE_SIZE; page++) {
      closed |= shields.getAndSet(page, shielded ? 1 : 0) == 0 && shielded;
    }
    if (closed) {
      mappings.changed();
    }
  }

  @SuppressWarnings("restricted")
  private static Region map(String name, long gpa, long bytes, boolean ram) {
    if (bytes <= 0 || gpa < 0 || (gpa | bytes) % PAGE_SIZE != 0) {
      throw new IllegalArgumentException(
          "memory region " + name + ": address and size must be multiples of 4096");
    }
    int fd = Libc.memoryFile("malachite-" + name, bytes);
    long address =
        Libc.mmap(
            bytes, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED | Libc.MAP_NORESERVE, fd);
    return new Region(
        gpa, bytes, address, MemorySegment.ofAddress(address).reinterpret(bytes), ram, fd);
  }

  /** All regions that never move, in the order they were added. */
  public List<Region> regions() {
    return List.of(regions);
  }

  /**
   * Everything that is backed by memory, windows too, in the order in which it was added. A
   * window's region has the address 0, wherever it is shown.
   */
  public List<Region> backings() {
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

  /** Sets the one observer of changes of what is at which address. Before the machine runs. */
  public void observeMappings(MappingObserver mappingObserver) {
    mappings = mappingObserver;
  }

  /** Tells processors that bytes were written through {@link #slice} or by the host's kernel. */
  public void written(long gpa, long length) {
    observer.written(gpa, length);
  }

  /**
   * Where the host has a byte of guest memory that processors may read and write.
   *
   * @return the host address, or 0 where there is none: accesses go to the bus
   */
  public long hostAddress(long gpa) {
    for (Region r : open) {
      long offset = gpa - r.gpa;
      if (offset >= 0 && offset < r.size) {
        return gpa < SHIELD_END && shields.get((int) (gpa / PAGE_SIZE)) != 0
            ? 0
            : r.hostAddress + offset;
      }
    }
    for (Window w : windows) {
      long start = w.start;
      long offset = gpa - start;
      if (start >= 0 && offset >= 0 && offset < w.region.size) {
        return w.region.hostAddress + offset;
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
    if (length >= MUCH) {
      // Page faults one by one would take longer than the copy.
      long first = gpa - r.gpa & -PAGE_SIZE;
      Libc.populate(
          r.hostAddress + first, gpa - r.gpa - first + length + PAGE_SIZE - 1 & -PAGE_SIZE, true);
    }
    MemorySegment.copy(source, offset, r.segment, JAVA_BYTE, gpa - r.gpa, length);
    observer.written(gpa, length);
  }

  /** Unmaps everything. No processor and no device may use this memory any more. */
  @Override
  public void close() {
    regions = new Region[0];
    open = new Region[0];
    windows = new Window[0];
    owned.forEach(GuestMemory::release);
    owned.clear();
  }

  private static void release(Region region) {
    Libc.munmap(region.hostAddress, region.size);
    Libc.close(region.fd);
  }
}
