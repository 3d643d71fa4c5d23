// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;

/** Measures how many instructions a second the bound operations of a typical loop do. */
final class IntegerLoopBenchmark {
  private static final String LOOP =
      """
      48 8B 04 CE\
      48 01 D0\
      48 89 04 CF\
      31 C2\
      C1 EA 03\
      48 8D 5C 90 10\
      F6 C3 01\
      75 00\
      48 FF C1\
      81 E1 FF 03 00 00\
      48 3B 5C 24 08\
      0F B6 C3\
      49 FF C8\
      75 D0\
      """;

  private IntegerLoopBenchmark() {}

  /** Runs it ten times and tells millions of instructions a second through the logger. */
  public static void main(String[] arguments) {
    System.Logger log = System.getLogger("benchmark");
    try (Program program = new Program(8)) {
      program.put(Program.CODE, LOOP);
      Operation[] first = program.block(Program.CODE);
      Operation last = first[first.length - 1];
      Operation[] rest = program.block(Program.CODE + last.offset + last.length);
      Cpu cpu = program.cpu;
      cpu.r[Cpu.RSI] = 0x1_0000;
      cpu.r[Cpu.RDI] = 0x2_0000;
      cpu.r[Cpu.IP_BASE] = Program.CODE;
      for (int round = 0; round < 10; round++) {
        long start = System.nanoTime();
        long count = run(cpu, first, rest, 5_000_000);
        double millions = count * 1e3 / (System.nanoTime() - start);
        log.log(System.Logger.Level.INFO, "{0} million instructions a second", millions);
      }
    }
  }

  private static long run(Cpu cpu, Operation[] first, Operation[] rest, int times) {
    cpu.r[8] = times;
    long count = 0;
    do {
      for (Operation operation : first) {
        operation.execute(cpu);
      }
      cpu.nextIp = -1;
      for (Operation operation : rest) {
        operation.execute(cpu);
      }
      count += first.length + rest.length;
    } while (cpu.nextIp == Program.CODE);
    return count;
  }
}
