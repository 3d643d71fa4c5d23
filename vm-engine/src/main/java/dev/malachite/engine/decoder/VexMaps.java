// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.decoder;

/**
 * The opcode maps of VEX encodings up to AVX2, FMA, F16C, BMI1 and BMI2, with AES and PCLMULQDQ on
 * 128 bits (SDM volume 2, tables and the instructions' pages), in {@link OpcodeTables}'
 * notation.
 */
final class VexMaps {
  static final String TABLE_0F =
      """
      10 np: VMOVUPS Vx,Wx | VMOVUPS Wx,Vx
      10 66: VMOVUPD Vx,Wx | VMOVUPD Wx,Vx
      10 f3 m: VMOVSS Vss,Mss | VMOVSS Mss,Vss
      10 f3 r: VMOVSS Vdq,Hdq,Uss | VMOVSS Udq,Hdq,Vss
      10 f2 m: VMOVSD Vsd,Msd | VMOVSD Msd,Vsd
      10 f2 r: VMOVSD Vdq,Hdq,Usd | VMOVSD Udq,Hdq,Vsd
      12 np l0 m: VMOVLPS Vdq,Hdq,Mq | VMOVLPS Mq,Vq
      12 np l0 r: VMOVHLPS Vdq,Hdq,Udq
      12 66 l0 m: VMOVLPD Vdq,Hdq,Mq | VMOVLPD Mq,Vq
      12 f3: VMOVSLDUP Vx,Wx
      12 f2 l0: VMOVDDUP Vdq,Wq
      12 f2 l1: VMOVDDUP Vqq,Wqq
      14 np: VUNPCKLPS Vx,Hx,Wx | VUNPCKHPS Vx,Hx,Wx
      14 66: VUNPCKLPD Vx,Hx,Wx | VUNPCKHPD Vx,Hx,Wx
      16 np l0 m: VMOVHPS Vdq,Hdq,Mq | VMOVHPS Mq,Vq
      16 np l0 r: VMOVLHPS Vdq,Hdq,Udq
      16 66 l0 m: VMOVHPD Vdq,Hdq,Mq | VMOVHPD Mq,Vq
      16 f3: VMOVSHDUP Vx,Wx
      28 np: VMOVAPS Vx,Wx | VMOVAPS Wx,Vx | - | VMOVNTPS Mx,Vx
      28 66: VMOVAPD Vx,Wx | VMOVAPD Wx,Vx | - | VMOVNTPD Mx,Vx
      2A f3: VCVTSI2SS Vss,Hss,Ey | - | VCVTTSS2SI Gy,Wss | VCVTSS2SI Gy,Wss
      2A f2: VCVTSI2SD Vsd,Hsd,Ey | - | VCVTTSD2SI Gy,Wsd | VCVTSD2SI Gy,Wsd
      2E np: VUCOMISS Vss,Wss | VCOMISS Vss,Wss
      2E 66: VUCOMISD Vsd,Wsd | VCOMISD Vsd,Wsd
      50 np: VMOVMSKPS Gd,Ux | VSQRTPS Vx,Wx | VRSQRTPS Vx,Wx | VRCPPS Vx,Wx
      50 66: VMOVMSKPD Gd,Ux | VSQRTPD Vx,Wx
      51 f3: VSQRTSS Vss,Hss,Wss | VRSQRTSS Vss,Hss,Wss | VRCPSS Vss,Hss,Wss
      51 f2: VSQRTSD Vsd,Hsd,Wsd
      54 np: VANDPS Vx,Hx,Wx | VANDNPS Vx,Hx,Wx | VORPS Vx,Hx,Wx | VXORPS Vx,Hx,Wx
      54 66: VANDPD Vx,Hx,Wx | VANDNPD Vx,Hx,Wx | VORPD Vx,Hx,Wx | VXORPD Vx,Hx,Wx
      58 np: VADDPS Vx,Hx,Wx | VMULPS Vx,Hx,Wx | VCVTPS2PD Vx,Wx2 | VCVTDQ2PS Vx,Wx
      5C np: VSUBPS Vx,Hx,Wx | VMINPS Vx,Hx,Wx | VDIVPS Vx,Hx,Wx | VMAXPS Vx,Hx,Wx
      58 66: VADDPD Vx,Hx,Wx | VMULPD Vx,Hx,Wx | VCVTPD2PS Vdq,Wx | VCVTPS2DQ Vx,Wx
      5C 66: VSUBPD Vx,Hx,Wx | VMINPD Vx,Hx,Wx | VDIVPD Vx,Hx,Wx | VMAXPD Vx,Hx,Wx
      58 f3: VADDSS Vss,Hss,Wss | VMULSS Vss,Hss,Wss | VCVTSS2SD Vsd,Hsd,Wss | VCVTTPS2DQ Vx,Wx
      5C f3: VSUBSS Vss,Hss,Wss | VMINSS Vss,Hss,Wss | VDIVSS Vss,Hss,Wss | VMAXSS Vss,Hss,Wss
      58 f2: VADDSD Vsd,Hsd,Wsd | VMULSD Vsd,Hsd,Wsd | VCVTSD2SS Vss,Hss,Wsd
      5C f2: VSUBSD Vsd,Hsd,Wsd | VMINSD Vsd,Hsd,Wsd | VDIVSD Vsd,Hsd,Wsd | VMAXSD Vsd,Hsd,Wsd
      60 66: VPUNPCKLBW Vx,Hx,Wx | VPUNPCKLWD Vx,Hx,Wx | VPUNPCKLDQ Vx,Hx,Wx | VPACKSSWB Vx,Hx,Wx
      64 66: VPCMPGTB Vx,Hx,Wx | VPCMPGTW Vx,Hx,Wx | VPCMPGTD Vx,Hx,Wx | VPACKUSWB Vx,Hx,Wx
      68 66: VPUNPCKHBW Vx,Hx,Wx | VPUNPCKHWD Vx,Hx,Wx | VPUNPCKHDQ Vx,Hx,Wx | VPACKSSDW Vx,Hx,Wx
      6C 66: VPUNPCKLQDQ Vx,Hx,Wx | VPUNPCKHQDQ Vx,Hx,Wx
      6E 66 l0 os64: VMOVQ Vq,Eq
      6E 66 l0: VMOVD Vd,Ed
      6F 66: VMOVDQA Vx,Wx
      6F f3: VMOVDQU Vx,Wx
      70 66: VPSHUFD Vx,Wx,Ib
      70 f3: VPSHUFHW Vx,Wx,Ib
      70 f2: VPSHUFLW Vx,Wx,Ib
      71 66 /2: VPSRLW Hx,Ux,Ib | - | VPSRAW Hx,Ux,Ib | - | VPSLLW Hx,Ux,Ib
      72 66 /2: VPSRLD Hx,Ux,Ib | - | VPSRAD Hx,Ux,Ib | - | VPSLLD Hx,Ux,Ib
      73 66 /2: VPSRLQ Hx,Ux,Ib | VPSRLDQ Hx,Ux,Ib | - | - | VPSLLQ Hx,Ux,Ib | VPSLLDQ Hx,Ux,Ib
      74 66: VPCMPEQB Vx,Hx,Wx | VPCMPEQW Vx,Hx,Wx | VPCMPEQD Vx,Hx,Wx
      77 np l0: VZEROUPPER
      77 np l1: VZEROALL
      7C 66: VHADDPD Vx,Hx,Wx | VHSUBPD Vx,Hx,Wx
      7C f2: VHADDPS Vx,Hx,Wx | VHSUBPS Vx,Hx,Wx
      7E 66 l0 os64: VMOVQ Eq,Vq
      7E 66 l0: VMOVD Ed,Vd
      7E f3 l0: VMOVQ Vq,Wq
      7F 66: VMOVDQA Wx,Vx
      7F f3: VMOVDQU Wx,Vx
      AE np l0 /2 m: VLDMXCSR Md | VSTMXCSR Md
      C2 np: VCMPPS Vx,Hx,Wx,Ib
      C2 66: VCMPPD Vx,Hx,Wx,Ib
      C2 f3: VCMPSS Vss,Hss,Wss,Ib
      C2 f2: VCMPSD Vsd,Hsd,Wsd,Ib
      C4 66 l0: VPINSRW Vdq,Hdq,Edw,Ib | VPEXTRW Gd,Udq,Ib
      C6 np: VSHUFPS Vx,Hx,Wx,Ib
      C6 66: VSHUFPD Vx,Hx,Wx,Ib
      D0 66: VADDSUBPD Vx,Hx,Wx
      D0 f2: VADDSUBPS Vx,Hx,Wx
      D1 66: VPSRLW Vx,Hx,Wdq | VPSRLD Vx,Hx,Wdq | VPSRLQ Vx,Hx,Wdq | VPADDQ Vx,Hx,Wx
      D5 66: VPMULLW Vx,Hx,Wx
      D6 66 l0: VMOVQ Wq,Vq
      D7 66: VPMOVMSKB Gd,Ux
      D8 66: VPSUBUSB Vx,Hx,Wx | VPSUBUSW Vx,Hx,Wx | VPMINUB Vx,Hx,Wx | VPAND Vx,Hx,Wx
      DC 66: VPADDUSB Vx,Hx,Wx | VPADDUSW Vx,Hx,Wx | VPMAXUB Vx,Hx,Wx | VPANDN Vx,Hx,Wx
      E0 66: VPAVGB Vx,Hx,Wx | VPSRAW Vx,Hx,Wdq | VPSRAD Vx,Hx,Wdq | VPAVGW Vx,Hx,Wx
      E4 66: VPMULHUW Vx,Hx,Wx | VPMULHW Vx,Hx,Wx | VCVTTPD2DQ Vdq,Wx | VMOVNTDQ Mx,Vx
      E6 f3: VCVTDQ2PD Vx,Wx2
      E6 f2: VCVTPD2DQ Vdq,Wx
      E8 66: VPSUBSB Vx,Hx,Wx | VPSUBSW Vx,Hx,Wx | VPMINSW Vx,Hx,Wx | VPOR Vx,Hx,Wx
      EC 66: VPADDSB Vx,Hx,Wx | VPADDSW Vx,Hx,Wx | VPMAXSW Vx,Hx,Wx | VPXOR Vx,Hx,Wx
      F0 f2: VLDDQU Vx,Mx
      F1 66: VPSLLW Vx,Hx,Wdq | VPSLLD Vx,Hx,Wdq | VPSLLQ Vx,Hx,Wdq | VPMULUDQ Vx,Hx,Wx
      F5 66: VPMADDWD Vx,Hx,Wx | VPSADBW Vx,Hx,Wx
      F7 66 l0: VMASKMOVDQU Vdq,Udq
      F8 66: VPSUBB Vx,Hx,Wx | VPSUBW Vx,Hx,Wx | VPSUBD Vx,Hx,Wx | VPSUBQ Vx,Hx,Wx
      FC 66: VPADDB Vx,Hx,Wx | VPADDW Vx,Hx,Wx | VPADDD Vx,Hx,Wx
      """;

