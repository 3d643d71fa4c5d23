// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import java.util.ArrayList;
import java.util.List;

/** MMX and SSE to SSE4.2. */
final class SimdForms {
  /** Opcodes behind 0F that have an MMX and, with 66, an XMM form. */
  private static final String BOTH =
      """
      PACKSSWB 63
      PCMPGTB 64
      PCMPGTW 65
      PCMPGTD 66
      PACKUSWB 67
      PUNPCKHBW 68
      PUNPCKHWD 69
      PUNPCKHDQ 6A
      PACKSSDW 6B
      PCMPEQB 74
      PCMPEQW 75
      PCMPEQD 76
      PSRLW D1 hook:vshift
      PSRLD D2 hook:vshift
      PSRLQ D3 hook:vshift
      PADDQ D4
      PMULLW D5
      PSUBUSB D8
      PSUBUSW D9
      PMINUB DA
      PAND DB
      PADDUSB DC
      PADDUSW DD
      PMAXUB DE
      PANDN DF
      PAVGB E0
      PSRAW E1 hook:vshift
      PSRAD E2 hook:vshift
      PAVGW E3
      PMULHUW E4
      PMULHW E5
      PSUBSB E8
      PSUBSW E9
      PMINSW EA
      POR EB
      PADDSB EC
      PADDSW ED
      PMAXSW EE
      PXOR EF
      PSLLW F1 hook:vshift
      PSLLD F2 hook:vshift
      PSLLQ F3 hook:vshift
      PMULUDQ F4
      PMADDWD F5
      PSADBW F6
      PSUBB F8
      PSUBW F9
      PSUBD FA
      PSUBQ FB
      PADDB FC
      PADDW FD
      PADDD FE
      PSHUFB 38 00
      PHADDW 38 01
      PHADDD 38 02
      PHADDSW 38 03
      PMADDUBSW 38 04
      PHSUBW 38 05
      PHSUBD 38 06
      PHSUBSW 38 07
      PSIGNB 38 08
      PSIGNW 38 09
      PSIGND 38 0A
      PMULHRSW 38 0B
      PABSB 38 1C
      PABSW 38 1D
      PABSD 38 1E
      PALIGNR 3A 0F i40
      """;

  private static final String MMX =
      """
      PUNPCKLBW 0F 60 /r m4
      PUNPCKLWD 0F 61 /r m4
      PUNPCKLDQ 0F 62 /r m4
      MOVD 0F 6E /r mw w
      MOVQ 0F 6F /r m8
      MOVD 0F 7E /r mw w
      MOVQ 0F 7F /r m8
      PSHUFW 0F 70 /r m8 ib
      PSRLW 0F 71 /2.r i20
      PSRAW 0F 71 /4.r i20
      PSLLW 0F 71 /6.r i20
      PSRLD 0F 72 /2.r i40
      PSRAD 0F 72 /4.r i40
      PSLLD 0F 72 /6.r i40
      PSRLQ 0F 73 /2.r i70
      PSLLQ 0F 73 /6.r i70
      EMMS 0F 77
      PINSRW 0F C4 /r m2 ib
      PEXTRW 0F C5 /r.r ib
      PMOVMSKB 0F D7 /r.r
      MOVNTQ 0F E7 /r.m m8
      MASKMOVQ 0F F7 /r.r hook:maskmov
      MOVQ2DQ F3 0F D6 /r.r
      MOVDQ2Q F2 0F D6 /r.r
      CVTPI2PS 0F 2A /r m8
      CVTTPS2PI 0F 2C /r m8 f32
      CVTPS2PI 0F 2D /r m8 f32
      CVTPI2PD 66 0F 2A /r m8
      CVTTPD2PI 66 0F 2C /r m16 a16 f64
      CVTPD2PI 66 0F 2D /r m16 a16 f64
      """;

