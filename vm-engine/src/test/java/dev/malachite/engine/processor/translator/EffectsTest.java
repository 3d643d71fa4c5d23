// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Opcode;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the effects of instructions must fulfil in every encoding; and those that the host can't
 * show because they exist in 16 and 32-bit code, or at level 0, only: theirs stand here as SDM
 * volume 2 has them.
 */
class EffectsTest {
  /** May do anything: they end in an exception, leave the program or switch tasks. */
  private static final Set<Opcode> UNKNOWN =
      EnumSet.of(
          Opcode.CALL_FAR,
          Opcode.ICEBP,
          Opcode.INT,
          Opcode.INT3,
          Opcode.INTO,
          Opcode.JMP_FAR,
          Opcode.RET_FAR,
          Opcode.SYSENTER,
          Opcode.SYSEXIT,
          Opcode.UD0,
          Opcode.UD1,
          Opcode.UD2,
          Opcode.VMCALL,
          Opcode.VMMCALL);

  private final Decoder decoder = new Decoder(true);
  private final Instruction instruction = new Instruction();

  private Instruction decode(String hex, int codeSize) {
    byte[] code = new byte[15];
    byte[] given = HexFormat.of().parseHex(hex.replace(" ", ""));
    System.arraycopy(given, 0, code, 0, given.length);
    assertThat(decoder.decode(code, 0, 15, codeSize, instruction)).isEqualTo(Decoder.Status.OK);
    return instruction;
  }

  // Every opcode of every map with every mandatory prefix, REX or VEX.W, vector length, ModRM.reg
  // and three kinds of ModRM.
  private void everyEncoding(int codeSize, Consumer<Instruction> check) {
    int[] prefixes = {0, 0x66, 0xF2, 0xF3};
    int[] kinds = {0x01, 0x43, 0xC1, 0xC5};
    byte[] code = new byte[32];
    for (int prefix : prefixes) {
      for (int wide = 0; wide < (codeSize == 8 ? 2 : 1); wide++) {
        for (int map = 0; map < 4; map++) {
          for (int opcode = 0; opcode < 256; opcode++) {
            for (int modrm = 0; modrm < 32; modrm++) {
              int p = 0;
              if (prefix != 0) {
                code[p++] = (byte) prefix;
              }
              if (wide == 1) {
                code[p++] = 0x48;
              }
              if (map > 0) {
                code[p++] = 0x0F;
              }
              if (map > 1) {
                code[p++] = (byte) (map == 2 ? 0x38 : 0x3A);
              }
              code[p++] = (byte) opcode;
              code[p++] = (byte) (kinds[modrm & 3] | modrm >> 2 << 3);
              code[p] = 0;
              one(code, codeSize, check);
            }
          }
        }
      }
    }
    for (int map = 1; map < 4; map++) {
      for (int last = 0; last < 16; last++) {
        for (int opcode = 0; opcode < 256; opcode++) {
          for (int modrm = 0; modrm < 32; modrm++) {
            code[0] = (byte) 0xC4;
            code[1] = (byte) (0xE0 | map);
            code[2] = (byte) (0x78 | (last & 8) << 4 | last & 7);
            code[3] = (byte) opcode;
            code[4] = (byte) (kinds[modrm & 3] | modrm >> 2 << 3);
            code[5] = 0;
            one(code, codeSize, check);
          }
        }
      }
    }
  }

  private void one(byte[] code, int codeSize, Consumer<Instruction> check) {
    if (decoder.decode(code, 0, 15, codeSize, instruction) == Decoder.Status.OK) {
      check.accept(instruction);
    }
  }

