// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.decoder.Decoder.Status;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** VEX encodings and what else the x86-64-v3 level adds. */
final class DecoderVexTest {
  private static final int SLOT = 32;
  private static final int COUNT = Integer.getInteger("malachite.decoder.cases", 20_000);

  /** VEX encodings that x86-64-v3 has not: AVX-512 masks, 256-bit AES, XOP, newer groups. */
  private static final String NEWER =
      "k.*|vaes(enc|dec|enclast|declast) ymm.*|vpclmul.*ymm.*|vgf2p8.*|(\\{vex\\}"
          + " )?vpdp.*|(\\{vex\\}"
          + " )?vpmadd52.*|t(ile|dp|rel).*|ldtilecfg.*|sttilecfg.*|vp(erm|rot|sh[al]|com|mac|hadd|hsub|cmov|macs).*xop.*|vsm[34].*|vsha512.*|(\\{vex\\}"
          + " )?vcvtne.*|vbcst.*|vf(n?m(add|sub)|maddsub|msubadd)(ps|pd|ss|sd)"
          + " .*|vpermil2p.*|cmp[a-z]*xadd.*|urdmsr.*|uwrmsr.*|.*rao.*";

  /** Valid to objdump, whatever VEX.pp says, or without regard to equal registers. */
  private static final Pattern OBJDUMP_ONLY =
      Pattern.compile("vzero(upper|all)|v(st|ld)mxcsr .*|vp?gather.*\\(bad\\).*");

