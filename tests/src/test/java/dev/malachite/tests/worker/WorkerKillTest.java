// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.disk.DiskMaintenance;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.catalogue.Catalogue;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineSettings.DriveSlot;
import dev.malachite.engine.catalogue.MachineSettings.DriveType;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.control.MachineManager;
import dev.malachite.engine.control.WorkerClient;
import dev.malachite.engine.control.WorkerListener;
import dev.malachite.engine.control.WorkerService;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Workers and their clients are killed at random moments of everything they do; whatever happens,
 * the machine is there, in a state that can be left, and its disk is sound.
 */
@Timeout(600)
final class WorkerKillTest {
  private static final System.Logger LOGGER = System.getLogger(WorkerKillTest.class.getName());
  private static final int KILLS = 100;
  private static final int AT_ONCE = 2;

  /** Half of them come so soon after a start, the others so soon after the machine runs. */
  private static final int START_MILLIS = 800;

  private static final int RUNNING_MILLIS = 500;

  private final AtomicInteger kills = new AtomicInteger();
  private final AtomicInteger saved = new AtomicInteger();

  @Test
  void nothingIsLostWhenProcessesAreKilled() throws Exception {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    LOGGER.log(System.Logger.Level.INFO, "seed {0}", String.valueOf(seed));
    try (Workshop workshop = new Workshop();
        ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        Path file = workshop.home().resolve("disk" + i + ".vhdx");
        VirtualDisks.createVhdx(file, VhdxSettings.dynamic(16L << 20));
        MachineEntry machine =
            workshop.create("m" + i, SmallKernel.TALLY, new DriveSlot(DriveType.DISK, file, false));
        Random random = new Random(seed + i);
        all.add(
            executor.submit(
                () -> {
                  while (kills.getAndIncrement() < KILLS) {
                    round(workshop, machine, random);
                    assertSound(workshop.catalogue(), machine, file, seed);
                  }
                  // It still works, from wherever it was left.
                  workshop.manager().start(machine.settings().id());
                  workshop.manager().turnOff(machine.settings().id());
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    LOGGER.log(System.Logger.Level.INFO, "{0} of {1} left a saved state", saved, KILLS);
  }

  // One life of the machine's worker, cut short somewhere.
  private void round(Workshop workshop, MachineEntry machine, Random random) throws Exception {
    MachineManager manager = workshop.manager();
    UUID id = machine.settings().id();
    boolean early = random.nextBoolean();
    boolean client = random.nextInt(5) == 0;
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<?> work = executor.submit(() -> live(manager, id, random.nextLong()));
      while (!early && !work.isDone() && !ran(machine)) {
        TimeUnit.MILLISECONDS.sleep(2);
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(early ? START_MILLIS : RUNNING_MILLIS));
      if (client) {
        // What a killed program leaves of its connection, whatever was to come on it.
        dropConnections(manager, id);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(100));
      }
      kill(machine);
      while (!work.isDone()) {
        // The worker may have been started since.
        kill(machine);
        TimeUnit.MILLISECONDS.sleep(10);
      }
      work.get();
    }
    kill(machine);
  }

  private static boolean ran(MachineEntry machine) {
    var state = machine.folder().readState();
    return state.state().isLive() && state.state() != MachineState.STARTING;
  }

  private static void kill(MachineEntry machine) {
    var process = machine.folder().readState().worker();
    if (process != null && process.isAlive()) {
      ProcessHandle.of(process.pid())
          .ifPresent(
              handle -> {
                handle.destroyForcibly();
                handle.onExit().join();
              });
    }
  }

  // Does what users do, until something fails: the worker has been killed.
  private static void live(MachineManager manager, UUID id, long seed) {
    Random random = new Random(seed);
    try {
      manager.start(id);
      while (true) {
        switch (random.nextInt(6)) {
          case 0, 1 -> {
            manager.save(id, _ -> {});
            manager.resume(id);
          }
          case 2 -> {
            manager.ask(id, WorkerService::pause);
            manager.ask(id, WorkerService::resume);
          }
          case 3 -> manager.ask(id, WorkerService::reset);
          case 4 -> tally(manager, id);
          default -> manager.ask(id, WorkerService::captureScreen);
        }
      }
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "as was to be expected", e);
    }
  }

  private static void tally(MachineManager manager, UUID id) throws IOException {
    Path port = manager.ask(id, WorkerService::status).serial().getFirst().path();
    try (SocketChannel channel = SocketChannel.open(java.net.UnixDomainSocketAddress.of(port))) {
      channel.write(ByteBuffer.wrap(new byte[] {'.'}));
      int _ = channel.read(ByteBuffer.allocate(1));
    }
  }

  private static void dropConnections(MachineManager manager, UUID id) {
    try (WorkerClient client = manager.connect(id, WorkerListener.NONE)) {
      var _ = client.service().save();
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "there is no worker to talk to", e);
    }
  }

  private void assertSound(Catalogue catalogue, MachineEntry machine, Path disk, long seed)
      throws IOException {
    MachineEntry now = catalogue.get(machine.settings().id());
    assertThat(catalogue.list().broken()).as("seed %d", seed).isEmpty();
    assertThat(now.settings()).as("seed %d", seed).isEqualTo(machine.settings());
    assertThat(now.state().state())
        .as("seed %d", seed)
        .isIn(MachineState.OFF, MachineState.FAILED, MachineState.SAVED);
    assertThat(DiskMaintenance.check(disk, DiskProgress.NONE).problems())
        .as("seed %d", seed)
        .isEmpty();
    if (now.state().state() == MachineState.SAVED) {
      saved.incrementAndGet();
    }
  }
}
