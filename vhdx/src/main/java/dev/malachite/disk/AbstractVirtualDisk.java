// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The part that all disks share: queueing, range checks, waiting helpers and orderly closing.
 *
 * <p>A format implements the protected operations, which the executor's threads call in parallel;
 * they may block on the file.
 */
public abstract class AbstractVirtualDisk implements VirtualDisk {
  private static final Logger LOGGER = System.getLogger(AbstractVirtualDisk.class.getName());

  private final DiskExecutor executor;
  private final Object lifeLock = new Object();
  private int inFlight;
  private boolean closing;

  /** Makes a disk whose requests run on the executor's threads. */
  protected AbstractVirtualDisk(DiskExecutor executor) {
    this.executor = executor;
  }

  /** Reads from the byte offset into all of the memory. */
  protected abstract void readRange(long offset, ScatterList memory) throws IOException;

  /** Writes all of the memory at the byte offset. */
  protected abstract void writeRange(long offset, ScatterList memory) throws IOException;

  /** Makes every completed write durable. */
  protected abstract void synchronize() throws IOException;

  /** Gives back what space it can of a byte range. */
  protected abstract void unmapRange(long offset, long length) throws IOException;

  /** Makes a byte range read as zeroes. */
  protected abstract void zeroRange(long offset, long length) throws IOException;

  /** Where data starts at or behind an offset inside the disk; the disk's size if nowhere. */
  protected long findData(long offset) throws IOException {
    return offset;
  }

  /** Where known zeroes start at or behind an offset inside the disk; its size if nowhere. */
  protected long findHole(long offset) throws IOException {
    return size();
  }

  /** Leaves the file durable and clean and releases it; called once, with nothing in flight. */
  protected abstract void closeFile() throws IOException;

  @Override
  public final void submit(DiskRequest request) {
    request.begin(this);
    if (!enter()) {
      complete(request, new IOException("the virtual disk is closed"));
    } else if (executor.isWorker() && request.attachment() instanceof Waiter) {
      // A completion that waits for another request would hold the thread that request needs.
      execute(request);
    } else if (!executor.execute(request)) {
      leave();
      complete(request, new IOException("the virtual disk's executor is closed"));
    }
  }

  final void execute(DiskRequest request) {
    IOException error = null;
    try {
      perform(request);
    } catch (IOException e) {
      error = e;
    } catch (RuntimeException | StackOverflowError e) {
      error = new IOException("disk request failed: " + e, e);
    }
    leave();
    complete(request, error);
  }

  private void perform(DiskRequest request) throws IOException {
    DiskRequest.Operation operation = request.operation();
    if (operation != DiskRequest.Operation.FLUSH) {
      checkRange(request.offset(), request.length());
      if (operation != DiskRequest.Operation.READ && readOnly()) {
        throw new IOException("the virtual disk is read-only");
      }
    }
    switch (operation) {
      case READ -> readRange(request.offset(), request.memory());
      case WRITE -> writeRange(request.offset(), request.memory());
      case FLUSH -> synchronize();
      case UNMAP -> unmapRange(request.offset(), request.length());
      case WRITE_ZEROES -> zeroRange(request.offset(), request.length());
    }
    if (request.isForceUnitAccess()
        && (operation == DiskRequest.Operation.WRITE
            || operation == DiskRequest.Operation.WRITE_ZEROES)) {
      synchronize();
    }
  }

  private void checkRange(long offset, long length) throws IOException {
    long size = size();
    if (offset < 0 || length < 0 || offset > size || length > size - offset) {
      throw new IOException(
          "disk request for "
              + length
              + " bytes at "
              + offset
              + " lies outside the disk of "
              + size
              + " bytes");
    }
  }

  private void complete(DiskRequest request, @Nullable IOException error) {
    DiskCompletion completion = request.end();
    try {
      completion.completed(request, error);
    } catch (RuntimeException e) {
      LOGGER.log(Level.ERROR, "A disk completion failed; the disk goes on", e);
    }
  }

  /** Keeps the disk open while something is under way; false if it closes already. */
  private boolean enter() {
    synchronized (lifeLock) {
      if (!closing) {
        inFlight++;
      }
      return !closing;
    }
  }

  private void leave() {
    synchronized (lifeLock) {
      inFlight--;
      if (closing && inFlight == 0) {
        lifeLock.notifyAll();
      }
    }
  }

  @Override
  public final void read(long offset, MemorySegment target) throws IOException {
    if (target.isNative() && target.isAccessibleBy(foreignThread())) {
      Waiter waiter = new Waiter();
      waiter.request.read(offset).addMemory(target, 0, target.byteSize());
      waiter.await(this);
      return;
    }
    MemorySegment bounce = Arena.ofAuto().allocate(target.byteSize(), 8);
    read(offset, bounce);
    target.copyFrom(bounce);
  }

  @Override
  public final void write(long offset, MemorySegment source) throws IOException {
    if (source.isNative() && source.isAccessibleBy(foreignThread())) {
      Waiter waiter = new Waiter();
      waiter.request.write(offset).addMemory(source, 0, source.byteSize());
      waiter.await(this);
      return;
    }
    MemorySegment bounce = Arena.ofAuto().allocate(source.byteSize(), 8);
    bounce.copyFrom(source);
    write(offset, bounce);
  }

  /** Any thread but the caller's, to tell shared memory from confined. */
  private Thread foreignThread() {
    return executor.anyThread();
  }

  @Override
  public final void flush() throws IOException {
    Waiter waiter = new Waiter();
    waiter.request.flush();
    waiter.await(this);
  }

  @Override
  public final void unmap(long offset, long length) throws IOException {
    Waiter waiter = new Waiter();
    waiter.request.unmap(offset, length);
    waiter.await(this);
  }

  @Override
  public final void writeZeroes(long offset, long length) throws IOException {
    Waiter waiter = new Waiter();
    waiter.request.writeZeroes(offset, length);
    waiter.await(this);
  }

  @Override
  public final long nextData(long offset) throws IOException {
    return find(offset, true);
  }

  @Override
  public final long nextHole(long offset) throws IOException {
    return find(offset, false);
  }

  private long find(long offset, boolean data) throws IOException {
    long size = size();
    if (offset >= size) {
      return size;
    }
    if (!enter()) {
      throw new IOException("the virtual disk is closed");
    }
    try {
      long from = Math.max(0, offset);
      return Math.clamp(data ? findData(from) : findHole(from), from, size);
    } finally {
      leave();
    }
  }

  @Override
  public final void close() throws IOException {
    boolean interrupted = false;
    synchronized (lifeLock) {
      if (closing) {
        return;
      }
      closing = true;
      while (inFlight > 0) {
        try {
          lifeLock.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    // An interrupt must not reach the file channel, which it would close half way.
    interrupted |= Thread.interrupted();
    try {
      closeFile();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A request and the thread that waits for it. */
  private static final class Waiter implements DiskCompletion {
    final DiskRequest request = new DiskRequest(this).attach(this);
    private boolean done;
    private @Nullable IOException failure;

    void await(AbstractVirtualDisk disk) throws IOException {
      disk.submit(request);
      boolean interrupted = false;
      synchronized (this) {
        while (!done) {
          try {
            wait();
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      IOException error = failure;
      if (error != null) {
        error.addSuppressed(new IOException("waited for here"));
        throw error;
      }
    }

    @Override
    public void completed(DiskRequest finished, @Nullable IOException error) {
      synchronized (this) {
        failure = error;
        done = true;
        notifyAll();
      }
    }
  }
}
