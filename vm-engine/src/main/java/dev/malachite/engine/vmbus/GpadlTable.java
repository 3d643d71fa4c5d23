// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All memory the guest shares with its channels, within bounds. Any thread. */
final class GpadlTable {
  /** Pages in all lists together: 1 GiB. */
  static final int MAX_PAGES = 1 << 18;

  /** Lists at a time. */
  static final int MAX_LISTS = 8192;

  /** Lists under assembly at a time. */
  static final int MAX_ASSEMBLIES = 64;

  private final Map<Long, Gpadl> lists = new HashMap<>();
  private final Map<Integer, GpadlAssembly> assemblies = new HashMap<>();
  private int pages;

  private static long key(int relid, int id) {
    return (long) relid << 32 | id & 0xFFFFFFFFL;
  }

  synchronized @Nullable Gpadl get(int relid, int id) {
    return lists.get(key(relid, id));
  }

  /** True if a list of that number and size may be started. */
  synchronized boolean mayStart(int relid, int id, int rangeBytes) {
    return !lists.containsKey(key(relid, id))
        && !assemblies.containsKey(id)
        && assemblies.size() < MAX_ASSEMBLIES
        && lists.size() < MAX_LISTS
        && pages + rangeBytes / 8 <= MAX_PAGES;
  }

  synchronized void start(GpadlAssembly assembly) {
    assemblies.put(assembly.id(), assembly);
  }

  synchronized @Nullable GpadlAssembly assembly(int id) {
    return assemblies.get(id);
  }

  synchronized void endAssembly(int id) {
    assemblies.remove(id);
  }

  /** Adds a finished list; false if there are too many pages by now. */
  synchronized boolean add(Gpadl gpadl) {
    if (pages + gpadl.pageCount() > MAX_PAGES) {
      return false;
    }
    pages += gpadl.pageCount();
    lists.put(key(gpadl.relid(), gpadl.id()), gpadl);
    return true;
  }

  synchronized @Nullable Gpadl remove(int relid, int id) {
    Gpadl gpadl = lists.remove(key(relid, id));
    if (gpadl != null) {
      pages -= gpadl.pageCount();
    }
    return gpadl;
  }

  /** Forgets a channel's lists. */
  synchronized void removeAll(int relid) {
    for (Iterator<Gpadl> i = lists.values().iterator(); i.hasNext(); ) {
      Gpadl gpadl = i.next();
      if (gpadl.relid() == relid) {
        pages -= gpadl.pageCount();
        i.remove();
      }
    }
    assemblies.values().removeIf(assembly -> assembly.relid() == relid);
  }

  synchronized void clear() {
    lists.clear();
    assemblies.clear();
    pages = 0;
  }

  /** Restoring, the table must be empty. */
  synchronized void transfer(StateTransfer s, GuestRegions regions) throws StateException {
    List<Gpadl> all = List.copyOf(lists.values());
    int count = s.number(all.size(), 0, MAX_LISTS);
    for (int i = 0; i < count; i++) {
      Gpadl old = s.loading() ? null : all.get(i);
      GpadlAssembly assembly =
          assembly(
              s,
              old == null ? 0 : old.id(),
              old == null ? 0 : old.relid(),
              old == null ? 0 : old.rangeCount(),
              old == null ? new byte[0] : old.description(),
              0);
      if (s.loading()) {
        Gpadl list = assembly.isComplete() ? assembly.build(regions) : null;
        if (list == null || !add(list)) {
          throw s.impossible("shared memory that can't be shared");
        }
      }
    }
    List<GpadlAssembly> begun = List.copyOf(assemblies.values());
    count = s.number(begun.size(), 0, MAX_ASSEMBLIES);
    for (int i = 0; i < count; i++) {
      GpadlAssembly old = s.loading() ? null : begun.get(i);
      GpadlAssembly assembly =
          assembly(
              s,
              old == null ? 0 : old.id(),
              old == null ? 0 : old.relid(),
              old == null ? 0 : old.rangeCount(),
              old == null ? new byte[0] : old.received(),
              old == null ? 0 : old.announced());
      if (s.loading()) {
        assemblies.put(assembly.id(), assembly);
      }
    }
  }

  private static GpadlAssembly assembly(
      StateTransfer s, int id, int relid, int rangeCount, byte[] received, int announced)
      throws StateException {
    int newId = s.int32(id);
    int newRelid = s.number(relid, 0, Vmbus.MAX_CHANNELS - 1);
    int newCount = s.number(rangeCount, 0, 0xFFFF);
    byte[] newReceived = s.block(received, 0xFFFF);
    int size = s.number(Math.max(announced, received.length), newReceived.length, 0xFFFF);
    GpadlAssembly assembly = new GpadlAssembly(newId, newRelid, newCount, size);
    assembly.append(newReceived, 0, newReceived.length);
    return assembly;
  }
}
