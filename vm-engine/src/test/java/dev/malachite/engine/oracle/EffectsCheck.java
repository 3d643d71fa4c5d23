// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.translator.Effects;
import dev.malachite.engine.processor.translator.MemoryUse;
import dev.malachite.engine.processor.translator.Reencoding;
import dev.malachite.engine.processor.translator.RegisterUse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Holds the stated effects of one instruction against runs of it on the host. */
final class EffectsCheck {
  /** What the host's processor has, in the words of Linux. */
  static final Set<String> HOST = hostFeatures();

  private static final int[] FLAGS = {
    Effects.CF, Effects.PF, Effects.AF, Effects.ZF, Effects.SF, Effects.OF
  };
  private static final int MXCSR_STATUS = 0x3F;

  // Words of the FXSAVE image: XMM0, and the x87 registers before it.
  private static final int FX_XMM = 20;
  private static final int FX_MXCSR = 3;
  private static final int FX_X87 = 4;

  private final HostProcessor host;
  private final MachineState base = new MachineState();
  private final MachineState in = new MachineState();
  private final MachineState out = new MachineState();

  EffectsCheck(HostProcessor host) {
    this.host = host;
  }

  private static Set<String> hostFeatures() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .limit(1)
          .flatMap(line -> Stream.of(line.split("\\s+", -1)))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first thing that is not as stated, or null. */
  @Nullable String check(TestCase c, Instruction i) {
    host.run(c.code, c.ip, c.in, base);
    SplittableRandom random = new SplittableRandom(c.seed ^ 0x5DEECE66DL);
    String report = unchanged(c, i);
    if (i.opcode == Opcode.RDRAND || i.opcode == Opcode.RDSEED) {
      return report; // no run is like another
    }
    if (report == null) {
      report = flags(c, i);
    }
    if (report == null) {
      report = registers(c, i, random);
    }
    if (report == null && i.hasMemory()) {
      report = memory(c, i, random);
    }
    if (report == null && (Reencoding.reencodable(i) || vexReencodable(i))) {
      report = reencode(c, i, random);
    }
    return report;
  }

  private static boolean vexReencodable(Instruction i) {
    return i.vex && (i.opcode.group() == Opcode.Group.INTEGER || Reencoding.reencodableVex(i));
  }

  // ---- what must stay as it was -----------------------------------------------------------------

  private @Nullable String unchanged(TestCase c, Instruction i) {
    int written = RegisterUse.registersWritten(i);
    for (int r = 0; r < 16; r++) {
      if ((written >> r & 1) == 0 && base.r[r] != c.in.r[r]) {
        return "writes register " + r;
      }
    }
    int changed = (base.flags ^ c.in.flags) & Effects.ALL;
    if ((changed & ~Effects.flagsWritten(i)) != 0) {
      return "writes flags " + Integer.toHexString(changed & ~Effects.flagsWritten(i));
    }
    String report;
    if ((Effects.flagsKilled(i) & ~Effects.flagsWritten(i)) != 0) {
      return "killed is not written";
    }
    report = encoding(i);
    if (report != null || !i.hasMemory()) {
      return report;
    }
    if (MemoryUse.alignment(i) != alignment(c, i)) {
      return "alignment is " + alignment(c, i);
    }
    int first = operand(c, i);
    int end = first + MemoryUse.bytes(i);
    boolean simple = MemoryUse.bytes(i) != 0 || !MemoryUse.writes(i);
    for (int k = 0; simple && k < MachineState.WINDOW; k++) {
      boolean within = k >= first && k < end && MemoryUse.writes(i);
      if (base.memory[k] != c.in.memory[k] && !within && !onStack(c, i, k)) {
        return "writes memory at operand + " + (k - first);
      }
    }
    return null;
  }

  /** Checks which operands ModRM is said to encode. */
  private static @Nullable String encoding(Instruction i) {
    int rm = Reencoding.rmOperand(i);
    int reg = Reencoding.regOperand(i);
    if (i.hasMemory() && i.opcode.group() != Opcode.Group.X87) {
      if (i.map == 0 && i.opcodeByte >= 0xA0 && i.opcodeByte <= 0xA3) {
        return rm == -1 ? null : "has no ModRM";
      }
      if (rm < 0 || i.operands[rm].kind != Kind.MEMORY) {
        return "ModRM.rm is not operand " + rm;
      }
    } else if (rm >= 0 && number(i.operands[rm]) != (i.modrm & 7)) {
      return "ModRM.rm is not operand " + rm;
    }
    if (reg >= 0 && number(i.operands[reg]) != (i.modrm >> 3 & 7)) {
      return "ModRM.reg is not operand " + reg;
    }
    return null;
  }

