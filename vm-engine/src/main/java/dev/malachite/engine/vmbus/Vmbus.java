// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The bus: knows the devices, speaks the channel messages, and opens and closes channels.
 *
 * <p>Messages from the guest are handled on one control thread, in order, so that a processor never
 * waits for a device. Packets and interrupts don't pass through that thread. All public methods may
 * be called from any thread.
 */
public final class Vmbus implements AutoCloseable, Saveable {
  /** Channel numbers run from 1 to one below this. */
  public static final int MAX_CHANNELS = 2048;

  /** The interrupt source VMBus uses. */
  public static final int SINT = 2;

  /** Messages from the guest that wait for the control thread. */
  private static final int MAX_MESSAGES = 256;

  /** Messages that begin or end a connection and wait beyond that. */
  private static final int MAX_RESTARTS = 16;

  /** Messages to the guest beyond which its own aren't looked at. */
  private static final int MAX_OUTBOX = 256;

  private static final long RETRY_MILLISECONDS = 10;
  private static final long PAUSE_SECONDS = 10;
  private static final int MAX_IDENTITY = 100;

  private final VmbusPorts ports;
  private final GuestMemory memory;
  private final ChannelScheduler scheduler;
  private final VmbusLog log = new VmbusLog();
  private final @Nullable Slot[] slots = new @Nullable Slot[MAX_CHANNELS];
  private final GpadlTable gpadls = new GpadlTable();
  private final Outbox outbox;
  private final MessageHandler messages;
  private final InterruptPage interruptPage = new InterruptPage();
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final AtomicInteger messageCount = new AtomicInteger();
  private final AtomicInteger restarts = new AtomicInteger();
  private final Thread control;
  private @Nullable GuestRegions regions;
  private volatile @Nullable VmbusVersion version;
  private volatile boolean discard;
  private volatile boolean closed;
  private volatile boolean polling;
  private boolean offersRequested;
  private volatile CountDownLatch pauseEnd = new CountDownLatch(0);

  /**
   * Connects to a partition's message and event ports.
   *
   * @param memory the machine's memory, complete by the time the machine starts
   * @param workers threads that run channels' work
   */
  public Vmbus(VmbusPorts ports, GuestMemory memory, int workers) {
    this.ports = ports;
    this.memory = memory;
    scheduler = new ChannelScheduler(workers);
    outbox = new Outbox(ports, SINT);
    messages = new MessageHandler(this, outbox);
    control = Thread.ofPlatform().name("vmbus-control").daemon().unstarted(this::loop);
    control.start();
    ports.listenForMessages(MessageHandler.CONNECTION, this::message);
    ports.listenForMessages(MessageHandler.MULTI_CLIENT_CONNECTION, this::message);
    ports.listenForEvents(InterruptPage.CONNECTION, this::sharedSignal);
  }

  /**
   * Adds a device; the guest is offered its channel when it asks, or at once if it has asked.
   *
   * @return the channel's number
   * @throws IllegalStateException if all numbers are taken
   */
  public int add(VmbusDevice device) {
    int relid;
    synchronized (slots) {
      relid = 1;
      while (relid < MAX_CHANNELS && slots[relid] != null) {
        relid++;
      }
      if (relid == MAX_CHANNELS) {
        throw new IllegalStateException("VMBus has no channel number left for " + device.offer());
      }
      slots[relid] = new Slot(relid, device);
    }
    int number = relid;
    ports.listenForEvents(MessageHandler.connectionId(number), () -> signal(number));
    tasks.add(
        () -> {
          Slot slot = slot(number);
          if (offersRequested && slot != null) {
            messages.sendOffer(slot);
          }
        });
    return number;
  }

  /** Takes a device away: closes its channel, tells the guest, and frees the number in time. */
  public void remove(int relid) {
    tasks.add(
        () -> {
          Slot slot = slot(relid);
          if (slot != null && !slot.rescinded) {
            close(slot);
            slot.rescinded = true;
            if (slot.offered) {
              messages.sendRescind(slot);
            } else {
              free(slot);
            }
          }
        });
  }

  /** The version agreed on; the newest before a guest has connected. */
  public VmbusVersion version() {
    VmbusVersion current = version;
    return current == null ? VmbusVersion.V5_3 : current;
  }

  /** True while a guest is connected. */
  public boolean isConnected() {
    return version != null;
  }

