// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.manager;

import dev.malachite.engine.catalogue.BrokenMachine;
import dev.malachite.engine.catalogue.Catalogue;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.control.MachineManager;
import dev.malachite.engine.control.MachineStatistics;
import dev.malachite.engine.control.MachineStatus;
import dev.malachite.engine.control.Progress;
import dev.malachite.engine.control.WorkerClient;
import dev.malachite.engine.control.WorkerListener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks once a second, and whenever a worker says that something has changed, at what the machines
 * are doing. One thread of its own.
 */
final class MachineWatch implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(MachineWatch.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long INTERVAL_MILLIS = 1000;

  /** What the machines are doing, and which folders hold none that can be read. */
  record Report(List<MachineSample> machines, List<BrokenMachine> broken) {}

  // A connection to a running machine.
  private final class Link extends WorkerListener.Adapter {
    private final WorkerClient client;
    private long nanos;
    private long at;
    private volatile @Nullable Progress progress;

    Link(UUID id) throws IOException {
      client = manager.connect(id, this);
      WorkerClient.await(client.service().status(), PATIENCE);
    }

    @Override
    public void statusChanged(MachineStatus status) {
      progress = null;
      look();
    }

    @Override
    public void progress(Progress now) {
      progress = now;
    }

    MachineSample sample(MachineEntry entry) throws IOException {
      MachineStatistics now = WorkerClient.await(client.service().statistics(), PATIENCE);
      long time = System.nanoTime();
      double load = 0;
      if (at != 0 && time > at) {
        load = (double) (now.processorNanos() - nanos) / (time - at);
      }
      nanos = now.processorNanos();
      at = time;
      Progress way = progress;
      String status =
          way == null || way.total() <= 0
              ? ""
              : way.operation() + " " + 100 * way.done() / way.total() + " %";
      int processors = Math.max(1, entry.settings().processor().count());
      return new MachineSample(
          entry,
          entry.state().state(),
          Math.clamp(load / processors, 0, 1),
          now.uptimeMillis(),
          status);
    }
  }

  private final MachineManager manager;
  private final Consumer<Report> hearer;
  private final Map<UUID, Link> links = new HashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("machine-watch").daemon().factory());

  /**
   * Begins to look.
   *
   * @param hearer is told, on this watch's thread
   */
  MachineWatch(MachineManager manager, Consumer<Report> hearer) {
    this.manager = manager;
    this.hearer = hearer;
    var _ = thread.scheduleWithFixedDelay(this::report, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Looks at once. */
  void look() {
    if (!thread.isShutdown()) {
      thread.execute(this::report);
    }
  }

  private void report() {
    try {
      Catalogue.Listing listing = manager.catalogue().list();
      List<MachineSample> samples = new ArrayList<>();
      for (MachineEntry entry : listing.machines()) {
        samples.add(sample(entry));
      }
      links
          .keySet()
          .removeIf(id -> listing.machines().stream().noneMatch(m -> m.settings().id().equals(id)));
      hearer.accept(new Report(samples, listing.broken()));
    } catch (IOException | RuntimeException e) {
      LOGGER.log(System.Logger.Level.WARNING, "the machines can't be looked at", e);
    }
  }

  private MachineSample sample(MachineEntry entry) {
    UUID id = entry.settings().id();
    MachineState state = entry.state().state();
    if (state.isLive()) {
      try {
        Link link = links.get(id);
        if (link == null) {
          link = new Link(id);
          links.put(id, link);
        }
        return link.sample(entry);
      } catch (IOException | RuntimeException e) {
        // It may be starting, or have ended just now; the next look will tell.
        LOGGER.log(System.Logger.Level.DEBUG, "no answer", e);
      }
    }
    Link gone = links.remove(id);
    if (gone != null) {
      gone.client.close();
    }
    String reason = entry.state().reason();
    return new MachineSample(entry, state, 0, 0, reason == null ? "" : reason);
  }

  @Override
  public void close() {
    thread.execute(() -> links.values().forEach(link -> link.client.close()));
    thread.shutdown();
  }
}
