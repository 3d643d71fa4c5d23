// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.vmbus.LittleEndian;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Channel messages that are malformed, out of turn, or about what isn't there. */
class VmbusRubbishTest {
  private static final long RING = 0x80_0000;

  @Test
  void mistakesAreRefusedOneByOne() throws Exception {
    try (Probe probe = new Probe(2)) {
      ProbeBus bus = new ProbeBus(probe);
      // Before contact, nothing is answered.
      bus.post(ProbeBus.REQUEST_OFFERS);
      bus.post(ProbeBus.CLOSE, 1);
      bus.post(new byte[0]);
      bus.connect();
      List<ProbeBus.Offer> offers = bus.offers();
      int relid = bus(offers).relid();

      bus.post(ProbeBus.message(ProbeBus.GPADL_BODY, 0, 77, 1, 2, 3, 4));
      assertThat(bus.share(9999, 5, RING, 8)).as("no such channel").isNotZero();
      assertThat(bus.share(relid, 0, RING, 8)).as("number 0").isNotZero();
      assertThat(bus.share(relid, 5, Probe.MEMORY - 4096, 2)).as("beyond memory").isNotZero();
      assertThat(bus.share(relid, 5, 0xFEE0_0000L, 1)).as("registers").isNotZero();
      assertThat(bus.share(relid, 5, -4096, 1)).as("no page number").isNotZero();
      assertThat(bus.share(relid, 5, RING, 8)).isZero();
      assertThat(bus.share(relid, 5, RING, 8)).as("the number twice").isNotZero();

      assertThat(bus.open(relid, 6, 4, 0)).as("no such memory").isNotZero();
      for (int downstream : new int[] {0, 1, 7, 8, 9, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
        assertThat(bus.open(relid, 5, downstream, 0)).as("ring at " + downstream).isNotZero();
      }
      assertThat(bus.open(relid, 5, 4, 2)).as("no such processor").isNotZero();
      bus.post(ProbeBus.CLOSE, relid);
      assertThat(bus.open(relid, 5, 4, 1)).isZero();
      assertThat(bus.open(relid, 5, 4, 1)).as("twice").isNotZero();
      bus.tearDown(relid, 5);
      bus.tearDown(relid, 5);
      bus.post(ProbeBus.CLOSE, relid);
      bus.post(ProbeBus.CLOSE, relid);
      bus.post(ProbeBus.RELID_RELEASED, relid);
      bus.post(ProbeBus.RELID_RELEASED, relid);
      assertThat(bus.share(relid, 5, RING, 8)).as("a channel that was released").isNotZero();

      bus.connect();
      assertThat(bus.offers()).isEqualTo(offers);
      assertThat(bus.share(relid, 5, RING, 8)).isZero();
      assertThat(bus.open(relid, 5, 4, 0)).isZero();
      probe.powerOff();
    }
  }

  private static ProbeBus.Offer bus(List<ProbeBus.Offer> offers) {
    return offers.stream().filter(o -> o.type().equals(ProbeBus.SCSI)).findFirst().orElseThrow();
  }

  @Test
  void ringsMayShareTheirPagesWithAnything() throws Exception {
    try (Probe probe = new Probe(1)) {
      ProbeBus bus = new ProbeBus(probe);
      bus.connect();
      int relid = bus.offer(ProbeBus.SCSI).relid();
      // All of the ring in one page, in video memory, and in the SynIC's pages.
      for (long page : new long[] {RING, 0xF800_0000L, 0x30_0000L, 0x30_1000L}) {
        byte[] header = new byte[20 + 8 + 64];
        LittleEndian.putInt(header, 0, ProbeBus.GPADL_HEADER);
        LittleEndian.putInt(header, 8, relid);
        LittleEndian.putInt(header, 12, 9);
        LittleEndian.putShort(header, 16, 8 + 64);
        LittleEndian.putShort(header, 18, 1);
        LittleEndian.putInt(header, 20, 8 * 4096);
        for (int i = 0; i < 8; i++) {
          LittleEndian.putLong(header, 28 + i * 8, page / 4096);
        }
        bus.post(header);
        assertThat(LittleEndian.getInt(bus.take(ProbeBus.GPADL_CREATED), 16)).isZero();
        bus.open(relid, 9, 4, 0);
        for (int i = 0; i < 100; i++) {
          probe.later(Step.store(page + i * 4 % 16, 4, i * 8L));
          probe.later(ProbeBus.signal(relid | 0x2000));
        }
        probe.flush();
        bus.post(ProbeBus.CLOSE, relid);
        bus.tearDown(relid, 9);
        probe.write(page == 0x30_0000L ? RING : page, new byte[4096]);
      }
      bus.connect();
      assertThat(bus.offers()).isNotEmpty();
      probe.powerOff();
    }
  }

  @Test
  void messagesThatNobodyReadsAreBounded() throws Exception {
    try (Probe probe = new Probe(1)) {
      ProbeBus bus = new ProbeBus(probe);
      bus.connect();
      // Each is answered by a refusal, and none of the answers is taken.
      byte[] header = Arrays.copyOf(ProbeBus.message(ProbeBus.GPADL_HEADER, 4000, 1, 0x1_0008), 28);
      for (int i = 0; i < 6000; i++) {
        ProbeBus.blindly(header).subList(0, 2).forEach(probe::later);
      }
      assertThat(probe.flush()).noneMatch(Probe.Outcome::fault);
      // What the host has kept of them is taken at last.
      for (int i = 0; i < 6000; i++) {
        ProbeBus.taking().forEach(probe::later);
      }
      probe.flush();
      bus.connect();
      assertThat(bus.offers()).isNotEmpty();
      probe.powerOff();
    }
  }

  @Test
  void answersForAProcessorThatTakesNoneDoNotLockTheGuestOut() throws Exception {
    try (Probe probe = new Probe(2)) {
      ProbeBus bus = new ProbeBus(probe);
      bus.connect();
      // From now on answers go to the second processor, which never starts.
      byte[] contact = Arrays.copyOf(ProbeBus.message(14, ProbeBus.VERSION_5_3, 1, 2), 40);
      bus.post(contact);
      byte[] header = Arrays.copyOf(ProbeBus.message(ProbeBus.GPADL_HEADER, 4000, 1, 0x1_0008), 28);
      for (int i = 0; i < 3000; i++) {
        ProbeBus.blindly(header).forEach(probe::later);
      }
      assertThat(probe.flush()).noneMatch(Probe.Outcome::fault);
      bus.connect();
      assertThat(bus.offers()).isNotEmpty();
      probe.powerOff();
    }
  }

  @Test
  void randomMessagesLeaveTheBusUsable() throws Exception {
    Random random = Seeds.random(this);
    try (Probe probe = new Probe(2)) {
      ProbeBus bus = new ProbeBus(probe);
      bus.connect();
      List<ProbeBus.Offer> offers = bus.offers();
      for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 400; i++) {
          ProbeBus.blindly(message(random)).forEach(probe::later);
          if (random.nextInt(4) == 0) {
            probe.later(ProbeBus.signal(random.nextInt(0x14) | 0x2000));
          }
        }
        assertThat(probe.flush()).noneMatch(Probe.Outcome::fault);
        bus.connect();
        assertThat(bus.offers()).isEqualTo(offers);
        bus.post(ProbeBus.REQUEST_OFFERS);
      }
      int relid = bus(offers).relid();
      assertThat(bus.share(relid, 0x77, RING, 8)).isZero();
      assertThat(bus.open(relid, 0x77, 4, 0)).isZero();
      probe.powerOff();
    }
  }

  private static byte[] message(Random random) {
    int[] types = {3, 5, 5, 7, 8, 8, 8, 9, 9, 11, 13, 14, 21, 22};
    byte[] message = new byte[240];
    random.nextBytes(message);
    int type = types[random.nextInt(types.length)];
    // Seldom what ends the connection, else little else would be seen.
    if (type == ProbeBus.INITIATE_CONTACT && random.nextInt(8) != 0) {
      type = ProbeBus.GPADL_HEADER;
    }
    int unknown = random.nextInt(40);
    boolean known = random.nextInt(30) != 0 || unknown == ProbeBus.UNLOAD;
    LittleEndian.putInt(message, 0, known ? type : unknown);
    LittleEndian.putInt(message, 8, random.nextInt(10) == 0 ? random.nextInt() : small(random, 10));
    LittleEndian.putInt(message, 12, small(random, 6));
    switch (type) {
      case ProbeBus.OPEN -> {
        LittleEndian.putInt(message, 16, small(random, 6));
        LittleEndian.putInt(message, 20, random.nextInt(4) - 1);
        LittleEndian.putInt(message, 24, small(random, 8));
      }
      case ProbeBus.GPADL_HEADER -> ranges(random, message);
      case ProbeBus.INITIATE_CONTACT -> {
        int[] versions = {ProbeBus.VERSION_5_3, 13, 0x1_0001, 0x2_0004, 0x4_0000, 0x9_0000};
        LittleEndian.putInt(message, 8, versions[random.nextInt(versions.length)]);
        LittleEndian.putInt(message, 12, random.nextInt(3));
        LittleEndian.putLong(message, 16, random.nextBoolean() ? 2 : Probe.FREE);
      }
      default -> {}
    }
    return Arrays.copyOf(message, random.nextInt(3) == 0 ? random.nextInt(241) : 240);
  }

  private static int small(Random random, int bound) {
    return random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(bound);
  }

  // Ranges that are right but for one number, most of the time.
  private static void ranges(Random random, byte[] message) {
    int pages = 1 + random.nextInt(26);
    LittleEndian.putShort(message, 16, random.nextInt(6) == 0 ? random.nextInt() : 8 + pages * 8);
    LittleEndian.putShort(message, 18, random.nextInt(6) == 0 ? random.nextInt() : 1);
    LittleEndian.putInt(message, 20, random.nextInt(6) == 0 ? random.nextInt() : pages * 4096);
    LittleEndian.putInt(message, 24, random.nextInt(6) == 0 ? random.nextInt(5000) : 0);
    for (int i = 0; i < pages; i++) {
      long frame =
          switch (random.nextInt(60)) {
            case 0 -> random.nextLong();
            case 1 -> 0xFEC00L;
            case 2 -> (long) random.nextInt();
            default -> RING / 4096 + random.nextInt(64);
          };
      LittleEndian.putLong(message, 28 + i * 8, frame);
    }
  }
}