  /** Forgets the guest: closes all channels and waits for that. For a machine that resets. */
  public void reset() {
    discard = true;
    CountDownLatch done = new CountDownLatch(1);
    tasks.add(
        () -> {
          disconnect();
          outbox.clear();
          done.countDown();
        });
    boolean interrupted = false;
    while (done.getCount() > 0 && control.isAlive()) {
      try {
        done.await(100, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    discard = false;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Brings the bus to a standstill, while no processor runs: what the guest has sent has been
   * taken, no turn runs, no request is under way. Devices may still ask for turns; they come after
   * {@link #resume}.
   *
   * @throws StateException if the guest takes no answers, so that its messages can't be answered;
   *     the bus goes on then
   */
  public void pause() throws StateException {
    CountDownLatch standing = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    pauseEnd = end;
    tasks.add(
        () -> {
          standing.countDown();
          awaitUninterruptibly(end);
        });
    boolean stands = false;
    try {
      stands = standing.await(PAUSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!stands) {
      end.countDown();
      throw new StateException(
          "the guest doesn't take the answers of its devices; it can't be saved now");
    }
    scheduler.hold();
    for (int relid = 1; relid < MAX_CHANNELS; relid++) {
      Slot slot = slot(relid);
      VmbusChannel channel = slot == null ? null : slot.channel;
      ChannelHandler handler = channel == null ? null : channel.handler();
      if (handler != null) {
        handler.drain();
      }
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // Nobody is meant to interrupt the control thread.
      }
    }
  }

  /** Lets a bus that stands still go on. */
  public void resume() {
    scheduler.release();
    pauseEnd.countDown();
  }

  /**
   * Saves or restores the bus, which must stand still; restoring, the memory must be there already
   * and the devices be those of the same board.
   */
  @Override
  public void transfer(StateTransfer s) throws StateException {
    VmbusVersion current = version;
    int number = s.int32(current == null ? 0 : current.number());
    if (s.loading()) {
      version = number == 0 ? null : VmbusVersion.of(number);
      if (number != 0 && version == null) {
        throw s.impossible("there is no version 0x%x".formatted(number));
      }
    }
    offersRequested = s.flag(offersRequested);
    outbox.transfer(s);
    interruptPage.transfer(s, regions());
    gpadls.transfer(s, regions());
    for (int relid = 1; relid < MAX_CHANNELS; relid++) {
      transfer(relid, s);
    }
  }

  private void transfer(int relid, StateTransfer s) throws StateException {
    Slot slot = slot(relid);
    if (slot != null && slot.rescinded) {
      throw new StateException(
          "the guest has not let go of " + slot.offer() + " yet; try again in a moment");
    }
    if (s.flag(slot != null) != (slot != null)) {
      throw s.impossible("the machine has other devices");
    }
    if (slot == null) {
      return;
    }
    String identity = slot.offer().interfaceType() + "/" + slot.offer().instance();
    if (!s.text(identity, MAX_IDENTITY).equals(identity)) {
      throw s.impossible("the machine has another device instead of " + slot.offer());
    }
    slot.offered = s.flag(slot.offered);
    if (s.flag(slot.channel != null)) {
      messages.transfer(slot, s);
    }
    slot.device().transfer(s);
  }

  /** Closes all channels and ends the threads. */
  @Override
  public void close() {
    pauseEnd.countDown();
    reset();
    closed = true;
    tasks.add(() -> {});
    boolean interrupted = false;
    while (control.isAlive()) {
      try {
        control.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    scheduler.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean message(byte[] payload, int length) {
    if (closed || discard) {
      return false;
    }
    boolean restart = isRestart(payload, length);
    if (messageCount.incrementAndGet() > MAX_MESSAGES + (restart ? MAX_RESTARTS : 0)) {
      messageCount.decrementAndGet();
      return false;
    }
    byte[] copy = new byte[Math.min(length, ChannelMessage.MAX_SIZE)];
    System.arraycopy(payload, 0, copy, 0, copy.length);
    if (restart) {
      restarts.incrementAndGet();
    }
    tasks.add(
        () -> {
          messageCount.decrementAndGet();
          if (restart) {
            restarts.decrementAndGet();
          }
          if (!discard) {
            messages.handle(copy);
          }
        });
    return true;
  }

  private static boolean isRestart(byte[] payload, int length) {
    if (length < ChannelMessage.HEADER_SIZE) {
      return false;
    }
    int type = LittleEndian.getInt(payload, 0);
    return type == ChannelMessage.INITIATE_CONTACT || type == ChannelMessage.UNLOAD;
  }

  private void signal(int relid) {
    Slot slot = slot(relid);
    VmbusChannel channel = slot == null ? null : slot.channel;
    if (channel != null) {
      channel.schedule();
    }
  }

  private void sharedSignal() {
    interruptPage.take(this::signal);
  }

  private void loop() {
    while (!closed) {
      try {
        boolean quiet = outbox.flush();
        if (polling) {
          quiet = false;
          polling = false;
          scheduleAll();
        }
        // A guest that begins anew gets through, though its predecessor takes no answers.
        if (outbox.size() >= MAX_OUTBOX && restarts.get() == 0 && !discard) {
          TimeUnit.MILLISECONDS.sleep(RETRY_MILLISECONDS);
          continue;
        }
        if (discard) {
          outbox.clear();
        }
        Runnable task =
            quiet ? tasks.take() : tasks.poll(RETRY_MILLISECONDS, TimeUnit.MILLISECONDS);
        if (task != null) {
          task.run();
        }
      } catch (InterruptedException e) {
        // Nobody is meant to interrupt this thread; close() is what ends it.
      } catch (RuntimeException | Error e) {
        log.error("the control thread failed at a message", e);
      }
    }
  }

  private void scheduleAll() {
    for (int relid = 1; relid < MAX_CHANNELS; relid++) {
      signal(relid);
    }
  }

  // What the message handler and channels use.

  @Nullable Slot slot(int relid) {
    if (relid <= 0 || relid >= MAX_CHANNELS) {
      return null;
    }
    synchronized (slots) {
      return slots[relid];
    }
  }

  void free(Slot slot) {
    ports.listenForEvents(MessageHandler.connectionId(slot.relid()), null);
    synchronized (slots) {
      slots[slot.relid()] = null;
    }
  }

  GpadlTable gpadls() {
    return gpadls;
  }

  @Nullable Gpadl gpadl(Slot slot, int id) {
    return gpadls.get(slot.relid(), id);
  }

  /** The memory's regions, looked at when they are first needed: the board is complete by then. */
  GuestRegions regions() {
    synchronized (gpadls) {
      GuestRegions known = regions;
      if (known == null) {
        known = new GuestRegions(memory);
        regions = known;
      }
      return known;
    }
  }

  ChannelScheduler scheduler() {
    return scheduler;
  }

  VmbusLog log() {
    return log;
  }

  int processors() {
    return ports.processors();
  }

  InterruptPage interruptPage() {
    return interruptPage;
  }

  /** A connection is made: nothing is offered, open or shared. */
  void connected(VmbusVersion newVersion) {
    version = newVersion;
  }

  /** The guest wants the offers. */
  void requestOffers() {
    offersRequested = true;
    for (int relid = 1; relid < MAX_CHANNELS; relid++) {
      Slot slot = slot(relid);
      if (slot != null && !slot.offered && !slot.rescinded) {
        messages.sendOffer(slot);
      }
    }
  }

  /** Closes everything; the guest is as good as new. */
  void disconnect() {
    for (int relid = 1; relid < MAX_CHANNELS; relid++) {
      Slot slot = slot(relid);
      if (slot != null) {
        close(slot);
        slot.offered = false;
        if (slot.rescinded) {
          free(slot);
        }
      }
    }
    gpadls.clear();
    interruptPage.clear();
    version = null;
    offersRequested = false;
  }

  void close(Slot slot) {
    VmbusChannel channel = slot.channel;
    slot.channel = null;
    if (channel != null) {
      channel.shutDown();
    }
  }

  /** A channel found its guest beyond repair. Any thread. */
  void failed(VmbusChannel channel, Slot slot, ChannelFault fault) {
    log.warning(
        "closed the channel of %s (%d): %s"
            .formatted(slot.offer(), slot.relid(), Objects.toString(fault.getMessage())));
    tasks.add(
        () -> {
          if (slot.channel == channel) {
            close(slot);
          }
        });
  }

  /** A guest that doesn't say when its ring has room has filled it; look again soon. */
  void pollSoon() {
    if (!polling) {
      polling = true;
      tasks.add(() -> {});
    }
  }

  /** Tells the guest that a channel has packets. */
  void interrupt(int relid, int vp) {
    if (vp < 0) {
      return;
    }
    VmbusVersion current = version;
    if (current == null) {
      return;
    }
    if (current.atLeast(VmbusVersion.V2_4)) {
      ports.signalEvent(vp, SINT, relid);
    } else {
      interruptPage.set(relid);
      ports.signalEvent(0, SINT, 0);
    }
  }
}