  /** Flags that are written are killed or read; only the named instructions may do anything. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void flagsAreConsistent(int codeSize) {
    Set<Opcode> unknown = new TreeSet<>();
    everyEncoding(
        codeSize,
        i -> {
          int read = Effects.flagsRead(i);
          int written = Effects.flagsWritten(i);
          int killed = Effects.flagsKilled(i);
          if (((read | written | killed) & ~Effects.ALL) != 0
              || (killed & ~written) != 0
              || (written & ~killed & ~read) != 0) {
            throw new AssertionError(
                String.format(
                    Locale.ROOT,
                    "%s: read %x, written %x, killed %x",
                    i.opcode,
                    read,
                    written,
                    killed));
          }
          if (read == Effects.ALL && written == Effects.ALL && killed == 0) {
            unknown.add(i.opcode);
          }
        });
    unknown.removeAll(UNKNOWN);
    // Those that may leave all flags as they are.
    unknown.removeAll(EnumSet.of(Opcode.SHL, Opcode.SHR, Opcode.SAR, Opcode.SHLD, Opcode.SHRD));
    unknown.removeAll(EnumSet.of(Opcode.CMPS, Opcode.SCAS, Opcode.SYSCALL));
    assertThat(unknown).isEmpty();
  }

  /** What is accessed is read or written, and as large as the decoder says. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void memoryIsConsistent(int codeSize) {
    everyEncoding(
        codeSize,
        i -> {
          int bytes = MemoryUse.bytes(i);
          boolean used = MemoryUse.reads(i) || MemoryUse.writes(i);
          int alignment = MemoryUse.alignment(i);
          boolean good =
              bytes >= 0
                  && bytes <= 64
                  && (bytes == 0 || used)
                  && (i.hasMemory() || bytes == 0 && !used && alignment == 1)
                  && (alignment == 1
                      || alignment == 16
                      || alignment == 32
                      || alignment == 64 && bytes == 0);
          if (!good) {
            throw new AssertionError(i.opcode + ": " + bytes + " bytes, aligned to " + alignment);
          }
          if (i.hasMemory() && !used) {
            assertThat(i.opcode)
                .isIn(Opcode.LEA, Opcode.NOP, Opcode.PREFETCH, Opcode.PREFETCHW, Opcode.INVLPG);
          }
        });
  }

  /** Registers in ModRM are those of the operands said to be there. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void operandsOfModrm(int codeSize) {
    everyEncoding(
        codeSize,
        i -> {
          int rm = Reencoding.rmOperand(i);
          int reg = Reencoding.regOperand(i);
          int vvvv = Reencoding.vvvvOperand(i);
          boolean offset = i.map == 0 && i.opcodeByte >= 0xA0 && i.opcodeByte <= 0xA3;
          boolean good =
              switch (i.opcode.group()) {
                case SYSTEM, X87 -> rm < 0;
                case INTEGER, SIMD, CRYPTO, AVX ->
                    (!i.hasMemory() || offset || rm >= 0 && i.operands[rm].kind == Kind.MEMORY)
                        && (rm < 0 || rm != reg && rm != vvvv)
                        && (rm < 0 || i.hasMemory() || number(i, rm) == (i.modrm & 7))
                        && (reg < 0 || reg != vvvv && number(i, reg) == (i.modrm >> 3 & 7))
                        && (vvvv < 0 || number(i, vvvv) == 0);
              };
          if (!good) {
            throw new AssertionError(
                i.opcode + " with " + i.opcodeByte + ": rm " + rm + ", reg " + reg + ", " + vvvv);
          }
        });
  }

  private static int number(Instruction i, int operand) {
    int high = i.operands[operand].kind == Kind.HIGH_BYTE ? 4 : 0;
    return i.operands[operand].register + high & 7;
  }

  /** Vector instructions: the prefix is the one that was there. */
  @Test
  void mandatoryPrefixes() {
    assertThat(Reencoding.mandatoryPrefix(decode("66 0F 6F C1", 8))).isEqualTo(0x66);
    assertThat(Reencoding.mandatoryPrefix(decode("66 F3 0F 6F C1", 8))).isEqualTo(0xF3);
    assertThat(Reencoding.mandatoryPrefix(decode("0F 28 C1", 8))).isZero();
    assertThat(Reencoding.mandatoryPrefix(decode("66 F2 0F 38 F1 C1", 8))).isEqualTo(0xF2);
    assertThat(Reencoding.mandatoryPrefix(decode("66 0F C7 F0", 8))).isZero(); // RDRAND AX
    assertThat(Reencoding.mandatoryPrefix(decode("66 F3 0F B8 C1", 8))).isEqualTo(0xF3);
    assertThat(Reencoding.mandatoryPrefix(decode("F3 A4", 8))).isZero();
    assertThat(Reencoding.mandatoryPrefix(decode("C5 FA 6F C1", 8))).isEqualTo(0xF3);
  }

