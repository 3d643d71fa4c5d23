// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control.rpc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Messages over a socket, a line each. Sending never waits: a thread of its own writes, and a peer
 * that doesn't read what is meant for it is disconnected.
 */
final class MessageChannel implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(MessageChannel.class.getName());

  /** Bytes in the longest message. */
  static final int LONGEST = 4 << 20;

  /** Bytes that may wait to be written. */
  private static final int MOST_WAITING = 16 << 20;

  private final SocketChannel socket;
  private final ByteBuffer incoming = ByteBuffer.allocate(1 << 14).limit(0);
  private byte[] line = new byte[1 << 10];
  private final Thread writer;
  private final Queue<byte[]> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private boolean closed;

  /** Messages over a connected socket, which is closed with this. */
  MessageChannel(SocketChannel socket, String name) {
    this.socket = socket;
    writer = Thread.ofPlatform().daemon().name(name + "-writer").unstarted(this::writeAll);
  }

  /** Starts the writing thread. */
  void start() {
    writer.start();
  }

  /**
   * Waits for the next message. One thread only.
   *
   * @return null when the peer has closed the connection
   * @throws IOException if the connection breaks or a message is too long
   */
  @Nullable String receive() throws IOException {
    int length = 0;
    while (true) {
      while (incoming.hasRemaining()) {
        byte next = incoming.get();
        if (next == '\n') {
          return new String(line, 0, length, StandardCharsets.UTF_8);
        }
        if (length == LONGEST) {
          throw new IOException("a message is longer than " + LONGEST + " bytes");
        }
        if (length == line.length) {
          line = Arrays.copyOf(line, Math.min(2 * length, LONGEST));
        }
        line[length++] = next;
      }
      incoming.clear();
      int read = socket.read(incoming);
      incoming.flip();
      if (read < 0) {
        return null;
      }
    }
  }

  /** Sends a message, soon. Any thread. */
  void send(String message) {
    byte[] bytes = (message + "\n").getBytes(StandardCharsets.UTF_8);
    synchronized (waiting) {
      if (closed) {
        return;
      }
      if (waitingBytes + bytes.length <= MOST_WAITING) {
        waitingBytes += bytes.length;
        waiting.add(bytes);
        waiting.notifyAll();
        return;
      }
    }
    LOGGER.log(System.Logger.Level.WARNING, "a peer doesn't read its messages: disconnected");
    close();
  }

  /** Whether everything sent so far is with the host's kernel. */
  boolean isIdle() {
    synchronized (waiting) {
      return waitingBytes == 0;
    }
  }

  private void writeAll() {
    try {
      for (byte[] bytes = next(); bytes != null; bytes = next()) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          socket.write(buffer);
        }
        synchronized (waiting) {
          waitingBytes -= bytes.length;
          waiting.notifyAll();
        }
      }
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "a peer has gone", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }

  private byte @Nullable [] next() throws InterruptedException {
    synchronized (waiting) {
      while (waiting.isEmpty()) {
        if (closed) {
          return null;
        }
        waiting.wait();
      }
      return waiting.remove();
    }
  }

  /** Waits until what was sent is written, for so many milliseconds at most. */
  void flush(long milliseconds) throws InterruptedException {
    long deadline = System.nanoTime() + milliseconds * 1_000_000;
    synchronized (waiting) {
      long left = milliseconds;
      while (waitingBytes > 0 && !closed && left > 0) {
        waiting.wait(left);
        left = (deadline - System.nanoTime()) / 1_000_000;
      }
    }
  }

  @Override
  public void close() {
    synchronized (waiting) {
      closed = true;
      waiting.clear();
      waitingBytes = 0;
      waiting.notifyAll();
    }
    try {
      socket.close();
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "closing a connection", e);
    }
  }
}
