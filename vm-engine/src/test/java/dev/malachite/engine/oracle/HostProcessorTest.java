// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("dev.malachite.engine.oracle.HostProcessor#available")
class HostProcessorTest {
  private static MachineState state(Layout layout) {
    MachineState s = new MachineState();
    s.control(0x37F);
    s.mxcsr(0x1F80);
    for (int i = 0; i < 16; i++) {
      s.r[i] = 0x0101_0101_0101_0101L * i;
    }
    s.r[4] = layout.window() + 0x800;
    return s;
  }

  private static byte[] code(int... values) {
    byte[] b = new byte[values.length];
    for (int i = 0; i < b.length; i++) {
      b[i] = (byte) values[i];
    }
    return b;
  }

  @Test
  void runsAnInstructionWithTheGivenRegistersAndReturnsWhatItLeft() {
    try (HostProcessor host = new HostProcessor()) {
      MachineState in = state(host.layout());
      MachineState out = new MachineState();
      in.flags = 1;
      in.r[0] = -1;
      in.r[3] = 0;
      host.run(code(0x48, 0x11, 0xD8), host.layout().code() + 0x400, in, out); // adc rax, rbx
      in.r[0] = 0;
      assertThat(out.r).isEqualTo(in.r);
      assertThat(out.flags).isEqualTo(1 | 4 | 16 | 64);
      assertThat(out.landing).isZero();
      assertThat(out.mxcsr()).isEqualTo(0x1F80);
    }
  }

  @Test
  void followsJumpsToTheirLandingPads() {
    try (HostProcessor host = new HostProcessor()) {
      MachineState in = state(host.layout());
      MachineState out = new MachineState();
      long ip = host.layout().code() + 0x400;
      for (int pad = 0; pad < Layout.PADS; pad++) {
        long distance = Layout.padAddress(ip, 5, pad) - ip - 5;
        int d = (int) distance;
        host.run(code(0xE9, d, d >> 8, d >> 16, d >> 24), ip, in, out);
        assertThat(out.landing).isEqualTo(pad);
      }
    }
  }

  @Test
  void keepsFloatingPointStateApart() {
    try (HostProcessor host = new HostProcessor()) {
      MachineState in = state(host.layout());
      MachineState out = new MachineState();
      in.xmm(1, 0, Double.doubleToRawLongBits(1));
      in.xmm(2, 0, Double.doubleToRawLongBits(3));
      in.xmm(1, 1, 77);
      long ip = host.layout().code() + 0x400;
      host.run(code(0xF2, 0x0F, 0x5E, 0xCA), ip, in, out); // divsd xmm1, xmm2
      assertThat(Double.longBitsToDouble(out.xmm(1, 0))).isEqualTo(1.0 / 3);
      assertThat(out.xmm(1, 1)).isEqualTo(77);
      assertThat(out.mxcsr()).isEqualTo(0x1FA0);
      host.run(code(0xD9, 0xEB), ip, in, out); // fldpi
      assertThat(out.top()).isEqualTo(7);
      assertThat(out.tags()).isEqualTo(0x80);
      assertThat(out.significand(0)).isEqualTo(0xC90F_DAA2_2168_C235L);
    }
  }
}
