// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.devices.guest.FakeGuest;
import dev.malachite.devices.guest.GuestChannel;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.vmbus.GuestRanges;
import dev.malachite.engine.vmbus.LittleEndian;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Random commands and packets: each command ends once, and nothing else happens. */
final class StorageFuzzTest {
  private static final int SIZE = 1 << 20;

  private static @Nullable Path file;
  private static @Nullable DiskExecutor executor;
  private static @Nullable VirtualDisk disk;

  @BeforeContainer
  static void start() throws IOException {
    Path newFile = Files.createTempFile("fuzz", ".img");
    Files.delete(newFile);
    file = newFile;
    VirtualDisks.createRaw(newFile, SIZE);
    DiskExecutor newExecutor = DiskExecutor.create("fuzz", 2);
    executor = newExecutor;
    disk = VirtualDisks.open(newFile, newExecutor, DiskOptions.readWrite());
  }

  @AfterContainer
  static void end() throws IOException {
    disk().close();
    Objects.requireNonNull(executor).close();
    Files.deleteIfExists(Objects.requireNonNull(file));
  }

  private static VirtualDisk disk() {
    return Objects.requireNonNull(disk);
  }

  @Property(tries = 20)
  void everyCommandEndsOnce(@ForAll long seed) throws InterruptedException {
    Random random = new Random(seed);
    try (GuestMemory memory = new GuestMemory()) {
      memory.addRegion("ram", 0, 1 << 20, true);
      ScsiTarget[] targets = {
        new ScsiDisk(disk()),
        new ScsiDvd(UUID.randomUUID(), disk()),
        new ScsiDvd(UUID.randomUUID(), null)
      };
      Semaphore ended = new Semaphore(0);
      ScsiCommand command = new ScsiCommand(done -> ended.release(), new GuestRanges(memory));
      for (int i = 0; i < 2000; i++) {
        GuestRanges data = command.data();
        data.clear();
        for (int r = random.nextInt(6); r > 0; r--) {
          int inPage = random.nextInt(4096);
          data.addWithinPage(
              random.nextInt(256) * 4096L + inPage, 1 + random.nextInt(4096 - inPage));
        }
        byte[] cdb = command.cdb();
        random.nextBytes(cdb);
        if (random.nextBoolean()) {
          // Mostly small numbers, so that many commands get far.
          for (int b = 1; b < cdb.length; b++) {
            cdb[b] = (byte) (random.nextInt(4) == 0 ? random.nextInt(9) : 0);
          }
        }
        targets[random.nextInt(targets.length)].execute(command);
        assertThat(ended.tryAcquire(20, TimeUnit.SECONDS)).as("ended").isTrue();
        assertThat(ended.availablePermits()).as("ended once").isZero();
        assertThat(command.status()).isIn(ScsiCommand.GOOD, ScsiCommand.CHECK_CONDITION);
        assertThat(command.transferred()).isBetween(0L, Math.max(data.length(), 4104));
      }
    }
  }

  @Property(tries = 40)
  void theControllerOutlivesItsGuests(@ForAll long seed) {
    Random random = new Random(seed);
    StorVsp controller = new StorVsp(UUID.randomUUID());
    controller.attach(0, new ScsiDisk(disk()));
    controller.attach(1, new ScsiDvd(UUID.randomUUID(), null));
    try (FakeGuest guest = new FakeGuest(controller)) {
      StorGuest driver = new StorGuest(guest, guest.connect().open(StorGuest.SCSI));
      if (random.nextInt(4) != 0) {
        driver.initialize();
      }
      for (int i = 0; i < 300; i++) {
        send(random, driver.channel);
        while (driver.channel.poll(0) != null) {
          // Answers make room and are of no other interest.
        }
      }
      driver.channel.close();
      StorGuest fresh =
          new StorGuest(guest, guest.open(driver.channel.offer(), 16, 16)).initialize();
      assertThat(fresh.command(0, 0, 0, 0, 0, 0, 0).good()).isTrue();
      assertThat(fresh.read(0, 512, StorGuest.read10(1, 1)).good()).isTrue();
    }
  }

  private static void send(Random random, GuestChannel channel) {
    byte[] payload = new byte[random.nextInt(4) == 0 ? random.nextInt(100) : 64];
    random.nextBytes(payload);
    if (payload.length == 64) {
      LittleEndian.putInt(payload, 0, random.nextInt(5) == 0 ? random.nextInt(20) : 3);
      LittleEndian.putShort(payload, 17, random.nextInt(2));
      payload[19] = (byte) random.nextInt(3);
      payload[20] = (byte) random.nextInt(20);
    }
    byte[] header = new byte[8 + 8 * random.nextInt(8)];
    int type = random.nextBoolean() ? 6 : 9;
    if (type == 9) {
      LittleEndian.putInt(header, 4, 1);
      if (header.length >= 24) {
        int pages = (header.length - 16) / 8;
        LittleEndian.putInt(header, 8, random.nextInt(pages * 4096));
        for (int i = 0; i < pages; i++) {
          LittleEndian.putLong(header, 16 + i * 8, 4096 + random.nextInt(5000));
        }
      }
    } else {
      header = new byte[0];
    }
    channel.trySend(type, random.nextInt(2), 1 + random.nextInt(100), header, payload);
  }
}
