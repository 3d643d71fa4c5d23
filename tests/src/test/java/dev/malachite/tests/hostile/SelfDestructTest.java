// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests that take the ground from under their own feet. */
class SelfDestructTest {
  private static final long VIDEO = 0xF800_0000L;
  private static final long IO_APIC = 0xFEC0_0000L;
  private static final long LOCAL_APIC = 0xFEE0_0000L;
  private static final long NOWHERE = 0x9000_0000L;
  private static final long FAR_NOWHERE = 0xFF_FFFF_F000L;

  /** The probe's page tables; entry 0 is in use. */
  private static final long ROOT = 0x9000;

  @Test
  void aTripleFaultEndsTheMachine() throws Exception {
    try (Probe probe = new Probe(2)) {
      probe.interruptTable(0, 0);
      probe.crash();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {IO_APIC, LOCAL_APIC, NOWHERE, FAR_NOWHERE, VIDEO, 0, -1, 1L << 60})
  void anInterruptTableThatIsNoMemoryEndsInATripleFault(long address) throws Exception {
    try (Probe probe = new Probe(1)) {
      probe.interruptTable(address, 0xFFFF);
      // Addresses that are not canonical fault before they are loaded, and the machine goes on.
      if (address == 1L << 60) {
        assertThat(probe.pending().vector()).isEqualTo(Probe.GENERAL_PROTECTION);
        probe.powerOff();
      } else {
        probe.crash();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {IO_APIC, LOCAL_APIC, NOWHERE, FAR_NOWHERE, 0xFFFF_F000L, 0xFFF})
  void pageTablesThatAreNoMemoryEndInATripleFault(long address) throws Exception {
    try (Probe probe = new Probe(1)) {
      probe.pageTables(address);
      probe.crash();
    }
  }

  @Test
  void aProcessorThatWaitsForeverCanBeTurnedOff() throws Exception {
    try (Probe probe = new Probe(2)) {
      probe.write(Probe.FREE, ProbeImage.code("cli\n1: hlt\njmp 1b"));
      probe.callForGood(Probe.FREE);
      probe.machine().turnOff();
      probe.awaitEnd();
      probe.assertNoErrors();
    }
  }

  @Test
  void jumpsOutOfMemoryAreFaultsOfTheGuest() throws Exception {
    Random random = Seeds.random(this);
    try (Probe probe = new Probe(1)) {
      // All ones, which is no instruction; and a page without translation.
      for (long address : new long[] {IO_APIC + 0x800, NOWHERE, 0xFFFF_FFF0L, 0xFFFF_FFFFL}) {
        assertThat(probe.call(address).vector()).as("0x%x", address).isIn(6, 13, 14);
      }
      assertThat(probe.call(1L << 32).vector()).isEqualTo(Probe.PAGE_FAULT);
      assertThat(probe.call(1L << 47).vector()).isEqualTo(Probe.GENERAL_PROTECTION);
      assertThat(probe.call(-4096L).vector()).isEqualTo(Probe.PAGE_FAULT);
      // The end of memory: an instruction of which half is there.
      for (int part = 1; part < 10; part++) {
        probe.write(Probe.MEMORY - part, ProbeImage.code("mov rax, 0x1122334455667788"), part);
        assertThat(probe.call(Probe.MEMORY - part).fault()).as("%d bytes", part).isTrue();
      }
      // Video memory is memory: code there runs, rewritten too.
      for (int value = 1; value < 20; value++) {
        long code = VIDEO + random.nextInt(8192);
        probe.write(code, ProbeImage.code("mov eax, " + value + "\nret"));
        assertThat(probe.call(code).value()).isEqualTo(value);
      }
      probe.powerOff();
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {IO_APIC, LOCAL_APIC, NOWHERE, FAR_NOWHERE, VIDEO, -4096, 1L << 46, 1L << 60, 0x6000})
  void aSegmentFromADescriptorTableInRegistersOrNowhereIsLoadedOrFaults(long address)
      throws Exception {
    try (Probe probe = new Probe(1)) {
      // The fault finds no code segment for its handler and ends in a triple fault.
      probe.descriptorTable(address, 0xFFFF, 0x1118);
      if (probe.goesOn()) {
        probe.powerOff();
      } else {
        probe.crash();
      }
    }
  }

  @Test
  void anyPageTableEntryIsAnAccessOrAPageFault() throws Exception {
    Random random = Seeds.random(this);
    try (Probe probe = new Probe(1)) {
      // Tables in free memory with random entries, reached by all root entries but the probe's.
      long tables = Probe.FREE;
      int pages = 16;
      List<Step> steps = new ArrayList<>();
      for (long at = tables; at < tables + pages * 4096L; at += 8) {
        steps.add(Step.store(at, 8, entry(random, tables, pages)));
      }
      for (int round = 0; round < 15_000; round++) {
        if (round % 50 == 0) {
          for (int i = 0; i < 20; i++) {
            long at = tables + random.nextInt(pages * 512) * 8L;
            steps.add(Step.store(at, 8, entry(random, tables, pages)));
          }
          long root = ROOT + 8L * (1 + random.nextInt(511));
          steps.add(Step.store(root, 8, entry(random, tables, pages) & ~0x80L));
          steps.add(Step.of(Step.Operation.SET_CR3, ROOT));
        }
        long address = (1L << 39) + (random.nextLong() & (1L << 48) - 1 - (1L << 39));
        address = address << 16 >> 16;
        int size = new int[] {1, 2, 4, 8, 16}[random.nextInt(5)];
        // Reads only, and execution: what is found there is anything at all.
        steps.add(
            random.nextInt(8) == 0
                ? Step.of(Step.Operation.INVALIDATE, address)
                : Step.load(address, size));
      }
      List<Probe.Outcome> outcomes = probe.steps(steps);
      int accesses = 0;
      int faults = 0;
      for (int i = 0; i < steps.size(); i++) {
        Probe.Outcome outcome = outcomes.get(i);
        if (outcome.fault()) {
          assertThat(outcome.vector()).as(steps.get(i).toString()).isIn(13, 14);
          faults++;
        } else if (steps.get(i).operation() == Step.Operation.LOAD) {
          accesses++;
        }
      }
      assertThat(accesses).as("accesses").isPositive();
      assertThat(faults).as("faults").isPositive();
      probe.powerOff();
    }
  }

  // An entry that mostly leads on: to another table, itself, registers, nowhere, or a large page.
  private static long entry(Random random, long tables, int pages) {
    long flags = 3 | random.nextInt(8) << 3 & 0x38;
    if (random.nextInt(8) == 0) {
      flags |= 0x80;
    }
    if (random.nextInt(16) == 0) {
      flags |= 1L << 63;
    }
    return switch (random.nextInt(10)) {
      case 0 -> random.nextLong();
      case 1 -> random.nextLong() & ~1;
      case 2 -> IO_APIC | flags;
      case 3 -> LOCAL_APIC | flags;
      case 4 -> NOWHERE | flags;
      case 5 -> Probe.MEMORY - 4096 | flags;
      default -> tables + random.nextInt(pages) * 4096L | flags;
    };
  }

  @Test
  void aPageTableThatMapsItselfIsWrittenThroughItself() throws Exception {
    try (Probe probe = new Probe(1)) {
      long table = Probe.FREE;
      // Root entry 1 is a table that is its own next one, at all levels.
      for (int i = 0; i < 512; i++) {
        probe.later(Step.store(table + i * 8L, 8, table | 3));
      }
      probe.later(Step.store(ROOT + 8, 8, table | 3));
      assertThat(probe.flush()).noneMatch(Probe.Outcome::fault);
      long address = 1L << 39;
      assertThat(probe.load(address, 8).value() & ~0x60L).isEqualTo(table | 3);
      // Accessed and dirty bits go into the entry that is being read.
      assertThat(probe.store(address + 8, 8, table | 3).fault()).isFalse();
      assertThat(probe.readLong(table + 8)).isEqualTo(table | 3);
      assertThat(probe.readLong(table) & 0x60).isEqualTo(0x60);
      // The mapping takes itself away; until it is invalidated, either answer is right.
      assertThat(probe.store(address, 8, 0).fault()).isFalse();
      probe.invalidate(address);
      Probe.Outcome gone = probe.load(address, 8);
      assertThat(gone.vector()).isEqualTo(Probe.PAGE_FAULT);
      assertThat(gone.cr2()).isEqualTo(address);
      probe.powerOff();
    }
  }

  @Test
  void programsAreSentToRandomPlacesAtLevel3() throws Exception {
    Random random = Seeds.random(this);
    try (Probe probe = new Probe(1)) {
      byte[] rubbish = new byte[0x8000];
      for (int round = 0; round < 40; round++) {
        random.nextBytes(rubbish);
        probe.write(Probe.FREE, rubbish);
        for (int i = 0; i < 50; i++) {
          // With the trap flag now and then; it may not get stuck, so not without an end.
          long code = Probe.FREE + random.nextInt(rubbish.length);
          Probe.Outcome outcome = probe.user(code, 0x102, code, code, random.nextLong());
          assertThat(outcome.vector()).as("code at 0x%x", code).isBetween(-1, 31);
        }
      }
      probe.powerOff();
    }
  }
}
