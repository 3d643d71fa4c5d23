// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.console;

import dev.malachite.engine.catalogue.LastState;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.control.MachineManager;
import dev.malachite.engine.control.MachineStatus;
import dev.malachite.engine.control.ScreenDirt;
import dev.malachite.engine.control.ScreenPicture;
import dev.malachite.engine.control.ScreenWatch;
import dev.malachite.engine.control.WorkerClient;
import dev.malachite.engine.control.WorkerListener;
import dev.malachite.engine.control.WorkerService;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a console connected to its machine's worker for as long as there is one, and finds the next
 * one. One thread of its own, on which it also tells its hearer.
 */
final class MachineLink implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(MachineLink.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long INTERVAL_MILLIS = 300;
  private static final int RATE = 60;

  /** Hears what becomes of the machine; on the link's or a connection's thread. */
  interface Hearer {
    /** The machine is like this now. */
    void state(MachineEntry entry);

    /** It has another picture. */
    void picture(ScreenPicture picture);

    /** Parts of the picture have changed. */
    void dirty(ScreenDirt dirt);

    /** There is no such machine any more. */
    void gone(IOException why);
  }

  private final MachineManager manager;
  private final UUID id;
  private final Hearer hearer;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("console-link").daemon().factory());
  private volatile @Nullable WorkerClient client;
  private @Nullable LastState told;

  MachineLink(MachineManager manager, UUID id, Hearer hearer) {
    this.manager = manager;
    this.id = id;
    this.hearer = hearer;
    var _ = thread.scheduleWithFixedDelay(this::look, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** What the worker does for us, or null if there is none. Any thread. */
  @Nullable WorkerService service() {
    WorkerClient now = client;
    return now == null ? null : now.service();
  }

  /** Looks at once. Any thread. */
  void lookNow() {
    if (!thread.isShutdown()) {
      thread.execute(this::look);
    }
  }

  private void look() {
    MachineEntry entry;
    try {
      entry = manager.catalogue().get(id);
    } catch (IOException e) {
      hearer.gone(e);
      thread.shutdown();
      return;
    }
    if (!entry.state().equals(told)) {
      told = entry.state();
      hearer.state(entry);
    }
    WorkerClient now = client;
    if (now != null && now.closed().isDone()) {
      client = null;
      now = null;
    }
    if (now == null && entry.state().state().isLive()) {
      try {
        connect();
      } catch (IOException | RuntimeException e) {
        // It is starting still, or has ended just now.
        LOGGER.log(System.Logger.Level.DEBUG, "no connection yet", e);
      }
    }
  }

  private void connect() throws IOException {
    WorkerListener listener =
        new WorkerListener.Adapter() {
          @Override
          public void statusChanged(MachineStatus status) {
            lookNow();
          }

          @Override
          public void screenChanged(ScreenPicture picture) {
            hearer.picture(picture);
          }

          @Override
          public void screenDirty(ScreenDirt dirt) {
            hearer.dirty(dirt);
          }
        };
    WorkerClient made = manager.connect(id, listener);
    boolean watching = false;
    try {
      WorkerClient.await(made.service().status(), PATIENCE);
      hearer.picture(
          WorkerClient.await(made.service().watchScreen(new ScreenWatch(true, RATE)), PATIENCE));
      var _ = made.closed().thenRun(this::lookNow);
      client = made;
      watching = true;
    } finally {
      if (!watching) {
        made.close();
      }
    }
  }

  @Override
  public void close() {
    WorkerClient now = client;
    thread.shutdown();
    if (now != null) {
      now.close();
    }
  }
}
