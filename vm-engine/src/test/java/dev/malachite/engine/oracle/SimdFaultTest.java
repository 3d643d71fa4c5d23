// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Segment;
import dev.malachite.engine.processor.interpreter.simd.SimdBinder;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Exceptions of MMX, SSE and state instructions, which the host can't be asked for: as SDM volume 2
 * lists them. RDI points to a block of 1024 zero bytes, aligned to 64.
 */
class SimdFaultTest {
  private static final String MOVAPS = "0f 28 07"; // movaps xmm0, [rdi]
  private static final String MOVUPS = "0f 10 07";
  private static final String ADDPS = "0f 58 c1"; // addps xmm0, xmm1
  private static final String DIVPD = "66 0f 5e c1";
  private static final String PADDB_MMX = "0f fc c1"; // paddb mm0, mm1
  private static final String FXSAVE = "48 0f ae 07";
  private static final String FXRSTOR = "48 0f ae 0f";
  private static final String LDMXCSR = "0f ae 17";
  private static final String XSAVE = "48 0f ae 27";
  private static final String XRSTOR = "48 0f ae 2f";
  private static final String XSAVEC = "48 0f c7 27";
  private static final String XGETBV = "0f 01 d0";
  private static final String XSETBV = "0f 01 d1";

  private static final int BLOCK = 0x1000;
  private static final long ONE = Double.doubleToRawLongBits(1);

  private final Layout layout = new Layout(0x4000_0000);
  private final InterpreterSide side = new InterpreterSide(layout, SimdBinder::bind);
  private final MachineState in = new MachineState();
  private final MachineState out = new MachineState();

  SimdFaultTest() {
    in.control(0x37F);
    in.mxcsr(0x1F80);
    in.r[Cpu.RDI] = layout.window() + BLOCK;
    in.r[Cpu.RAX] = 3;
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
    change.accept(side.cpu);
    side.cpu.modeChanged();
    int fault = faultOf(hex);
    side.reset();
    return fault;
  }

  @Test
  void emulationAndMissingOperatingSystemSupportAreUndefinedOpcodes() {
    assertThat(faultWith(c -> c.cr0 |= Cpu.CR0_EM, ADDPS)).isEqualTo(GuestFault.UD);
    assertThat(faultWith(c -> c.cr0 |= Cpu.CR0_EM, PADDB_MMX)).isEqualTo(GuestFault.UD);
    assertThat(faultWith(c -> c.cr4 &= ~Cpu.CR4_OSFXSR, ADDPS)).isEqualTo(GuestFault.UD);
    assertThat(faultWith(c -> c.cr4 &= ~Cpu.CR4_OSFXSR, PADDB_MMX)).isEqualTo(-1);
    assertThat(faultWith(c -> c.cr4 &= ~Cpu.CR4_OSFXSR, FXSAVE)).isEqualTo(-1);
    assertThat(faultWith(c -> c.cr0 |= Cpu.CR0_EM, FXSAVE)).isEqualTo(GuestFault.NM);
    assertThat(faultWith(c -> c.cr4 &= ~Cpu.CR4_OSXSAVE, XSAVE)).isEqualTo(GuestFault.UD);
    assertThat(faultWith(c -> c.cr4 &= ~Cpu.CR4_OSXSAVE, XSAVEC)).isEqualTo(GuestFault.UD);
    assertThat(faultWith(c -> c.cr4 &= ~Cpu.CR4_OSXSAVE, XRSTOR)).isEqualTo(GuestFault.UD);
    assertThat(faultWith(c -> c.cr4 &= ~Cpu.CR4_OSXSAVE, XGETBV)).isEqualTo(GuestFault.UD);
  }

  @Test
  void switchedTaskMeansDeviceNotAvailable() {
    for (String code : new String[] {ADDPS, MOVAPS, PADDB_MMX, FXSAVE, FXRSTOR, XSAVE, XRSTOR}) {
      assertThat(faultWith(c -> c.cr0 |= Cpu.CR0_TS, code)).isEqualTo(GuestFault.NM);
    }
  }

  @Test
  void pendingFloatingPointErrorIsReportedByMmxOnly() {
    in.control(0x37F & ~4);
    in.status(4);
    assertThat(faultOf(PADDB_MMX)).isEqualTo(GuestFault.MF);
    assertThat(faultOf(ADDPS)).isEqualTo(-1);
    assertThat(faultOf(FXSAVE)).isEqualTo(-1);
    assertThat(out.get(BLOCK + 2, 2)).isEqualTo(0x8084);
  }