  static final String TABLE_38 =
      """
      00 66: VPSHUFB Vx,Hx,Wx | VPHADDW Vx,Hx,Wx | VPHADDD Vx,Hx,Wx | VPHADDSW Vx,Hx,Wx
      04 66: VPMADDUBSW Vx,Hx,Wx | VPHSUBW Vx,Hx,Wx | VPHSUBD Vx,Hx,Wx | VPHSUBSW Vx,Hx,Wx
      08 66: VPSIGNB Vx,Hx,Wx | VPSIGNW Vx,Hx,Wx | VPSIGND Vx,Hx,Wx | VPMULHRSW Vx,Hx,Wx
      0C 66 w0: VPERMILPS Vx,Hx,Wx | VPERMILPD Vx,Hx,Wx | VTESTPS Vx,Wx | VTESTPD Vx,Wx
      13 66 w0: VCVTPH2PS Vx,Wx2
      16 66 w0 l1: VPERMPS Vqq,Hqq,Wqq
      17 66: VPTEST Vx,Wx
      18 66 w0: VBROADCASTSS Vx,Wss
      19 66 w0 l1: VBROADCASTSD Vqq,Wsd | VBROADCASTF128 Vqq,Mdq
      1C 66: VPABSB Vx,Wx | VPABSW Vx,Wx | VPABSD Vx,Wx
      20 66: VPMOVSXBW Vx,Wx2 | VPMOVSXBD Vx,Wx4 | VPMOVSXBQ Vx,Wx8 | VPMOVSXWD Vx,Wx2
      24 66: VPMOVSXWQ Vx,Wx4 | VPMOVSXDQ Vx,Wx2
      28 66: VPMULDQ Vx,Hx,Wx | VPCMPEQQ Vx,Hx,Wx | VMOVNTDQA Vx,Mx | VPACKUSDW Vx,Hx,Wx
      2C 66 w0: VMASKMOVPS Vx,Hx,Mx | VMASKMOVPD Vx,Hx,Mx | VMASKMOVPS Mx,Hx,Vx | VMASKMOVPD Mx,Hx,Vx
      30 66: VPMOVZXBW Vx,Wx2 | VPMOVZXBD Vx,Wx4 | VPMOVZXBQ Vx,Wx8 | VPMOVZXWD Vx,Wx2
      34 66: VPMOVZXWQ Vx,Wx4 | VPMOVZXDQ Vx,Wx2
      36 66 w0 l1: VPERMD Vqq,Hqq,Wqq
      37 66: VPCMPGTQ Vx,Hx,Wx
      38 66: VPMINSB Vx,Hx,Wx | VPMINSD Vx,Hx,Wx | VPMINUW Vx,Hx,Wx | VPMINUD Vx,Hx,Wx
      3C 66: VPMAXSB Vx,Hx,Wx | VPMAXSD Vx,Hx,Wx | VPMAXUW Vx,Hx,Wx | VPMAXUD Vx,Hx,Wx
      40 66: VPMULLD Vx,Hx,Wx
      41 66 l0: VPHMINPOSUW Vdq,Wdq
      45 66 w0: VPSRLVD Vx,Hx,Wx | VPSRAVD Vx,Hx,Wx | VPSLLVD Vx,Hx,Wx
      45 66 w1: VPSRLVQ Vx,Hx,Wx | - | VPSLLVQ Vx,Hx,Wx
      58 66 w0: VPBROADCASTD Vx,Wd | VPBROADCASTQ Vx,Wq
      5A 66 w0 l1: VBROADCASTI128 Vqq,Mdq
      78 66 w0: VPBROADCASTB Vx,Wb | VPBROADCASTW Vx,Ww
      8C 66 w0: VPMASKMOVD Vx,Hx,Mx | - | VPMASKMOVD Mx,Hx,Vx
      8C 66 w1: VPMASKMOVQ Vx,Hx,Mx | - | VPMASKMOVQ Mx,Hx,Vx
      90 66 w0: VPGATHERDD Vx,Md,Hx vsib | VPGATHERQD Vdq,Md,Hdq vsib
      90 66 w1: VPGATHERDQ Vx,Mq,Hx vsib | VPGATHERQQ Vx,Mq,Hx vsib
      92 66 w0: VGATHERDPS Vx,Md,Hx vsib | VGATHERQPS Vdq,Md,Hdq vsib
      92 66 w1: VGATHERDPD Vx,Mq,Hx vsib | VGATHERQPD Vx,Mq,Hx vsib
      DB 66 l0: VAESIMC Vdq,Wdq | VAESENC Vdq,Hdq,Wdq | VAESENCLAST Vdq,Hdq,Wdq
      DE 66 l0: VAESDEC Vdq,Hdq,Wdq | VAESDECLAST Vdq,Hdq,Wdq
      F2 np l0: ANDN Gy,By,Ey
      F3 np l0 /1: BLSR By,Ey | BLSMSK By,Ey | BLSI By,Ey
      F5 np l0: BZHI Gy,Ey,By | - | BEXTR Gy,Ey,By
      F5 f3 l0: PEXT Gy,By,Ey | - | SARX Gy,Ey,By
      F5 f2 l0: PDEP Gy,By,Ey | MULX Gy,By,Ey | SHRX Gy,Ey,By
      F7 66 l0: SHLX Gy,Ey,By
      """;

