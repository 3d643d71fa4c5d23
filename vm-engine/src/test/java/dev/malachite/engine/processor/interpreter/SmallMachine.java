// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.interrupt.ApicBus;
import dev.malachite.engine.interrupt.LocalApic;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.CpuidModel;
import dev.malachite.engine.processor.ExitReason;
import dev.malachite.engine.processor.ProcessorExits;
import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.processor.ProcessorState.SegmentState;
import dev.malachite.engine.processor.VirtualProcessor;
import dev.malachite.engine.processor.translator.Translator;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Processors, memory and nothing else: a guest of a few instructions reports by writing 32-bit
 * values to port 0x10 and ends by writing to port 0x11.
 */
final class SmallMachine implements AutoCloseable {
  /** Bytes of memory, from address 0. */
  static final int MEMORY = 8 << 20;

  /** Where programs are loaded. */
  static final int CODE = 0x1_0000;

  /** Page tables made by {@link #enterLongMode}: the first 8 MiB by 4 KiB pages. */
  static final int PAGE_TABLES = 0x10_0000;

  /** The last level of these tables: an entry for each page. */
  static final int LAST_LEVEL = PAGE_TABLES + 0x3000;

  // Translates what is executed once, while set.
  private static boolean translates;

  private static final AtomicInteger MACHINES_THAT_TRANSLATED = new AtomicInteger();

  private final @Nullable Translator translator =
      translates ? new Translator(new Decoder(), false, 1) : null;
  private final GuestMemory memory = new GuestMemory();
  private final MachineClock clock = new MachineClock();
  private final TimerQueue timers = new TimerQueue(clock);
  private final InterpreterBackend backend;
  private final List<Integer> reports = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean ended;

  SmallMachine(int processors) {
    memory.addRegion("test", 0, MEMORY, true);
    ApicBus bus = new ApicBus();
    List<LocalApic> apics = new ArrayList<>();
    for (int i = 0; i < processors; i++) {
      apics.add(new LocalApic(i, bus, clock, timers));
    }
    backend = new InterpreterBackend(memory, new Exits(), apics, clock, 0, translator);
  }

  /** True where machines can translate. */
  static boolean canTranslate() {
    return Translator.available();
  }

  /** Says whether the machines made from now on translate. */
  static void translate(boolean translate) {
    translates = translate;
  }

  /** How many machines closed so far have translated anything. */
  static int machinesThatTranslated() {
    return MACHINES_THAT_TRANSLATED.get();
  }

  GuestMemory memory() {
    return memory;
  }

  List<? extends VirtualProcessor> processors() {
    return backend.processors();
  }

  /** Loads a program at {@link #CODE}. */
  SmallMachine load(String source) {
    byte[] code = Assembler.assemble(source, CODE);
    memory.write(CODE, code, 0, code.length);
    return this;
  }

  /** Loads a program at {@link #CODE} that counts its addresses from there. */
  SmallMachine loadSegment(String source) {
    byte[] code = Assembler.assemble(source, 0);
    memory.write(CODE, code, 0, code.length);
    return this;
  }

  /** Points the first processor at the program in real mode, all segments 0x1000. */
  SmallMachine enterRealMode() {
    ProcessorState s = new ProcessorState();
    VirtualProcessor first = backend.processors().get(0);
    first.save(s);
    Arrays.fill(s.segments, 0, 6, new SegmentState(CODE >> 4, CODE, 0xFFFF, 0x93));
    s.segments[ProcessorState.SS] = new SegmentState(0, 0, 0xFFFF, 0x93);
    s.general[4] = 0x8000;
    s.rip = 0;
    first.restore(s);
    return this;
  }

  /** Points the first processor at the program in long mode at privilege level 0. */
  SmallMachine enterLongMode() {
    memory.writeLong(PAGE_TABLES, PAGE_TABLES + 0x1000 | 7);
    memory.writeLong(PAGE_TABLES + 0x1000, PAGE_TABLES + 0x2000 | 7);
    for (int i = 0; i < MEMORY >> 21; i++) {
      memory.writeLong(PAGE_TABLES + 0x2000 + 8L * i, LAST_LEVEL + 0x1000L * i | 7);
    }
    for (int i = 0; i < MEMORY >> 12; i++) {
      memory.writeLong(LAST_LEVEL + 8L * i, (long) i << 12 | 7);
    }
    ProcessorState s = new ProcessorState();
    VirtualProcessor first = backend.processors().get(0);
    first.save(s);
    Arrays.fill(s.segments, 0, 6, new SegmentState(0x10, 0, -1, 0xC93));
    s.segments[ProcessorState.CS] = new SegmentState(0x08, 0, -1, 0xA9B);
    s.cr0 = 0x8001_0033L;
    s.cr3 = PAGE_TABLES;
    s.cr4 = 0x620;
    s.efer = 0xD01;
    s.general[4] = 0x8_0000;
    s.rip = CODE;
    first.restore(s);
    return this;
  }

  /**
   * Runs until the guest ends.
   *
   * @return what the guest reported
   */
  List<Integer> run() {
    List<Thread> threads = new ArrayList<>();
    for (VirtualProcessor processor : backend.processors()) {
      if (processor.index() != 0) {
        threads.add(Thread.ofPlatform().start(() -> loop(processor)));
      }
    }
    Thread watchdog =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Thread.sleep(20_000);
                    reports.add(0xDEAD);
                    end();
                  } catch (InterruptedException e) {
                    // The guest has ended in time.
                  }
                });
    loop(backend.processors().get(0));
    end();
    watchdog.interrupt();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return reports;
  }

  private void loop(VirtualProcessor processor) {
    while (!ended) {
      if (processor.run() == ExitReason.TRIPLE_FAULT) {
        reports.add(0x333);
        end();
      }
    }
  }

  private void end() {
    ended = true;
    backend.processors().forEach(VirtualProcessor::kick);
  }

  @Override
  public void close() {
    if (translator != null) {
      if (!translator.statistics().toString().startsWith("0 regions")) {
        MACHINES_THAT_TRANSLATED.incrementAndGet();
      }
      translator.close();
    }
    timers.close();
    memory.close();
  }

  private final class Exits implements ProcessorExits {
    private final CpuidModel model =
        new CpuidModel(2, CpuidModel.DEFAULT_FEATURES, (leaf, result) -> false);

    @Override
    public int readPort(VirtualProcessor processor, int port, int size) {
      return 0x1234_5678 >>> 8 * (4 - size);
    }

    @Override
    public void writePort(VirtualProcessor processor, int port, int size, int value) {
      if (port == 0x10) {
        reports.add(value);
      } else if (port == 0x11) {
        end();
      }
    }

    @Override
    public long readMmio(VirtualProcessor processor, long gpa, int size) {
      return -1;
    }

    @Override
    public void writeMmio(VirtualProcessor processor, long gpa, int size, long value) {
      // Nothing is there.
    }

    @Override
    public boolean readMsr(VirtualProcessor processor, int msr, long[] result) {
      return false;
    }

    @Override
    public boolean writeMsr(VirtualProcessor processor, int msr, long value) {
      return false;
    }

    @Override
    public void cpuid(VirtualProcessor processor, int leaf, int subleaf, int[] result) {
      model.cpuid(processor.index(), leaf, subleaf, result);
    }

    @Override
    public void endOfInterrupt(int vector) {
      // There is no IOAPIC.
    }
  }
}