  /** Flags and registers of instructions without an equal on the host; masks are hexadecimal. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // code, read, written and killed flags, read and written registers
    "AAA,       37,      10, 8D5, 8D5, 1,  1",
    "AAS,       3F,      10, 8D5, 8D5, 1,  1",
    "DAA,       27,      11, 8D5, 8D5, 1,  1",
    "DAS,       2F,      11, 8D5, 8D5, 1,  1",
    "AAM,       D4 0A,   0,  8D5, 8D5, 1,  1",
    "AAD,       D5 0A,   0,  8D5, 8D5, 1,  1",
    "SALC,      D6,      1,  0,   0,   1,  1",
    "PUSHA,     60,      0,  0,   0,   FF, 10",
    "POPA,      61,      0,  0,   0,   10, FF",
    "POPA word, 66 61,   0,  0,   0,   FF, FF",
    "INC,       43,      0,  8D4, 8D4, 8,  8",
    "BOUND,     62 06,   0,  0,   0,   41, 0",
    "ARPL,      63 D8,   0,  40,  40,  9,  1",
    "PUSH ES,   06,      0,  0,   0,   10, 10",
    "POP ES,    07,      0,  0,   0,   10, 10",
    "LDS,       C5 06,   0,  0,   0,   40, 1",
    "LAR,       0F 02 C3,0,  40,  40,  9,  1",
    "LSL,       0F 03 C3,0,  40,  40,  9,  1",
    "VERR,      0F 00 E3,0,  40,  40,  8,  0",
    "PUSHF,     9C,      8D5,0,   0,   10, 10",
    "POPF,      9D,      0,  8D5, 8D5, 10, 10",
    "LAHF,      9F,      D5, 0,   0,   1,  1",
    "SAHF,      9E,      0,  D5,  D5,  1,  0",
    "CPUID,     0F A2,   0,  0,   0,   3,  F",
    "RDTSC,     0F 31,   0,  0,   0,   0,  5",
    "RDTSCP,    0F 01 F9,0,  0,   0,   0,  7",
    "RDMSR,     0F 32,   0,  0,   0,   2,  5",
    "WRMSR,     0F 30,   0,  0,   0,   7,  0",
    "IN AL DX,  EC,      0,  0,   0,   5,  1",
    "IN EAX DX, ED,      0,  0,   0,   4,  1",
    "IN AL 20,  E4 20,   0,  0,   0,   1,  1",
    "OUT DX AL, EE,      0,  0,   0,   5,  0",
    "INS,       6C,      0,  0,   0,   84, 80",
    "REP INS,   F3 6C,   0,  0,   0,   86, 82",
    "OUTS,      6E,      0,  0,   0,   44, 40",
    "CR to EBX, 0F 20 C3,0,  0,   0,   0,  8",
    "EBX to CR, 0F 22 C3,0,  0,   0,   8,  0",
    "EBX to DR, 0F 23 FB,0,  0,   0,   8,  0",
    "SMSW,      0F 01 E3,0,  0,   0,   0,  8",
    "LMSW,      0F 01 F3,0,  0,   0,   8,  0",
    "SLDT word, 66 0F 00 C3,0, 0, 0,   8,  8",
    "DS to EBX, 8C DB,   0,  0,   0,   0,  8",
    "BX to DS,  8E DB,   0,  0,   0,   8,  0",
    "INVLPG,    0F 01 3B,0,  0,   0,   8,  0",
    "MONITOR,   0F 01 C8,0,  0,   0,   7,  0",
    "HLT,       F4,      0,  0,   0,   0,  0",
    "STI,       FB,      0,  0,   0,   0,  0",
    "IRET,      CF,      0,  8D5, 8D5, FFFF, FFFF",
    "INTO,      CE,      8D5,8D5, 0,   FFFF, FFFF",
    "CALL far,  9A 00 00 00 00 08 00, 8D5, 8D5, 0, FFFF, FFFF",
    "XSETBV,    0F 01 D1,0,  0,   0,   7,  0",
    "MOV AX,    66 B8 01 00,0, 0, 0,   1,  1",
    "MOV AH,    B4 01,   0,  0,   0,   1,  1",
    "MOV EAX,   B8 01 00 00 00, 0, 0, 0, 0, 1",
    "SHL by 32, C1 E3 20,8D5,8D5, 0,   8,  8",
    "SHL by 33, C1 E3 21,0,  8D5, 8D5, 8,  8",
    "RCL by 32, C1 D3 20,801,801, 0,   8,  8",
    "ROL by 1,  D1 C3,   0,  801, 801, 8,  8",
    "ADCX,      66 0F 38 F6 C3, 1, 1, 1, 9, 1",
    "ADOX,      F3 0F 38 F6 C3, 800, 800, 800, 9, 1",
  })
  void ofThirtyTwoBitCode(
      String name, String hex, String read, String written, String killed, String in, String out) {
    Instruction i = decode(hex, 4);
    assertThat(Effects.flagsRead(i)).as("%s: flags read", name).isEqualTo(mask(read));
    assertThat(Effects.flagsWritten(i)).as("%s: flags written", name).isEqualTo(mask(written));
    assertThat(Effects.flagsKilled(i)).as("%s: flags killed", name).isEqualTo(mask(killed));
    assertThat(RegisterUse.registersRead(i)).as("%s: read", name).isEqualTo(mask(in));
    assertThat(RegisterUse.registersWritten(i)).as("%s: written", name).isEqualTo(mask(out));
  }

  private static int mask(String hex) {
    return Integer.parseInt(hex, 16);
  }
}
