// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.call;

import dev.malachite.engine.firmware.uefi.call.Outcome.Again;
import dev.malachite.engine.firmware.uefi.call.Outcome.Done;
import dev.malachite.engine.firmware.uefi.call.Outcome.Enter;
import dev.malachite.engine.firmware.uefi.call.Outcome.Leave;
import dev.malachite.engine.memory.GuestMemoryException;
import dev.malachite.engine.processor.RegisterAccess;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way from guest code into the firmware and back.
 *
 * <p>A function pointer in a table leads to a stub of 16 bytes in guest memory: it loads the
 * function's number into R10 and CR3 into RAX, writes to the firmware's port and returns. The write
 * arrives here with the guest's registers. To run a function of the guest, the stack is prepared so
 * that the stub's return goes there, and from there to another stub that comes back here.
 */
public final class Calls implements Saveable {
  /** The port that stubs write to. */
  public static final int PORT = 0xE5;

  /** Bytes of a stub. */
  public static final int STUB = 16;

  private static final System.Logger LOGGER = System.getLogger(Calls.class.getName());
  private static final System.Logger.Level TRACE = System.Logger.Level.DEBUG;
  private static final int R10 = 10;
  private static final int R11 = 11;
  private static final int MAX_FRAMES = 64;
  private static final int MOST_EARLIER = 10_000;
  private static final int SHADOW = 32;
  private static final int RED_ZONE = 128;
  private static final int[] KEPT = {3, 4, 5, 6, 7, 12, 13, 14, 15};
  private static final int FIRST_KEPT_XMM = 6;
  private static final long LONGEST_WAIT = 10_000_000L;

  private record Entry(String name, long stub, Service service) {}

  @SuppressWarnings("ArrayRecordComponent")
  private record Frame(
      long stack, long expected, @Nullable Object owner, long[] kept, Outcome.Continuation then) {}

  private final GuestSpace space;
  private final Consumer<String> crash;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Frame> frames = new ArrayList<>();
  private Supplier<@Nullable Enter> notifications = () -> null;
  private long returnStub;
  private boolean bootOver;
  private int firstRuntime = Integer.MAX_VALUE;
  private int firstInGuest = Integer.MAX_VALUE;

  /**
   * A dispatcher without functions.
   *
   * @param crash told why the guest can't go on
   */
  public Calls(GuestSpace space, Consumer<String> crash) {
    this.space = space;
    this.crash = crash;
    entries.add(new Entry("return", 0, Service.constant(0)));
  }

  /** Sets where notifications come from that are due before a call returns. */
  public void notifications(Supplier<@Nullable Enter> source) {
    notifications = source;
  }

  /** Writes the stub to which guest functions return. */
  public void placeReturn(long address) {
    returnStub = address;
    // mov r11, rax comes first to keep the result.
    writeStub(address, new int[] {0x49, 0x89, 0xC3}, 0);
  }

  /**
   * Adds a function.
   *
   * @param address of 16 bytes for its stub
   * @param runtime true if it may be called after boot services have ended; those are added last
   */
  public void place(long address, String name, boolean runtime, Service service) {
    int id = entries.size();
    if (runtime && firstRuntime > id) {
      firstRuntime = id;
      firstInGuest = id;
    }
    entries.add(new Entry(name, address, service));
    writeStub(address, new int[0], id);
  }

  /** Adds a boot-time function whose stub somebody else writes; returns its number for R10. */
  public int reserve(String name, Service service) {
    entries.add(new Entry(name, 0, service));
    return entries.size() - 1;
  }

  private void writeStub(long address, int[] first, int id) {
    byte[] code = new byte[STUB];
    int at = 0;
    for (int b : first) {
      code[at++] = (byte) b;
    }
    // mov r10d, id; mov rax, cr3; out PORT, eax; ret.
    int[] rest = {
      0x41, 0xBA, id & 0xFF, id >> 8 & 0xFF, id >> 16 & 0xFF, 0, 0x0F, 0x20, 0xD8, 0xE7, PORT, 0xC3
    };
    for (int b : rest) {
      code[at++] = (byte) b;
    }
    space.memory().write(address, code, 0, STUB);
  }

