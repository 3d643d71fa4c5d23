// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import org.jspecify.annotations.Nullable;

/**
 * Finds the port behind a connection id without a lock and without boxing the id.
 *
 * <p>An open-addressed table that is replaced as a whole when a port comes or goes.
 *
 * @param <T> what a port is
 */
final class PortTable<T> {
  private static final class Table {
    final int[] keys;
    final @Nullable Object[] values;
    final int size;

    Table(int[] keys, @Nullable Object[] values, int size) {
      this.keys = keys;
      this.values = values;
      this.size = size;
    }
  }

  private volatile Table table = new Table(new int[8], new @Nullable Object[8], 0);

  @SuppressWarnings("unchecked") // only set() stores, and it stores T
  @Nullable T get(int id) {
    Table t = table;
    int mask = t.keys.length - 1;
    for (int i = hash(id) & mask; ; i = i + 1 & mask) {
      Object value = t.values[i];
      if (value == null || t.keys[i] == id) {
        return (T) value;
      }
    }
  }

  /** Sets the port of an id, or removes it. */
  synchronized void set(int id, @Nullable T port) {
    Table old = table;
    int capacity = Integer.highestOneBit((old.size + 1) * 2) * 2;
    int[] keys = new int[capacity];
    @Nullable Object[] values = new @Nullable Object[capacity];
    int size = 0;
    for (int i = 0; i < old.keys.length; i++) {
      Object value = old.values[i];
      if (value != null && old.keys[i] != id) {
        insert(keys, values, old.keys[i], value);
        size++;
      }
    }
    if (port != null) {
      insert(keys, values, id, port);
      size++;
    }
    table = new Table(keys, values, size);
  }

  private static void insert(int[] keys, @Nullable Object[] values, int id, Object value) {
    int mask = keys.length - 1;
    int i = hash(id) & mask;
    while (values[i] != null) {
      i = i + 1 & mask;
    }
    keys[i] = id;
    values[i] = value;
  }

  private static int hash(int id) {
    int h = id * 0x9E37_79B9;
    return h ^ h >>> 16;
  }
}
