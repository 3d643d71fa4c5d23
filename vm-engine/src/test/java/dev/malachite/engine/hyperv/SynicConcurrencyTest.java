// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.interrupt.LocalApic;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No message and no event is lost between host threads and a guest that follows the protocol. */
class SynicConcurrencyTest {
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final int SINT = 2;
  private static final int VECTOR = 0xF3;

  private final TestPartition t = new TestPartition(1);
  private final MemorySegment messages = t.memory.slice(0x5000 + SINT * 256L, 256);
  private final MemorySegment events = t.memory.slice(0x6000 + SINT * 256L, 256);
  private final LocalApic apic = t.bus.apic(0);

  @BeforeEach
  void enable() {
    t.write(0x4000_0083, 0x5001);
    t.write(0x4000_0082, 0x6001);
    t.write(0x4000_0090 + SINT, VECTOR);
  }

  @AfterEach
  void end() {
    t.close();
  }

  /** Waits for the next interrupt; false if none comes. */
  private boolean interrupted() throws InterruptedException {
    while (!apic.interruptPending()) {
      if (!t.attention.tryAcquire(10, TimeUnit.SECONDS)) {
        return false;
      }
    }
    return apic.acknowledge() == VECTOR;
  }

  @Test
  void messagesArriveAllAndInOrder() throws InterruptedException {
    int count = 30_000;
    Thread host =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  byte[] payload = new byte[4];
                  for (int i = 1; i <= count; i++) {
                    while (!t.partition.postMessage(0, SINT, i, payload, 0, 4)) {
                      LockSupport.parkNanos(10_000); // the queue is full
                    }
                  }
                });
    int expected = 1;
    while (expected <= count && interrupted()) {
      int type = (int) INT.getVolatile(messages, 0L);
      if (type != 0) {
        assertThat(type).isEqualTo(expected);
        expected++;
        INT.setVolatile(messages, 0L, 0);
        if (((int) INT.getVolatile(messages, 4L) & 1 << 8) != 0) {
          t.write(0x4000_0084, 0);
        }
      }
      apic.endOfInterrupt();
    }
    assertThat(expected).isEqualTo(count + 1);
    host.join();
  }

  @Test
  void everyEventFlagIsSeen() throws InterruptedException {
    int each = 20_000;
    int[] flags = {1, 30, 31, 2047};
    int[] seen = new int[2048];
    Semaphore[] seenOnce = new Semaphore[2048];
    List<Thread> threads = new ArrayList<>();
    for (int flag : flags) {
      // The flag must have been seen before it can be counted again.
      Semaphore mine = new Semaphore(1);
      seenOnce[flag] = mine;
      Runnable signaller =
          () -> {
            for (int i = 0; i < each; i++) {
              mine.acquireUninterruptibly();
              t.partition.signalEvent(0, SINT, flag);
            }
          };
      threads.add(Thread.ofPlatform().daemon().start(signaller));
    }
    int total = 0;
    while (total < each * flags.length && interrupted()) {
      for (int word = 0; word < 64; word++) {
        int bits = (int) INT.getAndSet(events, word * 4L, 0);
        while (bits != 0) {
          int flag = word * 32 + Integer.numberOfTrailingZeros(bits);
          bits &= bits - 1;
          total++;
          seen[flag]++;
          seenOnce[flag].release();
        }
      }
      apic.endOfInterrupt();
    }
    for (int flag : flags) {
      assertThat(seen[flag]).as("flag %d", flag).isEqualTo(each);
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
