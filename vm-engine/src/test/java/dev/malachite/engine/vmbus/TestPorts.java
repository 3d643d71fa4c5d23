// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A partition that keeps what VMBus sends and hands it what a test posts. */
final class TestPorts implements VmbusPorts {
  private static final int PATIENCE = 20;

  /** A message and the processor it went to. */
  @SuppressWarnings("ArrayRecordComponent")
  record Message(int vp, byte[] bytes) {
    int type() {
      return LittleEndian.getInt(bytes, 0);
    }

    int getInt(int offset) {
      return LittleEndian.getInt(bytes, offset);
    }
  }

  /** An event flag. */
  record Event(int vp, int flag) {}

  final LinkedBlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Map<Integer, MessageListener> messageListeners = new ConcurrentHashMap<>();
  private final Map<Integer, Runnable> eventListeners = new ConcurrentHashMap<>();
  volatile boolean full;

  @Override
  public int processors() {
    return 4;
  }

  @Override
  public boolean postMessage(int vp, int sint, byte[] payload, int length) {
    if (full) {
      return false;
    }
    messages.add(new Message(vp, Arrays.copyOf(payload, length)));
    return true;
  }

  @Override
  public void signalEvent(int vp, int sint, int flag) {
    events.add(new Event(vp, flag));
  }

  @Override
  public void listenForMessages(int connectionId, @Nullable MessageListener listener) {
    if (listener == null) {
      messageListeners.remove(connectionId);
    } else {
      messageListeners.put(connectionId, listener);
    }
  }

  @Override
  public void listenForEvents(int connectionId, @Nullable Runnable listener) {
    if (listener == null) {
      eventListeners.remove(connectionId);
    } else {
      eventListeners.put(connectionId, listener);
    }
  }

  boolean post(int connectionId, byte[] message) {
    MessageListener listener = messageListeners.get(connectionId);
    return listener != null && listener.message(message, message.length);
  }

  void signal(int connectionId) {
    Runnable listener = eventListeners.get(connectionId);
    if (listener != null) {
      listener.run();
    }
  }

  Message take() {
    return take(messages);
  }

  Message take(int type) {
    Message message = take(messages);
    if (message.type() != type) {
      throw new AssertionError("message " + message.type() + " instead of " + type);
    }
    return message;
  }

  Event event() {
    return take(events);
  }

  private static <T> T take(LinkedBlockingQueue<T> queue) {
    try {
      T value = queue.poll(PATIENCE, TimeUnit.SECONDS);
      if (value == null) {
        throw new AssertionError("nothing came");
      }
      return value;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
