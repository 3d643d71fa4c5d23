// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.handle;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.event.Events;
import dev.malachite.engine.firmware.uefi.handle.HandleDatabase.Installed;
import dev.malachite.engine.firmware.uefi.handle.HandleDatabase.Use;
import dev.malachite.engine.firmware.uefi.memory.MemoryType;
import dev.malachite.engine.firmware.uefi.memory.Pool;
import dev.malachite.engine.firmware.uefi.path.DevicePath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The boot services for handles and protocols (UEFI 2.10, section 7.3). */
public final class ProtocolServices {
  private static final int ALL_HANDLES = 0;
  private static final int BY_REGISTER = 1;
  private static final int BY_PROTOCOL = 2;

  // Attributes of OpenProtocol.
  private static final int BY_HANDLE_PROTOCOL = 1;
  private static final int GET_PROTOCOL = 2;
  private static final int TEST_PROTOCOL = 4;
  private static final int BY_CHILD_CONTROLLER = 8;
  private static final int BY_DRIVER = 0x10;
  private static final int EXCLUSIVE = 0x20;

  private static final int MAX_VARIADIC = 64;
  private static final int MAX_REGISTRATIONS = 256;

  /** Somebody who wants to know of new interfaces. */
  private static final class Registration {
    private final UUID guid;
    private final long event;
    private final Deque<Long> fresh = new ArrayDeque<>();

    Registration(UUID guid, long event) {
      this.guid = guid;
      this.event = event;
    }
  }

  private final GuestSpace space;
  private final HandleDatabase database;
  private final Pool pool;
  private final Events events;
  private final Map<Long, Registration> registrations = new HashMap<>();
  private long nextRegistration = 1;

  /** Services over a database. */
  public ProtocolServices(GuestSpace space, HandleDatabase database, Pool pool, Events events) {
    this.space = space;
    this.database = database;
    this.pool = pool;
    this.events = events;
    database.observe(this::installed);
  }

  private void installed(UUID guid) {
    for (Registration r : registrations.values()) {
      if (r.guid.equals(guid)) {
        List<Long> all = database.with(guid);
        if (!all.isEmpty() && r.fresh.size() < MAX_REGISTRATIONS) {
          r.fresh.add(all.getLast());
        }
        events.signal(r.event);
      }
    }
  }

  /** InstallProtocolInterface(*Handle, *Protocol, InterfaceType, *Interface). */
  public long install(Arguments a) {
    long handleAt = a.pointer(0);
    UUID guid = space.guid(a.pointer(1));
    EfiException.require(a.u32(2) == 0);
    space.u64(handleAt, database.install(space.u64(handleAt), guid, a.get(3)));
    return Status.SUCCESS;
  }

  /** ReinstallProtocolInterface(Handle, *Protocol, *Old, *New). */
  public long reinstall(Arguments a) {
    database.reinstall(a.get(0), space.guid(a.pointer(1)), a.get(2), a.get(3));
    return Status.SUCCESS;
  }

  /** UninstallProtocolInterface(Handle, *Protocol, *Interface). */
  public long uninstall(Arguments a) {
    UUID guid = space.guid(a.pointer(1));
    removable(a.get(0), guid);
    database.uninstall(a.get(0), guid, a.get(2));
    return Status.SUCCESS;
  }

  private void removable(long handle, UUID guid) {
    Installed installed = database.find(handle, guid);
    if (installed == null) {
      throw new EfiException(Status.NOT_FOUND);
    }
    boolean used =
        installed.uses().stream()
            .anyMatch(u -> (u.attributes() & (BY_DRIVER | BY_CHILD_CONTROLLER)) != 0);
    if (used) {
      throw new EfiException(Status.ACCESS_DENIED);
    }
  }

  private record Pair(UUID guid, long address) {}