  private static int number(Operand operand) {
    return operand.kind == Kind.HIGH_BYTE ? operand.register + 4 : operand.register & 7;
  }

  private static int alignment(TestCase c, Instruction i) {
    return switch (i.opcode) {
      case CMPXCHG8B -> 1; // the form's is that of both
      default -> i.vex ? MemoryUse.alignment(i) : c.form.alignment();
    };
  }

  private static int operand(TestCase c, Instruction i) {
    boolean popped = i.opcode == Opcode.POP && (i.base == 4 || i.index == 4);
    return c.memoryOffset + (popped ? i.operandSize : 0);
  }

  /** True for the bytes an instruction pushes or pops besides its operand. */
  private boolean onStack(TestCase c, Instruction i, int offset) {
    return switch (i.opcode) {
      case PUSH, POP, CALL -> Math.abs(offset - (int) (c.in.r[4] - host.layout().window())) <= 8;
      default -> false;
    };
  }

  // ---- what must not count ----------------------------------------------------------------------

  private @Nullable String flags(TestCase c, Instruction i) {
    int read = Effects.flagsRead(i);
    int killed = Effects.flagsKilled(i);
    int written = Effects.flagsWritten(i);
    for (int flag : FLAGS) {
      if ((read & flag) != 0) {
        continue;
      }
      in.copyFrom(c.in);
      in.flags ^= flag;
      host.run(c.code, c.ip, in, out);
      String what = difference(c, -1);
      int differs = (base.flags ^ out.flags) & ~c.undefinedFlags;
      if (what != null || (differs & ~flag) != 0) {
        return "reads flag " + Integer.toHexString(flag) + ": " + what;
      }
      if ((killed & differs & flag) != 0) {
        return "passes flag " + Integer.toHexString(flag);
      }
      if ((written & flag) != 0 && (killed & flag) == 0) {
        return "flag written, neither read nor killed: " + Integer.toHexString(flag);
      }
    }
    return null;
  }

  private @Nullable String registers(TestCase c, Instruction i, SplittableRandom random) {
    int read = RegisterUse.registersRead(i);
    int written = RegisterUse.registersWritten(i);
    for (int r = 0; r < 16; r++) {
      if ((read >> r & 1) != 0) {
        continue;
      }
      in.copyFrom(c.in);
      in.r[r] = r == 4 ? in.r[r] ^ 0x8 << random.nextInt(7) : random.nextLong();
      host.run(c.code, c.ip, in, out);
      String what = difference(c, (written >> r & 1) == 0 ? r : -1);
      if (what != null || ((base.flags ^ out.flags) & ~c.undefinedFlags) != 0) {
        return "reads register " + r + ": " + what;
      }
    }
    return null;
  }

  private @Nullable String memory(TestCase c, Instruction i, SplittableRandom random) {
    int bytes = MemoryUse.bytes(i);
    boolean reads = MemoryUse.reads(i);
    boolean writes = MemoryUse.writes(i);
    if (bytes == 0 && (reads || writes)) {
      return null;
    }
    int first = operand(c, i);
    in.copyFrom(c.in);
    for (int k = 0; k < MachineState.WINDOW; k++) {
      boolean within = k >= first && k < first + bytes;
      if (within ? !reads : !onStack(c, i, k)) {
        in.memory[k] ^= (byte) random.nextInt();
      }
    }
    host.run(c.code, c.ip, in, out);
    for (int k = 0; k < MachineState.WINDOW; k++) {
      boolean within = k >= first && k < first + bytes;
      boolean overwritten = within && writes || onStack(c, i, k);
      if (out.memory[k] != (overwritten ? base.memory[k] : in.memory[k])) {
        return "leaves or writes memory at operand + " + (k - first);
      }
      out.memory[k] = base.memory[k];
    }
    String what = difference(c, -1);
    if (what != null || ((base.flags ^ out.flags) & ~c.undefinedFlags) != 0) {
      return "reads memory that is not stated: " + what;
    }
    return null;
  }

