// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.event;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.call.Outcome;
import dev.malachite.engine.firmware.uefi.call.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Events, timers and task priority levels (UEFI 2.10, section 7.1).
 *
 * <p>Timers are looked at whenever guest code calls the firmware; notification functions run before
 * that call returns.
 */
public final class Events {
  private static final long FIRST = 0x4D41_4C45_0000L;
  private static final int STEP = 16;
  private static final int MAX_EVENTS = 1 << 14;
  private static final int MAX_PENDING = 1 << 12;

  // Types.
  private static final int TIMER = 0x8000_0000;
  private static final int NOTIFY_WAIT = 0x100;
  private static final int NOTIFY_SIGNAL = 0x200;
  private static final int EXIT_BOOT_SERVICES = 0x201;
  private static final int VIRTUAL_ADDRESS_CHANGE = 0x6000_0202;

  /** Group signalled when boot services end. */
  public static final UUID GROUP_EXIT_BOOT_SERVICES =
      UUID.fromString("27abf055-b1b8-4c26-8048-748f37baa2df");

  /** Group signalled before boot services end. */
  public static final UUID GROUP_BEFORE_EXIT_BOOT_SERVICES =
      UUID.fromString("8be0e274-3970-4b44-80c5-1ab9502f3bfc");

  /** Group signalled when addresses become virtual. */
  public static final UUID GROUP_VIRTUAL_ADDRESS_CHANGE =
      UUID.fromString("13fa7698-c831-49c7-87ea-8f43fcc25196");

  /** Group signalled when the boot manager is about to start an option. */
  public static final UUID GROUP_READY_TO_BOOT =
      UUID.fromString("7ce88fb3-4bd7-4679-87a8-a8d8dee50d2b");

  private static final long SLICE = 2_000_000L;
  private static final long SPIN = 3_000_000L;
  private static final int UNIT = 100;

  private static final class Event {
    private final long id;
    private final int type;
    private final int tpl;
    private final long function;
    private final long context;
    private final @Nullable UUID group;
    private @Nullable BooleanSupplier check;
    private boolean signalled;
    private boolean queued;
    private boolean timed;
    private long due;
    private long period;

    Event(long id, int type, int tpl, long function, long context, @Nullable UUID group) {
      this.id = id;
      this.type = type;
      this.tpl = tpl;
      this.function = function;
      this.context = context;
      this.group = group;
    }
  }

  private final GuestSpace space;
  private final LongSupplier clock;
  private final Map<Long, Event> events = new LinkedHashMap<>();
  private final List<Deque<Event>> pending = new ArrayList<>();
  private long next = FIRST;
  private int tpl = Tpl.APPLICATION;
  private int pendingCount;
  private int timers;
  private long stallUntil;

  /**
   * No events, applications' level.
   *
   * @param clock nanoseconds
   */
  public Events(GuestSpace space, LongSupplier clock) {
    this.space = space;
    this.clock = clock;
    for (int i = 0; i <= Tpl.HIGH; i++) {
      pending.add(new ArrayDeque<>());
    }
  }

  /** True for an event that is there. */
  public boolean exists(long id) {
    return events.containsKey(id);
  }

  private Event require(long id) {
    Event event = events.get(id);
    if (event == null) {
      throw new EfiException(Status.INVALID_PARAMETER);
    }
    return event;
  }

  /** Makes an event of the firmware's own that is signalled while a condition holds. */
  public long createCheck(BooleanSupplier check) {
    Event event = add(NOTIFY_WAIT, Tpl.NOTIFY, 0, 0, null);
    event.check = check;
    return event.id;
  }

  private Event add(int type, int level, long function, long context, @Nullable UUID group) {
    if (events.size() >= MAX_EVENTS) {
      throw new EfiException(Status.OUT_OF_RESOURCES);
    }
    Event event = new Event(next, type, level, function, context, group);
    next += STEP;
    events.put(event.id, event);
    return event;
  }

