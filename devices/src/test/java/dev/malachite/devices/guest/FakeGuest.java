// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.guest;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.vmbus.LittleEndian;
import dev.malachite.engine.vmbus.Vmbus;
import dev.malachite.engine.vmbus.VmbusDevice;
import dev.malachite.engine.vmbus.VmbusPorts;
import dev.malachite.engine.vmbus.VmbusVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A guest kernel as VMBus sees it: memory, processors that take messages and event flags, and the
 * driver's steps from connecting to opening channels.
 *
 * <p>Pages are handed out in random order, so that rings and buffers are never contiguous.
 */
public final class FakeGuest implements VmbusPorts, AutoCloseable {
  /** Seconds after which a step counts as failed. */
  public static final int PATIENCE = 20;

  private static final long RAM = 32 << 20;
  private static final int PAGE = GuestMemory.PAGE_SIZE;

  /** An offer as the guest read it. */
  public record Offer(
      UUID interfaceType, UUID instance, int flags, int mmio, int subChannel, int relid, int id) {}

  private final GuestMemory memory = new GuestMemory();
  private final List<Long> freePages = new ArrayList<>();
  private final LinkedBlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
  private final Map<Integer, MessageListener> messagePorts = new ConcurrentHashMap<>();
  private final Map<Integer, Runnable> eventPorts = new ConcurrentHashMap<>();
  private final boolean[] events = new boolean[Vmbus.MAX_CHANNELS];
  private final int[] eventProcessors = new int[Vmbus.MAX_CHANNELS];
  private final Vmbus bus;
  private VmbusVersion version = VmbusVersion.V5_3;
  private int messageConnection = 4;
  private int nextGpadl = 0xE1E10;

  /** A guest of two processors with these devices. */
  public FakeGuest(VmbusDevice... devices) {
    this(0, devices);
  }

  /** A guest with a frame buffer region of some size at {@link #frameBuffer()}. */
  public FakeGuest(long frameBufferSize, VmbusDevice... devices) {
    memory.addRegion("ram", 0, RAM, true);
    memory.addRegion("high", 1L << 32, RAM, true);
    if (frameBufferSize > 0) {
      memory.addRegion("vram", frameBuffer(), frameBufferSize, false);
    }
    for (long page = 16; page < RAM / PAGE; page++) {
      freePages.add(page * PAGE);
      freePages.add((1L << 32) + page * PAGE);
    }
    Collections.shuffle(freePages, new Random(42));
    bus = new Vmbus(this, memory, 2);
    for (VmbusDevice device : devices) {
      bus.add(device);
    }
  }

  /** Where the frame buffer region starts. */
  public static long frameBuffer() {
    return 0xF8000000L;
  }

  /** The machine's memory. */
  public GuestMemory memory() {
    return memory;
  }

  /** The bus under test. */
  public Vmbus bus() {
    return bus;
  }

  /** A page of memory nobody else has. */
  public long allocatePage() {
    long page = freePages.removeLast();
    memory.write(page, new byte[PAGE], 0, PAGE);
    return page;
  }

  /** Pages of memory, wherever they are. */
  public long[] allocatePages(int count) {
    long[] pages = new long[count];
    for (int i = 0; i < count; i++) {
      pages[i] = allocatePage();
    }
    return pages;
  }

  // The partition.

  @Override
  public int processors() {
    return 2;
  }

  @Override
  public boolean postMessage(int vp, int sint, byte[] payload, int length) {
    if (sint != Vmbus.SINT) {
      throw new AssertionError("message on interrupt source " + sint);
    }
    messages.add(Arrays.copyOf(payload, length));
    return true;
  }

  @Override
  public void signalEvent(int vp, int sint, int flag) {
    synchronized (events) {
      events[flag] = true;
      eventProcessors[flag] = vp;
      events.notifyAll();
    }
  }

  @Override
  public void listenForMessages(int connectionId, @Nullable MessageListener listener) {
    if (listener == null) {
      messagePorts.remove(connectionId);
    } else {
      messagePorts.put(connectionId, listener);
    }
  }

