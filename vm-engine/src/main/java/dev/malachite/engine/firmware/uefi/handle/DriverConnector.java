// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.handle;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.call.Outcome;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.handle.HandleDatabase.Installed;
import dev.malachite.engine.firmware.uefi.handle.HandleDatabase.Use;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Connects and disconnects drivers that guests have loaded (UEFI 2.10, sections 7.3.12 and 7.3.13).
 * The firmware's own devices are connected always.
 */
public final class DriverConnector {
  private static final int SUPPORTED = 0;
  private static final int START = 8;
  private static final int STOP = 16;
  private static final int BY_DRIVER = 0x10;
  private static final int MAX_DRIVERS = 256;

  private final GuestSpace space;
  private final HandleDatabase database;

  /** A connector over a database. */
  public DriverConnector(GuestSpace space, HandleDatabase database) {
    this.space = space;
    this.database = database;
  }

  /** ConnectController(Controller, *DriverImages, *RemainingPath, Recursive). */
  public Outcome connect(Arguments a) {
    long controller = a.get(0);
    long first = a.get(1);
    long remaining = a.get(2);
    boolean recursive = a.flag(3);
    EfiException.require(database.exists(controller));
    Deque<Long> drivers = new ArrayDeque<>();
    for (int i = 0; first != 0 && i < MAX_DRIVERS; i++) {
      long handle = space.u64(first + 8L * i);
      if (handle == 0) {
        break;
      }
      add(drivers, handle);
    }
    database.with(Protocols.DRIVER_BINDING).forEach(h -> add(drivers, h));
    return next(new Work(controller, remaining, drivers, recursive));
  }

  private void add(Deque<Long> drivers, long handle) {
    Installed binding = database.find(handle, Protocols.DRIVER_BINDING);
    if (binding != null && !drivers.contains(binding.address()) && drivers.size() < MAX_DRIVERS) {
      drivers.add(binding.address());
    }
  }

  /** A connection under way. */
  private static final class Work {
    private final long controller;
    private final long remaining;
    private final Deque<Long> drivers;
    private final boolean recursive;
    private boolean started;

    Work(long controller, long remaining, Deque<Long> drivers, boolean recursive) {
      this.controller = controller;
      this.remaining = remaining;
      this.drivers = drivers;
      this.recursive = recursive;
    }
  }

  private Outcome next(Work work) {
    Long binding = work.drivers.poll();
    if (binding == null) {
      boolean done = work.started || work.recursive;
      return new Outcome.Done(done ? Status.SUCCESS : Status.NOT_FOUND);
    }
    List<Long> arguments = List.of(binding, work.controller, work.remaining);
    return new Outcome.Enter(
        space.u64(binding + SUPPORTED),
        arguments,
        null,
        supported -> {
          if (Status.isError(supported)) {
            return next(work);
          }
          return new Outcome.Enter(
              space.u64(binding + START),
              arguments,
              null,
              started -> {
                work.started |= !Status.isError(started);
                return next(work);
              });
        });
  }

  /** DisconnectController(Controller, DriverImage, Child). */
  public Outcome disconnect(Arguments a) {
    long controller = a.get(0);
    long driver = a.get(1);
    EfiException.require(database.exists(controller));
    Deque<Long> bindings = new ArrayDeque<>();
    for (Installed installed : new ArrayList<>(database.protocols(controller))) {
      for (Use use : installed.uses()) {
        boolean meant = driver == 0 || driver == use.agent();
        if ((use.attributes() & BY_DRIVER) != 0 && meant) {
          add(bindings, use.agent());
        }
      }
    }
    return stop(controller, bindings);
  }

  private Outcome stop(long controller, Deque<Long> bindings) {
    Long binding = bindings.poll();
    if (binding == null) {
      return new Outcome.Done(Status.SUCCESS);
    }
    return new Outcome.Enter(
        space.u64(binding + STOP),
        List.of(binding, controller, 0L, 0L),
        null,
        result -> stop(controller, bindings));
  }
}
