// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One operation on a disk, set up by its owner, submitted, completed, and then used again.
 *
 * <p>Keep a pool of requests as deep as the queue a guest may fill: setting one up, submitting it
 * and completing it allocates nothing. Only its owner may touch it, and not between submission and
 * completion.
 *
 * <pre>{@code
 * request.read(offset);
 * request.addMemory(guestMemory, guestAddress, 4096);
 * disk.submit(request);
 * }</pre>
 */
public final class DiskRequest {
  /** What a request does. */
  public enum Operation {
    /** Fills the memory from the disk. */
    READ,
    /** Puts the memory on the disk. */
    WRITE,
    /** Makes every write durable that had completed when the flush was submitted. */
    FLUSH,
    /** Says that a range is no longer needed. */
    UNMAP,
    /** Makes a range read as zeroes. */
    WRITE_ZEROES
  }

  private final DiskCompletion completion;
  private final ScatterList memory = new ScatterList();
  private final AtomicBoolean inFlight = new AtomicBoolean();
  private Operation operation = Operation.FLUSH;
  private long offset;
  private long rangeLength;
  private boolean forceUnitAccess;
  private @Nullable Object attachment;

  /** Links requests in the executor's queue, so that queueing allocates nothing. */
  @Nullable DiskRequest next;

  @Nullable AbstractVirtualDisk target;

  /** Makes a request whose completions are told to {@code completion}. */
  public DiskRequest(DiskCompletion completion) {
    this.completion = completion;
  }

  /** Sets up a read from a byte offset; {@link #addMemory} says where to and how much. */
  public DiskRequest read(long diskOffset) {
    return set(Operation.READ, diskOffset, 0);
  }

  /** Sets up a write at a byte offset; {@link #addMemory} says where from and how much. */
  public DiskRequest write(long diskOffset) {
    return set(Operation.WRITE, diskOffset, 0);
  }

  /** Sets up a flush. */
  public DiskRequest flush() {
    return set(Operation.FLUSH, 0, 0);
  }

  /** Sets up an unmap of a byte range. */
  public DiskRequest unmap(long diskOffset, long length) {
    return set(Operation.UNMAP, diskOffset, length);
  }

  /** Sets up a write of zeroes to a byte range. */
  public DiskRequest writeZeroes(long diskOffset, long length) {
    return set(Operation.WRITE_ZEROES, diskOffset, length);
  }

  /** Makes a write (or write of zeroes) durable before it completes; cleared by the next set-up. */
  public DiskRequest forceUnitAccess() {
    requireIdle();
    forceUnitAccess = true;
    return this;
  }

  /**
   * Appends a range of memory to a read or write.
   *
   * @throws IndexOutOfBoundsException if the range isn't inside the segment
   * @throws IllegalArgumentException if the segment is on the heap
   * @see ScatterList#add
   */
  public DiskRequest addMemory(MemorySegment segment, long segmentOffset, long length) {
    requireIdle();
    memory.add(segment, segmentOffset, length);
    return this;
  }

  /** What the request does. */
  public Operation operation() {
    return operation;
  }

  /** Where on the disk it starts, in bytes. */
  public long offset() {
    return offset;
  }

  /** How many bytes of the disk it covers. */
  public long length() {
    return operation == Operation.READ || operation == Operation.WRITE
        ? memory.length()
        : rangeLength;
  }

  /** The memory it fills or drains. */
  public ScatterList memory() {
    return memory;
  }

  /** Whether it is durable before it completes. */
  public boolean isForceUnitAccess() {
    return forceUnitAccess;
  }

  /** Whether it has been submitted and not completed. */
  public boolean isInFlight() {
    return inFlight.get();
  }

  /** What the owner attached. */
  public @Nullable Object attachment() {
    return attachment;
  }

  /** Attaches something of the owner's, kept until replaced. */
  public DiskRequest attach(@Nullable Object value) {
    attachment = value;
    return this;
  }

  private DiskRequest set(Operation newOperation, long diskOffset, long length) {
    requireIdle();
    memory.clear();
    operation = newOperation;
    offset = diskOffset;
    rangeLength = length;
    forceUnitAccess = false;
    return this;
  }

  private void requireIdle() {
    if (inFlight.get()) {
      throw new IllegalStateException("the disk request is in flight");
    }
  }

  void begin(AbstractVirtualDisk disk) {
    if (!inFlight.compareAndSet(false, true)) {
      throw new IllegalStateException("the disk request is in flight");
    }
    target = disk;
  }

  DiskCompletion end() {
    target = null;
    inFlight.set(false);
    return completion;
  }
}
