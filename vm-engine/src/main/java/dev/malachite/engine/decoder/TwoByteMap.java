// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.decoder;

/**
 * The two-byte opcode map, 0F (SDM volume 2, tables ), in {@link OpcodeTables}'
 * notation.
 */
final class TwoByteMap {
  static final String TABLE =
      """
      00 /0: SLDT Evw | STR Evw | LLDT Ew | LTR Ew | VERR Ew | VERW Ew
      01 =C1: VMCALL
      01 =C8: MONITOR | MWAIT
      01 =CA np: CLAC | STAC
      01 =D0 np: XGETBV | XSETBV
      01 =D9: VMMCALL
      01 =F8: SWAPGS only64 | RDTSCP
      01 /0 m: SGDT Ms | SIDT Ms | LGDT Ms | LIDT Ms
      01 /4: SMSW Evw | - | LMSW Ew | INVLPG M
      02: LAR Gv,Ew | LSL Gv,Ew | - | SYSCALL | CLTS | SYSRET | INVD | WBINVD | - | UD2
      0D /0 m: PREFETCH M | PREFETCHW M | PREFETCHW M | PREFETCH M
      0D /4 m: PREFETCH M | PREFETCH M | PREFETCH M | PREFETCH M
      0D r: NOP Ev
      10 np: MOVUPS Vps,Wps | MOVUPS Wps,Vps
      12 np m: MOVLPS Vq,Mq | MOVLPS Mq,Vq | - | - | MOVHPS Vq,Mq | MOVHPS Mq,Vq
      12 np r: MOVHLPS Vq,Uq | - | - | - | MOVLHPS Vq,Uq
      14 np: UNPCKLPS Vps,Wps | UNPCKHPS Vps,Wps
      10 66: MOVUPD Vpd,Wpd | MOVUPD Wpd,Vpd | MOVLPD Vq,Mq | MOVLPD Mq,Vq
      14 66: UNPCKLPD Vpd,Wpd | UNPCKHPD Vpd,Wpd | MOVHPD Vq,Mq | MOVHPD Mq,Vq
      10 f3: MOVSS Vss,Wss | MOVSS Wss,Vss | MOVSLDUP Vps,Wps | - | - | - | MOVSHDUP Vps,Wps
      10 f2: MOVSD Vsd,Wsd | MOVSD Wsd,Vsd | MOVDDUP Vpd,Wq
      18 /0 m: PREFETCH M | PREFETCH M | PREFETCH M | PREFETCH M
      18: NOP Ev | NOP Ev | NOP Ev | NOP Ev | NOP Ev | NOP Ev
      1E f3 =FA: ENDBR64 | ENDBR32
      1E: NOP Ev | NOP Ev
      20: MOV_CR Rm,Cm mod3 | MOV_DR Rm,Dm mod3 | MOV_CR Cm,Rm mod3 | MOV_DR Dm,Rm mod3
      28 np: MOVAPS Vps,Wps | MOVAPS Wps,Vps | CVTPI2PS Vps,Qq | MOVNTPS Mps,Vps
      2C np: CVTTPS2PI Pq,Wq | CVTPS2PI Pq,Wq | UCOMISS Vss,Wss | COMISS Vss,Wss
      28 66: MOVAPD Vpd,Wpd | MOVAPD Wpd,Vpd | CVTPI2PD Vpd,Qq | MOVNTPD Mpd,Vpd
      2C 66: CVTTPD2PI Pq,Wpd | CVTPD2PI Pq,Wpd | UCOMISD Vsd,Wsd | COMISD Vsd,Wsd
      2A f3: CVTSI2SS Vss,Ey | - | CVTTSS2SI Gy,Wss | CVTSS2SI Gy,Wss
      2A f2: CVTSI2SD Vsd,Ey | - | CVTTSD2SI Gy,Wsd | CVTSD2SI Gy,Wsd
      30: WRMSR | RDTSC | RDMSR | RDPMC | SYSENTER | SYSEXIT
      40-4F: CMOVCC Gv,Ev
      50 np: MOVMSKPS Gd,Ups | SQRTPS Vps,Wps | RSQRTPS Vps,Wps | RCPPS Vps,Wps
      54 np: ANDPS Vps,Wps | ANDNPS Vps,Wps | ORPS Vps,Wps | XORPS Vps,Wps
      50 66: MOVMSKPD Gd,Upd | SQRTPD Vpd,Wpd
      54 66: ANDPD Vpd,Wpd | ANDNPD Vpd,Wpd | ORPD Vpd,Wpd | XORPD Vpd,Wpd
      51 f3: SQRTSS Vss,Wss | RSQRTSS Vss,Wss | RCPSS Vss,Wss
      51 f2: SQRTSD Vsd,Wsd
      58 np: ADDPS Vps,Wps | MULPS Vps,Wps | CVTPS2PD Vpd,Wq | CVTDQ2PS Vps,Wdq
      5C np: SUBPS Vps,Wps | MINPS Vps,Wps | DIVPS Vps,Wps | MAXPS Vps,Wps
      58 66: ADDPD Vpd,Wpd | MULPD Vpd,Wpd | CVTPD2PS Vps,Wpd | CVTPS2DQ Vdq,Wps
      5C 66: SUBPD Vpd,Wpd | MINPD Vpd,Wpd | DIVPD Vpd,Wpd | MAXPD Vpd,Wpd
      58 f3: ADDSS Vss,Wss | MULSS Vss,Wss | CVTSS2SD Vsd,Wss | CVTTPS2DQ Vdq,Wps
      5C f3: SUBSS Vss,Wss | MINSS Vss,Wss | DIVSS Vss,Wss | MAXSS Vss,Wss
      58 f2: ADDSD Vsd,Wsd | MULSD Vsd,Wsd | CVTSD2SS Vss,Wsd
      5C f2: SUBSD Vsd,Wsd | MINSD Vsd,Wsd | DIVSD Vsd,Wsd | MAXSD Vsd,Wsd
      60 np: PUNPCKLBW Pq,Qd | PUNPCKLWD Pq,Qd | PUNPCKLDQ Pq,Qd | PACKSSWB Pq,Qq
      64 np: PCMPGTB Pq,Qq | PCMPGTW Pq,Qq | PCMPGTD Pq,Qq | PACKUSWB Pq,Qq
      68 np: PUNPCKHBW Pq,Qq | PUNPCKHWD Pq,Qq | PUNPCKHDQ Pq,Qq | PACKSSDW Pq,Qq
      6E np os64: MOVQ Pq,Eq
      6E np: MOVD Pd,Ed | MOVQ Pq,Qq
      60 66: PUNPCKLBW Vdq,Wdq | PUNPCKLWD Vdq,Wdq | PUNPCKLDQ Vdq,Wdq | PACKSSWB Vdq,Wdq
      64 66: PCMPGTB Vdq,Wdq | PCMPGTW Vdq,Wdq | PCMPGTD Vdq,Wdq | PACKUSWB Vdq,Wdq
      68 66: PUNPCKHBW Vdq,Wdq | PUNPCKHWD Vdq,Wdq | PUNPCKHDQ Vdq,Wdq | PACKSSDW Vdq,Wdq
      6C 66: PUNPCKLQDQ Vdq,Wdq | PUNPCKHQDQ Vdq,Wdq
      6E 66 os64: MOVQ Vq,Eq
      6E 66: MOVD Vd,Ed | MOVDQA Vdq,Wdq
      6F f3: MOVDQU Vdq,Wdq
      70 np: PSHUFW Pq,Qq,Ib
      70 66: PSHUFD Vdq,Wdq,Ib
      70 f3: PSHUFHW Vdq,Wdq,Ib
      70 f2: PSHUFLW Vdq,Wdq,Ib
      71 np /2: PSRLW Nq,Ib | - | PSRAW Nq,Ib | - | PSLLW Nq,Ib
      72 np /2: PSRLD Nq,Ib | - | PSRAD Nq,Ib | - | PSLLD Nq,Ib
      73 np /2: PSRLQ Nq,Ib | - | - | - | PSLLQ Nq,Ib
      71 66 /2: PSRLW Udq,Ib | - | PSRAW Udq,Ib | - | PSLLW Udq,Ib
      72 66 /2: PSRLD Udq,Ib | - | PSRAD Udq,Ib | - | PSLLD Udq,Ib
      73 66 /2: PSRLQ Udq,Ib | PSRLDQ Udq,Ib | - | - | PSLLQ Udq,Ib | PSLLDQ Udq,Ib
      74 np: PCMPEQB Pq,Qq | PCMPEQW Pq,Qq | PCMPEQD Pq,Qq | EMMS
      74 66: PCMPEQB Vdq,Wdq | PCMPEQW Vdq,Wdq | PCMPEQD Vdq,Wdq
      7C 66: HADDPD Vpd,Wpd | HSUBPD Vpd,Wpd
      7C f2: HADDPS Vps,Wps | HSUBPS Vps,Wps
      7E np os64: MOVQ Eq,Pq
      7E np: MOVD Ed,Pd | MOVQ Qq,Pq
      7E 66 os64: MOVQ Eq,Vq
      7E 66: MOVD Ed,Vd | MOVDQA Wdq,Vdq
      7E f3: MOVQ Vq,Wq | MOVDQU Wdq,Vdq
      80-8F: JCC Jz f64
      90-9F: SETCC Eb
      A0: PUSH_SEG FS d64 | POP_SEG FS d64 | CPUID | BT Ev,Gv | SHLD Ev,Gv,Ib | SHLD Ev,Gv,CL
      A8: PUSH_SEG GS d64 | POP_SEG GS d64 | RSM | BTS Ev,Gv lock | SHRD Ev,Gv,Ib | SHRD Ev,Gv,CL
      AE np /0 m: FXSAVE M | FXRSTOR M | LDMXCSR Md | STMXCSR Md | XSAVE M | XRSTOR M | XSAVEOPT M
      AE np /7 m: CLFLUSH M
      AE 66 /7 m: CLFLUSHOPT M
      AE np /5 r: LFENCE | MFENCE | SFENCE
      AE f3 /0 only64: RDFSBASE Ry | RDGSBASE Ry | WRFSBASE Ry | WRGSBASE Ry
      AF: IMUL Gv,Ev
      B0: CMPXCHG Eb,Gb lock | CMPXCHG Ev,Gv lock | LSS Gv,Mp | BTR Ev,Gv lock | LFS Gv,Mp
      B5: LGS Gv,Mp | MOVZX Gv,Eb | MOVZX Gv,Ew
      B8 f3: POPCNT Gv,Ev
      B9: UD1 Gv,Ev
      BC f3: TZCNT Gv,Ev v3 | LZCNT Gv,Ev v3
      BA /4: BT Ev,Ib | BTS Ev,Ib lock | BTR Ev,Ib lock | BTC Ev,Ib lock
      BB: BTC Ev,Gv lock | BSF Gv,Ev | BSR Gv,Ev | MOVSX Gv,Eb | MOVSX Gv,Ew
      C0: XADD Eb,Gb lock | XADD Ev,Gv lock
      C2 np: CMPPS Vps,Wps,Ib | MOVNTI My,Gy | PINSRW Pq,Edw,Ib | PEXTRW Gd,Nq,Ib | SHUFPS Vps,Wps,Ib
      C2 66: CMPPD Vpd,Wpd,Ib | - | PINSRW Vdq,Edw,Ib | PEXTRW Gd,Udq,Ib | SHUFPD Vpd,Wpd,Ib
      C2 f3: CMPSS Vss,Wss,Ib
      C2 f2: CMPSD Vsd,Wsd,Ib
      C7 /1 os64: CMPXCHG16B Mdq lock
      C7 /1: CMPXCHG8B Mq lock
      C7 np /4: XSAVEC M
      C7 np /6: RDRAND Rv | RDSEED Rv
      C7 66 /6: RDRAND Rv | RDSEED Rv
      C8-CF: BSWAP Zv
      D0 66: ADDSUBPD Vpd,Wpd
      D0 f2: ADDSUBPS Vps,Wps
      D1 np: PSRLW Pq,Qq | PSRLD Pq,Qq | PSRLQ Pq,Qq | PADDQ Pq,Qq | PMULLW Pq,Qq | - | PMOVMSKB Gd,Nq
      D8 np: PSUBUSB Pq,Qq | PSUBUSW Pq,Qq | PMINUB Pq,Qq | PAND Pq,Qq
      DC np: PADDUSB Pq,Qq | PADDUSW Pq,Qq | PMAXUB Pq,Qq | PANDN Pq,Qq
      E0 np: PAVGB Pq,Qq | PSRAW Pq,Qq | PSRAD Pq,Qq | PAVGW Pq,Qq | PMULHUW Pq,Qq | PMULHW Pq,Qq
      E7 np: MOVNTQ Mq,Pq
      E8 np: PSUBSB Pq,Qq | PSUBSW Pq,Qq | PMINSW Pq,Qq | POR Pq,Qq
      EC np: PADDSB Pq,Qq | PADDSW Pq,Qq | PMAXSW Pq,Qq | PXOR Pq,Qq
      F1 np: PSLLW Pq,Qq | PSLLD Pq,Qq | PSLLQ Pq,Qq | PMULUDQ Pq,Qq | PMADDWD Pq,Qq | PSADBW Pq,Qq
      F7 np: MASKMOVQ Pq,Nq
      F8 np: PSUBB Pq,Qq | PSUBW Pq,Qq | PSUBD Pq,Qq | PSUBQ Pq,Qq
      FC np: PADDB Pq,Qq | PADDW Pq,Qq | PADDD Pq,Qq
      D1 66: PSRLW Vdq,Wdq | PSRLD Vdq,Wdq | PSRLQ Vdq,Wdq | PADDQ Vdq,Wdq | PMULLW Vdq,Wdq
      D6 66: MOVQ Wq,Vq | PMOVMSKB Gd,Udq
      D6 f3: MOVQ2DQ Vdq,Nq
      D6 f2: MOVDQ2Q Pq,Uq
      D8 66: PSUBUSB Vdq,Wdq | PSUBUSW Vdq,Wdq | PMINUB Vdq,Wdq | PAND Vdq,Wdq
      DC 66: PADDUSB Vdq,Wdq | PADDUSW Vdq,Wdq | PMAXUB Vdq,Wdq | PANDN Vdq,Wdq
      E0 66: PAVGB Vdq,Wdq | PSRAW Vdq,Wdq | PSRAD Vdq,Wdq | PAVGW Vdq,Wdq
      E4 66: PMULHUW Vdq,Wdq | PMULHW Vdq,Wdq | CVTTPD2DQ Vdq,Wpd | MOVNTDQ Mdq,Vdq
      E6 f3: CVTDQ2PD Vpd,Wq
      E6 f2: CVTPD2DQ Vdq,Wpd
      E8 66: PSUBSB Vdq,Wdq | PSUBSW Vdq,Wdq | PMINSW Vdq,Wdq | POR Vdq,Wdq
      EC 66: PADDSB Vdq,Wdq | PADDSW Vdq,Wdq | PMAXSW Vdq,Wdq | PXOR Vdq,Wdq
      F0 f2: LDDQU Vdq,Mdq
      F1 66: PSLLW Vdq,Wdq | PSLLD Vdq,Wdq | PSLLQ Vdq,Wdq | PMULUDQ Vdq,Wdq
      F5 66: PMADDWD Vdq,Wdq | PSADBW Vdq,Wdq | MASKMOVDQU Vdq,Udq
      F8 66: PSUBB Vdq,Wdq | PSUBW Vdq,Wdq | PSUBD Vdq,Wdq | PSUBQ Vdq,Wdq
      FC 66: PADDB Vdq,Wdq | PADDW Vdq,Wdq | PADDD Vdq,Wdq
      FF: UD0 Gv,Ev
      """;

  private TwoByteMap() {}
}