  static final String TABLE_3A =
      """
      00 66 w1 l1: VPERMQ Vqq,Wqq,Ib | VPERMPD Vqq,Wqq,Ib
      02 66 w0: VPBLENDD Vx,Hx,Wx,Ib | - | VPERMILPS Vx,Wx,Ib | VPERMILPD Vx,Wx,Ib
      06 66 w0 l1: VPERM2F128 Vqq,Hqq,Wqq,Ib
      08 66: VROUNDPS Vx,Wx,Ib | VROUNDPD Vx,Wx,Ib | VROUNDSS Vss,Hss,Wss,Ib | VROUNDSD Vsd,Hsd,Wsd,Ib
      0C 66: VBLENDPS Vx,Hx,Wx,Ib | VBLENDPD Vx,Hx,Wx,Ib | VPBLENDW Vx,Hx,Wx,Ib | VPALIGNR Vx,Hx,Wx,Ib
      16 66 l0 os64: VPEXTRQ Eq,Vdq,Ib
      14 66 l0: VPEXTRB Edb,Vdq,Ib | VPEXTRW Edw,Vdq,Ib | VPEXTRD Ed,Vdq,Ib | VEXTRACTPS Ed,Vdq,Ib
      18 66 w0 l1: VINSERTF128 Vqq,Hqq,Wdq,Ib | VEXTRACTF128 Wdq,Vqq,Ib
      1D 66 w0: VCVTPS2PH Wx2,Vx,Ib
      22 66 l0 os64: VPINSRQ Vdq,Hdq,Eq,Ib
      20 66 l0: VPINSRB Vdq,Hdq,Edb,Ib | VINSERTPS Vdq,Hdq,Wd,Ib | VPINSRD Vdq,Hdq,Ed,Ib
      38 66 w0 l1: VINSERTI128 Vqq,Hqq,Wdq,Ib | VEXTRACTI128 Wdq,Vqq,Ib
      40 66: VDPPS Vx,Hx,Wx,Ib
      41 66 l0: VDPPD Vdq,Hdq,Wdq,Ib
      42 66: VMPSADBW Vx,Hx,Wx,Ib
      44 66 l0: VPCLMULQDQ Vdq,Hdq,Wdq,Ib
      46 66 w0 l1: VPERM2I128 Vqq,Hqq,Wqq,Ib
      4A 66 w0: VBLENDVPS Vx,Hx,Wx,Lx | VBLENDVPD Vx,Hx,Wx,Lx | VPBLENDVB Vx,Hx,Wx,Lx
      60 66 l0: VPCMPESTRM Vdq,Wdq,Ib | VPCMPESTRI Vdq,Wdq,Ib | VPCMPISTRM Vdq,Wdq,Ib
      63 66 l0: VPCMPISTRI Vdq,Wdq,Ib
      DF 66 l0: VAESKEYGENASSIST Vdq,Wdq,Ib
      F0 f2 l0: RORX Gy,Ey,Ib
      """;

  private static final String[] ORDERS = {"132", "213", "231"};
  private static final String[] FUSED = {"VFMADD", "VFMSUB", "VFNMADD", "VFNMSUB"};

  private VexMaps() {}

  /** The rows of FMA: columns 6 to F of rows 9, A and B of map 0F 38. */
  static String fusedMultiplyAdd() {
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      for (int w = 0; w < 2; w++) {
        String start = "9AB".substring(i, i + 1);
        String packed = ORDERS[i] + (w == 0 ? "PS Vx,Hx,Wx" : "PD Vx,Hx,Wx");
        String scalar = ORDERS[i] + (w == 0 ? "SS Vss,Hss,Wss" : "SD Vsd,Hsd,Wsd");
        table.append(start + "6 66 w" + w + ": VFMADDSUB" + packed + " | VFMSUBADD" + packed);
        for (String name : FUSED) {
          table.append(" | " + name + packed + " | " + name + scalar);
        }
        table.append('\n');
      }
    }
    return table.toString();
  }
}