  private static final String[] GENERAL_64 = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi"
  };
  private static final String[] GENERAL_32 = {
    "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"
  };

  private final Decoder decoder = new Decoder(true);
  private final Instruction i = new Instruction();

  @ParameterizedTest
  @CsvSource({"8, i386:x86-64", "4, i386", "2, i8086"})
  void agreesWithObjdumpInMnemonicAndOperands(int codeSize, String machine) {
    Assumptions.assumeTrue(Objdump.available(), "objdump (Debian package binutils) is missing");
    long seed = Long.getLong("malachite.seed", 20_261_125L);
    Random random = new Random(seed);
    byte[] code = new byte[SLOT * COUNT];
    Arrays.fill(code, (byte) 0x90);
    for (int n = 0; n < COUNT; n++) {
      randomInstruction(random, codeSize == 8, code, n * SLOT);
    }
    List<Objdump.Line> lines = Objdump.slots(code, SLOT, machine);
    List<String> differences = new ArrayList<>();
    int valid = 0;
    for (int n = 0; n < COUNT; n++) {
      Status status = decoder.decode(code, n * SLOT, 15, codeSize, i);
      valid += status == Status.OK ? 1 : 0;
      String difference = compare(status, lines.get(n));
      if (difference != null) {
        byte[] bytes = Arrays.copyOfRange(code, n * SLOT, n * SLOT + 15);
        differences.add(HexFormat.ofDelimiter(" ").formatHex(bytes) + "  " + difference);
      }
    }
    assertThat(differences).as("with -Dmalachite.seed=%d", seed).isEmpty();
    assertThat(valid).isGreaterThan(COUNT / 20);
  }

  private static void randomInstruction(Random random, boolean mode64, byte[] code, int at) {
    int p = at;
    if (random.nextInt(16) == 0) {
      code[p++] = new byte[] {0x67, 0x2E, 0x64, 0x65}[random.nextInt(4)];
    }
    int extensions = mode64 ? random.nextInt(8) << 5 : 0xC0 | random.nextInt(2) << 5;
    int last = random.nextInt(256) | (random.nextInt(3) == 0 ? 0x78 : 0);
    if (random.nextInt(4) == 0) {
      code[p++] = (byte) 0xC5;
      code[p++] = (byte) (mode64 ? last : last | 0xC0);
    } else {
      code[p++] = (byte) 0xC4;
      code[p++] = (byte) (extensions | 1 + random.nextInt(3));
      // Outside 64-bit code the highest bit of vvvv is ignored, but not by objdump.
      code[p++] = (byte) (mode64 ? last : last | 0x40);
    }
    while (p < at + 15) {
      code[p++] = (byte) random.nextInt(256);
    }
  }

  private @Nullable String compare(Status status, Objdump.Line line) {
    if (status != Status.OK) {
      boolean right =
          line.bad() || line.text().matches(NEWER) || OBJDUMP_ONLY.matcher(line.text()).matches();
      return right ? null : status + ", objdump: " + line.text();
    }
    String ours = text(i);
    String theirs = normal(line.text());
    return line.length() == i.length && ours.equals(theirs)
        ? null
        : ours + " of " + i.length + ", objdump: " + theirs + " of " + line.length();
  }

  // Predicates become operands again, addresses and immediates get lost.
  private static String normal(String text) {
    return text.replaceAll(
            "^vcmp(?:eq|lt|le|unord|neq|nlt|nle|ord|nge|ngt|false|ge|gt|true)(?:_[a-z]+)?([ps][sd])"
                + " (.*)$",
            "vcmp$1 $2,0x0")
        .replaceAll("^vpclmul[lh]q[lh]qdq (.*)$", "vpclmulqdq $1,0x0")
        .replaceAll("^(vmovs[sd] )ymm", "$1xmm")
        .replaceAll("^(vpcmpestr[im])q ", "$1 ")
        .replaceAll("^(vlddqu [xy])(mm\\d+,)\\[", "$1$2$1MMWORD PTR [")
        .replaceAll("vlddqu xMM", "XMM")
        .replaceAll("vlddqu yMM", "YMM")
        .replaceAll("^(vpmovmskb|vmovmskp[sd]|vpextrw) r(\\d+)(,.*)", "$1 r$2d$3")
        .replaceAll("^(vpmovmskb|vmovmskp[sd]|vpextrw) r([a-ds].*)", "$1 e$2")
        .replaceAll("[a-z]s:(0x[0-9a-f]+)?", "")
        .replaceAll(" PTR *(\\[[^]]*\\]|0x[0-9a-f]+|)", "[]")
        .replaceAll("0x[0-9a-f]+", "#");
  }

  private static String text(Instruction i) {
    StringBuilder text = new StringBuilder(i.opcode.name().toLowerCase(Locale.ROOT));
    for (int n = 0; n < i.operandCount; n++) {
      text.append(n == 0 ? ' ' : ',').append(text(i.operands[n]));
    }
    return text.toString();
  }

  private static String text(Operand o) {
    return switch (o.kind) {
      case XMM -> "xmm" + o.register;
      case YMM -> "ymm" + o.register;
      case IMMEDIATE -> "#";
      case GENERAL ->
          o.register < 8
              ? (o.size == 8 ? GENERAL_64 : GENERAL_32)[o.register]
              : "r" + o.register + (o.size == 8 ? "" : "d");
      case MEMORY -> sizeName(o.size) + "[]";
      default -> o.kind.toString();
    };
  }

  private static String sizeName(int size) {
    return switch (size) {
      case 1 -> "BYTE";
      case 2 -> "WORD";
      case 4 -> "DWORD";
      case 8 -> "QWORD";
      case 16 -> "XMMWORD";
      default -> "YMMWORD";
    };
  }

  private Status decode(String hex, int codeSize) {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
    return decoder.decode(bytes, 0, bytes.length, codeSize, i);
  }

  @Test
  void vvvvIsAnOperandAndTheFieldsTellTheEncoding() {
    assertThat(decode("c4 42 b5 b8 94 88 10 00 00 00", 8)).isEqualTo(Status.OK);
    assertThat(i.opcode).isEqualTo(Opcode.VFMADD231PD);
    assertThat(i.vex).isTrue();
    assertThat(i.vexLength).isEqualTo(32);
    assertThat(i.rexW).isTrue();
    assertThat(i.prefix).isEqualTo(0x66);
    assertThat(i.map).isEqualTo(2);
    assertThat(i.operands[0].kind).isEqualTo(Kind.YMM);
    assertThat(i.operands[0].register).isEqualTo(10);
    assertThat(i.operands[1].register).isEqualTo(9);
    assertThat(i.operands[2].kind).isEqualTo(Kind.MEMORY);
    assertThat(i.operands[2].size).isEqualTo(32);
    assertThat(i.displacement).isEqualTo(16);
  }

  @Test
  void gathersHaveAVectorIndex() {
    assertThat(decode("c4 e2 69 90 04 a0", 8)).isEqualTo(Status.OK); // [rax + xmm4 * 4]
    assertThat(i.opcode).isEqualTo(Opcode.VPGATHERDD);
    assertThat(i.vectorIndex).isTrue();
    assertThat(i.base).isZero();
    assertThat(i.index).isEqualTo(4);
    assertThat(i.shift).isEqualTo(2);
    assertThat(decode("c4 e2 69 90 00", 8)).as("without SIB").isEqualTo(Status.INVALID);
    assertThat(decode("c5 f8 58 c0", 8)).isEqualTo(Status.OK);
    assertThat(i.vectorIndex).isFalse();
  }

  @Test
  void prefixesOfLegacyEncodingsAreInvalidBeforeVex() {
    for (String prefix : new String[] {"66", "f2", "f3", "f0", "48"}) {
      assertThat(decode(prefix + " c5 f8 58 c1", 8)).as(prefix).isEqualTo(Status.INVALID);
    }
    assertThat(decode("64 67 c5 f8 58 00", 8)).isEqualTo(Status.OK);
    assertThat(i.segment).isEqualTo(4);
    assertThat(i.addressSize).isEqualTo(4);
  }

  @Test
  void outside64BitCodeMemoryFormsAreStillFarPointerLoads() {
    assertThat(decode("c5 00", 4)).isEqualTo(Status.OK);
    assertThat(i.opcode).isEqualTo(Opcode.LDS);
    assertThat(i.vex).isFalse();
    assertThat(decode("c5 fc 58 c1", 2)).isEqualTo(Status.OK);
    assertThat(i.opcode).isEqualTo(Opcode.VADDPS);
    assertThat(decode("c4 e2 f8 f2 c1", 2)).as("W doesn't count").isEqualTo(Status.OK);
    assertThat(i.opcode).isEqualTo(Opcode.ANDN);
    assertThat(i.operands[0].size).isEqualTo(4);
    assertThat(decode("c5", 4)).isEqualTo(Status.INCOMPLETE);
    assertThat(decode("c4 e2", 4)).isEqualTo(Status.INCOMPLETE);
    assertThat(decode("c4 e2 78", 8)).isEqualTo(Status.INCOMPLETE);
  }

  @Test
  void thePlainDecoderKnowsTheSecondLevelOnly() {
    Decoder older = new Decoder();
    byte[] code = HexFormat.of().parseHex("f30fbcc1");
    assertThat(older.decode(code, 0, 4, 8, i)).isEqualTo(Status.OK);
    assertThat(i.opcode).isEqualTo(Opcode.BSF);
    assertThat(decoder.decode(code, 0, 4, 8, i)).isEqualTo(Status.OK);
    assertThat(i.opcode).isEqualTo(Opcode.TZCNT);
    assertThat(i.prefix).isEqualTo(0xF3);
    for (String hex : new String[] {"c5f858c1", "0f38f000", "660f38f6c1", "f30f38f6c1"}) {
      byte[] newer = HexFormat.of().parseHex(hex);
      assertThat(older.decode(newer, 0, newer.length, 8, i)).isEqualTo(Status.INVALID);
      assertThat(decoder.decode(newer, 0, newer.length, 8, i)).isEqualTo(Status.OK);
    }
  }
}
