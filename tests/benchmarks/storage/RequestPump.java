// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

import dev.malachite.disk.DiskCompletion;
import dev.malachite.disk.DiskRequest;
import dev.malachite.disk.VirtualDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Submits each request again as it completes, as a guest's driver does, until all work is done. */
final class RequestPump implements DiskCompletion {
  private final VirtualDisk disk;
  private final MemorySegment memory;
  private final boolean write;
  private final int length;
  private final long step;
  private final long size;
  private final int count;
  private final AtomicInteger next = new AtomicInteger();
  private final CountDownLatch done;
  private volatile IOException failure;

  RequestPump(
      VirtualDisk disk, MemorySegment memory, boolean write, int length, long step, int count) {
    this.disk = disk;
    this.memory = memory;
    this.write = write;
    this.length = length;
    this.step = step;
    this.size = disk.size();
    this.count = count;
    this.done = new CountDownLatch(count);
  }

  void run(int depth) throws IOException, InterruptedException {
    for (int i = 0; i < depth; i++) {
      submit(new DiskRequest(this));
    }
    done.await();
    if (failure != null) {
      throw failure;
    }
  }

  private void submit(DiskRequest request) {
    int number = next.getAndIncrement();
    if (number >= count) {
      return;
    }
    long offset = number * step % size;
    if (write) {
      request.write(offset);
    } else {
      request.read(offset);
    }
    request.addMemory(memory, 0, length);
    disk.submit(request);
  }

  @Override
  public void completed(DiskRequest request, IOException error) {
    if (error != null) {
      failure = error;
    }
    done.countDown();
    submit(request);
  }
}