  private List<Pair> pairs(Arguments a) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 1; i < MAX_VARIADIC; i += 2) {
      long guid = a.get(i);
      if (guid == 0) {
        return pairs;
      }
      pairs.add(new Pair(space.guid(guid), a.get(i + 1)));
    }
    throw new EfiException(Status.INVALID_PARAMETER);
  }

  /** InstallMultipleProtocolInterfaces(*Handle, *Protocol, *Interface, ..., NULL). */
  public long installMultiple(Arguments a) {
    long handleAt = a.pointer(0);
    List<Pair> pairs = pairs(a);
    long first = space.u64(handleAt);
    long handle = first;
    List<Pair> done = new ArrayList<>();
    try {
      for (Pair pair : pairs) {
        if (pair.guid.equals(Protocols.DEVICE_PATH) && sameDevicePath(pair.address)) {
          throw new EfiException(Status.ALREADY_STARTED);
        }
        handle = database.install(handle, pair.guid, pair.address);
        done.add(pair);
      }
    } catch (EfiException e) {
      for (Pair pair : done) {
        database.uninstall(handle, pair.guid, pair.address);
      }
      throw e;
    }
    space.u64(handleAt, handle);
    return Status.SUCCESS;
  }

  private boolean sameDevicePath(long address) {
    DevicePath path = DevicePath.read(space, address);
    for (long handle : database.with(Protocols.DEVICE_PATH)) {
      long other = database.require(handle, Protocols.DEVICE_PATH).address();
      if (DevicePath.read(space, other).equals(path)) {
        return true;
      }
    }
    return false;
  }

  /** UninstallMultipleProtocolInterfaces(Handle, *Protocol, *Interface, ..., NULL). */
  public long uninstallMultiple(Arguments a) {
    long handle = a.get(0);
    List<Pair> pairs = pairs(a);
    for (Pair pair : pairs) {
      Installed installed = database.find(handle, pair.guid);
      EfiException.require(installed != null && installed.address() == pair.address);
      removable(handle, pair.guid);
    }
    for (Pair pair : pairs) {
      database.uninstall(handle, pair.guid, pair.address);
    }
    return Status.SUCCESS;
  }

  /** HandleProtocol(Handle, *Protocol, **Interface). */
  public long handleProtocol(Arguments a) {
    long target = a.pointer(2);
    space.u64(target, 0);
    Installed installed = database.require(a.get(0), space.guid(a.pointer(1)));
    space.u64(target, installed.address());
    return Status.SUCCESS;
  }

  /** OpenProtocol(Handle, *Protocol, **Interface, Agent, Controller, Attributes). */
  public long openProtocol(Arguments a) {
    long handle = a.get(0);
    UUID guid = space.guid(a.pointer(1));
    long target = a.get(2);
    long agent = a.get(3);
    long controller = a.get(4);
    int attributes = a.u32(5);
    EfiException.require(target != 0 || attributes == TEST_PROTOCOL);
    if (target != 0) {
      space.u64(target, 0);
    }
    Installed installed = database.require(handle, guid);
    switch (attributes) {
      case BY_HANDLE_PROTOCOL, GET_PROTOCOL, TEST_PROTOCOL -> {}
      case BY_CHILD_CONTROLLER ->
          EfiException.require(
              database.exists(agent) && database.exists(controller) && controller != handle);
      case BY_DRIVER, BY_DRIVER | EXCLUSIVE -> {
        EfiException.require(database.exists(agent) && database.exists(controller));
        exclude(installed, agent, controller, attributes);
      }
      case EXCLUSIVE -> {
        EfiException.require(database.exists(agent));
        exclude(installed, agent, controller, attributes);
      }
      default -> throw new EfiException(Status.INVALID_PARAMETER);
    }
    if (attributes != TEST_PROTOCOL) {
      space.u64(target, installed.address());
      if (agent != 0) {
        installed.addUse(new Use(agent, controller, attributes, 1));
      }
    }
    return Status.SUCCESS;
  }

  private static void exclude(Installed installed, long agent, long controller, int attributes) {
    for (Use use : installed.uses()) {
      boolean driver = (use.attributes() & BY_DRIVER) != 0;
      if (driver && use.agent() == agent && use.controller() == controller) {
        throw new EfiException(Status.ALREADY_STARTED);
      }
      boolean wantsDriver = (attributes & BY_DRIVER) != 0;
      if ((use.attributes() & EXCLUSIVE) != 0 || driver && wantsDriver) {
        throw new EfiException(Status.ACCESS_DENIED);
      }
    }
  }

  /** CloseProtocol(Handle, *Protocol, Agent, Controller). */
  public long closeProtocol(Arguments a) {
    Installed installed = database.find(a.get(0), space.guid(a.pointer(1)));
    long agent = a.get(2);
    long controller = a.get(3);
    EfiException.require(database.exists(a.get(0)) && agent != 0);
    if (installed == null
        || !installed.uses().removeIf(u -> u.agent() == agent && u.controller() == controller)) {
      return Status.NOT_FOUND;
    }
    return Status.SUCCESS;
  }

  /** OpenProtocolInformation(Handle, *Protocol, **Entries, *Count). */
  public long openInformation(Arguments a) {
    Installed installed = database.find(a.get(0), space.guid(a.pointer(1)));
    if (installed == null) {
      return Status.NOT_FOUND;
    }
    long entriesAt = a.pointer(2);
    long countAt = a.pointer(3);
    List<Use> uses = installed.uses();
    long buffer = pool.allocate(MemoryType.BOOT_DATA, 24L * uses.size());
    long at = buffer;
    for (Use use : uses) {
      space.u64(at, use.agent());
      space.u64(at + 8, use.controller());
      space.u32(at + 16, use.attributes());
      space.u32(at + 20, use.count());
      at += 24;
    }
    space.u64(entriesAt, buffer);
    space.u64(countAt, uses.size());
    return Status.SUCCESS;
  }

  /** ProtocolsPerHandle(Handle, ***Buffer, *Count). */
  public long protocolsPerHandle(Arguments a) {
    List<Installed> all = List.copyOf(database.protocols(a.get(0)));
    long bufferAt = a.pointer(1);
    long countAt = a.pointer(2);
    long buffer = pool.allocate(MemoryType.BOOT_DATA, 24L * all.size());
    long guids = buffer + 8L * all.size();
    for (int i = 0; i < all.size(); i++) {
      space.u64(buffer + 8L * i, guids + 16L * i);
      space.bytes(guids + 16L * i, GuestSpace.guid(all.get(i).guid()));
    }
    space.u64(bufferAt, buffer);
    space.u64(countAt, all.size());
    return Status.SUCCESS;
  }

  /** RegisterProtocolNotify(*Protocol, Event, **Registration). */
  public long registerNotify(Arguments a) {
    UUID guid = space.guid(a.pointer(0));
    long target = a.pointer(2);
    EfiException.require(events.exists(a.get(1)));
    if (registrations.size() >= MAX_REGISTRATIONS) {
      throw new EfiException(Status.OUT_OF_RESOURCES);
    }
    long key = nextRegistration++;
    Registration registration = new Registration(guid, a.get(1));
    registration.fresh.addAll(database.with(guid));
    registrations.put(key, registration);
    space.u64(target, key);
    return Status.SUCCESS;
  }

  private List<Long> locate(int by, long guidAt, long key) {
    List<Long> found =
        switch (by) {
          case ALL_HANDLES -> database.handles();
          case BY_PROTOCOL -> {
            EfiException.require(guidAt != 0);
            yield database.with(space.guid(guidAt));
          }
          case BY_REGISTER -> {
            Registration registration = registrations.get(key);
            if (registration == null) {
              throw new EfiException(Status.INVALID_PARAMETER);
            }
            Long fresh = registration.fresh.poll();
            yield fresh == null ? List.of() : List.of(fresh);
          }
          default -> throw new EfiException(Status.INVALID_PARAMETER);
        };
    if (found.isEmpty()) {
      throw new EfiException(Status.NOT_FOUND);
    }
    return found;
  }

  /** LocateHandle(SearchType, *Protocol, *SearchKey, *BufferSize, *Buffer). */
  public long locateHandle(Arguments a) {
    long sizeAt = a.pointer(3);
    long room = space.u64(sizeAt);
    long buffer = a.get(4);
    List<Long> found = locate(a.u32(0), a.get(1), a.get(2));
    space.u64(sizeAt, 8L * found.size());
    if (Long.compareUnsigned(room, 8L * found.size()) < 0) {
      return Status.BUFFER_TOO_SMALL;
    }
    EfiException.require(buffer != 0);
    write(buffer, found);
    return Status.SUCCESS;
  }

  private void write(long buffer, List<Long> handles) {
    for (int i = 0; i < handles.size(); i++) {
      space.u64(buffer + 8L * i, handles.get(i));
    }
  }

  /** LocateHandleBuffer(SearchType, *Protocol, *SearchKey, *Count, **Buffer). */
  public long locateHandleBuffer(Arguments a) {
    long countAt = a.pointer(3);
    long bufferAt = a.pointer(4);
    space.u64(countAt, 0);
    space.u64(bufferAt, 0);
    List<Long> found = locate(a.u32(0), a.get(1), a.get(2));
    long buffer = pool.allocate(MemoryType.BOOT_DATA, 8L * found.size());
    write(buffer, found);
    space.u64(countAt, found.size());
    space.u64(bufferAt, buffer);
    return Status.SUCCESS;
  }

  /** LocateProtocol(*Protocol, *Registration, **Interface). */
  public long locateProtocol(Arguments a) {
    UUID guid = space.guid(a.pointer(0));
    long key = a.get(1);
    long target = a.pointer(2);
    space.u64(target, 0);
    List<Long> found = locate(key == 0 ? BY_PROTOCOL : BY_REGISTER, a.get(0), key);
    Installed installed = database.find(found.getFirst(), guid);
    if (installed == null) {
      return Status.NOT_FOUND;
    }
    space.u64(target, installed.address());
    return Status.SUCCESS;
  }

  /** LocateDevicePath(*Protocol, **DevicePath, *Device). */
  public long locateDevicePath(Arguments a) {
    UUID guid = space.guid(a.pointer(0));
    long pathAt = a.pointer(1);
    long pathAddress = space.u64(pathAt);
    long target = a.pointer(2);
    Located located = locate(guid, DevicePath.read(space, pathAddress));
    if (located == null) {
      return Status.NOT_FOUND;
    }
    space.u64(target, located.handle);
    space.u64(pathAt, pathAddress + located.matched);
    return Status.SUCCESS;
  }

  /**
   * The handle nearest to what a path names.
   *
   * @param handle the handle
   * @param matched bytes of the path that lead to it
   */
  public record Located(long handle, int matched) {}

  /** Finds the handle with a protocol whose device path is the longest beginning of a path. */
  public @Nullable Located locate(UUID guid, DevicePath path) {
    Located best = null;
    for (long handle : database.with(guid)) {
      Installed installed = database.find(handle, Protocols.DEVICE_PATH);
      if (installed == null) {
        continue;
      }
      DevicePath device = DevicePath.read(space, installed.address());
      if (path.startsWith(device) && (best == null || device.length() > best.matched)) {
        best = new Located(handle, device.length());
      }
    }
    return best;
  }
}