  /** Boot services have ended: only run-time services answer from now on. */
  public void endBootServices() {
    bootOver = true;
    frames.clear();
    notifications = () -> null;
  }

  /** True once boot services have ended. */
  public boolean bootServicesEnded() {
    return bootOver;
  }

  /** Serves a write to the port, on the processor's thread. */
  public synchronized void call(RegisterAccess registers) {
    int id = number((int) registers.general(R10));
    space.pageTables(registers.general(RegisterAccess.RAX));
    if (id == 0) {
      resume(registers);
      return;
    }
    if (id < 0 || id >= entries.size() || bootOver && id < firstRuntime) {
      registers.general(RegisterAccess.RAX, Status.UNSUPPORTED);
      return;
    }
    Entry entry = entries.get(id);
    long stack = registers.general(RegisterAccess.RSP);
    Outcome outcome;
    try {
      outcome = entry.service.call(new Arguments(registers, space, stack));
    } catch (EfiException e) {
      outcome = new Done(e.status());
    } catch (GuestMemoryException e) {
      outcome = new Done(Status.INVALID_PARAMETER);
    } catch (IOException e) {
      outcome = failed(entry.name, e);
    }
    if (LOGGER.isLoggable(TRACE) && !(outcome instanceof Again)) {
      trace(entry.name, registers, outcome);
    }
    settle(registers, stack, entry.stub, outcome);
  }

  // The stubs of a restored guest have the numbers of the firmware that wrote them.
  private int number(int inGuest) {
    return bootOver && inGuest >= firstInGuest ? inGuest - firstInGuest + firstRuntime : inGuest;
  }

  /** Saves or restores what the guest's stubs go by. Only once boot services have ended. */
  @Override
  public synchronized void transfer(StateTransfer s) throws StateException {
    firstInGuest = s.number(firstInGuest, 1, entries.size() + MOST_EARLIER);
    if (s.loading()) {
      endBootServices();
    }
  }

  private static Outcome failed(String name, IOException e) {
    LOGGER.log(System.Logger.Level.WARNING, "UEFI " + name + ": " + e.getMessage());
    return new Done(Status.DEVICE_ERROR);
  }

  private static void trace(String name, RegisterAccess registers, Outcome outcome) {
    String result =
        switch (outcome) {
          case Done d -> Long.toHexString(d.value());
          case Enter e -> "enter " + Long.toHexString(e.function());
          default -> outcome.toString();
        };
    LOGGER.log(
        TRACE,
        String.format(
            Locale.ROOT,
            "UEFI %s(%x, %x, %x, %x) = %s",
            name,
            registers.general(RegisterAccess.RCX),
            registers.general(RegisterAccess.RDX),
            registers.general(RegisterAccess.R8),
            registers.general(9),
            result));
  }

  private void resume(RegisterAccess registers) {
    if (frames.isEmpty() || frames.getLast().expected != registers.general(RegisterAccess.RSP)) {
      crash.accept(
          "UEFI: guest code returned to the firmware with a stack that is not the one it was"
              + " called with");
      return;
    }
    Frame frame = frames.removeLast();
    settle(registers, frame.stack, 0, next(frame, registers.general(R11)));
  }

  private static Outcome next(Frame frame, long result) {
    try {
      return frame.then.resume(result);
    } catch (EfiException e) {
      return new Done(e.status());
    } catch (GuestMemoryException e) {
      return new Done(Status.INVALID_PARAMETER);
    } catch (IOException e) {
      return failed("continuation", e);
    }
  }

