// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the host's processor has, as /proc/cpuinfo tells: what it lacks must not be run on it. */
final class HostFeatures {
  private static final boolean AMD = line("vendor_id").equals("AuthenticAMD");
  private static final Set<String> FLAGS = Set.copyOf(List.of(line("flags").split(" +", -1)));

  private HostFeatures() {}

  private static String line(String name) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        if (line.startsWith(name)) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** True if the host can run this form. Beyond x86-64-v2 only these extensions appear. */
  static boolean supports(Form form) {
    if (form.vex() != null) {
      return supportsVex(form.name());
    }
    return switch (form.name()) {
      case "TZCNT" -> has("bmi1");
      case "LZCNT" -> has("abm") || has("bmi1") && has("bmi2"); // not all kernels list it
      case "MOVBE" -> has("movbe");
      case "ADCX", "ADOX" -> has("adx");
      case "XSAVE", "XRSTOR" -> has("xsave");
      case "XSAVEOPT" -> has("xsaveopt");
      case "XSAVEC" -> has("xsavec");
      case "PREFETCHW" -> has("3dnowprefetch");
      case "FFREEP" -> amd(); // not in Intel's manual
      default -> has("sse4_2") && has("popcnt") && has("cx16") && has("lahf_lm");
    };
  }

  private static boolean supportsVex(String name) {
    if (name.matches("VF(N?M).*")) {
      return has("fma");
    }
    if (name.startsWith("VAES") || name.equals("VPCLMULQDQ")) {
      return has("avx") && has("aes") && has("pclmulqdq");
    }
    if (name.matches("VCVTP(H2PS|S2PH)")) {
      return has("f16c");
    }
    return name.startsWith("V") ? has("avx2") : has("bmi1") && has("bmi2");
  }

  /** True for the vendor whose processors take notice of every state component's initial state. */
  static boolean amd() {
    return AMD;
  }

  /** True if /proc/cpuinfo lists a flag. */
  static boolean has(String flag) {
    return FLAGS.contains(flag);
  }
}