  @Test
  void misalignedOperandsAreProtectionFaults() {
    in.r[Cpu.RDI] += 8;
    assertThat(faultOf(MOVAPS)).isEqualTo(GuestFault.GP);
    assertThat(faultOf("0f 58 07")).isEqualTo(GuestFault.GP); // addps xmm0, [rdi]
    assertThat(faultOf("66 0f ef 07")).isEqualTo(GuestFault.GP); // pxor xmm0, [rdi]
    assertThat(faultOf("66 0f e7 07")).isEqualTo(GuestFault.GP); // movntdq [rdi], xmm0
    assertThat(faultOf(FXSAVE)).isEqualTo(GuestFault.GP);
    assertThat(faultOf(MOVUPS)).isEqualTo(-1);
    assertThat(faultOf("66 0f 3a 63 07 00")).isEqualTo(-1); // pcmpistri xmm0, [rdi], 0
    in.r[Cpu.RDI] += 8;
    assertThat(faultOf(FXSAVE)).isEqualTo(-1);
    assertThat(faultOf(XSAVE)).isEqualTo(GuestFault.GP);
    assertThat(faultOf(XRSTOR)).isEqualTo(GuestFault.GP);
  }

  @Test
  void unmaskedExceptionLeavesTheDestinationAndSetsItsFlag() {
    in.mxcsr(0x1F80 & ~0x200); // divide by zero is unmasked
    in.xmm(0, 0, ONE);
    in.xmm(0, 1, ONE);
    in.xmm(1, 0, Double.doubleToRawLongBits(3));
    in.xmm(1, 1, 0);
    assertThat(faultOf(DIVPD)).isEqualTo(GuestFault.XM);
    assertThat(out.xmm(0, 0)).isEqualTo(ONE);
    assertThat(out.xmm(0, 1)).isEqualTo(ONE);
    assertThat(out.mxcsr()).isEqualTo((0x1F80 & ~0x200) | 4); // no precision flag of the other lane
    assertThat(faultWith(c -> c.cr4 &= ~Cpu.CR4_OSXMMEXCPT, DIVPD)).isEqualTo(GuestFault.UD);
    in.mxcsr(0x1F80);
    assertThat(faultOf(DIVPD)).isEqualTo(-1);
    assertThat(out.mxcsr()).isEqualTo(0x1FA4);
  }

  @Test
  void unmaskedInvalidOperationOfAComparisonChangesNoFlags() {
    in.mxcsr(0x1F80 & ~0x80);
    in.flags = 0x8D5;
    in.xmm(1, 0, Double.doubleToRawLongBits(Double.NaN));
    assertThat(faultOf("66 0f 2f c1")).isEqualTo(GuestFault.XM); // comisd xmm0, xmm1
    assertThat(out.flags).isEqualTo(0x8D5);
  }

  @Test
  void reservedBitsOfMxcsrAreProtectionFaults() {
    in.put(BLOCK, 4, 0x1_1F80);
    assertThat(faultOf(LDMXCSR)).isEqualTo(GuestFault.GP);
    assertThat(out.mxcsr()).isEqualTo(0x1F80);
    in.put(BLOCK, 4, 0x1F80);
    in.put(BLOCK + 24, 4, 0x1_0000);
    assertThat(faultOf(FXRSTOR)).isEqualTo(GuestFault.GP);
    assertThat(faultOf(XRSTOR)).isEqualTo(GuestFault.GP);
    in.r[Cpu.RAX] = 1; // x87 only: MXCSR isn't loaded
    assertThat(faultOf(XRSTOR)).isEqualTo(-1);
  }

  @Test
  void headersThatXrstorRefuses() {
    in.put(BLOCK + 24, 4, 0x1F80);
    assertThat(faultOf(XRSTOR)).isEqualTo(-1);
    refuses(512, 4); // XSTATE_BV: a component XCR0 doesn't have
    refuses(520, 1); // XCOMP_BV without its bit 63
    refuses(528, 1); // reserved
    in.put(BLOCK + 536, 8, 1); // the standard form doesn't check these bytes
    assertThat(faultOf(XRSTOR)).isEqualTo(-1);
    in.put(BLOCK + 520, 8, 1L << 63 | 3);
    refuses(536, 1); // the compacted one does
    in.put(BLOCK + 536, 8, 0);
    refuses(520, 1L << 63 | 4);
    in.put(BLOCK + 520, 8, 1L << 63 | 1);
    refuses(512, 2); // not in XCOMP_BV
  }

