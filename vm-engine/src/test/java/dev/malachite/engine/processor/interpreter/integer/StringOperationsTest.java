// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Repeated string instructions against a model that does them element by element. */
final class StringOperationsTest {
  private static final long WINDOW = 0x10_0000;
  private static final int BYTES = 0x6000;

  @Property(tries = 400)
  void movesAndStoresAreDoneElementByElement(
      @ForAll @IntRange(min = 0, max = 0x3000) int from,
      @ForAll @IntRange(min = 0, max = 0x3000) int to,
      @ForAll @IntRange(min = 0, max = 0x2800) int bytes,
      @ForAll @IntRange(min = 0, max = 3) int shift,
      @ForAll boolean near,
      @ForAll boolean store,
      @ForAll boolean down,
      @ForAll long value) {
    int size = 1 << shift;
    int count = bytes / size;
    int target = near ? from + to % 40 : to;
    int start = down ? (count + 1) * size : 0;
    byte[] model = new byte[BYTES];
    new Random(value).nextBytes(model);
    try (Program program = new Program(8)) {
      Cpu cpu = program.cpu;
      program.memory.write(WINDOW, model, 0, BYTES);
      cpu.r[Cpu.RSI] = WINDOW + from + start;
      cpu.r[Cpu.RDI] = WINDOW + target + start;
      cpu.r[Cpu.RCX] = count;
      cpu.r[Cpu.RAX] = value;
      int step = down ? -size : size;
      for (int i = 0; i < count; i++) {
        for (int b = 0; b < size; b++) {
          int at = target + start + i * step + b;
          if (store) {
            model[at] = (byte) (value >>> 8 * b);
          }
        }
        if (!store) {
          byte[] element = new byte[size];
          System.arraycopy(model, from + start + i * step, element, 0, size);
          System.arraycopy(element, 0, model, target + start + i * step, size);
        }
      }
      String operation = store ? (size == 1 ? "AA" : "AB") : size == 1 ? "A4" : "A5";
      String prefix = size == 2 ? "66" : size == 8 ? "F3 48" : "";
      String code = size == 8 ? prefix + operation : "F3" + prefix + operation;
      program.run((down ? "FD" : "FC") + code);

      byte[] actual = new byte[BYTES];
      program.memory.read(WINDOW, actual, 0, BYTES);
      assertThat(actual).isEqualTo(model);
      assertThat(cpu.r[Cpu.RCX]).isZero();
      assertThat(cpu.r[Cpu.RDI]).isEqualTo(WINDOW + target + start + (long) step * count);
      if (!store) {
        assertThat(cpu.r[Cpu.RSI]).isEqualTo(WINDOW + from + start + (long) step * count);
      }
    }
  }

  @Test
  void aFaultHalfWayLeavesWhatWasDone() {
    try (Program program = new Program(8)) {
      Cpu cpu = program.cpu;
      program.put(Program.CODE, "F3 48 AB"); // rep stosq
      cpu.nextIp = Program.CODE;
      cpu.r[Cpu.RDI] = Program.END - 0x1805;
      cpu.r[Cpu.RCX] = 0x1000;
      cpu.r[Cpu.RAX] = 0x0123_4567_89AB_CDEFL;
      GuestFault fault =
          catchThrowableOfType(GuestFault.class, () -> program.runTo(Program.CODE + 3));
      assertThat(fault.vector()).isEqualTo(GuestFault.PF);
      assertThat(fault.errorCode()).isEqualTo(2);
      assertThat(cpu.cr2).isEqualTo(Program.END);
      assertThat(cpu.r[Cpu.RDI]).isEqualTo(Program.END - 5);
      assertThat(cpu.r[Cpu.RCX]).isEqualTo(0x1000 - 0x300);
      assertThat(program.memory.readLong(Program.END - 13)).isEqualTo(cpu.r[Cpu.RAX]);
      assertThat(program.memory.readInt(Program.END - 5)).isZero();
    }
  }

