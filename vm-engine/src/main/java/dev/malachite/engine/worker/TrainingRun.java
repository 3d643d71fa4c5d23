// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.catalogue.Catalogue;
import dev.malachite.engine.catalogue.Folders;
import dev.malachite.engine.catalogue.MachineDeletion;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.control.WorkerClient;
import dev.malachite.engine.control.WorkerListener;
import dev.malachite.engine.control.WorkerService;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A short life of a machine with a guest of a dozen instructions, during which the Java virtual
 * machine learns which classes a worker needs: what a class cache is made from (JEP 483, JEP 514).
 */
final class TrainingRun {
  private static final System.Logger LOGGER = System.getLogger(TrainingRun.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOADER_PATIENCE = 10_000_000_000L;

  private static final int ADDRESS = 0x10_0000;
  private static final int CODE = 4096;
  private static final long DISK = 64L << 20;

  /** A little of what every kernel does first; then hlt, and jmp to it. */
  private static final byte[] GUEST =
      HexFormat.of()
          .parseHex(
              "b910000000" // mov ecx, 16
                  + "4831f6" // xor rsi, rsi
                  + "4801ce" // add rsi, rcx
                  + "ffc9" // dec ecx
                  + "83f900" // cmp ecx, 0
                  + "75f6" // jne to the add
                  + "31c0" // xor eax, eax
                  + "0fa2" // cpuid
                  + "66baf803" // mov dx, 0x3F8
                  + "b00a" // mov al, 10
                  + "ee" // out dx, al
                  + "f4ebfd");

  private TrainingRun() {}

  /** Runs the machine in a folder of its own, which is gone afterwards. */
  static void run() throws IOException, InterruptedException {
    LOGGER.log(System.Logger.Level.DEBUG, "a worker would use {0}", Folders.ofEnvironment());
    Path home = Files.createTempDirectory("malachite");
    Path kernel = home.resolve("idle");
    Path loader = home.resolve("loader.raw");
    try {
      Files.write(kernel, elf());
      Catalogue catalogue = new Catalogue(Folders.under(home));
      Path disk = home.resolve("disk.vhdx");
      VirtualDisks.createVhdx(disk, VhdxSettings.dynamic(DISK));
      MachineSettings settings =
          MachineSettings.create("training", 2)
              .withBoot(new MachineSettings.Boot(kernel, null, ""))
              .withDrives(
                  List.of(
                      new MachineSettings.DriveSlot(MachineSettings.DriveType.DISK, disk, false)));
      UUID id = catalogue.create(settings).settings().id();
      live(catalogue, id, true, 0);
      live(catalogue, id, false, 0);
      // By firmware, which finds a boot loader.
      Files.write(loader, TrainingDisk.image());
      MachineSettings.DriveSlot slot =
          new MachineSettings.DriveSlot(MachineSettings.DriveType.DISK, loader, false);
      catalogue.update(
          id, s -> s.withBoot(new MachineSettings.Boot(null, null, "")).withDrives(List.of(slot)));
      live(catalogue, id, false, TrainingDisk.CALLS);
      MachineDeletion.plan(catalogue, id).carryOut(catalogue);
    } finally {
      Folders.under(home).discard();
      Files.deleteIfExists(kernel);
      Files.deleteIfExists(loader);
      Files.deleteIfExists(home.resolve("disk.vhdx"));
      Files.deleteIfExists(home);
    }
  }

  // Until the guest has accessed ports so many times, if that is soon.
  private static void awaitPorts(WorkerService service, int count)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + LOADER_PATIENCE;
    while (WorkerClient.await(service.statistics(), PATIENCE).exits().getOrDefault("port", 0L)
            < count
        && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static void live(Catalogue catalogue, UUID id, boolean saved, int ports)
      throws IOException, InterruptedException {
    WarmUp.start(catalogue.get(id).folder());
    CompletableFuture<Integer> code = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    code.complete(new Worker(catalogue.folders(), id).run());
                  } catch (IOException | InterruptedException | RuntimeException e) {
                    code.completeExceptionally(e);
                  }
                });
    while (catalogue.get(id).state().state() != MachineState.RUNNING && !code.isDone()) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    try (WorkerClient client = WorkerClient.connect(catalogue.folders(), id, WorkerListener.NONE)) {
      WorkerService service = client.service();
      WorkerClient.await(service.status(), PATIENCE);
      awaitPorts(service, ports);
      WorkerClient.await(service.pause(), PATIENCE);
      WorkerClient.await(service.statistics(), PATIENCE);
      WorkerClient.await(service.captureScreen(), PATIENCE);
      WorkerClient.await(service.resume(), PATIENCE);
      WorkerClient.await(saved ? service.save() : service.turnOff(), PATIENCE);
    }
    thread.join();
  }

  // A 64-bit ELF file with one segment (System V ABI, chapters 4 and 5).
  private static byte[] elf() {
    ByteBuffer elf = ByteBuffer.allocate(CODE + GUEST.length).order(ByteOrder.LITTLE_ENDIAN);
    elf.putInt(0, 0x464C_457F).put(4, (byte) 2).put(5, (byte) 1).put(6, (byte) 1);
    elf.putShort(16, (short) 2).putShort(18, (short) 62).putInt(20, 1);
    elf.putLong(24, ADDRESS).putLong(32, 64).putShort(52, (short) 64);
    elf.putShort(54, (short) 56).putShort(56, (short) 1);
    elf.putInt(64, 1).putInt(68, 7).putLong(72, CODE).putLong(80, ADDRESS).putLong(88, ADDRESS);
    elf.putLong(96, GUEST.length).putLong(104, GUEST.length);
    return elf.put(CODE, GUEST).array();
  }
}
