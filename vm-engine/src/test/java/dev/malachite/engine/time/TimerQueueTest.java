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

  @Test
  void firesInOrderOfTimeAndNeverEarly() throws InterruptedException {
    List<Integer> fired = Collections.synchronizedList(new ArrayList<>());
    List<Long> late = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(4);
    long base = clock.nanoseconds() + 20_000_000;
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
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(fired).containsExactly(1, 3, 2, 0);
    assertThat(late).allMatch(l -> l >= 0);
  }

  @Test
  void armingAgainReplacesAndCancellingForgets() throws InterruptedException {
    CountDownLatch first = new CountDownLatch(2);
    CountDownLatch last = new CountDownLatch(1);
    TimerQueue.Timer again = queue.timer(first::countDown);
    again.arm(clock.nanoseconds() + 5_000_000);
    again.arm(clock.nanoseconds() + 10_000_000);
    TimerQueue.Timer never = queue.timer(first::countDown);
    never.arm(clock.nanoseconds() + 1_000_000_000_000L);
    never.arm(clock.nanoseconds() + 8_000_000);
    never.cancel();
    queue.timer(last::countDown).arm(clock.nanoseconds() + 20_000_000);
    assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(first.getCount()).as("fired exactly once").isEqualTo(1);
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
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    List<String> order = Collections.synchronizedList(new ArrayList<>());
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
