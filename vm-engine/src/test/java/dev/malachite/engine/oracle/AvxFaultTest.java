// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.processor.CpuidModel;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Exceptions of VEX-encoded instructions and what is enabled when, as SDM volume 2, section 2.4 has
 * them. RDI points to a block of 1024 zero bytes, aligned to 64.
 */
class AvxFaultTest {
  private static final String VADDPS = "c5 fc 58 c1"; // vaddps ymm0, ymm0, ymm1
  private static final String VMOVAPS = "c5 fc 28 07"; // vmovaps ymm0, [rdi]
  private static final String ANDN = "c4 e2 f8 f2 c1"; // andn rax, rax, rcx
  private static final String XSETBV = "0f 01 d1";

  private static final int BLOCK = 0x1000;

  private final Layout layout = new Layout(0x4000_0000);
  private final InterpreterSide side = new InterpreterSide(layout, OperationBinder.all());
  private final MachineState in = new MachineState();
  private final MachineState out = new MachineState();

  AvxFaultTest() {
    side.quiet.level(CpuidModel.Level.V3);
    in.control(0x37F);
    in.mxcsr(0x1F80);
    in.r[Cpu.RDI] = layout.window() + BLOCK;
    for (int i = 0; i < 32; i++) {
      in.high[i] = i + 1L;
    }
    side.cpu.xcr0 = 7;
  }

  @AfterEach
  void close() {
    side.close();
  }

  private int faultOf(String hex) {
    byte[] code = HexFormat.ofDelimiter(" ").parseHex(hex);
    assertThat(side.run(code, layout.code() + 0x400, in, out)).isNull();
    return out.fault;
  }

  private int faultWith(Consumer<Cpu> change, String hex) {
    side.reset();
    side.cpu.xcr0 = 7;
    change.accept(side.cpu);
    side.cpu.modeChanged();
    int fault = faultOf(hex);
    side.reset();
    side.cpu.xcr0 = 7;
    return fault;
  }

  @Test
  void stateThatIsNotEnabledMeansUndefinedOpcode() {
    assertThat(faultOf(VADDPS)).isEqualTo(-1);
    assertThat(faultWith(c -> c.xcr0 = 3, VADDPS)).isEqualTo(GuestFault.UD);
    assertThat(faultWith(c -> c.cr4 &= ~Cpu.CR4_OSXSAVE, VADDPS)).isEqualTo(GuestFault.UD);
    assertThat(faultWith(c -> c.cr0 |= Cpu.CR0_TS, VADDPS)).isEqualTo(GuestFault.NM);
    assertThat(faultWith(c -> c.cr0 |= Cpu.CR0_EM, VADDPS)).isEqualTo(-1);
    assertThat(faultWith(c -> c.xcr0 = 1, ANDN)).as("no vector state").isEqualTo(-1);
  }

  @Test
  void realModeAndVirtual8086ModeHaveNoVexEncodings() {
    Consumer<Cpu> virtual = c -> c.systemFlags |= Cpu.VM;
    assertThat(executedWith(virtual, VADDPS)).isEqualTo(GuestFault.UD);
    assertThat(executedWith(virtual, ANDN)).isEqualTo(GuestFault.UD);
    Consumer<Cpu> real = c -> c.cr0 &= ~Cpu.CR0_PE;
    assertThat(executedWith(real, VADDPS)).isEqualTo(GuestFault.UD);
    assertThat(executedWith(real, ANDN)).isEqualTo(GuestFault.UD);
  }

  // As faultWith, but without deriving anything from the change, whose mode can't run 64-bit code.
  private int executedWith(Consumer<Cpu> change, String hex) {
    byte[] code = HexFormat.ofDelimiter(" ").parseHex(hex);
    side.decode(code);
    var operation = OperationBinder.all().bind(side.decoded(), null);
    change.accept(side.cpu);
    try {
      java.util.Objects.requireNonNull(operation).execute(side.cpu);
      return -1;
    } catch (GuestFault fault) {
      return fault.vector();
    } finally {
      side.reset();
      side.cpu.xcr0 = 7;
    }
  }

