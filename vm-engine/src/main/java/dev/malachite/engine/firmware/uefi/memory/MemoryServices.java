// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.memory;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.call.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The boot services for memory (UEFI 2.10, section 7.2). */
public final class MemoryServices {
  /** Bytes of a memory descriptor as we give it. */
  public static final int DESCRIPTOR = 48;

  private static final int ANY_PAGES = 0;
  private static final int MAX_ADDRESS = 1;
  private static final int ADDRESS = 2;

  private final GuestSpace space;
  private final PageMap pages;
  private final Pool pool;

  /** Services over a map and its pool. */
  public MemoryServices(GuestSpace space, PageMap pages, Pool pool) {
    this.space = space;
    this.pages = pages;
    this.pool = pool;
  }

  /** AllocatePages(Type, MemoryType, Pages, *Memory). */
  public long allocatePages(Arguments a) {
    int type = a.u32(1);
    long count = a.get(2);
    long place = a.pointer(3);
    switch (a.u32(0)) {
      case ANY_PAGES -> space.u64(place, pages.allocate(count, type, Long.MAX_VALUE));
      case MAX_ADDRESS -> space.u64(place, pages.allocate(count, type, limit(space.u64(place))));
      case ADDRESS -> pages.allocateAt(space.u64(place), count, type);
      default -> throw new EfiException(Status.INVALID_PARAMETER);
    }
    return Status.SUCCESS;
  }

  private static long limit(long address) {
    return address < 0 ? Long.MAX_VALUE : address;
  }

  /** FreePages(Memory, Pages). */
  public long freePages(Arguments a) {
    pages.free(a.get(0), a.get(1));
    return Status.SUCCESS;
  }

  /** AllocatePool(Type, Size, **Buffer). */
  public long allocatePool(Arguments a) {
    long place = a.pointer(2);
    space.u64(place, pool.allocate(a.u32(0), a.get(1)));
    return Status.SUCCESS;
  }

  /** FreePool(Buffer). */
  public long freePool(Arguments a) {
    pool.free(a.get(0));
    return Status.SUCCESS;
  }

  /** GetMemoryMap(*Size, *Map, *Key, *DescriptorSize, *DescriptorVersion). */
  public long getMemoryMap(Arguments a) {
    long sizeAt = a.pointer(0);
    long room = space.u64(sizeAt);
    long target = a.get(1);
    List<PageMap.Range> ranges = pages.ranges();
    int size = ranges.size() * DESCRIPTOR;
    space.u64(sizeAt, size);
    space.optional64(a.get(3), DESCRIPTOR);
    long version = a.get(4);
    if (version != 0) {
      space.u32(version, 1);
    }
    if (Long.compareUnsigned(room, size) < 0) {
      return Status.BUFFER_TOO_SMALL;
    }
    EfiException.require(target != 0);
    ByteBuffer map = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (PageMap.Range r : ranges) {
      map.putInt(r.type()).putInt(0).putLong(r.start()).putLong(0);
      map.putLong((r.end() - r.start()) / PageMap.PAGE).putLong(r.attributes()).putLong(0);
    }
    space.bytes(target, map.array());
    space.optional64(a.get(2), pages.key());
    return Status.SUCCESS;
  }

  /** CopyMem(Destination, Source, Length): regions may overlap. */
  public long copyMem(Arguments a) {
    long target = a.get(0);
    long source = a.get(1);
    long length = a.get(2);
    EfiException.require(length >= 0);
    long done = 0;
    boolean up = Long.compareUnsigned(target, source) <= 0;
    while (done < length) {
      int part = (int) Math.min(1 << 20, length - done);
      long at = up ? done : length - done - part;
      space.bytes(target + at, space.bytes(source + at, part, 1 << 20));
      done += part;
    }
    return Status.SUCCESS;
  }

  /** SetMem(Buffer, Size, Value). */
  public long setMem(Arguments a) throws java.io.IOException {
    byte value = (byte) a.get(2);
    space.fill(a.get(0), a.get(1), segment -> segment.fill(value));
    return Status.SUCCESS;
  }
}
