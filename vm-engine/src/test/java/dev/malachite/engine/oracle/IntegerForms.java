// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** General instructions in their 64-bit encodings; undefined flags as SDM volume 2 has them. */
final class IntegerForms {
  private static final String ARITHMETIC =
      """
      @ %02X /r m1 lock u:%s
      @ %02X /r mv v lock u:%s
      @ %02X /r m1 u:%s
      @ %02X /r mv v u:%s
      @ %02X ib u:%s
      @ %02X iz v u:%s
      """;
  private static final String ARITHMETIC_IMMEDIATE =
      """
      @ 80 /%1$d m1 ib lock u:%2$s
      @ 81 /%1$d mv v iz lock u:%2$s
      @ 83 /%1$d mv v ib lock u:%2$s
      """;
  private static final String SHIFT =
      """
      @ C0 /%1$d m1 ib hook:shift
      @ C1 /%1$d mv v ib hook:shift
      @ D0 /%1$d m1 hook:shift
      @ D1 /%1$d mv v hook:shift
      @ D2 /%1$d m1 hook:shift
      @ D3 /%1$d mv v hook:shift
      """;
  private static final String REST =
      """
      TEST 84 /r m1 u:a
      TEST 85 /r mv v u:a
      TEST A8 ib u:a
      TEST A9 iz v u:a
      TEST F6 /0 m1 ib u:a
      TEST F7 /0 mv v iz u:a
      NOT F6 /2 m1 lock
      NOT F7 /2 mv v lock
      NEG F6 /3 m1 lock
      NEG F7 /3 mv v lock
      MUL F6 /4 m1 u:szap
      MUL F7 /4 mv v u:szap
      IMUL F6 /5 m1 u:szap
      IMUL F7 /5 mv v u:szap
      IMUL 0F AF /r mv v u:szap
      IMUL 69 /r mv v iz u:szap
      IMUL 6B /r mv v ib u:szap
      DIV F6 /6 m1 u:oszapc hook:div
      DIV F7 /6 mv v u:oszapc hook:div
      IDIV F6 /7 m1 u:oszapc hook:div
      IDIV F7 /7 mv v u:oszapc hook:div
      INC FE /0 m1 lock
      INC FF /0 mv v lock
      DEC FE /1 m1 lock
      DEC FF /1 mv v lock
      MOV 88 /r m1
      MOV 89 /r mv v
      MOV 8A /r m1
      MOV 8B /r mv v
      MOV C6 /0 m1 ib
      MOV C7 /0 mv v iz
      MOV B0 +r ib
      MOV B8 +r iv v
      MOV A0 moffs m1
      MOV A1 moffs mv v
      MOV A2 moffs m1
      MOV A3 moffs mv v
      MOVZX 0F B6 /r m1 v
      MOVZX 0F B7 /r m2 v
      MOVSX 0F BE /r m1 v
      MOVSX 0F BF /r m2 v
      MOVSXD 63 /r m4 w
      LEA 8D /r.m m0 v
      XCHG 86 /r m1 lock
      XCHG 87 /r mv v lock
      XCHG 90 +r v
      XADD 0F C0 /r m1 lock
      XADD 0F C1 /r mv v lock
      CMPXCHG 0F B0 /r m1 lock hook:cmpxchg
      CMPXCHG 0F B1 /r mv v lock hook:cmpxchg
      CMPXCHG8B 0F C7 /1.m m16 a16 w lock hook:cmpxchg8
      PUSH 50 +r q
      POP 58 +r q
      PUSH FF /6 mq q
      POP 8F /0 mq q
      PUSH 68 iz q
      PUSH 6A ib q
      LEAVE C9 q hook:leave
      ENTER C8 enter q hook:enter
      CALL E8 relz
      CALL FF /2 m8 hook:target
      JMP E9 relz
      JMP EB rel8
      JMP FF /4 m8 hook:target
      RET C3 hook:ret
      RET C2 iw hook:ret
      RET F3 C3 hook:ret
      LOOPNE E0 rel8
      LOOPE E1 rel8
      LOOP E2 rel8
      JCXZ E3 rel8
      SHLD 0F A4 /r mv v ib hook:shd
      SHLD 0F A5 /r mv v hook:shd
      SHRD 0F AC /r mv v ib hook:shd
      SHRD 0F AD /r mv v hook:shd
      BT 0F A3 /r mv v u:osap hook:bt
      BTS 0F AB /r mv v u:osap lock hook:bt
      BTR 0F B3 /r mv v u:osap lock hook:bt
      BTC 0F BB /r mv v u:osap lock hook:bt
      BT 0F BA /4 mv v ib u:osap
      BTS 0F BA /5 mv v ib u:osap lock
      BTR 0F BA /6 mv v ib u:osap lock
      BTC 0F BA /7 mv v ib u:osap lock
      BSF 0F BC /r mv v u:osapc
      BSR 0F BD /r mv v u:osapc
      POPCNT F3 0F B8 /r mv v
      TZCNT F3 0F BC /r mv v u:osap
      LZCNT F3 0F BD /r mv v u:osap
      MOVBE 0F 38 F0 /r.m mv v
      MOVBE 0F 38 F1 /r.m mv v
      ADCX 66 0F 38 F6 /r mw w
      ADOX F3 0F 38 F6 /r mw w
      BSWAP 0F C8 +r w
      CRC32 F2 0F 38 F0 /r m1 w
      CRC32 F2 0F 38 F1 /r mv v
      CBW 98 v
      CWD 99 v
      LAHF 9F
      SAHF 9E
      CLC F8
      STC F9
      CMC F5
      CLD FC
      STD FD
      XLAT D7 hook:xlat
      NOP 90
      PAUSE F3 90
      NOP 0F 1F /0 mv v
      ENDBR64 F3 0F 1E FA
      PREFETCH 0F 18 /0.m m1
      PREFETCH 0F 18 /1.m m1
      PREFETCH 0F 18 /2.m m1
      PREFETCH 0F 18 /3.m m1
      PREFETCH 0F 0D /0.m m1
      PREFETCHW 0F 0D /1.m m1
      CLFLUSH 0F AE /7.m m1
      LFENCE 0F AE E8
      MFENCE 0F AE F0
      SFENCE 0F AE F8
      MOVNTI 0F C3 /r.m mw w
      MOVS A4 m1 rep hook:string
      MOVS A5 mv v rep hook:string
      CMPS A6 m1 rep hook:string
      CMPS A7 mv v rep hook:string
      STOS AA m1 rep hook:string
      STOS AB mv v rep hook:string
      LODS AC m1 rep hook:string
      LODS AD mv v rep hook:string
      SCAS AE m1 rep hook:string
      SCAS AF mv v rep hook:string
      PUSHF 9C q
      POPF 9D q hook:popf
      """;