  @Override
  public void listenForEvents(int connectionId, @Nullable Runnable listener) {
    if (listener == null) {
      eventPorts.remove(connectionId);
    } else {
      eventPorts.put(connectionId, listener);
    }
  }

  /** Waits for an event flag and clears it; false after {@code milliseconds}. */
  boolean awaitEvent(int flag, long milliseconds) {
    long deadline = System.nanoTime() + milliseconds * 1_000_000;
    synchronized (events) {
      while (!events[flag]) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        try {
          events.wait(left);
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
      events[flag] = false;
      return true;
    }
  }

  /** The processor that got the last event of a channel. */
  public int eventProcessor(int relid) {
    synchronized (events) {
      return eventProcessors[relid];
    }
  }

  void signalHost(int connectionId) {
    Runnable port = eventPorts.get(connectionId);
    if (port != null) {
      port.run();
    }
  }

  // Messages.

  /** Posts a message as it is. */
  public boolean post(byte[] message) {
    MessageListener port = messagePorts.get(messageConnection);
    return port != null && port.message(message, message.length);
  }

  /** The next message from the host. */
  public byte[] take() {
    try {
      byte[] message = messages.poll(PATIENCE, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no message from the host");
      }
      return message;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The next message from the host, which must be of a type; at least {@code size} bytes. */
  public byte[] take(int type, int size) {
    byte[] message = take();
    if (LittleEndian.getInt(message, 0) != type) {
      throw new AssertionError(
          "message " + LittleEndian.getInt(message, 0) + " instead of " + type);
    }
    if (message.length < size) {
      throw new AssertionError("message " + type + " has " + message.length + " bytes");
    }
    return message;
  }

  /** A message of a type with 4-byte fields from offset 8 on. */
  public static byte[] message(int type, int... fields) {
    byte[] message = new byte[8 + fields.length * 4];
    LittleEndian.putInt(message, 0, type);
    for (int i = 0; i < fields.length; i++) {
      LittleEndian.putInt(message, 8 + i * 4, fields[i]);
    }
    return message;
  }

  /** Asks for a version as Linux does; returns the answer. */
  public byte[] initiateContact(int requested) {
    byte[] contact = new byte[40];
    LittleEndian.putInt(contact, 0, 14);
    LittleEndian.putInt(contact, 8, requested);
    if (requested >= VmbusVersion.V5_0.number()) {
      contact[16] = 2;
      messageConnection = 4;
    } else {
      LittleEndian.putLong(contact, 16, allocatePage());
      messageConnection = 1;
    }
    post(contact);
    return take(15, 16);
  }

  /** Connects with a version the host must accept. */
  public FakeGuest connect(VmbusVersion wanted) {
    byte[] response = initiateContact(wanted.number());
    if (response[8] != 1) {
      throw new AssertionError("version " + wanted + " refused");
    }
    version = wanted;
    if (wanted.atLeast(VmbusVersion.V5_0)) {
      messageConnection = LittleEndian.getInt(response, 12);
    }
    return this;
  }

  /** Connects with the newest version. */
  public FakeGuest connect() {
    return connect(VmbusVersion.V5_3);
  }

  /** Asks for the offers. */
  public List<Offer> offers() {
    post(message(3));
    List<Offer> offers = new ArrayList<>();
    while (true) {
      byte[] m = take();
      if (LittleEndian.getInt(m, 0) == 4) {
        return offers;
      }
      offers.add(parseOffer(m));
    }
  }

  /** Reads an offer message. */
  public static Offer parseOffer(byte[] m) {
    if (LittleEndian.getInt(m, 0) != 1 || m.length < 196) {
      throw new AssertionError("not an offer: " + LittleEndian.getInt(m, 0));
    }
    return new Offer(
        LittleEndian.getGuid(m, 8),
        LittleEndian.getGuid(m, 24),
        LittleEndian.getShort(m, 56),
        LittleEndian.getShort(m, 58),
        LittleEndian.getShort(m, 180),
        LittleEndian.getInt(m, 184),
        LittleEndian.getInt(m, 192));
  }

  /** Shares pages with a channel; returns the number. */
  public int createGpadl(int relid, long[] pages) {
    int id = nextGpadl++;
    byte[] ranges = new byte[8 + pages.length * 8];
    LittleEndian.putInt(ranges, 0, pages.length * PAGE);
    for (int i = 0; i < pages.length; i++) {
      LittleEndian.putLong(ranges, 8 + i * 8, pages[i] / PAGE);
    }
    int status = createGpadl(relid, id, 1, ranges);
    if (status != 0) {
      throw new AssertionError("memory refused: 0x" + Integer.toHexString(status));
    }
    return id;
  }

  /** Shares memory with a channel, in as many messages as it takes; returns the status. */
  public int createGpadl(int relid, int id, int rangeCount, byte[] ranges) {
    int first = Math.min(ranges.length, (240 - 20) / 8 * 8);
    byte[] header = new byte[20 + first];
    LittleEndian.putInt(header, 0, 8);
    LittleEndian.putInt(header, 8, relid);
    LittleEndian.putInt(header, 12, id);
    LittleEndian.putShort(header, 16, ranges.length);
    LittleEndian.putShort(header, 18, rangeCount);
    System.arraycopy(ranges, 0, header, 20, first);
    post(header);
    int number = 0;
    for (int at = first; at < ranges.length; ) {
      int part = Math.min(ranges.length - at, (240 - 16) / 8 * 8);
      byte[] body = new byte[16 + part];
      LittleEndian.putInt(body, 0, 9);
      LittleEndian.putInt(body, 8, number++);
      LittleEndian.putInt(body, 12, id);
      System.arraycopy(ranges, at, body, 16, part);
      while (!post(body)) {
        Thread.onSpinWait();
      }
      at += part;
    }
    byte[] created = take(10, 20);
    if (LittleEndian.getInt(created, 8) != relid || LittleEndian.getInt(created, 12) != id) {
      throw new AssertionError("answer for other memory");
    }
    return LittleEndian.getInt(created, 16);
  }

  /** Takes shared memory back. */
  public void teardownGpadl(int relid, int id) {
    post(message(11, relid, id));
    byte[] tornDown = take(12, 12);
    if (LittleEndian.getInt(tornDown, 8) != id) {
      throw new AssertionError("other memory torn down");
    }
  }

  /** Opens the only channel of an interface with rings of 16 pages. */
  public GuestChannel open(UUID interfaceType) {
    for (Offer offer : offers()) {
      if (offer.interfaceType().equals(interfaceType)) {
        return open(offer, 16, 16);
      }
    }
    throw new AssertionError("no offer of " + interfaceType);
  }

  /** Opens a channel; sizes in pages, control page included. */
  public GuestChannel open(Offer offer, int sendPages, int receivePages) {
    long[] pages = allocatePages(sendPages + receivePages);
    int gpadl = createGpadl(offer.relid(), pages);
    GuestChannel channel =
        new GuestChannel(
            this,
            offer,
            gpadl,
            Arrays.copyOf(pages, sendPages),
            Arrays.copyOfRange(pages, sendPages, pages.length));
    int status = open(offer.relid(), gpadl, sendPages, 1);
    if (status != 0) {
      throw new AssertionError("channel not opened: 0x" + Integer.toHexString(status));
    }
    return channel;
  }

  /** Sends an open message; returns the status. */
  public int open(int relid, int gpadl, int downstream, int vp) {
    byte[] message = Arrays.copyOf(message(5, relid, relid, gpadl, vp, downstream), 148);
    post(message);
    byte[] result = take(6, 20);
    if (LittleEndian.getInt(result, 8) != relid || LittleEndian.getInt(result, 12) != relid) {
      throw new AssertionError("answer for another channel");
    }
    return LittleEndian.getInt(result, 16);
  }

  /** Ends the connection as a guest does that shuts down or crashes. */
  public void unload() {
    post(message(16));
    take(17, 8);
  }

  /** The version in use. */
  public VmbusVersion version() {
    return version;
  }

  @Override
  public void close() {
    bus.close();
    memory.close();
  }
}
