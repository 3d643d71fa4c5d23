// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SCSI commands with random contents, and data that is to go where no data can. */
class ScsiRubbishTest {
  private static final int[] OPCODES = {
    0x00, 0x03, 0x12, 0x1A, 0x1B, 0x1E, 0x25, 0x28, 0x2A, 0x2F, 0x35, 0x41, 0x42, 0x43, 0x46, 0x4A,
    0x51, 0x55, 0x5A, 0x88, 0x8A, 0x8F, 0x91, 0x93, 0x9E, 0xA0, 0xA3, 0xA8, 0xAA, 0xAD, 0xBE
  };

  @TempDir private Path folder = Path.of("");

  @Test
  void dataThatIsNoMemoryFailsTheCommandOnly() throws Exception {
    try (ProbeDrives drives = new ProbeDrives(folder);
        Probe probe = new Probe(1, drives.drives())) {
      ProbeDisk disk = new ProbeDisk(probe);
      long[] nowhere = {Probe.MEMORY, 0xFEC0_0000L, 0xFEE0_0000L, 1L << 40, 1L << 62, -4096};
      for (long address : nowhere) {
        for (int opcode : new int[] {0x28, 0x2A}) {
          byte[] answer =
              disk.execute(0, ProbeDisk.cdb10(opcode, 0, 1), opcode == 0x28 ? 1 : 0, 512, address);
          assertThat(answer[14] & 0x3F).as("0x%x", address).isNotEqualTo(1);
        }
      }
      // Video memory is memory.
      byte[] answer = disk.execute(0, ProbeDisk.cdb10(0x28, 0, 8), 1, 4096, 0xF800_0000L);
      assertThat(answer[14]).isEqualTo((byte) 1);
      disk.mustWork(5);
      probe.powerOff();
    }
  }

  @Test
  void dataThatOverwritesTheRingCostsTheChannelAtMost() throws Exception {
    Random random = Seeds.random(this);
    try (ProbeDrives drives = new ProbeDrives(folder);
        Probe probe = new Probe(1, drives.drives())) {
      ProbeDisk disk = new ProbeDisk(probe);
      byte[] rubbish = new byte[4096];
      for (int sector = 0; sector < 64; sector += 8) {
        random.nextBytes(rubbish);
        probe.write(ProbeDisk.DATA, rubbish);
        byte[] answer = disk.execute(0, ProbeDisk.cdb10(0x2A, sector, 8), 0, 4096, ProbeDisk.DATA);
        assertThat(answer[14]).isEqualTo((byte) 1);
      }
      for (int round = 0; round < 24; round++) {
        long page = ProbeDisk.RING / 4096 + round % ProbeDisk.PAGES;
        byte[] cdb = ProbeDisk.cdb10(0x28, random.nextInt(56), 8);
        for (int i = 0; i < 10; i++) {
          disk.sending(
                  ProbeDisk.packet(
                      ProbeDisk.GPA_DIRECT,
                      1,
                      i,
                      ProbeDisk.range(4096, 0, page),
                      ProbeDisk.command(0, cdb, 1, 4096)))
              .forEach(probe::later);
        }
        probe.flush();
        disk.reopen();
        disk.mustWork(100 + round);
      }
      probe.powerOff();
    }
  }

  @Test
  void anyCommandIsAnswered() throws Exception {
    Random random = Seeds.random(this);
    try (ProbeDrives drives = new ProbeDrives(folder);
        Probe probe = new Probe(2, drives.drives())) {
      ProbeDisk disk = new ProbeDisk(probe);
      for (int round = 0; round < 80; round++) {
        long last = 0;
        for (int i = 0; i < 20; i++) {
          last = (long) round << 32 | i;
          disk.sending(command(random, last)).forEach(probe::later);
        }
        assertThat(probe.flush()).noneMatch(Probe.Outcome::fault);
        // A reset is answered once all before it have been.
        byte[] reset = new byte[ProbeDisk.PACKET];
        reset[0] = 6;
        disk.send(ProbeDisk.packet(ProbeDisk.IN_BAND, 1, -round - 1L, new byte[0], reset));
        disk.await(-round - 1L);
      }
      disk.mustWork(6);
      probe.powerOff();
    }
  }

  private static byte[] command(Random random, long transaction) {
    byte[] cdb = new byte[random.nextInt(8) == 0 ? random.nextInt(20) : 16];
    for (int i = 1; i < cdb.length; i++) {
      cdb[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(4));
      if (random.nextBoolean()) {
        cdb[i] = 0;
      }
    }
    if (cdb.length > 0) {
      boolean known = random.nextInt(8) != 0;
      cdb[0] = (byte) (known ? OPCODES[random.nextInt(OPCODES.length)] : random.nextInt());
    }
    int length = random.nextInt(4) == 0 ? random.nextInt(8192) : 512 * random.nextInt(17);
    int offset = random.nextInt(4) == 0 ? random.nextInt(4096) : 0;
    byte[] payload = ProbeDisk.command(random.nextInt(4), cdb, random.nextInt(4), length);
    if (random.nextInt(10) == 0) {
      payload[17 + random.nextInt(12)] = (byte) random.nextInt();
    }
    if (random.nextInt(6) == 0) {
      return ProbeDisk.packet(ProbeDisk.IN_BAND, 1, transaction, new byte[0], payload);
    }
    long[] pages = new long[(length + offset + 4095) / 4096];
    for (int i = 0; i < pages.length; i++) {
      boolean good = random.nextInt(20) != 0;
      pages[i] = good ? ProbeDisk.DATA / 4096 + random.nextInt(256) : random.nextInt();
    }
    byte[] header = ProbeDisk.range(length, offset, pages);
    return ProbeDisk.packet(ProbeDisk.GPA_DIRECT, 1, transaction, header, payload);
  }
}
