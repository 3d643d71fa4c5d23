// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A guest that writes rubbish gets errors; the partition neither throws nor hangs. */
class HypervFuzzTest {
  private static final int[] CODES = {
    2, 3, 8, 0xB, 0x13, 0x14, 0x15, 0x5C, 0x5D, 0x8001, 0x46, 0x50, 0
  };

  /** Values with a chance to be meaningful. */
  private static long value(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextLong();
      case 1 -> random.nextInt(300);
      case 2 -> random.nextLong(TestPartition.MEMORY / 4096) << 12 | random.nextInt(2);
      case 3 -> random.nextLong(TestPartition.MEMORY) & -8;
      case 4 -> -random.nextLong(1 << 13);
      default -> 1L << random.nextInt(64) | random.nextInt(256);
    };
  }

  @Property(tries = 300)
  void rubbishIntoRegistersAndCalls(@ForAll long seed) {
    Random random = new Random(seed);
    long[] result = new long[1];
    try (TestPartition t = new TestPartition(3)) {
      t.enableHypercalls();
      t.partition.messagePort(1, (vp, id, type, payload, length) -> random.nextBoolean());
      t.partition.eventPort(2, flag -> t.partition.signalEvent(1, 2, flag));
      for (int i = 0; i < 400; i++) {
        int processor = random.nextInt(3);
        switch (random.nextInt(6)) {
          case 0 ->
              t.partition.writeMsr(processor, 0x4000_0000 + random.nextInt(0x120), value(random));
          case 1 -> t.partition.readMsr(processor, random.nextInt(), result);
          case 2 -> t.partition.postMessage(processor, 2, 1, new byte[240], 0, random.nextInt(241));
          case 3 -> t.memory.writeLong(random.nextLong(TestPartition.MEMORY) & -8, value(random));
          default -> call(t, random, processor);
        }
        int vector = t.bus.apic(processor).acknowledge();
        if (vector >= 0) {
          t.bus.apic(processor).endOfInterrupt();
        }
      }
      assertThat(t.partition.readMsr(0, 0x4000_0020, result)).isTrue();
    }
  }

  private static void call(TestPartition t, Random random, int processor) {
    FakeProcessor p = t.processors[processor];
    for (int i = 0; i < 16; i++) {
      p.general[i] = value(random);
      p.xmm[i] = value(random);
    }
    p.longMode = random.nextInt(4) != 0;
    long control = CODES[random.nextInt(CODES.length)];
    control |= random.nextBoolean() ? 1 << 16 : 0;
    control |= (random.nextInt(4) == 0 ? random.nextInt(1024) : random.nextInt(3)) << 17;
    control |= (long) (random.nextInt(4) == 0 ? random.nextInt(4096) : random.nextInt(4)) << 32;
    control |= (long) random.nextInt(3) << 48;
    if (random.nextInt(8) == 0) {
      control = random.nextLong();
    }
    p.general[FakeProcessor.RCX] = p.longMode ? control : value(random);
    if (!p.longMode) {
      p.general[FakeProcessor.RDX] = control >>> 32;
      p.general[FakeProcessor.RAX] = control & 0xFFFF_FFFFL;
    }
    if (t.partition.hypercall(p) && p.longMode) {
      int status = (int) p.general[FakeProcessor.RAX] & 0xFFFF;
      assertThat(status).isIn(0, 2, 3, 4, 5, 18, 19);
    }
  }

  @Property(tries = 200)
  void rubbishIntoTheApic(@ForAll long seed) {
    Random random = new Random(seed);
    long[] result = new long[1];
    try (TestPartition t = new TestPartition(3)) {
      for (int i = 0; i < 500; i++) {
        var apic = t.bus.apic(random.nextInt(3));
        switch (random.nextInt(8)) {
          case 0 -> apic.writeMmio(random.nextInt(4096), (int) value(random));
          case 1 -> apic.writeMmio(random.nextInt(256) * 16, (int) value(random));
          case 2 -> apic.readMmio(random.nextInt(4096));
          case 3 -> apic.writeMsr(0x800 + random.nextInt(0x100), value(random));
          case 4 -> apic.readMsr(0x800 + random.nextInt(0x100), result);
          case 5 -> apic.base(value(random) & 0xFFF | 0xFEE0_0000L);
          case 6 -> apic.writeMsr(0x6E0, value(random));
          default -> t.bus.message(0xFEE0_0000L | random.nextInt(1 << 20), random.nextInt());
        }
        int vector = apic.acknowledge();
        assertThat(vector).isBetween(-1, 255);
        if (vector >= 0 && random.nextBoolean()) {
          apic.endOfInterrupt();
        }
      }
    }
  }

  /** The table against a map. */
  @Property(tries = 300)
  void portTableIsAMap(@ForAll @Size(max = 200) int[] operations) {
    PortTable<Integer> table = new PortTable<>();
    Map<Integer, Integer> model = new HashMap<>();
    for (int operation : operations) {
      int id = operation % 40;
      @Nullable Integer value = operation % 3 == 0 ? null : operation;
      table.set(id, value);
      if (value == null) {
        model.remove(id);
      } else {
        model.put(id, value);
      }
      for (int i = -40; i < 40; i++) {
        assertThat(table.get(i)).isEqualTo(model.get(i));
      }
    }
  }
}
