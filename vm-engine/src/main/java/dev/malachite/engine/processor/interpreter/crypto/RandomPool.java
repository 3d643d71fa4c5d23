// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.crypto;

import java.security.SecureRandom;

/**
 * A thread's supply of random numbers that are fit for keys: taken from the host's cryptographic
 * source 4 KiB at a time, and wiped as they are handed out.
 *
 * <p>Each processor runs on a thread of its own, so that processors share nothing here.
 */
final class RandomPool {
  private static final int BYTES = 4096;

  private static final ThreadLocal<RandomPool> POOLS = ThreadLocal.withInitial(RandomPool::new);

  private final SecureRandom source = new SecureRandom();
  private final byte[] bytes = new byte[BYTES];
  private int used = BYTES;

  private RandomPool() {}

  /** The next 64 random bits of the calling thread. */
  static long next() {
    return POOLS.get().take();
  }

  private long take() {
    if (used == BYTES) {
      source.nextBytes(bytes);
      used = 0;
    }
    long value = 0;
    for (int end = used + Long.BYTES; used < end; used++) {
      value = value << 8 | bytes[used] & 0xFF;
      bytes[used] = 0;
    }
    return value;
  }
}
