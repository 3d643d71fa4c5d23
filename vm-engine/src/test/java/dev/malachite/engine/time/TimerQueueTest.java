// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Order, replacement and endurance of the timer queue. */
class TimerQueueTest {
  private final MachineClock clock = new MachineClock();
  private final TimerQueue queue = new TimerQueue(clock);

  @AfterEach
  void end() {
    queue.close();
  }

  /** Keeps the queue's thread busy until the latch is released. */
  private CountDownLatch hold() throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    queue
        .timer(
            () -> {
              held.countDown();
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            })
        .arm(0);
    held.await();
    return release;
  }

  @Test
  void firesInOrderOfTimeAndNeverEarly() throws InterruptedException {
    List<Integer> fired = Collections.synchronizedList(new ArrayList<>());
    List<Long> late = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(4);
    CountDownLatch release = hold();
    long base = clock.nanoseconds() + 5_000_000;
    int[] delays = {3, 1, 2, 1};
    for (int i = 0; i < delays.length; i++) {
      int number = i;
      long moment = base + delays[i] * 1_000_000L;
      queue
          .timer(
              () -> {
                fired.add(number);
                late.add(clock.nanoseconds() - moment);
                done.countDown();
              })
          .arm(moment);
    }
    release.countDown();
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(fired).containsExactly(1, 3, 2, 0);
    assertThat(late).allMatch(l -> l >= 0);
  }

  @Test
  void armingAgainReplacesAndCancellingForgets() throws InterruptedException {
    List<String> fired = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch last = new CountDownLatch(1);
    CountDownLatch release = hold();
    TimerQueue.Timer again = queue.timer(() -> fired.add("again"));
    again.arm(5);
    again.arm(10);
    TimerQueue.Timer never = queue.timer(() -> fired.add("never"));
    never.arm(7);
    never.cancel();
    queue.timer(() -> fired.add("between")).arm(8);
    queue.timer(last::countDown).arm(20);
    release.countDown();
    assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(fired).containsExactly("between", "again");
  }

  @Test
  void anEarlierTimerWakesTheThreadThatWaitsForALaterOne() throws InterruptedException {
    queue.timer(() -> {}).arm(clock.nanoseconds() + 3_600_000_000_000L);
    for (int i = 0; i < 200; i++) {
      CountDownLatch done = new CountDownLatch(1);
      queue.timer(done::countDown).arm(clock.nanoseconds() + i * 1000L);
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aFailingActionDoesNotEndTheOthers() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    queue
        .timer(
            () -> {
              throw new IllegalStateException("on purpose");
            })
        .arm(0);
    queue.timer(done::countDown).arm(1);
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anActionMayArmItsOwnTimer() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(100);
    TimerQueue.Timer[] timer = new TimerQueue.Timer[1];
    timer[0] =
        queue.timer(
            () -> {
              done.countDown();
              if (done.getCount() > 0) {
                timer[0].arm(clock.nanoseconds());
              }
            });
    timer[0].arm(0);
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void closingWaitsForTheActionThatRuns() throws InterruptedException {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    queue
        .timer(
            () -> {
              running.countDown();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              order.add("action");
            })
        .arm(0);
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    Thread closer =
        Thread.ofPlatform()
            .start(
                () -> {
                  queue.close();
                  order.add("closed");
                });
    goOn.countDown();
    closer.join();
    assertThat(order).containsExactly("action", "closed");
  }
}