  /**
   * What differs between the runs, flags apart.
   *
   * @param passing a register that must hold what it held before
   */
  private @Nullable String difference(TestCase c, int passing) {
    for (int r = 0; r < 16; r++) {
      if (out.r[r] != (r == passing ? in.r[r] : base.r[r])) {
        return "register " + r;
      }
    }
    for (int k = 0; k < FX_XMM + 32; k++) {
      if (out.fx[k] != base.fx[k]) {
        return "word " + k + " of the FXSAVE image";
      }
    }
    for (int k = 0; k < MachineState.WINDOW; k++) {
      if (out.memory[k] != base.memory[k] && !ignored(c, k)) {
        return "memory at operand + " + (k - c.memoryOffset);
      }
    }
    return out.landing == base.landing ? null : "the branch";
  }

  private static boolean ignored(TestCase c, int offset) {
    for (int[] range : c.undefinedMemory) {
      if (offset >= range[0] && offset < range[1]) {
        return true;
      }
    }
    return false;
  }

  // ---- other bytes for the same -----------------------------------------------------------------

  private @Nullable String reencode(TestCase c, Instruction i, SplittableRandom random) {
    for (int k = 0; k < FX_XMM; k++) {
      long mask = k == FX_MXCSR ? MXCSR_STATUS | -1L << 32 : 0; // the high half: MXCSR_MASK
      if (((base.fx[k] ^ c.in.fx[k]) & ~mask) != 0) {
        return "writes word " + k + " of the FXSAVE image";
      }
    }
    if (((base.flags ^ c.in.flags) & ~Effects.ALL) != 0) {
      return "writes other flags";
    }
    in.copyFrom(c.in);
    for (int k = FX_X87; k < FX_XMM; k++) {
      in.fx[k] ^= (k & 1) == 0 ? random.nextLong() : random.nextInt(0x10000);
    }
    int pointer = freeRegister(i);
    if (i.hasMemory()) {
      in.r[pointer] = host.layout().window() + c.memoryOffset;
    }
    host.run(plain(i, pointer), c.ip, in, out);
    for (int k = FX_X87; k < FX_XMM; k++) {
      if (out.fx[k] != in.fx[k]) {
        return "changes word " + k + " of the FXSAVE image";
      }
      out.fx[k] = base.fx[k];
    }
    String what = difference(c, i.hasMemory() ? pointer : -1);
    if (what != null || ((base.flags ^ out.flags) & ~c.undefinedFlags) != 0) {
      return "does something else with a plain address: " + what;
    }
    return null;
  }

  private static int freeRegister(Instruction i) {
    int used = RegisterUse.registersRead(i) | RegisterUse.registersWritten(i);
    for (int r = 15; ; r--) {
      if ((used >> r & 1) == 0 && (r & 7) != 4 && (r & 7) != 5) {
        return r;
      }
    }
  }

  private static byte[] plain(Instruction i, int pointer) {
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    int prefix = Reencoding.mandatoryPrefix(i);
    int regOperand = Reencoding.regOperand(i);
    int rmOperand = Reencoding.rmOperand(i);
    int reg = regOperand < 0 ? i.modrm >> 3 & 7 : i.operands[regOperand].register;
    int rm = i.hasMemory() ? pointer : rmOperand < 0 ? 0 : i.operands[rmOperand].register;
    int mod = i.hasMemory() ? 0 : 0xC0;
    if (i.vex) {
      int vvvvOperand = Reencoding.vvvvOperand(i);
      int vvvv = vvvvOperand < 0 ? 0 : i.operands[vvvvOperand].register;
      int pp = prefix == 0x66 ? 1 : prefix == 0xF3 ? 2 : prefix == 0xF2 ? 3 : 0;
      code.write(0xC4);
      code.write((~reg & 8) << 4 | 0x40 | (~rm & 8) << 2 | i.map);
      code.write((i.rexW ? 0x80 : 0) | (~vvvv & 15) << 3 | (i.vexLength == 32 ? 4 : 0) | pp);
    } else {
      if (prefix != 0) {
        code.write(prefix);
      }
      int rex = (i.rexW ? 8 : 0) | reg >> 3 << 2 | rm >> 3;
      if (rex != 0) {
        code.write(0x40 | rex);
      }
      code.write(0x0F);
      if (i.map > 1) {
        code.write(i.map == 2 ? 0x38 : 0x3A);
      }
    }
    code.write(i.opcodeByte);
    if (i.operandCount > 0) {
      code.write(mod | (reg & 7) << 3 | rm & 7);
      Operand last = i.operands[i.operandCount - 1];
      if (last.kind == Kind.IMMEDIATE) {
        code.write((int) last.value);
      } else if (i.operandCount == 4) {
        code.write(last.register << 4);
      }
    }
    return code.toByteArray();
  }
}
