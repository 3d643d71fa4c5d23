// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.core;

import dev.malachite.engine.firmware.uefi.call.Calls;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.call.Service;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.event.Events;
import dev.malachite.engine.firmware.uefi.handle.HandleDatabase;
import dev.malachite.engine.firmware.uefi.memory.MemoryType;
import dev.malachite.engine.firmware.uefi.memory.PageMap;
import dev.malachite.engine.firmware.uefi.memory.Pool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * What every part of the firmware works with, from one power-on to the next: memory, calls,
 * handles, events.
 */
public final class Core {
  private static final int STUB_PAGES = 16;

  private final GuestSpace space;
  private final PageMap pages;
  private final Pool pool;
  private final Calls calls;
  private final HandleDatabase handles = new HandleDatabase();
  private final Events events;
  private long nextStub;
  private final long lastStub;

  /** A core that has no functions yet. */
  public Core(GuestSpace space, PageMap pages, Calls calls, Events events) {
    this.space = space;
    this.pages = pages;
    this.calls = calls;
    this.events = events;
    pool = new Pool(pages);
    nextStub = pages.allocate(STUB_PAGES, MemoryType.BOOT_CODE, Long.MAX_VALUE);
    lastStub = nextStub + STUB_PAGES * PageMap.PAGE;
    calls.placeReturn(takeStub());
    calls.notifications(events::due);
  }

  private long takeStub() {
    if (nextStub >= lastStub) {
      throw new IllegalStateException("there are more firmware functions than room for them");
    }
    long stub = nextStub;
    nextStub += Calls.STUB;
    return stub;
  }

  /** Makes a boot-time function; returns its address. */
  public long function(String name, Service service) {
    long stub = takeStub();
    calls.place(stub, name, false, service);
    return stub;
  }

  /** Makes a boot-time function that answers at once; returns its address. */
  public long simple(String name, Service.Simple service) {
    return function(name, Service.of(service));
  }

  /** Allocates boot-time data and copies bytes into it; returns its address. */
  public long data(byte[] bytes) {
    long address = pool.allocate(MemoryType.BOOT_DATA, bytes.length);
    space.memory().write(address, bytes, 0, bytes.length);
    return address;
  }

  /** A little-endian buffer for a table. */
  public static ByteBuffer table(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** All bytes of a table. */
  public static byte[] bytes(ByteBuffer table) {
    byte[] all = new byte[table.capacity()];
    table.get(0, all);
    return all;
  }

  /** Installs a protocol of the firmware's own. */
  public long install(long handle, UUID protocol, long address) {
    return handles.install(handle, protocol, address);
  }

  /** Guest memory. */
  public GuestSpace space() {
    return space;
  }

  /** Pages. */
  public PageMap pages() {
    return pages;
  }

  /** Pool. */
  public Pool pool() {
    return pool;
  }

  /** Calls. */
  public Calls calls() {
    return calls;
  }

  /** Handles. */
  public HandleDatabase handles() {
    return handles;
  }

  /** Events. */
  public Events events() {
    return events;
  }

  /** Throws with a status unless a condition holds. */
  public static void require(boolean condition, long status) {
    if (!condition) {
      throw new EfiException(status);
    }
  }

  /**
   * Copies an answer to a guest that says how much room it has.
   *
   * @param sizeAt where the room is and the answer's size goes
   * @return success or buffer too small
   */
  public long answer(long sizeAt, long buffer, byte[] answer) {
    long room = space.u64(sizeAt);
    space.u64(sizeAt, answer.length);
    if (Long.compareUnsigned(room, answer.length) < 0) {
      return Status.BUFFER_TOO_SMALL;
    }
    EfiException.require(buffer != 0 || answer.length == 0);
    space.bytes(buffer, answer);
    return Status.SUCCESS;
  }
}
