// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import dev.malachite.engine.firmware.AcpiTables;
import dev.malachite.engine.vmbus.LittleEndian;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A storage channel's ring, spoilt in every way: the channel may die, and a new one works. */
class RingRubbishTest {
  private static final int[] RUBBISH = {
    -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1, 7, 4, 12287, 12288, 12289, 12296, 1 << 16
  };

  @TempDir private Path folder = Path.of("");

  @Test
  void indicesOutOfRangeAndOffTheirAlignment() throws Exception {
    try (ProbeDrives drives = new ProbeDrives(folder);
        Probe probe = new Probe(1, drives.drives())) {
      ProbeDisk disk = new ProbeDisk(probe);
      long[] words = {
        ProbeDisk.WRITE_INDEX,
        ProbeDisk.READ_INDEX,
        ProbeDisk.RING + 8,
        ProbeDisk.RING + 12,
        ProbeDisk.RECEIVE,
        ProbeDisk.RECEIVE + 4,
        ProbeDisk.RECEIVE + 8,
        ProbeDisk.RECEIVE + 12
      };
      byte[] ready = ProbeDisk.command(0, new byte[6], 2, 0);
      for (long word : words) {
        for (int value : RUBBISH) {
          probe.later(Step.store(word, 4, value));
          probe.later(disk.signal());
          disk.sending(ProbeDisk.packet(ProbeDisk.IN_BAND, 1, 1, new byte[0], ready))
              .forEach(probe::later);
          probe.later(Step.store(word, 4, value));
          probe.later(disk.signal());
          probe.flush();
          disk.reopen();
        }
        disk.mustWork(1);
      }
      disk.reconnect();
      disk.mustWork(2);
      probe.powerOff();
    }
  }

  @Test
  void aRingOutOfOrderClosesItsChannel() throws Exception {
    try (ProbeDrives drives = new ProbeDrives(folder);
        Probe probe = new Probe(1, drives.drives())) {
      ProbeDisk disk = new ProbeDisk(probe);
      byte[] ready = ProbeDisk.command(0, new byte[6], 2, 0);
      for (int value : new int[] {-1, 12288, Integer.MIN_VALUE, 1 << 16}) {
        probe.steps(List.of(Step.store(ProbeDisk.WRITE_INDEX, 4, value), disk.signal()));
        probe.awaitWarning("closed the channel of");
        disk.reopen();
      }
      byte[] bad = ProbeDisk.packet(ProbeDisk.IN_BAND, 1, 1, new byte[0], ready);
      LittleEndian.putShort(bad, 4, 0xFFFF);
      disk.send(bad);
      probe.awaitWarning("closed the channel of");
      disk.reopen();
      disk.send(ProbeDisk.packet(0x99, 1, 1, new byte[0], ready));
      probe.awaitWarning("closed the channel of");
      disk.reopen();
      disk.mustWork(7);
      probe.powerOff();
    }
  }

  @Test
  void aResetWithCommandsUnderWay() throws Exception {
    try (ProbeDrives drives = new ProbeDrives(folder);
        Probe probe = new Probe(2, drives.drives())) {
      byte[] cdb = ProbeDisk.cdb10(0x28, 0, 8);
      for (int round = 0; round < 8; round++) {
        ProbeDisk disk = new ProbeDisk(probe);
        disk.mustWork(8);
        for (int i = 0; i < 50; i++) {
          disk.sending(
                  ProbeDisk.packet(
                      ProbeDisk.GPA_DIRECT,
                      1,
                      i,
                      ProbeDisk.range(4096, 0, ProbeDisk.DATA / 4096 + i),
                      ProbeDisk.command(0, cdb, 1, 4096)))
              .forEach(probe::later);
        }
        probe.flush();
        // By the hypervisor's register and by ACPI's.
        if (round % 2 == 0) {
          probe.writeMsrForGood(0x4000_0003, 1);
        } else {
          probe.outForGood(AcpiTables.RESET_PORT, AcpiTables.RESET_VALUE);
        }
        probe.awaitRestart();
      }
      new ProbeDisk(probe).mustWork(9);
      probe.powerOff();
    }
  }

  @Test
  void packetsWhoseLengthsAndRangesLie() throws Exception {
    Random random = Seeds.random(this);
    try (ProbeDrives drives = new ProbeDrives(folder);
        Probe probe = new Probe(1, drives.drives())) {
      ProbeDisk disk = new ProbeDisk(probe);
      byte[] cdb = ProbeDisk.cdb10(0x28, 0, 8);
      byte[] payload = ProbeDisk.command(0, cdb, 1, 4096);
      byte[] good =
          ProbeDisk.packet(
              ProbeDisk.GPA_DIRECT, 1, 1, ProbeDisk.range(4096, 0, ProbeDisk.DATA / 4096), payload);
      for (int round = 0; round < 60; round++) {
        for (int i = 0; i < 4; i++) {
          byte[] bad = good.clone();
          // One of the descriptor's fields, or of the range's.
          int[] offsets = {0, 2, 4, 6, 18, 20, 24, 28, 32, 36};
          for (int spoils = 1 + random.nextInt(2); spoils > 0; spoils--) {
            int value = random.nextBoolean() ? random.nextInt() : random.nextInt(20) - 4;
            int offset = offsets[random.nextInt(offsets.length)];
            // A page is spoilt so that it isn't the probe's own.
            LittleEndian.putShort(bad, offset, offset == 32 ? value | 0x4000 : value);
          }
          disk.sending(bad).forEach(probe::later);
        }
        probe.flush();
        if (random.nextBoolean()) {
          disk.reopen();
        } else {
          disk.reconnect();
        }
      }
      disk.mustWork(3);
      probe.powerOff();
    }
  }

  @Test
  void aSecondProcessorThatWritesIntoTheRingMeanwhile() throws Exception {
    Random random = Seeds.random(this);
    try (ProbeDrives drives = new ProbeDrives(folder);
        Probe probe = new Probe(2, drives.drives())) {
      probe.startSecondProcessor();
      ProbeDisk disk = new ProbeDisk(probe);
      // Control pages, whole rings, and single words with small values.
      long[][] places = {
        {ProbeDisk.RING, 0x7F, -1},
        {ProbeDisk.RECEIVE, 0x7F, -1},
        {ProbeDisk.RING, 4, 0x2FF8},
        {ProbeDisk.RECEIVE, 4, 0x2FF8},
        {ProbeDisk.RING + 4096, 0xFFF, -1},
        {ProbeDisk.RING + 4096, 0xFC, 0xF},
        {ProbeDisk.RING, 0x7FFF, 0x3F},
      };
      byte[] cdb = ProbeDisk.cdb10(0x28, 0, 8);
      for (int round = 0; round < 14; round++) {
        long[] place = places[round % places.length];
        probe.scribble(place[0], place[1], place[2]);
        for (int i = 0; i < 40; i++) {
          long page = 0x900L + random.nextInt(64);
          disk.sending(
                  ProbeDisk.packet(
                      ProbeDisk.GPA_DIRECT,
                      1,
                      i,
                      ProbeDisk.range(4096, 0, page),
                      ProbeDisk.command(random.nextInt(4), cdb, 1, 4096)))
              .forEach(probe::later);
          probe.later(Step.store(ProbeDisk.RECEIVE + 4, 4, random.nextInt(0x600) * 8L));
        }
        probe.flush();
        probe.stopScribbling();
        disk.reopen();
        disk.mustWork(round + 4);
      }
      probe.powerOff();
    }
  }
}