  @Test
  void longOnesStopInBetween() {
    try (Program program = new Program(8)) {
      Cpu cpu = program.cpu;
      program.put(Program.CODE, "F3 A4"); // rep movsb
      cpu.nextIp = Program.CODE;
      cpu.r[Cpu.RSI] = 0x1_0000;
      cpu.r[Cpu.RDI] = 0x2_0000;
      cpu.r[Cpu.RCX] = 0x1_0000;
      program.step();
      assertThat(cpu.nextIp).isEqualTo(Program.CODE);
      assertThat(cpu.r[Cpu.RCX]).isBetween(0xF000L, 0xFFFFL);
      assertThat(cpu.r[Cpu.RSI] + cpu.r[Cpu.RCX]).isEqualTo(0x2_0000);
      cpu.requestAttention();
      cpu.r[Cpu.RDI] += 0x800;
      program.step();
      assertThat(cpu.r[Cpu.RCX]).isEqualTo(0xE800);
      cpu.clearAttention();
      program.runTo(Program.CODE + 2);
      assertThat(cpu.r[Cpu.RCX]).isZero();
    }
  }

  @Test
  void scanAndCompareStopWhereTheDifferenceIs() {
    try (Program program = new Program(8)) {
      Cpu cpu = program.cpu;
      program.memory.writeByte(0x1_1234, 0x77);
      cpu.r[Cpu.RDI] = 0x1_0000;
      cpu.r[Cpu.RCX] = -1;
      cpu.r[Cpu.RAX] = 0x77;
      program.run("F2 AE"); // repne scasb
      assertThat(cpu.r[Cpu.RDI]).isEqualTo(0x1_1235);
      assertThat(cpu.r[Cpu.RCX]).isEqualTo(-1 - 0x1235);
      assertThat(cpu.zero()).isTrue();

      cpu.r[Cpu.RSI] = 0x1_0000;
      cpu.r[Cpu.RDI] = 0x2_0000;
      cpu.r[Cpu.RCX] = 0x800;
      program.run("F3 48 A7"); // repe cmpsq
      assertThat(cpu.r[Cpu.RCX]).isEqualTo(0x800 - 0x247);
      assertThat(cpu.zero()).isFalse();
      assertThat(cpu.carry()).isFalse();

      cpu.arithmeticFlags(0);
      cpu.r[Cpu.RCX] = 0;
      program.run("F3 A6");
      assertThat(cpu.arithmeticFlags()).isZero();
    }
  }

  @Test
  void sixteenBitIndexesWrap() {
    try (Program program = new Program(2)) {
      Cpu cpu = program.cpu;
      program.memory.writeByte(0, 1);
      program.memory.writeByte(0xFFFF, 2);
      cpu.r[Cpu.RSI] = 0x1234_FFFFL;
      cpu.r[Cpu.RDI] = 0x5678_FFF0L;
      cpu.r[Cpu.RCX] = 0x9ABC_0018L;
      program.run("F3 A4");
      assertThat(cpu.r[Cpu.RSI]).isEqualTo(0x1234_0017L);
      assertThat(cpu.r[Cpu.RDI]).isEqualTo(0x5678_0008L);
      assertThat(cpu.r[Cpu.RCX]).isEqualTo(0x9ABC_0000L);
      assertThat(program.memory.readByte(0xFFF0)).isEqualTo(2);
      assertThat(program.memory.readByte(0xFFF1)).isEqualTo(1);
    }
  }

  @Test
  void aSegmentOverrideMovesTheSourceOnly() {
    try (Program program = new Program(8)) {
      Cpu cpu = program.cpu;
      cpu.segments[Cpu.FS].set(0x10, 0x5000, 0xFFFF_FFFFL, 0x93);
      program.memory.writeLong(0x5100, 0x1122_3344_5566_7788L);
      cpu.r[Cpu.RSI] = 0x100;
      cpu.r[Cpu.RDI] = 0x6000;
      cpu.r[Cpu.RCX] = 8;
      program.run("64 F3 A4");
      assertThat(program.memory.readLong(0x6000)).isEqualTo(0x1122_3344_5566_7788L);
    }
  }
}