  private static final String SSE =
      """
      MOVUPS 0F 10 /r m16
      MOVUPS 0F 11 /r m16
      MOVUPD 66 0F 10 /r m16
      MOVUPD 66 0F 11 /r m16
      MOVSS F3 0F 10 /r m4
      MOVSS F3 0F 11 /r m4
      MOVSD F2 0F 10 /r m8
      MOVSD F2 0F 11 /r m8
      MOVLPS 0F 12 /r.m m8
      MOVHLPS 0F 12 /r.r
      MOVLPS 0F 13 /r.m m8
      MOVLPD 66 0F 12 /r.m m8
      MOVLPD 66 0F 13 /r.m m8
      MOVSLDUP F3 0F 12 /r m16 a16
      MOVDDUP F2 0F 12 /r m8
      UNPCKLPS 0F 14 /r m16 a16
      UNPCKHPS 0F 15 /r m16 a16
      UNPCKLPD 66 0F 14 /r m16 a16
      UNPCKHPD 66 0F 15 /r m16 a16
      MOVHPS 0F 16 /r.m m8
      MOVLHPS 0F 16 /r.r
      MOVHPS 0F 17 /r.m m8
      MOVHPD 66 0F 16 /r.m m8
      MOVHPD 66 0F 17 /r.m m8
      MOVSHDUP F3 0F 16 /r m16 a16
      MOVAPS 0F 28 /r m16 a16
      MOVAPS 0F 29 /r m16 a16
      MOVAPD 66 0F 28 /r m16 a16
      MOVAPD 66 0F 29 /r m16 a16
      MOVNTPS 0F 2B /r.m m16 a16
      MOVNTPD 66 0F 2B /r.m m16 a16
      CVTSI2SS F3 0F 2A /r mw w
      CVTSI2SD F2 0F 2A /r mw w
      CVTTSS2SI F3 0F 2C /r m4 w f32
      CVTTSD2SI F2 0F 2C /r m8 w f64
      CVTSS2SI F3 0F 2D /r m4 w f32
      CVTSD2SI F2 0F 2D /r m8 w f64
      UCOMISS 0F 2E /r m4 f32
      UCOMISD 66 0F 2E /r m8 f64
      COMISS 0F 2F /r m4 f32
      COMISD 66 0F 2F /r m8 f64
      MOVMSKPS 0F 50 /r.r
      MOVMSKPD 66 0F 50 /r.r
      RSQRTPS 0F 52 /r m16 a16 f32 hook:estimate
      RSQRTSS F3 0F 52 /r m4 f32 hook:estimate
      RCPPS 0F 53 /r m16 a16 f32 hook:estimate
      RCPSS F3 0F 53 /r m4 f32 hook:estimate
      ANDPS 0F 54 /r m16 a16
      ANDPD 66 0F 54 /r m16 a16
      ANDNPS 0F 55 /r m16 a16
      ANDNPD 66 0F 55 /r m16 a16
      ORPS 0F 56 /r m16 a16
      ORPD 66 0F 56 /r m16 a16
      XORPS 0F 57 /r m16 a16
      XORPD 66 0F 57 /r m16 a16
      CVTPS2PD 0F 5A /r m8 f32
      CVTPD2PS 66 0F 5A /r m16 a16 f64
      CVTSS2SD F3 0F 5A /r m4 f32
      CVTSD2SS F2 0F 5A /r m8 f64
      CVTDQ2PS 0F 5B /r m16 a16
      CVTPS2DQ 66 0F 5B /r m16 a16 f32
      CVTTPS2DQ F3 0F 5B /r m16 a16 f32
      PUNPCKLBW 66 0F 60 /r m16 a16
      PUNPCKLWD 66 0F 61 /r m16 a16
      PUNPCKLDQ 66 0F 62 /r m16 a16
      PUNPCKLQDQ 66 0F 6C /r m16 a16
      PUNPCKHQDQ 66 0F 6D /r m16 a16
      MOVD 66 0F 6E /r mw w
      MOVD 66 0F 7E /r mw w
      MOVDQA 66 0F 6F /r m16 a16
      MOVDQA 66 0F 7F /r m16 a16
      MOVDQU F3 0F 6F /r m16
      MOVDQU F3 0F 7F /r m16
      PSHUFD 66 0F 70 /r m16 a16 ib
      PSHUFHW F3 0F 70 /r m16 a16 ib
      PSHUFLW F2 0F 70 /r m16 a16 ib
      PSRLW 66 0F 71 /2.r i20
      PSRAW 66 0F 71 /4.r i20
      PSLLW 66 0F 71 /6.r i20
      PSRLD 66 0F 72 /2.r i40
      PSRAD 66 0F 72 /4.r i40
      PSLLD 66 0F 72 /6.r i40
      PSRLQ 66 0F 73 /2.r i70
      PSRLDQ 66 0F 73 /3.r i20
      PSLLQ 66 0F 73 /6.r i70
      PSLLDQ 66 0F 73 /7.r i20
      HADDPD 66 0F 7C /r m16 a16 f64
      HADDPS F2 0F 7C /r m16 a16 f32
      HSUBPD 66 0F 7D /r m16 a16 f64
      HSUBPS F2 0F 7D /r m16 a16 f32
      MOVQ F3 0F 7E /r m8
      MOVQ 66 0F D6 /r m8
      CMPPS 0F C2 /r m16 a16 i7 f32
      CMPPD 66 0F C2 /r m16 a16 i7 f64
      CMPSS F3 0F C2 /r m4 i7 f32
      CMPSD F2 0F C2 /r m8 i7 f64
      PINSRW 66 0F C4 /r m2 ib
      PEXTRW 66 0F C5 /r.r ib
      SHUFPS 0F C6 /r m16 a16 ib
      SHUFPD 66 0F C6 /r m16 a16 ib
      ADDSUBPD 66 0F D0 /r m16 a16 f64
      ADDSUBPS F2 0F D0 /r m16 a16 f32
      PMOVMSKB 66 0F D7 /r.r
      CVTTPD2DQ 66 0F E6 /r m16 a16 f64
      CVTDQ2PD F3 0F E6 /r m8
      CVTPD2DQ F2 0F E6 /r m16 a16 f64
      MOVNTDQ 66 0F E7 /r.m m16 a16
      LDDQU F2 0F F0 /r.m m16
      MASKMOVDQU 66 0F F7 /r.r hook:maskmov
      LDMXCSR 0F AE /2.m m4 hook:ldmxcsr
      STMXCSR 0F AE /3.m m4
      FXSAVE 0F AE /0.m m512 a16 hook:fxsave
      FXRSTOR 0F AE /1.m m512 a16 hook:fxrstor
      PBLENDVB 66 0F 38 10 /r m16 a16
      BLENDVPS 66 0F 38 14 /r m16 a16
      BLENDVPD 66 0F 38 15 /r m16 a16
      PTEST 66 0F 38 17 /r m16 a16 hook:ptest
      PMOVSXBW 66 0F 38 20 /r m8
      PMOVSXBD 66 0F 38 21 /r m4
      PMOVSXBQ 66 0F 38 22 /r m2
      PMOVSXWD 66 0F 38 23 /r m8
      PMOVSXWQ 66 0F 38 24 /r m4
      PMOVSXDQ 66 0F 38 25 /r m8
      PMULDQ 66 0F 38 28 /r m16 a16
      PCMPEQQ 66 0F 38 29 /r m16 a16
      MOVNTDQA 66 0F 38 2A /r.m m16 a16
      PACKUSDW 66 0F 38 2B /r m16 a16
      PMOVZXBW 66 0F 38 30 /r m8
      PMOVZXBD 66 0F 38 31 /r m4
      PMOVZXBQ 66 0F 38 32 /r m2
      PMOVZXWD 66 0F 38 33 /r m8
      PMOVZXWQ 66 0F 38 34 /r m4
      PMOVZXDQ 66 0F 38 35 /r m8
      PCMPGTQ 66 0F 38 37 /r m16 a16
      PMINSB 66 0F 38 38 /r m16 a16
      PMINSD 66 0F 38 39 /r m16 a16
      PMINUW 66 0F 38 3A /r m16 a16
      PMINUD 66 0F 38 3B /r m16 a16
      PMAXSB 66 0F 38 3C /r m16 a16
      PMAXSD 66 0F 38 3D /r m16 a16
      PMAXUW 66 0F 38 3E /r m16 a16
      PMAXUD 66 0F 38 3F /r m16 a16
      PMULLD 66 0F 38 40 /r m16 a16
      PHMINPOSUW 66 0F 38 41 /r m16 a16
      ROUNDPS 66 0F 3A 08 /r m16 a16 i15 f32
      ROUNDPD 66 0F 3A 09 /r m16 a16 i15 f64
      ROUNDSS 66 0F 3A 0A /r m4 i15 f32
      ROUNDSD 66 0F 3A 0B /r m8 i15 f64
      BLENDPS 66 0F 3A 0C /r m16 a16 ib
      BLENDPD 66 0F 3A 0D /r m16 a16 ib
      PBLENDW 66 0F 3A 0E /r m16 a16 ib
      PEXTRB 66 0F 3A 14 /r m1 ib
      PEXTRW 66 0F 3A 15 /r m2 ib
      PEXTRD 66 0F 3A 16 /r mw w ib
      EXTRACTPS 66 0F 3A 17 /r m4 ib
      PINSRB 66 0F 3A 20 /r m1 ib
      INSERTPS 66 0F 3A 21 /r m4 ib
      PINSRD 66 0F 3A 22 /r mw w ib
      DPPS 66 0F 3A 40 /r m16 a16 ib f32
      DPPD 66 0F 3A 41 /r m16 a16 ib f64
      MPSADBW 66 0F 3A 42 /r m16 a16 ib
      PCMPESTRM 66 0F 3A 60 /r m16 i127 hook:pcmpstr
      PCMPESTRI 66 0F 3A 61 /r m16 i127 hook:pcmpstr
      PCMPISTRM 66 0F 3A 62 /r m16 i127 hook:pcmpstr
      PCMPISTRI 66 0F 3A 63 /r m16 i127 hook:pcmpstr
      XSAVE 0F AE /4.m m832 a64 w hook:xsave
      XRSTOR 0F AE /5.m m832 a64 w hook:xrstor
      XSAVEOPT 0F AE /6.m m832 a64 w hook:xsaveopt
      XSAVEC 0F C7 /4.m m832 a64 w hook:xsavec
      """;

