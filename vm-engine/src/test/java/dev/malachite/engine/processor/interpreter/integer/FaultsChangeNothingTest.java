// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Segment;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random instructions at the edge of mapped memory: whatever faults has changed nothing. */
final class FaultsChangeNothingTest {
  private static final int EDGE = 64;

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void registersFlagsAndMemoryStay(int codeSize) {
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    Random random = new Random(seed);
    Map<Opcode, Integer> faults = new EnumMap<>(Opcode.class);
    // Pages end the memory of 64-bit code, segments that of others.
    long end = codeSize == 2 ? 0x1_0000 : Program.END;
    try (Program program = new Program(codeSize)) {
      Cpu cpu = program.cpu;
      for (int s : new int[] {Cpu.ES, Cpu.SS, Cpu.DS, Cpu.FS, Cpu.GS}) {
        cpu.segments[s].set(16, 0, end - 1, 0x93 | (codeSize == 4 ? Segment.BIG : 0));
      }
      cpu.modeChanged();
      Decoder decoder = new Decoder();
      Instruction instruction = new Instruction();
      byte[] code = new byte[15];
      byte[] before = new byte[EDGE];
      byte[] after = new byte[EDGE];
      for (int n = 0; n < 200_000; n++) {
        random.nextBytes(code);
        if (random.nextBoolean()) {
          code[random.nextInt(2)] = 0x0F;
        }
        if (random.nextInt(4) == 0) {
          code[0] = (byte) 0xF0;
        }
        if (decoder.decode(code, 0, 15, codeSize, instruction) != Decoder.Status.OK
            || instruction.opcode.group() != Opcode.Group.INTEGER
            || instruction.rep
            || instruction.repne) {
          continue;
        }
        for (int i = 0; i < 16; i++) {
          cpu.r[i] = end - random.nextInt(16);
        }
        if (random.nextBoolean()) {
          // Small displacements and counts reach the edge too.
          cpu.r[Cpu.RCX] = random.nextInt(4);
        }
        cpu.arithmeticFlags(random.nextInt());
        random.nextBytes(before);
        program.memory.write(end - EDGE, before, 0, EDGE);
        program.memory.write(Program.CODE, code, 0, 15);
        cpu.nextIp = Program.CODE;
        long[] registers = Arrays.copyOf(cpu.r, 16);
        int flags = cpu.flags();
        try {
          program.step();
        } catch (GuestFault fault) {
          faults.merge(instruction.opcode, 1, Integer::sum);
          String what =
              HexFormat.ofDelimiter(" ").formatHex(code, 0, instruction.length)
                  + " "
                  + instruction.opcode
                  + ", seed "
                  + seed;
          assertThat(Arrays.copyOf(cpu.r, 16)).as(what).isEqualTo(registers);
          assertThat(cpu.flags()).as(what).isEqualTo(flags);
          program.memory.read(end - EDGE, after, 0, EDGE);
          assertThat(after).as(what).isEqualTo(before);
        }
        cpu.systemFlags = 0;
      }
    }
    assertThat(faults)
        .hasSizeGreaterThan(30)
        .containsKeys(Opcode.ADD, Opcode.MOV, Opcode.POP, Opcode.MOVS, Opcode.DIV);
  }
}
