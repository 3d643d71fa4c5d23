// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import dev.malachite.engine.interrupt.ApicBus;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The synthetic interrupt controller of one processor (TLFS, Synthetic Interrupt Controller).
 *
 * <p>Registers are written by the processor's thread, messages and events come from any. One lock
 * guards the queues and both pages; nothing that blocks is called with it held.
 */
final class Synic {
  static final int SINTS = 16;
  static final int FLAGS = SynicMessage.SIZE * 8;

  /** Messages that wait for a slot, for each SINT: as many as VMBus has channels, and then some. */
  static final int QUEUE_LIMIT = 4096;

  private static final long SINT_MASKED = 1 << 16;
  private static final long SINT_AUTO_END = 1 << 17;
  private static final long SINT_POLLING = 1 << 18;
  private static final long CONTROL_ENABLED = 1;
  private static final long VERSION = 1;

  private static final class Message {
    final int type;
    final byte[] payload;

    Message(int type, byte[] payload) {
      this.type = type;
      this.payload = payload;
    }
  }

  /** Told that a slot may have become free, on the processor's thread and without the lock. */
  interface SlotObserver {
    void mayBeFree(int sint);
  }

  private final int processor;
  private final ApicBus bus;
  private final Object lock = new Object();
  private final OverlayPage messagePage;
  private final OverlayPage eventPage;
  private final long[] sints = new long[SINTS];
  private final @Nullable ArrayDeque<Message>[] queues;
  private volatile int waiting;
  private volatile int senderWaits;
  private long control;
  private SlotObserver slotObserver = sint -> {};

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of queues
  Synic(int processor, GuestMemory memory, ApicBus bus) {
    this.processor = processor;
    this.bus = bus;
    messagePage = new OverlayPage(memory);
    eventPage = new OverlayPage(memory);
    queues = new @Nullable ArrayDeque[SINTS];
    reset();
  }

  /** Sets who else puts messages into slots: the synthetic timers. While being built. */
  void observeSlots(SlotObserver observer) {
    slotObserver = observer;
  }

  void reset() {
    synchronized (lock) {
      control = CONTROL_ENABLED;
      messagePage.reset();
      eventPage.reset();
      Arrays.fill(sints, SINT_MASKED);
      Arrays.fill(queues, null);
      waiting = 0;
      senderWaits = 0;
    }
  }

  boolean readMsr(int msr, long[] result) {
    synchronized (lock) {
      switch (msr) {
        case HypervMsr.SYNIC_CONTROL -> result[0] = control;
        case HypervMsr.SYNIC_VERSION -> result[0] = VERSION;
        case HypervMsr.EVENT_FLAGS_PAGE -> result[0] = eventPage.register();
        case HypervMsr.MESSAGE_PAGE -> result[0] = messagePage.register();
        case HypervMsr.END_OF_MESSAGE -> result[0] = 0;
        default -> {
          if (msr < HypervMsr.SINT0 || msr > HypervMsr.SINT15) {
            return false;
          }
          result[0] = sints[msr - HypervMsr.SINT0];
        }
      }
      return true;
    }
  }

  boolean writeMsr(int msr, long value) {
    if (msr == HypervMsr.END_OF_MESSAGE) {
      endOfMessage();
      return true;
    }
    synchronized (lock) {
      switch (msr) {
        case HypervMsr.SYNIC_CONTROL -> control = value;
        case HypervMsr.EVENT_FLAGS_PAGE -> {
          return eventPage.write(value);
        }
        case HypervMsr.MESSAGE_PAGE -> {
          return messagePage.write(value);
        }
        default -> {
          if (msr < HypervMsr.SINT0 || msr > HypervMsr.SINT15) {
            return false;
          }
          if ((value & (SINT_MASKED | SINT_POLLING)) == 0 && (value & 0xFF) < 16) {
            return false;
          }
          sints[msr - HypervMsr.SINT0] = value;
        }
      }
      return true;
    }
  }

  /**
   * Puts a message into a SINT's slot, or behind those that wait for it already.
   *
   * @return false if there is no slot (disabled) or too many wait
   */
  boolean post(int sint, int type, byte[] payload, int offset, int length) {
    synchronized (lock) {
      MemorySegment page = page(messagePage);
      if (page == null) {
        return false;
      }
      ArrayDeque<Message> queue = queues[sint];
      if ((queue == null || queue.isEmpty())
          && fill(page, sint, type, payload, offset, length, false)) {
        return true;
      }
      if (queue == null) {
        queue = new ArrayDeque<>();
        queues[sint] = queue;
      }
      if (queue.size() >= QUEUE_LIMIT) {
        return false;
      }
      queue.add(new Message(type, Arrays.copyOfRange(payload, offset, offset + length)));
      waiting |= 1 << sint;
      deliver(sint);
      return true;
    }
  }