  private IntegerForms() {}

  static List<Form> all() {
    StringBuilder table = new StringBuilder(REST);
    String[] arithmetic = {"ADD", "OR", "ADC", "SBB", "AND", "SUB", "XOR", "CMP"};
    for (int n = 0; n < 8; n++) {
      String u = n == 1 || n == 4 || n == 6 ? "a" : "";
      int b = n * 8;
      String lines =
          format(ARITHMETIC, b, u, b + 1, u, b + 2, u, b + 3, u, b + 4, u, b + 5, u)
              + format(ARITHMETIC_IMMEDIATE, n, u);
      if (n == 7) {
        lines = lines.replace(" lock", "");
      }
      table.append(lines.replace("@", arithmetic[n]));
    }
    String[] shifts = {"ROL", "ROR", "RCL", "RCR", "SHL", "SHR", "SHL", "SAR"};
    for (int n = 0; n < 8; n++) {
      table.append(format(SHIFT, n).replace("@", shifts[n]));
    }
    for (int c = 0; c < 16; c++) {
      table.append(format("JCC %02X rel8%n", 0x70 + c));
      table.append(format("JCC 0F %02X relz%n", 0x80 + c));
      table.append(format("SETCC 0F %02X /r m1%n", 0x90 + c));
      table.append(format("CMOVCC 0F %02X /r mv v%n", 0x40 + c));
    }
    return new ArrayList<>(Form.parse("integer", table.toString()));
  }

  @SuppressWarnings("AnnotateFormatMethod") // its callers are all here
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
