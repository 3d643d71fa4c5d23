// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Numbers the requests that other processors make of one, so that they can see when theirs has been
 * served. Requests are made by any thread and served by one.
 */
final class RequestCounter {
  private final AtomicInteger requested = new AtomicInteger();
  private volatile int done;

  /** Makes a request; returns its number. */
  int request() {
    return requested.incrementAndGet();
  }

  boolean pending() {
    return requested.get() != done;
  }

  int newest() {
    return requested.get();
  }

  /** Says that all requests up to this one have been served. */
  void served(int number) {
    done = number;
  }

  int done() {
    return done;
  }

  boolean isDone(int number) {
    return done - number >= 0;
  }
}