  /** CreateEvent(Type, NotifyTpl, NotifyFunction, *Context, *Event). */
  public long create(Arguments a) {
    int type = a.u32(0);
    UUID group =
        switch (type) {
          case EXIT_BOOT_SERVICES -> GROUP_EXIT_BOOT_SERVICES;
          case VIRTUAL_ADDRESS_CHANGE -> GROUP_VIRTUAL_ADDRESS_CHANGE;
          default -> null;
        };
    return create(type, a.get(1), a.get(2), a.get(3), group, a.pointer(4));
  }

  /** CreateEventEx(Type, NotifyTpl, NotifyFunction, *Context, *EventGroup, *Event). */
  public long createEx(Arguments a) {
    int type = a.u32(0);
    long groupAt = a.get(4);
    EfiException.require(
        groupAt == 0 || type != EXIT_BOOT_SERVICES && type != VIRTUAL_ADDRESS_CHANGE);
    UUID group = groupAt == 0 ? null : space.guid(groupAt);
    return create(type, a.get(1), a.get(2), a.get(3), group, a.pointer(5));
  }

  private long create(
      int type, long level, long function, long context, @Nullable UUID group, long target) {
    boolean notifies = (type & (NOTIFY_WAIT | NOTIFY_SIGNAL)) != 0;
    if (notifies) {
      EfiException.require((type & NOTIFY_WAIT) == 0 || (type & NOTIFY_SIGNAL) == 0);
      EfiException.require(function != 0 && level > Tpl.APPLICATION && level < Tpl.HIGH);
    }
    int known = TIMER | NOTIFY_WAIT | NOTIFY_SIGNAL | EXIT_BOOT_SERVICES | VIRTUAL_ADDRESS_CHANGE;
    EfiException.require((type & ~known) == 0);
    Event event = add(type, notifies ? (int) level : 0, function, context, group);
    space.u64(target, event.id);
    return Status.SUCCESS;
  }

  /** CloseEvent(Event). */
  public long close(Arguments a) {
    Event event = require(a.get(0));
    EfiException.require(event.check == null);
    events.remove(event.id);
    if (event.timed) {
      event.timed = false;
      timers--;
    }
    if (event.queued) {
      pending.get(event.tpl).remove(event);
      pendingCount--;
    }
    return Status.SUCCESS;
  }

  /** SignalEvent(Event). */
  public long signal(Arguments a) {
    Event event = require(a.get(0));
    if (event.group != null) {
      signalGroup(event.group);
    } else {
      signal(event);
    }
    return Status.SUCCESS;
  }

  /** Signals an event if it is there. */
  public void signal(long id) {
    Event event = events.get(id);
    if (event != null) {
      signal(event);
    }
  }

  /** Signals all events of a group. */
  public void signalGroup(UUID group) {
    for (Event event : List.copyOf(events.values())) {
      if (group.equals(event.group)) {
        signal(event);
      }
    }
  }

  private void signal(Event event) {
    if (event.signalled && (event.type & NOTIFY_SIGNAL) == 0) {
      return;
    }
    event.signalled = true;
    if ((event.type & NOTIFY_SIGNAL) != 0) {
      queue(event);
    }
  }

  private void queue(Event event) {
    if (!event.queued && event.function != 0 && pendingCount < MAX_PENDING) {
      event.queued = true;
      pending.get(event.tpl).add(event);
      pendingCount++;
    }
  }

  /** CheckEvent(Event). */
  public long check(Arguments a) {
    Event event = require(a.get(0));
    if ((event.type & NOTIFY_SIGNAL) != 0) {
      return Status.INVALID_PARAMETER;
    }
    return ready(event) ? Status.SUCCESS : Status.NOT_READY;
  }

  // An event that is waited for and not signalled has its function called, which may signal it.
  private boolean ready(Event event) {
    BooleanSupplier check = event.check;
    if (check != null) {
      return check.getAsBoolean();
    }
    tick();
    if (event.signalled) {
      event.signalled = false;
      return true;
    }
    if ((event.type & NOTIFY_WAIT) != 0) {
      queue(event);
    }
    return false;
  }