  /**
   * Puts a message into a SINT's slot if it is free. Otherwise the guest is asked to tell when it
   * is, and the {@link SlotObserver} is told then.
   */
  boolean postIfFree(int sint, int type, byte[] payload, int length) {
    synchronized (lock) {
      MemorySegment page = page(messagePage);
      if (page == null) {
        return false;
      }
      if (fill(page, sint, type, payload, 0, length, (waiting >> sint & 1) != 0)) {
        return true;
      }
      senderWaits |= 1 << sint;
      SynicMessage.markPending(page, sint);
      return fill(page, sint, type, payload, 0, length, (waiting >> sint & 1) != 0);
    }
  }

  /**
   * Sets an event flag and interrupts if it was clear.
   *
   * @return false if there is no page for it (disabled)
   */
  boolean signal(int sint, int flag) {
    synchronized (lock) {
      MemorySegment page = page(eventPage);
      if (page == null) {
        return false;
      }
      if (SynicMessage.setFlag(page, sint, flag)) {
        eventPage.written((long) sint * SynicMessage.SIZE + (flag >> 5) * 4L, 4);
        interrupt(sint);
      }
      return true;
    }
  }

  private @Nullable MemorySegment page(OverlayPage overlay) {
    return (control & CONTROL_ENABLED) == 0 ? null : overlay.segment();
  }

  private boolean fill(
      MemorySegment page,
      int sint,
      int type,
      byte[] payload,
      int offset,
      int length,
      boolean moreWait) {
    if (!SynicMessage.isFree(page, sint)) {
      return false;
    }
    SynicMessage.write(page, sint, type, payload, offset, length, moreWait);
    messagePage.written((long) sint * SynicMessage.SIZE, SynicMessage.SIZE);
    interrupt(sint);
    return true;
  }

  /** Moves the first message that waits for a slot into it, if it is free. */
  private void deliver(int sint) {
    MemorySegment page = page(messagePage);
    ArrayDeque<Message> queue = queues[sint];
    Message first = queue == null ? null : queue.peek();
    if (page == null || queue == null || first == null) {
      return;
    }
    boolean moreWait = queue.size() > 1;
    boolean filled = fill(page, sint, first.type, first.payload, 0, first.payload.length, moreWait);
    if (!filled) {
      // The guest may empty the slot before it can see the mark: look once more after setting it.
      SynicMessage.markPending(page, sint);
      filled = fill(page, sint, first.type, first.payload, 0, first.payload.length, moreWait);
    }
    if (filled) {
      queue.remove();
      if (!moreWait) {
        waiting &= ~(1 << sint);
      }
    }
  }

  private void interrupt(int sint) {
    long source = sints[sint];
    if ((source & (SINT_MASKED | SINT_POLLING)) == 0) {
      bus.interrupt(processor, (int) source & 0xFF, (source & SINT_AUTO_END) != 0);
    }
  }

  private void endOfMessage() {
    for (int sint = 0; sint < SINTS; sint++) {
      slotMayBeFree(sint);
    }
  }

  /** The processor ends an interrupt: if it was a SINT's, its slot may be free now. */
  void endOfInterrupt(int vector) {
    if ((waiting | senderWaits) == 0) {
      return;
    }
    for (int sint = 0; sint < SINTS; sint++) {
      boolean concerned;
      synchronized (lock) {
        concerned = (sints[sint] & 0xFF) == vector && (sints[sint] & SINT_MASKED) == 0;
      }
      if (concerned) {
        slotMayBeFree(sint);
      }
    }
  }

  private void slotMayBeFree(int sint) {
    if ((waiting >> sint & 1) != 0) {
      synchronized (lock) {
        deliver(sint);
      }
    }
    if ((senderWaits >> sint & 1) != 0) {
      synchronized (lock) {
        senderWaits &= ~(1 << sint);
      }
      slotObserver.mayBeFree(sint);
    }
  }

  /** True if messages wait for the slot of a SINT; for tests and counters. */
  boolean waits(int sint) {
    return (waiting >> sint & 1) != 0;
  }

  void transfer(StateTransfer s) throws StateException {
    synchronized (lock) {
      control = s.int64(control);
      messagePage.transfer(s);
      eventPage.transfer(s);
      s.longs(sints);
      waiting = s.number(waiting, 0, 0xFFFF);
      senderWaits = s.number(senderWaits, 0, 0xFFFF);
      for (int sint = 0; sint < SINTS; sint++) {
        ArrayDeque<Message> old = queues[sint];
        List<Message> messages = old == null ? List.of() : List.copyOf(old);
        int size = s.number(messages.size(), 0, QUEUE_LIMIT);
        ArrayDeque<Message> queue = new ArrayDeque<>();
        for (int i = 0; i < size; i++) {
          Message message = s.loading() ? new Message(0, new byte[0]) : messages.get(i);
          int type = s.int32(message.type);
          queue.add(new Message(type, s.block(message.payload, SynicMessage.MAX_PAYLOAD)));
        }
        queues[sint] = queue.isEmpty() ? null : queue;
        if (size == 0 && (waiting >> sint & 1) != 0) {
          throw s.impossible("a message waits that isn't there");
        }
      }
    }
  }
}
