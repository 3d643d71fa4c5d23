// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.malachite.engine.processor.interpreter.crypto.CryptoBinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The instructions of cryptography against the host's processor, where it has them.
 *
 * <p>{@code -Dmalachite.seed=N} repeats a run, {@code -Dmalachite.oracle.cases=N} sets the number
 * of cases of each feature.
 */
@EnabledIf("dev.malachite.engine.oracle.HostProcessor#available")
class CryptoDifferentialTest {
  private static final String AES =
      """
      AESIMC 66 0F 38 DB /r m16 a16
      AESENC 66 0F 38 DC /r m16 a16
      AESENCLAST 66 0F 38 DD /r m16 a16
      AESDEC 66 0F 38 DE /r m16 a16
      AESDECLAST 66 0F 38 DF /r m16 a16
      AESKEYGENASSIST 66 0F 3A DF /r m16 a16 ib
      """;

  private static final String PCLMULQDQ =
      """
      PCLMULQDQ 66 0F 3A 44 /r m16 a16 ib
      """;

  private static final String SHA =
      """
      SHA1NEXTE 0F 38 C8 /r m16 a16
      SHA1MSG1 0F 38 C9 /r m16 a16
      SHA1MSG2 0F 38 CA /r m16 a16
      SHA256RNDS2 0F 38 CB /r m16 a16
      SHA256MSG1 0F 38 CC /r m16 a16
      SHA256MSG2 0F 38 CD /r m16 a16
      SHA1RNDS4 0F 3A CC /r m16 a16 ib
      """;

  private static List<Form> forms(String feature) {
    return Form.parse(
        "crypto",
        switch (feature) {
          case "aes" -> AES;
          case "pclmulqdq" -> PCLMULQDQ;
          default -> SHA;
        });
  }

  private static List<String> hostFeatures() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith("flags")) {
        return List.of(line.substring(line.indexOf(':') + 1).trim().split(" ", -1));
      }
    }
    return List.of();
  }

  /**
   * Compares one feature's instructions.
   *
   * @param feature as Linux calls it
   */
  @ParameterizedTest
  @ValueSource(strings = {"aes", "pclmulqdq", "sha_ni"})
  void interpreterDoesWhatTheHostDoes(String feature) throws IOException {
    assumeThat(hostFeatures()).contains(feature);
    long seed = Long.getLong("malachite.seed", System.nanoTime());
    int cases = Integer.getInteger("malachite.oracle.cases", 10_000);
    List<Form> forms = forms(feature);
    Map<String, String> reports = new TreeMap<>();
    int done = 0;
    try (DifferentialRunner runner = new DifferentialRunner(CryptoBinder::bind)) {
      for (int i = 0; done < cases && reports.size() < forms.size(); i++) {
        TestCase c = runner.generate(forms.get(i % forms.size()), seed + i * 1_000_003L);
        if (c == null || reports.containsKey(c.form.toString())) {
          continue;
        }
        done++;
        String report = runner.check(c);
        if (report != null) {
          reports.put(c.form.toString(), report);
        }
      }
    }
    assertThat(reports.values())
        .as(String.format(Locale.ROOT, "%s, repeat with -Dmalachite.seed=%d", feature, seed))
        .isEmpty();
  }
}
