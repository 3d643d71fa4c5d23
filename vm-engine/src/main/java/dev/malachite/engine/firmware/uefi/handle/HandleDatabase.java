// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.handle;

import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Handles and the protocols on them (UEFI 2.10, section 7.3). Handles are numbers that mean nothing
 * to guests; interfaces are addresses in guest memory.
 */
public final class HandleDatabase {
  private static final long FIRST = 0x4D41_4C00_0000L;
  private static final int STEP = 16;
  private static final int MAX_HANDLES = 1 << 14;
  private static final int MAX_PROTOCOLS = 256;
  private static final int MAX_OPEN = 1024;

  /**
   * One use of a protocol.
   *
   * @param agent the image or driver that uses it
   * @param controller the controller for which, or 0
   * @param attributes how
   * @param count how many times
   */
  public record Use(long agent, long controller, int attributes, int count) {}

  /** A protocol on a handle. */
  public static final class Installed {
    private final UUID guid;
    private long address;
    private final List<Use> uses = new ArrayList<>();

    Installed(UUID guid, long address) {
      this.guid = guid;
      this.address = address;
    }

    /** Which protocol. */
    public UUID guid() {
      return guid;
    }

    /** Its interface. */
    public long address() {
      return address;
    }

    void address(long next) {
      address = next;
    }

    /** Who uses it. */
    public List<Use> uses() {
      return uses;
    }

    void addUse(Use use) {
      for (int i = 0; i < uses.size(); i++) {
        Use u = uses.get(i);
        if (u.agent == use.agent
            && u.controller == use.controller
            && u.attributes == use.attributes) {
          uses.set(i, new Use(u.agent, u.controller, u.attributes, u.count + 1));
          return;
        }
      }
      if (uses.size() >= MAX_OPEN) {
        throw new EfiException(Status.OUT_OF_RESOURCES);
      }
      uses.add(use);
    }
  }

  private final Map<Long, Map<UUID, Installed>> handles = new LinkedHashMap<>();
  private final List<Consumer<UUID>> observers = new ArrayList<>();
  private long next = FIRST;

  /** An empty database. */
  public HandleDatabase() {}

  /** Adds an observer of installations. */
  public void observe(Consumer<UUID> observer) {
    observers.add(observer);
  }

  /** Makes a handle. */
  public long create() {
    if (handles.size() >= MAX_HANDLES) {
      throw new EfiException(Status.OUT_OF_RESOURCES);
    }
    long handle = next;
    next += STEP;
    handles.put(handle, new LinkedHashMap<>());
    return handle;
  }

  /** True for a handle that is there. */
  public boolean exists(long handle) {
    return handles.containsKey(handle);
  }

  private Map<UUID, Installed> on(long handle) {
    Map<UUID, Installed> protocols = handles.get(handle);
    if (protocols == null) {
      throw new EfiException(Status.INVALID_PARAMETER);
    }
    return protocols;
  }

  /** All handles, oldest first. */
  public List<Long> handles() {
    return new ArrayList<>(handles.keySet());
  }

  /** The protocols on a handle. */
  public Collection<Installed> protocols(long handle) {
    return on(handle).values();
  }

  /** Installs a protocol; 0 makes a new handle. Returns the handle. */
  public long install(long handle, UUID guid, long address) {
    long target = handle == 0 ? create() : handle;
    Map<UUID, Installed> protocols = on(target);
    EfiException.require(!protocols.containsKey(guid));
    if (protocols.size() >= MAX_PROTOCOLS) {
      throw new EfiException(Status.OUT_OF_RESOURCES);
    }
    protocols.put(guid, new Installed(guid, address));
    observers.forEach(o -> o.accept(guid));
    return target;
  }

  /** Puts another interface in the place of one. */
  public void reinstall(long handle, UUID guid, long old, long address) {
    Installed installed = require(handle, guid);
    if (installed.address != old) {
      throw new EfiException(Status.NOT_FOUND);
    }
    installed.address(address);
    observers.forEach(o -> o.accept(guid));
  }

  /** Removes a protocol; a handle without protocols is gone. */
  public void uninstall(long handle, UUID guid, long address) {
    Installed installed = require(handle, guid);
    if (installed.address != address) {
      throw new EfiException(Status.NOT_FOUND);
    }
    Map<UUID, Installed> protocols = on(handle);
    protocols.remove(guid);
    if (protocols.isEmpty()) {
      handles.remove(handle);
    }
  }

  /** A protocol on a handle, or null. */
  public @Nullable Installed find(long handle, UUID guid) {
    Map<UUID, Installed> protocols = handles.get(handle);
    return protocols == null ? null : protocols.get(guid);
  }

  /** A protocol on a handle; unsupported without it. */
  public Installed require(long handle, UUID guid) {
    Installed installed = on(handle).get(guid);
    if (installed == null) {
      throw new EfiException(Status.UNSUPPORTED);
    }
    return installed;
  }

  /** The handles that have a protocol, oldest first. */
  public List<Long> with(UUID guid) {
    List<Long> found = new ArrayList<>();
    for (Map.Entry<Long, Map<UUID, Installed>> e : handles.entrySet()) {
      if (e.getValue().containsKey(guid)) {
        found.add(e.getKey());
      }
    }
    return found;
  }

  /** Forgets every use by an agent: an image that is gone. */
  public void forgetAgent(long agent) {
    for (Map<UUID, Installed> protocols : handles.values()) {
      for (Installed installed : protocols.values()) {
        installed.uses.removeIf(u -> u.agent == agent);
      }
    }
  }
}
