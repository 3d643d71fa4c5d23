// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.decoder;

/**
 * The one-byte opcode map (SDM volume 2, tables ), in {@link OpcodeTables}' notation.
 */
final class OneByteMap {
  static final String TABLE =
      """
      00: ADD Eb,Gb lock | ADD Ev,Gv lock | ADD Gb,Eb | ADD Gv,Ev | ADD AL,Ibs | ADD rAX,Iz
      06: PUSH_SEG ES no64 | POP_SEG ES no64
      08: OR Eb,Gb lock | OR Ev,Gv lock | OR Gb,Eb | OR Gv,Ev | OR AL,Ibs | OR rAX,Iz
      0E: PUSH_SEG CS no64
      10: ADC Eb,Gb lock | ADC Ev,Gv lock | ADC Gb,Eb | ADC Gv,Ev | ADC AL,Ibs | ADC rAX,Iz
      16: PUSH_SEG SS no64 | POP_SEG SS no64
      18: SBB Eb,Gb lock | SBB Ev,Gv lock | SBB Gb,Eb | SBB Gv,Ev | SBB AL,Ibs | SBB rAX,Iz
      1E: PUSH_SEG DS no64 | POP_SEG DS no64
      20: AND Eb,Gb lock | AND Ev,Gv lock | AND Gb,Eb | AND Gv,Ev | AND AL,Ibs | AND rAX,Iz
      27: DAA no64
      28: SUB Eb,Gb lock | SUB Ev,Gv lock | SUB Gb,Eb | SUB Gv,Ev | SUB AL,Ibs | SUB rAX,Iz
      2F: DAS no64
      30: XOR Eb,Gb lock | XOR Ev,Gv lock | XOR Gb,Eb | XOR Gv,Ev | XOR AL,Ibs | XOR rAX,Iz
      37: AAA no64
      38: CMP Eb,Gb | CMP Ev,Gv | CMP Gb,Eb | CMP Gv,Ev | CMP AL,Ibs | CMP rAX,Iz
      3F: AAS no64
      40-47: INC Zv no64
      48-4F: DEC Zv no64
      50-57: PUSH Zv d64
      58-5F: POP Zv d64
      60: PUSHA no64 | POPA no64 | BOUND Gv,Ma no64 | ARPL Ew,Gw no64
      63: MOVSXD Gv,Ez only64
      68: PUSH Iz d64 | IMUL Gv,Ev,Iz | PUSH Ibs d64 | IMUL Gv,Ev,Ibs
      6C: INS Yb,DX | INS Yz,DX | OUTS DX,Xb | OUTS DX,Xz
      70-7F: JCC Jb f64
      80 /0: ADD Eb,Ibs lock | OR Eb,Ibs lock | ADC Eb,Ibs lock | SBB Eb,Ibs lock
      80 /4: AND Eb,Ibs lock | SUB Eb,Ibs lock | XOR Eb,Ibs lock | CMP Eb,Ibs
      81 /0: ADD Ev,Iz lock | OR Ev,Iz lock | ADC Ev,Iz lock | SBB Ev,Iz lock
      81 /4: AND Ev,Iz lock | SUB Ev,Iz lock | XOR Ev,Iz lock | CMP Ev,Iz
      82 /0 no64: ADD Eb,Ibs lock | OR Eb,Ibs lock | ADC Eb,Ibs lock | SBB Eb,Ibs lock
      82 /4 no64: AND Eb,Ibs lock | SUB Eb,Ibs lock | XOR Eb,Ibs lock | CMP Eb,Ibs
      83 /0: ADD Ev,Ibs lock | OR Ev,Ibs lock | ADC Ev,Ibs lock | SBB Ev,Ibs lock
      83 /4: AND Ev,Ibs lock | SUB Ev,Ibs lock | XOR Ev,Ibs lock | CMP Ev,Ibs
      84: TEST Eb,Gb | TEST Ev,Gv | XCHG Eb,Gb lock | XCHG Ev,Gv lock
      88: MOV Eb,Gb | MOV Ev,Gv | MOV Gb,Eb | MOV Gv,Ev
      8C /0: MOV_SEG Evw,Sw | MOV_SEG Evw,Sw | MOV_SEG Evw,Sw | MOV_SEG Evw,Sw
      8C /4: MOV_SEG Evw,Sw | MOV_SEG Evw,Sw
      8D: LEA Gv,M
      8E /0: MOV_SEG Sw,Ew | - | MOV_SEG Sw,Ew | MOV_SEG Sw,Ew | MOV_SEG Sw,Ew | MOV_SEG Sw,Ew
      8F /0: POP Ev d64
      90 f3: PAUSE
      90: NOP
      91-97: XCHG Zv,rAX
      98 os16: CBW | CWD
      98 os32: CWDE | CDQ
      98 os64: CDQE | CQO
      9A: CALL_FAR Ap no64 | FWAIT | PUSHF d64 | POPF d64 | SAHF | LAHF
      A0: MOV AL,Ob | MOV rAX,Ov | MOV Ob,AL | MOV Ov,rAX
      A4: MOVS Yb,Xb | MOVS Yv,Xv | CMPS Xb,Yb | CMPS Xv,Yv
      A8: TEST AL,Ibs | TEST rAX,Iz
      AA: STOS Yb,AL | STOS Yv,rAX | LODS AL,Xb | LODS rAX,Xv | SCAS AL,Yb | SCAS rAX,Yv
      B0-B7: MOV Zb,Ibs
      B8-BF: MOV Zv,Iv
      C0 /0: ROL Eb,Ib | ROR Eb,Ib | RCL Eb,Ib | RCR Eb,Ib | SHL Eb,Ib | SHR Eb,Ib
      C0 /6: SHL Eb,Ib | SAR Eb,Ib
      C1 /0: ROL Ev,Ib | ROR Ev,Ib | RCL Ev,Ib | RCR Ev,Ib | SHL Ev,Ib | SHR Ev,Ib
      C1 /6: SHL Ev,Ib | SAR Ev,Ib
      C2: RET Iw f64 | RET f64 | LES Gz,Mp no64 | LDS Gz,Mp no64
      C6 /0: MOV Eb,Ibs
      C7 /0: MOV Ev,Iz
      C8: ENTER Iw,Ib d64 | LEAVE d64 | RET_FAR Iw | RET_FAR | INT3 | INT Ib | INTO no64 | IRET
      D0 /0: ROL Eb,1 | ROR Eb,1 | RCL Eb,1 | RCR Eb,1 | SHL Eb,1 | SHR Eb,1 | SHL Eb,1 | SAR Eb,1
      D1 /0: ROL Ev,1 | ROR Ev,1 | RCL Ev,1 | RCR Ev,1 | SHL Ev,1 | SHR Ev,1 | SHL Ev,1 | SAR Ev,1
      D2 /0: ROL Eb,CL | ROR Eb,CL | RCL Eb,CL | RCR Eb,CL | SHL Eb,CL | SHR Eb,CL
      D2 /6: SHL Eb,CL | SAR Eb,CL
      D3 /0: ROL Ev,CL | ROR Ev,CL | RCL Ev,CL | RCR Ev,CL | SHL Ev,CL | SHR Ev,CL
      D3 /6: SHL Ev,CL | SAR Ev,CL
      D4: AAM Ib no64 | AAD Ib no64 | SALC no64 | XLAT
      E0: LOOPNE Jb f64 | LOOPE Jb f64 | LOOP Jb f64 | JCXZ Jb f64
      E4: IN AL,Ib | IN rAXz,Ib | OUT Ib,AL | OUT Ib,rAXz
      E8: CALL Jz f64 | JMP Jz f64 | JMP_FAR Ap no64 | JMP Jb f64
      EC: IN AL,DX | IN rAXz,DX | OUT DX,AL | OUT DX,rAXz
      F1: ICEBP
      F4: HLT | CMC
      F6 /0: TEST Eb,Ibs | TEST Eb,Ibs | NOT Eb lock | NEG Eb lock
      F6 /4: MUL Eb | IMUL Eb | DIV Eb | IDIV Eb
      F7 /0: TEST Ev,Iz | TEST Ev,Iz | NOT Ev lock | NEG Ev lock
      F7 /4: MUL Ev | IMUL Ev | DIV Ev | IDIV Ev
      F8: CLC | STC | CLI | STI | CLD | STD
      FE /0: INC Eb lock | DEC Eb lock
      FF /0: INC Ev lock | DEC Ev lock | CALL Ev f64 | CALL_FAR Mp | JMP Ev f64 | JMP_FAR Mp
      FF /6: PUSH Ev d64
      """;

  private OneByteMap() {}
}
