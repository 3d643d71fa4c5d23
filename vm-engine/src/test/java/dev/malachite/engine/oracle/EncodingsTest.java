// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The tables of encodings against the decoder and the host. */
@EnabledIf("dev.malachite.engine.oracle.HostProcessor#available")
class EncodingsTest {
  private static final int CASES_PER_FORM = 40;

  private static List<Form> forms() {
    List<Form> all = new ArrayList<>(IntegerForms.all());
    all.addAll(X87Forms.all());
    all.addAll(SimdForms.all());
    all.addAll(VexForms.all());
    return all;
  }

  @Test
  void decoderAgreesOnNameAndLength() {
    Set<String> problems = new TreeSet<>();
    Decoder decoder = new Decoder(true);
    Instruction instruction = new Instruction();
    Layout layout = new Layout(0x4000_0000);
    CaseGenerator generator = new CaseGenerator(layout);
    for (Form form : forms()) {
      for (int i = 0; i < CASES_PER_FORM; i++) {
        TestCase c = generator.generate(form, form.toString().hashCode() * 1009L + i);
        if (c == null) {
          continue;
        }
        byte[] bytes = java.util.Arrays.copyOf(c.code, 15);
        Decoder.Status status = decoder.decode(bytes, 0, 15, 8, instruction);
        if (status != Decoder.Status.OK) {
          problems.add(c.instruction() + ": " + status);
        } else if (instruction.length != c.code.length) {
          problems.add(c.instruction() + ": length " + instruction.length);
        } else if (!sameName(form.name(), instruction.opcode.name())) {
          problems.add(c.instruction() + ": " + instruction.opcode);
        }
      }
    }
    assertThat(problems).isEmpty();
  }

  // MOVD, PEXTRD, CBW and their like have another name when they are wider, NOP is XCHG EAX, EAX.
  private static boolean sameName(String form, String decoded) {
    return form.equals(decoded)
        || switch (decoded) {
          case "MOVQ" -> form.equals("MOVD");
          case "PEXTRQ" -> form.equals("PEXTRD");
          case "PINSRQ" -> form.equals("PINSRD");
          case "CWDE", "CDQE" -> form.equals("CBW");
          case "CDQ", "CQO" -> form.equals("CWD");
          case "CMPXCHG16B" -> form.equals("CMPXCHG8B");
          case "NOP" -> form.equals("XCHG");
          default -> false;
        };
  }

  // CryptoDifferentialTest has those of cryptography.
  @Test
  void everyUserInstructionOfTheDecoderHasAnEncodingHere() {
    Set<Opcode> missing = EnumSet.noneOf(Opcode.class);
    Set<String> names = new TreeSet<>();
    for (Form form : forms()) {
      names.add(form.name());
    }
    for (Opcode opcode : Opcode.values()) {
      if (opcode.group() != Opcode.Group.SYSTEM
          && opcode.group() != Opcode.Group.CRYPTO
          && names.stream().noneMatch(n -> sameName(n, opcode.name()))) {
        missing.add(opcode);
      }
    }
    assertThat(missing)
        .as("not in 64-bit mode, or need a privilege, or a CPUID bit the host may lack")
        .containsExactlyInAnyOrder(
            Opcode.AAA,
            Opcode.AAD,
            Opcode.AAM,
            Opcode.AAS,
            Opcode.BOUND,
            Opcode.CLFLUSHOPT,
            Opcode.DAA,
            Opcode.DAS,
            Opcode.ENDBR32,
            Opcode.POPA,
            Opcode.PUSHA,
            Opcode.SALC,
            Opcode.XGETBV,
            Opcode.XSETBV);
  }

  @Test
  void generatedCasesRunOnTheHostAndAlwaysLeaveTheSameState() {
    try (HostProcessor host = new HostProcessor()) {
      CaseGenerator generator = new CaseGenerator(host.layout());
      MachineState first = new MachineState();
      MachineState second = new MachineState();
      int cases = 0;
      for (Form form : forms()) {
        for (int i = 0; i < CASES_PER_FORM; i++) {
          TestCase c = generator.generate(form, form.toString().hashCode() * 1013L + i);
          if (c == null || !HostFeatures.supports(form)) {
            continue;
          }
          if (Boolean.getBoolean("malachite.oracle.trace")) {
            System.err.println(c.instruction());
          }
          cases++;
          host.run(c.code, c.ip, c.in, first);
          host.run(c.code, c.ip, c.in, second);
          assertThat(second.landing).as(c.instruction()).isNotNegative();
          assertThat(Comparison.differences(c, first, second)).as(c.instruction()).isEmpty();
        }
      }
      assertThat(cases).isGreaterThan(forms().size() * CASES_PER_FORM / 2);
    }
  }
}
