// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.decoder;

/**
 * The three-byte opcode maps, 0F 38 and 0F 3A (SDM volume 2, tables ), in {@link
 * OpcodeTables}' notation.
 */
final class ThreeByteMaps {
  static final String TABLE_38 =
      """
      00 np: PSHUFB Pq,Qq | PHADDW Pq,Qq | PHADDD Pq,Qq | PHADDSW Pq,Qq
      04 np: PMADDUBSW Pq,Qq | PHSUBW Pq,Qq | PHSUBD Pq,Qq | PHSUBSW Pq,Qq
      08 np: PSIGNB Pq,Qq | PSIGNW Pq,Qq | PSIGND Pq,Qq | PMULHRSW Pq,Qq
      1C np: PABSB Pq,Qq | PABSW Pq,Qq | PABSD Pq,Qq
      00 66: PSHUFB Vdq,Wdq | PHADDW Vdq,Wdq | PHADDD Vdq,Wdq | PHADDSW Vdq,Wdq
      04 66: PMADDUBSW Vdq,Wdq | PHSUBW Vdq,Wdq | PHSUBD Vdq,Wdq | PHSUBSW Vdq,Wdq
      08 66: PSIGNB Vdq,Wdq | PSIGNW Vdq,Wdq | PSIGND Vdq,Wdq | PMULHRSW Vdq,Wdq
      10 66: PBLENDVB Vdq,Wdq | - | - | - | BLENDVPS Vps,Wps | BLENDVPD Vpd,Wpd | - | PTEST Vdq,Wdq
      1C 66: PABSB Vdq,Wdq | PABSW Vdq,Wdq | PABSD Vdq,Wdq
      20 66: PMOVSXBW Vdq,Wq | PMOVSXBD Vdq,Wd | PMOVSXBQ Vdq,Ww | PMOVSXWD Vdq,Wq
      24 66: PMOVSXWQ Vdq,Wd | PMOVSXDQ Vdq,Wq
      28 66: PMULDQ Vdq,Wdq | PCMPEQQ Vdq,Wdq | MOVNTDQA Vdq,Mdq | PACKUSDW Vdq,Wdq
      30 66: PMOVZXBW Vdq,Wq | PMOVZXBD Vdq,Wd | PMOVZXBQ Vdq,Ww | PMOVZXWD Vdq,Wq
      34 66: PMOVZXWQ Vdq,Wd | PMOVZXDQ Vdq,Wq | - | PCMPGTQ Vdq,Wdq
      38 66: PMINSB Vdq,Wdq | PMINSD Vdq,Wdq | PMINUW Vdq,Wdq | PMINUD Vdq,Wdq
      3C 66: PMAXSB Vdq,Wdq | PMAXSD Vdq,Wdq | PMAXUW Vdq,Wdq | PMAXUD Vdq,Wdq
      40 66: PMULLD Vdq,Wdq | PHMINPOSUW Vdq,Wdq
      82 66: INVPCID Gm,Mdq
      C8 np: SHA1NEXTE Vdq,Wdq | SHA1MSG1 Vdq,Wdq | SHA1MSG2 Vdq,Wdq | SHA256RNDS2 Vdq,Wdq
      CC np: SHA256MSG1 Vdq,Wdq | SHA256MSG2 Vdq,Wdq
      DB 66: AESIMC Vdq,Wdq | AESENC Vdq,Wdq | AESENCLAST Vdq,Wdq
      DE 66: AESDEC Vdq,Wdq | AESDECLAST Vdq,Wdq
      F0 np: MOVBE Gv,Mv v3 | MOVBE Mv,Gv v3
      F0 66: MOVBE Gv,Mv v3 | MOVBE Mv,Gv v3
      F0 f2: CRC32 Gy,Eb | CRC32 Gy,Ev
      F6 66: ADCX Gy,Ey v3
      F6 f3: ADOX Gy,Ey v3
      """;

  static final String TABLE_3A =
      """
      08 66: ROUNDPS Vps,Wps,Ib | ROUNDPD Vpd,Wpd,Ib | ROUNDSS Vss,Wss,Ib | ROUNDSD Vsd,Wsd,Ib
      0C 66: BLENDPS Vps,Wps,Ib | BLENDPD Vpd,Wpd,Ib | PBLENDW Vdq,Wdq,Ib | PALIGNR Vdq,Wdq,Ib
      0F np: PALIGNR Pq,Qq,Ib
      16 66 os64: PEXTRQ Eq,Vdq,Ib
      14 66: PEXTRB Edb,Vdq,Ib | PEXTRW Edw,Vdq,Ib | PEXTRD Ed,Vdq,Ib | EXTRACTPS Ed,Vdq,Ib
      22 66 os64: PINSRQ Vdq,Eq,Ib
      20 66: PINSRB Vdq,Edb,Ib | INSERTPS Vdq,Wd,Ib | PINSRD Vdq,Ed,Ib
      40 66: DPPS Vps,Wps,Ib | DPPD Vpd,Wpd,Ib | MPSADBW Vdq,Wdq,Ib
      44 66: PCLMULQDQ Vdq,Wdq,Ib
      60 66: PCMPESTRM Vdq,Wdq,Ib | PCMPESTRI Vdq,Wdq,Ib | PCMPISTRM Vdq,Wdq,Ib
      63 66: PCMPISTRI Vdq,Wdq,Ib
      CC np: SHA1RNDS4 Vdq,Wdq,Ib
      DF 66: AESKEYGENASSIST Vdq,Wdq,Ib
      """;

  private ThreeByteMaps() {}
}