  private void refuses(int offset, long value) {
    long before = in.get(BLOCK + offset, 8);
    in.put(BLOCK + offset, 8, value);
    assertThat(faultOf(XRSTOR)).as("0x%x at %d", value, offset).isEqualTo(GuestFault.GP);
    in.put(BLOCK + offset, 8, before);
  }

  @Test
  void extendedControlRegister() {
    in.r[Cpu.RCX] = 0;
    assertThat(faultOf(XGETBV)).isEqualTo(-1);
    assertThat(out.r[Cpu.RAX]).isEqualTo(3);
    assertThat(faultOf(XSETBV)).as("in user mode").isEqualTo(GuestFault.GP);
    Consumer<Cpu> kernel = c -> c.cpl = 0;
    in.r[Cpu.RAX] = 1;
    assertThat(faultWith(kernel, XSETBV)).isEqualTo(-1);
    for (int refused : new int[] {0, 2, 5, 7}) {
      in.r[Cpu.RAX] = refused;
      assertThat(faultWith(kernel, XSETBV)).as("XCR0 = %d", refused).isEqualTo(GuestFault.GP);
    }
    in.r[Cpu.RAX] = 3;
    in.r[Cpu.RDX] = 1;
    assertThat(faultWith(kernel, XSETBV)).isEqualTo(GuestFault.GP);
    in.r[Cpu.RDX] = 0;
    in.r[Cpu.RCX] = 2;
    assertThat(faultWith(kernel, XSETBV)).isEqualTo(GuestFault.GP);
    assertThat(faultOf(XGETBV)).isEqualTo(GuestFault.GP);
  }

  @Test
  void outsideSixtyFourBitModeOnlyEightXmmRegistersAreSaved() {
    in.xmm(7, 1, 77);
    in.xmm(8, 0, 88);
    Consumer<Cpu> compatibility =
        c -> c.segments[Cpu.CS].set(0x23, 0, 0xFFFF_FFFFL, 0xFB | Segment.BIG | Segment.GRANULAR);
    assertThat(faultWith(compatibility, "0f ae 07")).isEqualTo(-1);
    assertThat(out.get(BLOCK + 160 + 7 * 16 + 8, 8)).isEqualTo(77);
    assertThat(out.get(BLOCK + 160 + 8 * 16, 8)).isZero();
    assertThat(faultWith(compatibility, "0f ae 27")).isEqualTo(-1); // xsave [rdi]
    assertThat(out.get(BLOCK + 160 + 8 * 16, 8)).isZero();
    in.r[Cpu.RAX] = 2;
    in.put(BLOCK + 24, 4, 0x1F80);
    assertThat(faultWith(compatibility, "0f ae 2f")).isEqualTo(-1); // xrstor [rdi]
    assertThat(out.xmm(7, 1)).isZero();
    assertThat(out.xmm(8, 0)).isEqualTo(88);
  }

  @Test
  void faultingPartOfAnOperandChangesNothing() {
    in.xmm(0, 0, 7);
    in.xmm(0, 1, 9);
    in.r[Cpu.RDI] = layout.base() + Layout.SIZE - 8; // its last half is not there
    assertThat(faultOf(MOVUPS)).isEqualTo(GuestFault.PF);
    assertThat(out.xmm(0, 0)).isEqualTo(7);
    assertThat(faultOf("0f 11 07")).isEqualTo(GuestFault.PF); // movups [rdi], xmm0
    in.r[Cpu.RDI] = layout.base() + Layout.SIZE - 512 + 64;
    assertThat(faultOf(FXSAVE)).isEqualTo(GuestFault.PF);
    assertThat(faultOf(FXRSTOR)).isEqualTo(GuestFault.PF);
    assertThat(faultOf(XSAVE)).isEqualTo(GuestFault.PF);
    assertThat(out.xmm(0, 0)).isEqualTo(7);
    in.r[Cpu.RDI] = layout.base() + Layout.SIZE - 4;
    in.st(0, 0xFFFF, 0x0000_0000_8000_0000L);
    in.st(1, 0xFFFF, 0x0000_0000_8000_0000L);
    assertThat(faultOf("0f f7 c1")).as("maskmovq, byte 3 only").isEqualTo(-1);
  }
}