  /** WaitForEvent(Count, *Events, *Index). */
  public Outcome wait(Arguments a) {
    if (tpl != Tpl.APPLICATION) {
      return new Outcome.Done(Status.UNSUPPORTED);
    }
    long count = a.get(0);
    long list = a.pointer(1);
    long indexAt = a.pointer(2);
    EfiException.require(count > 0 && count <= MAX_EVENTS);
    for (int i = 0; i < count; i++) {
      Event event = require(space.u64(list + 8L * i));
      if ((event.type & NOTIFY_SIGNAL) != 0) {
        space.u64(indexAt, i);
        return new Outcome.Done(Status.INVALID_PARAMETER);
      }
      if (ready(event)) {
        space.u64(indexAt, i);
        return new Outcome.Done(Status.SUCCESS);
      }
    }
    return new Outcome.Again(SLICE);
  }

  /** SetTimer(Event, Type, TriggerTime in 100 ns). */
  public long setTimer(Arguments a) {
    Event event = require(a.get(0));
    int type = a.u32(1);
    EfiException.require((event.type & TIMER) != 0 && type >= 0 && type <= 2);
    long time = a.get(2);
    long nanoseconds = time < 0 || time > Long.MAX_VALUE / 400 ? Long.MAX_VALUE / 4 : time * UNIT;
    boolean armed = type != 0;
    if (armed != event.timed) {
      timers += armed ? 1 : -1;
    }
    event.timed = armed;
    event.due = clock.getAsLong() + nanoseconds;
    event.period = type == 1 ? Math.max(nanoseconds, 1_000_000) : 0;
    event.signalled = false;
    return Status.SUCCESS;
  }

  private void tick() {
    if (timers == 0) {
      return;
    }
    long now = clock.getAsLong();
    for (Event event : events.values()) {
      if (event.timed && event.due <= now) {
        if (event.period > 0) {
          event.due = Math.max(event.due + event.period, now);
        } else {
          event.timed = false;
          timers--;
        }
        signal(event);
      }
    }
  }

  /** RaiseTPL(NewTpl): returns the old one. */
  public long raise(Arguments a) {
    long old = tpl;
    tpl = Math.clamp(a.get(0), tpl, Tpl.HIGH);
    return old;
  }

  /** RestoreTPL(OldTpl). */
  public long restore(Arguments a) {
    tpl = Math.clamp(a.get(0), 0, tpl);
    return 0;
  }

  /** Stall(Microseconds). */
  public Outcome stall(Arguments a) {
    long wanted = a.get(0);
    long now = clock.getAsLong();
    if (stallUntil == 0) {
      long most = Long.MAX_VALUE / 4000;
      stallUntil = now + (wanted < 0 || wanted > most ? most : wanted) * 1000;
    }
    // Short ones are exact: loaders measure the processor's speed by them.
    while (stallUntil - now > 0 && stallUntil - now < SPIN) {
      Thread.onSpinWait();
      now = clock.getAsLong();
    }
    if (now >= stallUntil) {
      stallUntil = 0;
      return new Outcome.Done(Status.SUCCESS);
    }
    return new Outcome.Again(Math.min(SLICE, stallUntil - now - SPIN / 2));
  }

  /** The most urgent notification that may run now, as a call of its function. */
  public Outcome.@Nullable Enter due() {
    tick();
    if (pendingCount == 0) {
      return null;
    }
    for (int level = Tpl.HIGH; level > tpl; level--) {
      Event event = pending.get(level).poll();
      if (event != null) {
        pendingCount--;
        event.queued = false;
        int before = tpl;
        tpl = level;
        return new Outcome.Enter(
            event.function,
            List.of(event.id, event.context),
            null,
            result -> {
              tpl = before;
              return new Outcome.Done(0);
            });
      }
    }
    return null;
  }

  /** The current level. */
  public int tpl() {
    return tpl;
  }

  /** Sets the level an application starts or ends with. */
  public void tpl(int level) {
    tpl = level;
  }

  /** Stops all timers: boot services end. */
  public void stopTimers() {
    for (Event event : events.values()) {
      event.timed = false;
    }
    timers = 0;
  }
}
