// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.decoder.Decoder.Status;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encodings of the SDM's tables, one by one. */
final class DecoderTest {
  private final Decoder decoder = new Decoder();
  private final Instruction instruction = new Instruction();

  private Status decode(String hex, int codeSize) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return decoder.decode(bytes, 0, bytes.length, codeSize, instruction);
  }

  private Instruction decoded(String hex, int codeSize) {
    assertThat(decode(hex, codeSize)).as(hex).isEqualTo(Status.OK);
    assertThat(instruction.length).as(hex).isEqualTo(hex.replace(" ", "").length() / 2);
    return instruction;
  }

  @Test
  void scaledIndexAndDisplacement() {
    Instruction i = decoded("4A 8B 84 E5 10 00 00 80", 8); // mov rax, [rbp + r12 * 8 - 7FFFFFF0]
    assertThat(i.opcode).isEqualTo(Opcode.MOV);
    assertThat(i.base).isEqualTo(5);
    assertThat(i.index).isEqualTo(12);
    assertThat(i.shift).isEqualTo(3);
    assertThat(i.displacement).isEqualTo(-0x7FFF_FFF0L);
    assertThat(i.segment).isEqualTo(2);
    assertThat(i.operands[1].size).isEqualTo(8);
  }

  @Test
  void noBaseNoIndex() {
    Instruction i = decoded("8B 04 25 78 56 34 12", 8); // mov eax, [12345678]
    assertThat(i.base).isEqualTo(Instruction.NO_REGISTER);
    assertThat(i.index).isEqualTo(Instruction.NO_REGISTER);
    assertThat(i.displacement).isEqualTo(0x1234_5678);
    assertThat(i.ripRelative).isFalse();
  }

  @Test
  void relativeToTheInstructionPointerIn64BitCodeOnly() {
    assertThat(decoded("8B 05 FC FF FF FF", 8).ripRelative).isTrue();
    assertThat(instruction.displacement).isEqualTo(-4);
    assertThat(decoded("8B 05 FC FF FF FF", 4).ripRelative).isFalse();
  }

  @Test
  void r13AsABaseNeedsADisplacement() {
    Instruction i = decoded("41 8B 45 00", 8);
    assertThat(i.base).isEqualTo(13);
    assertThat(i.segment).isEqualTo(3);
    i = decoded("41 8B 04 25 00 00 00 00", 8); // REX.B doesn't make R13 of "no base"
    assertThat(i.base).isEqualTo(Instruction.NO_REGISTER);
    assertThat(i.index).isEqualTo(Instruction.NO_REGISTER);
    assertThat(decoded("42 8B 04 20", 8).index).isEqualTo(12);
  }

  @Test
  void sixteenBitAddressing() {
    Instruction i = decoded("8B 42 FE", 2); // mov ax, [bp + si - 2]
    assertThat(i.base).isEqualTo(5);
    assertThat(i.index).isEqualTo(6);
    assertThat(i.displacement).isEqualTo(-2);
    assertThat(i.segment).isEqualTo(2);
    i = decoded("8B 0E 34 92", 2); // mov cx, [9234]
    assertThat(i.base).isEqualTo(Instruction.NO_REGISTER);
    assertThat(i.displacement & 0xFFFF).isEqualTo(0x9234);
    assertThat(i.segment).isEqualTo(3);
    assertThat(decoded("67 8B 04 24", 2).base).isEqualTo(4);
  }

  @Test
  void onlyTheLastRexDirectlyBeforeTheOpcodeCounts() {
    assertThat(decoded("48 66 89 C8", 8).operandSize).isEqualTo(2);
    assertThat(decoded("66 48 89 C8", 8).operandSize).isEqualTo(8);
    assertThat(decoded("48 41 89 C8", 8).operandSize).isEqualTo(4);
    assertThat(instruction.operands[0].register).isEqualTo(8);
  }

  @Test
  void highBytesOnlyWithoutRex() {
    Operand ah = decoded("88 E0", 8).operands[1];
    assertThat(ah.kind).isEqualTo(Kind.HIGH_BYTE);
    assertThat(ah.register).isZero();
    Operand spl = decoded("40 88 E0", 8).operands[1];
    assertThat(spl.kind).isEqualTo(Kind.GENERAL);
    assertThat(spl.register).isEqualTo(4);
  }

  @Test
  void segmentOverrides() {
    assertThat(decoded("26 8B 00", 4).segment).isZero();
    assertThat(decoded("26 36 8B 45 00", 4).segment).isEqualTo(2);
    assertThat(decoded("26 8B 00", 8).segment).isEqualTo(3);
    assertThat(decoded("64 2E 8B 00", 8).segment).isEqualTo(4);
    assertThat(decoded("65 8B 45 00", 8).segment).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "50, 8, 8",
    "66 50, 8, 2",
    "FF 30, 8, 8",
    "E8 00 00 00 00, 8, 8",
    "66 E8 00 00 00 00, 8, 8",
    "66 E8 00 00, 4, 2",
    "E8 00 00, 2, 2",
    "66 E8 00 00 00 00, 2, 4",
    "74 00, 8, 8",
    "C3, 8, 8",
    "CB, 8, 4",
    "48 CB, 8, 8",
    "9C, 8, 8",
    "C9, 8, 8",
    "CF, 8, 4",
    "48 CF, 8, 8",
    "0F A0, 8, 8"
  })
  void operandSizesOfStackAndBranches(String hex, int codeSize, int operandSize) {
    assertThat(decoded(hex, codeSize).operandSize).isEqualTo(operandSize);
  }

  @Test
  void immediateValues() {
    assertThat(decoded("48 B8 88 77 66 55 44 33 22 11", 8).operands[1].value)
        .isEqualTo(0x1122_3344_5566_7788L);
    assertThat(decoded("48 C7 C0 FE FF FF FF", 8).operands[1].value).isEqualTo(-2);
    assertThat(decoded("83 C0 FF", 8).operands[1].value).isEqualTo(-1);
    assertThat(decoded("CD 80", 8).operands[0].value).isEqualTo(0x80);
    assertThat(decoded("C2 00 80", 8).operands[0].value).isEqualTo(0x8000);
    assertThat(decoded("48 A1 08 07 06 05 04 03 02 01", 8).displacement)
        .isEqualTo(0x0102_0304_0506_0708L);
    Operand far = decoded("EA 78 56 34 12 CD AB", 4).operands[0];
    assertThat(far.value).isEqualTo(0x1234_5678);
    assertThat(far.selector).isEqualTo(0xABCD);
  }

  @Test
  void mandatoryPrefixesSelectTheInstruction() {
    assertThat(decoded("0F 10 C1", 8).opcode).isEqualTo(Opcode.MOVUPS);
    assertThat(decoded("66 0F 10 C1", 8).opcode).isEqualTo(Opcode.MOVUPD);
    assertThat(decoded("F3 0F 10 C1", 8).opcode).isEqualTo(Opcode.MOVSS);
    assertThat(decoded("F2 66 0F 10 C1", 8).opcode).isEqualTo(Opcode.MOVSD);
    assertThat(instruction.repne).isFalse();
    assertThat(decoded("F3 0F B8 C1", 8).opcode).isEqualTo(Opcode.POPCNT);
    assertThat(decoded("F3 90", 8).opcode).isEqualTo(Opcode.PAUSE);
    assertThat(decoded("41 90", 8).opcode).isEqualTo(Opcode.XCHG);
    assertThat(decoded("F3 48 A5", 8).rep).isTrue();
    assertThat(decoded("66 F2 0F 38 F1 C1", 8).operands[1].size).isEqualTo(2);
    // Without BMI, TZCNT is BSF.
    assertThat(decoded("F3 0F BC C1", 8).opcode).isEqualTo(Opcode.BSF);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "06",
        "27",
        "37",
        "60",
        "62 00",
        "82 C0 00",
        "9A 00 00 00 00 00 00",
        "C4 00",
        "C5 00",
        "CE",
        "D6",
        "EA 00 00 00 00 00 00",
        "0F 04",
        "0F B8 C0",
        "0F 24 C0",
        "8E C8",
        "8C F0",
        "0F 20 C8",
        "44 0F 21 C0",
        "8D C0",
        "FF D8",
        "FF F8",
        "FE D0",
        "C6 C8 00",
        "0F C7 C8",
        "F0 90",
        "F0 01 C0",
        "F0 39 00",
        "F0 8B 00",
        "F0 0F A3 00",
        "0F 38 F0 00",
        "0F 0F C0 B4",
        "F3 0F 54 C1",
        "66 0F 77",
        "0F 01 C2",
        "D9 D1"
      })
  void invalidIn64BitCode(String hex) {
    assertThat(decode(hex, 8)).as(hex).isEqualTo(Status.INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    "06, PUSH_SEG",
    "27, DAA",
    "60, PUSHA",
    "62 00, BOUND",
    "C4 00, LES",
    "C5 00, LDS",
    "D6, SALC",
    "63 C0, ARPL",
    "40, INC",
    "0F 05, SYSCALL",
    "F1, ICEBP"
  })
  void validIn32BitCode(String hex, Opcode opcode) {
    assertThat(decoded(hex, 4).opcode).isEqualTo(opcode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"62 C0", "C4 C0", "C5 C0", "F0 40"})
  void invalidIn32BitCode(String hex) {
    assertThat(decode(hex, 4)).isEqualTo(Status.INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"F0 01 00", "F0 0F C7 08", "F0 48 0F C7 08", "F0 86 00", "F0 0F AB 00"})
  void lockable(String hex) {
    assertThat(decoded(hex, 8).lock).isTrue();
  }

  @Test
  void sixteenBytesAreTooLong() {
    byte[] bytes = new byte[16];
    Arrays.fill(bytes, (byte) 0x66);
    bytes[14] = (byte) 0x90;
    assertThat(decoder.decode(bytes, 0, 16, 8, instruction)).isEqualTo(Status.OK);
    assertThat(instruction.length).isEqualTo(15);
    bytes[14] = 0x66;
    bytes[15] = (byte) 0x90;
    assertThat(decoder.decode(bytes, 0, 16, 8, instruction)).isEqualTo(Status.TOO_LONG);
    assertThat(decoder.decode(bytes, 0, 14, 8, instruction)).isEqualTo(Status.INCOMPLETE);
    bytes[10] = (byte) 0xC7; // mov word [r], imm16 from byte 10 on, 15 bytes; with disp32 too long
    bytes[11] = 0x00;
    assertThat(decoder.decode(bytes, 0, 16, 8, instruction)).isEqualTo(Status.OK);
    bytes[11] = (byte) 0x80;
    assertThat(decoder.decode(bytes, 0, 16, 8, instruction)).isEqualTo(Status.TOO_LONG);
  }

  @Test
  void aPartOfAnInstructionIsIncompleteOrInvalid() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] bytes = new byte[15];
    Instruction part = new Instruction();
    for (int n = 0; n < 200_000; n++) {
      random.nextBytes(bytes);
      int codeSize = 2 << random.nextInt(3);
      Status whole = decoder.decode(bytes, 0, 15, codeSize, instruction);
      int length = whole == Status.OK ? instruction.length : 15;
      for (int available = 0; available < length; available++) {
        Status status = decoder.decode(bytes, 0, available, codeSize, part);
        assertThat(status)
            .as("%s of %d bytes, seed %d", HexFormat.of().formatHex(bytes), available, seed)
            .isIn(whole == Status.OK ? Status.INCOMPLETE : whole, Status.INCOMPLETE);
      }
    }
  }
}