  @Test
  void onlyAlignedMovesWantAlignment() {
    in.r[Cpu.RDI] += 16;
    assertThat(faultOf(VMOVAPS)).isEqualTo(GuestFault.GP);
    assertThat(faultOf("c5 f8 28 07")).as("16 bytes").isEqualTo(-1);
    assertThat(faultOf("c5 fd e7 07")).as("vmovntdq").isEqualTo(GuestFault.GP);
    in.r[Cpu.RDI] += 1;
    assertThat(faultOf("c5 fc 10 07")).as("vmovups").isEqualTo(-1);
    assertThat(faultOf("c5 fc 58 07")).as("vaddps").isEqualTo(-1);
    assertThat(faultOf("c5 fd fc 07")).as("vpaddb").isEqualTo(-1);
  }

  @Test
  void elementsThatAreMaskedOutCannotFault() {
    in.r[Cpu.RDI] = layout.base() + Layout.SIZE - 8; // two of eight elements are there
    in.xmm(1, 0, -1);
    in.high[2] = 0;
    in.high[3] = 0;
    assertThat(faultOf("c4 e2 75 2c 07")).as("vmaskmovps ymm0, ymm1, [rdi]").isEqualTo(-1);
    assertThat(faultOf("c4 e2 75 2e 07")).as("vmaskmovps [rdi], ymm1, ymm0").isEqualTo(-1);
    in.xmm(1, 1, 1L << 63);
    in.xmm(0, 0, 5);
    assertThat(faultOf("c4 e2 75 2c 07")).isEqualTo(GuestFault.PF);
    assertThat(out.xmm(0, 0)).isEqualTo(5);
    assertThat(faultOf("c4 e2 75 2e 07")).isEqualTo(GuestFault.PF);
  }

  @Test
  void gatherKeepsWhatItHasWhenItFaults() {
    in.r[Cpu.RDI] = layout.window() + BLOCK;
    in.put(BLOCK, 4, 77);
    in.xmm(1, 0, -1); // mask
    in.xmm(1, 1, -1);
    in.xmm(2, 0, 0x1000_0000_0000_0000L); // second index far away
    in.xmm(0, 0, 0x5_0000_0005L);
    // vpgatherdd xmm0, [rdi + xmm2 * 1], xmm1
    assertThat(faultOf("c4 e2 71 90 04 17")).isEqualTo(GuestFault.PF);
    assertThat(out.xmm(0, 0)).isEqualTo(0x5_0000_004DL);
    assertThat(out.xmm(1, 0)).isEqualTo(0xFFFF_FFFF_0000_0000L);
    assertThat(out.xmm(1, 1)).isEqualTo(-1);
  }

  @Test
  void unmaskedExceptionLeavesTheDestination() {
    in.mxcsr(0x1F80 & ~0x200);
    in.xmm(0, 0, 7);
    // vdivpd ymm0, ymm2, ymm3: 0 / 0 is invalid, masked; 3 / 0 isn't
    in.xmm(2, 1, Double.doubleToRawLongBits(3));
    assertThat(faultOf("c5 ed 5e c3")).isEqualTo(GuestFault.XM);
    assertThat(out.xmm(0, 0)).isEqualTo(7);
    assertThat(out.high[0]).isEqualTo(1);
  }

  @Test
  void upperHalvesAreZeroedByVexAndKeptByLegacyEncodings() {
    assertThat(faultOf("0f 58 c1")).isEqualTo(-1); // addps xmm0, xmm1
    assertThat(out.high[0]).isEqualTo(1);
    assertThat(faultOf("c5 f8 58 c1")).isEqualTo(-1); // vaddps xmm0, xmm0, xmm1
    assertThat(out.high[0]).isZero();
    assertThat(out.high[2]).isEqualTo(3);
    assertThat(faultOf("c5 f8 77")).isEqualTo(-1); // vzeroupper
    assertThat(out.high).containsOnly(0);
  }

  @Test
  void avxStateIsEnabledWithSseAndWhereTheModelHasIt() {
    Consumer<Cpu> kernel = c -> c.cpl = 0;
    for (int allowed : new int[] {1, 3, 7}) {
      in.r[Cpu.RAX] = allowed;
      assertThat(faultWith(kernel, XSETBV)).as("XCR0 = %d", allowed).isEqualTo(-1);
    }
    for (int refused : new int[] {0, 2, 4, 5, 6, 15}) {
      in.r[Cpu.RAX] = refused;
      assertThat(faultWith(kernel, XSETBV)).as("XCR0 = %d", refused).isEqualTo(GuestFault.GP);
    }
    side.quiet.level(CpuidModel.Level.V2);
    in.r[Cpu.RAX] = 7;
    assertThat(faultWith(kernel, XSETBV)).isEqualTo(GuestFault.GP);
  }
}
