// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.serial;

import dev.malachite.engine.device.SerialBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a guest's serial port, between its processors' threads and something that may be
 * slow: a queue and a thread each way. Output that finds its queue full for a tenth of a second is
 * lost, as on a line that nobody reads.
 */
public abstract class SerialLine implements SerialBackend, AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(SerialLine.class.getName());
  private static final int OUTPUT_CAPACITY = 1 << 16;
  private static final int INPUT_CAPACITY = 1 << 12;
  private static final int CHUNK = 1 << 12;
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Duration LAST_OUTPUT = Duration.ofSeconds(2);

  private final ByteQueue output = new ByteQueue(OUTPUT_CAPACITY);
  private final ByteQueue input = new ByteQueue(INPUT_CAPACITY);
  private final Semaphore readable = new Semaphore(0);
  private final Thread writer;
  private final Thread feeder;
  private volatile @Nullable Receiver receiver;

  /** Makes the line; {@link #begin} starts its threads once the subclass is whole. */
  @SuppressWarnings("this-escape") // the threads start when begin() is called
  protected SerialLine(String name) {
    writer = Thread.ofPlatform().daemon().name(name + "-output").unstarted(this::writeOutput);
    feeder = Thread.ofPlatform().daemon().name(name + "-input").unstarted(this::feedInput);
  }

  /** Starts the threads. */
  protected final void begin() {
    writer.start();
    feeder.start();
  }

  /** Writes what the guest sent; may block. Called on one thread only. */
  protected abstract void write(byte[] bytes, int length) throws IOException;

  /** Takes bytes for the guest, waiting until there is room. False when the line is closed. */
  protected final boolean offer(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (!input.put(bytes[i], Long.MAX_VALUE)) {
        return false;
      }
    }
    return true;
  }

  /** Takes bytes for the guest without waiting; those that find no room are lost. */
  protected final void offerNow(byte[] bytes, int length) {
    for (int i = 0; i < length && input.put(bytes[i], 0); i++) {}
  }

  @Override
  public final void connect(Receiver port) {
    receiver = port;
    readable.release();
  }

  @Override
  public final void transmit(byte value) {
    output.put(value, PATIENCE);
  }

  @Override
  public final void ready() {
    readable.release();
  }

  /** Writes what the guest has sent, for two seconds at most, and ends the threads. */
  @Override
  public void close() throws IOException {
    output.close();
    input.close();
    feeder.interrupt();
    try {
      if (!writer.join(LAST_OUTPUT)) {
        writer.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeOutput() {
    byte[] bytes = new byte[CHUNK];
    boolean broken = false;
    try {
      for (int length = output.take(bytes); length > 0; length = output.take(bytes)) {
        if (!broken) {
          broken = !tryWrite(bytes, length);
        }
      }
    } catch (InterruptedException e) {
      LOGGER.log(System.Logger.Level.WARNING, "the last serial output was lost");
    }
  }

  // A reader that has gone is no reason to stop the guest: its output is thrown away from then on.
  private boolean tryWrite(byte[] bytes, int length) {
    try {
      write(bytes, length);
      return true;
    } catch (IOException e) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "serial output can no longer be written: {0}",
          e.getMessage());
      return false;
    }
  }

  private void feedInput() {
    byte[] bytes = new byte[CHUNK];
    try {
      for (int length = input.take(bytes); length > 0; length = input.take(bytes)) {
        int given = 0;
        while (given < length) {
          Receiver port = receiver;
          given += port == null ? 0 : port.receive(bytes, given, length - given);
          if (given < length) {
            readable.acquire();
            readable.drainPermits();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
