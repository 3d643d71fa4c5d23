// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.core;

import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.Status;
import java.util.HashMap;
import java.util.Map;

/**
 * The firmware's own objects behind interfaces, by the address a guest hands in as {@code This}.
 *
 * @param <T> what they are
 */
public final class Instances<T> {
  private final Map<Long, T> all = new HashMap<>();

  /** None. */
  public Instances() {}

  /** Adds one. */
  public void put(long address, T instance) {
    all.put(address, instance);
  }

  /** Removes one. */
  public void remove(long address) {
    all.remove(address);
  }

  /** How many there are. */
  public int size() {
    return all.size();
  }

  /** True if there is one. */
  public boolean contains(long address) {
    return all.containsKey(address);
  }

  /** The one at an address; an invalid parameter without it. */
  public T get(long address) {
    T instance = all.get(address);
    if (instance == null) {
      throw new EfiException(Status.INVALID_PARAMETER);
    }
    return instance;
  }
}
