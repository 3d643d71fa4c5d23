// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.decoder.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What the translator believes about instructions, held against the host's processor: each is run
 * again with one thing changed that it is said not to depend on.
 *
 * <p>System properties: {@code malachite.seed}, {@code malachite.oracle.cases}, {@code
 * malachite.oracle.only} (a pattern for whole names of forms).
 */
class EffectsHostTest {
  private static final String LATER =
      """
      AESIMC 66 0F 38 DB /r m16 a16
      AESENC 66 0F 38 DC /r m16 a16
      AESENCLAST 66 0F 38 DD /r m16 a16
      AESDEC 66 0F 38 DE /r m16 a16
      AESDECLAST 66 0F 38 DF /r m16 a16
      AESKEYGENASSIST 66 0F 3A DF /r m16 a16 ib
      PCLMULQDQ 66 0F 3A 44 /r m16 a16 ib
      SHA1NEXTE 0F 38 C8 /r m16 a16
      SHA1MSG1 0F 38 C9 /r m16 a16
      SHA1MSG2 0F 38 CA /r m16 a16
      SHA256RNDS2 0F 38 CB /r m16 a16
      SHA256MSG1 0F 38 CC /r m16 a16
      SHA256MSG2 0F 38 CD /r m16 a16
      SHA1RNDS4 0F 3A CC /r m16 a16 ib
      RDRAND 0F C7 /6.r v
      RDSEED 0F C7 /7.r v
      TZCNT F3 0F BC /r mv v u:osap
      LZCNT F3 0F BD /r mv v u:osap
      MOVBE 0F 38 F0 /r.m mv v
      MOVBE 0F 38 F1 /r.m mv v
      ADCX 66 0F 38 F6 /r mw w
      ADOX F3 0F 38 F6 /r mw w
      """;

  private static List<Form> forms() {
    String only = System.getProperty("malachite.oracle.only", ".*");
    List<Form> forms = new ArrayList<>(IntegerForms.all());
    forms.addAll(SimdForms.all());
    forms.addAll(X87Forms.all());
    forms.addAll(Form.parse("later", LATER));
    forms.removeIf(f -> !f.toString().matches(only) || !runs(f));
    return forms;
  }

  private static boolean runs(Form form) {
    if (!form.group().equals("later")) {
      return HostFeatures.supports(form);
    }
    return switch (form.name()) {
      case "PCLMULQDQ" -> has("pclmulqdq");
      case "RDRAND" -> has("rdrand");
      case "RDSEED" -> has("rdseed");
      case "TZCNT" -> has("bmi1");
      case "LZCNT" -> has("abm");
      case "MOVBE" -> has("movbe");
      case "ADCX", "ADOX" -> has("adx");
      default -> has(form.name().startsWith("SHA") ? "sha_ni" : "aes");
    };
  }

  private static boolean has(String feature) {
    return EffectsCheck.HOST.contains(feature);
  }

  /** Every form, some thousand cases altogether. */
  @Test
  void effectsAreThoseOfTheHost() {
    assumeTrue(HostProcessor.available());
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    int cases = Integer.getInteger("malachite.oracle.cases", 20_000);
    List<Form> forms = forms();
    Map<String, String> reports = new TreeMap<>();
    try (HostProcessor host = new HostProcessor()) {
      CaseGenerator generator = new CaseGenerator(host.layout());
      EffectsCheck check = new EffectsCheck(host);
      Decoder decoder = new Decoder(true);
      Instruction instruction = new Instruction();
      int done = 0;
      for (int i = 0; done < cases && reports.size() < forms.size(); i++) {
        TestCase c = generator.generate(forms.get(i % forms.size()), seed + i * 1_000_003L);
        if (c == null || reports.containsKey(c.form.toString())) {
          continue;
        }
        done++;
        byte[] bytes = java.util.Arrays.copyOf(c.code, 15);
        assertThat(decoder.decode(bytes, 0, 15, 8, instruction))
            .as(c.instruction())
            .isEqualTo(Decoder.Status.OK);
        String report = check.check(c, instruction);
        if (report != null) {
          report = check.check(c, instruction); // not a signal frame on the stack?
        }
        if (report != null) {
          reports.put(c.form.toString(), c.instruction() + " seed " + c.seed + ": " + report);
        }
      }
    }
    assertThat(reports.values())
        .as(String.format(Locale.ROOT, "repeat with -Dmalachite.seed=%d", seed))
        .isEmpty();
  }
}