  private void settle(RegisterAccess registers, long firstStack, long stub, Outcome first) {
    long stack = firstStack;
    Outcome outcome = first;
    try {
      while (true) {
        switch (outcome) {
          case Done done -> {
            Enter notification = notifications.get();
            if (notification == null) {
              registers.general(RegisterAccess.RAX, done.value());
              registers.general(RegisterAccess.RSP, stack);
              return;
            }
            outcome = before(notification, done);
          }
          case Enter enter -> {
            if (frames.size() < MAX_FRAMES) {
              enter(registers, stack, enter);
              return;
            }
            outcome = enter.then().resume(Status.OUT_OF_RESOURCES);
          }
          case Again again -> {
            Enter notification = notifications.get();
            if (notification != null) {
              // The call is made anew by its stub once the notification has returned.
              again(registers, stack, stub);
              long[] arguments = volatiles(registers);
              long here = registers.general(RegisterAccess.RSP);
              Enter inner =
                  new Enter(
                      notification.function(),
                      notification.arguments(),
                      null,
                      result -> {
                        notification.then().resume(result);
                        restoreVolatiles(registers, arguments);
                        return new Done(0);
                      });
              enter(registers, here, inner);
              return;
            }
            LockSupport.parkNanos(Math.min(again.nanoseconds(), LONGEST_WAIT));
            again(registers, stack, stub);
            return;
          }
          case Leave leave -> {
            Frame frame = unwind(leave.owner());
            for (int i = 0; i < KEPT.length; i++) {
              registers.general(KEPT[i], frame.kept[i]);
            }
            for (int i = KEPT.length; i < frame.kept.length; i++) {
              int half = i - KEPT.length;
              registers.xmm(FIRST_KEPT_XMM + half / 2, half & 1, frame.kept[i]);
            }
            stack = frame.stack;
            outcome = next(frame, leave.result());
          }
        }
      }
    } catch (GuestMemoryException | EfiException | IOException e) {
      crash.accept("UEFI: guest code called the firmware with a bad stack: " + e.getMessage());
    }
  }

  private static Enter before(Enter notification, Done done) {
    return new Enter(
        notification.function(),
        notification.arguments(),
        notification.owner(),
        result -> {
          notification.then().resume(result);
          return done;
        });
  }

  private static long[] volatiles(RegisterAccess registers) {
    return new long[] {
      registers.general(RegisterAccess.RCX),
      registers.general(RegisterAccess.RDX),
      registers.general(RegisterAccess.R8),
      registers.general(9)
    };
  }

  private static void restoreVolatiles(RegisterAccess registers, long[] values) {
    registers.general(RegisterAccess.RCX, values[0]);
    registers.general(RegisterAccess.RDX, values[1]);
    registers.general(RegisterAccess.R8, values[2]);
    registers.general(9, values[3]);
  }

  // The stub's own return leads to the stub again.
  private void again(RegisterAccess registers, long stack, long stub) {
    space.u64(stack - 8, stub);
    registers.general(RegisterAccess.RSP, stack - 8);
  }

  @SuppressWarnings("ReferenceEquality")
  private Frame unwind(Object owner) {
    while (!frames.isEmpty()) {
      Frame frame = frames.removeLast();
      if (frame.owner == owner) {
        return frame;
      }
    }
    throw new EfiException(Status.INVALID_PARAMETER);
  }

  private void enter(RegisterAccess registers, long stack, Enter enter) {
    List<Long> arguments = enter.arguments();
    int onStack = Math.max(0, arguments.size() - 4);
    long top = stack - RED_ZONE - 16 - SHADOW - 8L * onStack & -16L;
    space.u64(top, enter.function());
    space.u64(top + 8, returnStub);
    for (int i = 4; i < arguments.size(); i++) {
      space.u64(top + 16 + SHADOW + 8L * (i - 4), arguments.get(i));
    }
    long[] kept = new long[KEPT.length + 20];
    for (int i = 0; i < KEPT.length; i++) {
      kept[i] = registers.general(KEPT[i]);
    }
    for (int i = 0; i < 20; i++) {
      kept[KEPT.length + i] = registers.xmm(FIRST_KEPT_XMM + i / 2, i & 1);
    }
    frames.add(new Frame(stack, top + 16, enter.owner(), kept, enter.then()));
    int[] places = {RegisterAccess.RCX, RegisterAccess.RDX, RegisterAccess.R8, 9};
    for (int i = 0; i < Math.min(4, arguments.size()); i++) {
      registers.general(places[i], arguments.get(i));
    }
    registers.general(RegisterAccess.RSP, top);
  }
}