  private SimdForms() {}

  static List<Form> all() {
    List<Form> forms = new ArrayList<>(Form.parse("mmx", MMX));
    StringBuilder mmx = new StringBuilder();
    StringBuilder sse = new StringBuilder(SSE);
    for (String line : BOTH.lines().toList()) {
      String[] words = line.split(" ", -1);
      boolean map = words[1].equals("38") || words[1].equals("3A");
      String code = map ? words[1] + ' ' + words[2] : words[1];
      String rest = line.substring(words[0].length() + 1 + code.length());
      mmx.append(words[0] + " 0F " + code + " /r m8" + rest + '\n');
      sse.append(words[0] + " 66 0F " + code + " /r m16 a16" + rest + '\n');
    }
    arithmetic(sse, "SQRT", "51");
    arithmetic(sse, "ADD", "58");
    arithmetic(sse, "MUL", "59");
    arithmetic(sse, "SUB", "5C");
    arithmetic(sse, "MIN", "5D");
    arithmetic(sse, "DIV", "5E");
    arithmetic(sse, "MAX", "5F");
    forms.addAll(Form.parse("mmx", mmx.toString()));
    forms.addAll(Form.parse("sse", sse.toString()));
    return forms;
  }

  private static void arithmetic(StringBuilder table, String name, String opcode) {
    table.append(name + "PS 0F " + opcode + " /r m16 a16 f32\n");
    table.append(name + "PD 66 0F " + opcode + " /r m16 a16 f64\n");
    table.append(name + "SS F3 0F " + opcode + " /r m4 f32\n");
    table.append(name + "SD F2 0F " + opcode + " /r m8 f64\n");
  }
}
