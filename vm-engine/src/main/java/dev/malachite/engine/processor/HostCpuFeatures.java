// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What of {@link CpuidModel#LEVEL_3} the host's processor has, so that translated code may use it
 * as it is.
 *
 * <p>Linux tells in /proc/cpuinfo. Every processor with BMI1 and BMI2 has LZCNT, which some kernels
 * don't list. Any thread.
 */
public final class HostCpuFeatures {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private HostCpuFeatures() {}

  /** Those of {@link CpuidModel#LEVEL_3} that the host has; none where that can't be told. */
  public static Set<CpuFeature> detect() {
    try {
      return parse(Files.readAllLines(CPUINFO));
    } catch (IOException e) {
      return Set.of();
    }
  }

  /** The highest level all of whose instructions the host has. */
  public static CpuidModel.Level level() {
    return detect().containsAll(CpuidModel.LEVEL_3) ? CpuidModel.Level.V3 : CpuidModel.Level.V2;
  }

  /**
   * The features of the first processor that lists any.
   *
   * @param lines of /proc/cpuinfo
   */
  static Set<CpuFeature> parse(List<String> lines) {
    Set<CpuFeature> found = EnumSet.noneOf(CpuFeature.class);
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon < 0 || !line.substring(0, colon).strip().equals("flags")) {
        continue;
      }
      Set<String> flags = Set.copyOf(List.of(line.substring(colon + 1).strip().split("\\s+", -1)));
      for (CpuFeature feature : CpuidModel.LEVEL_3) {
        if (flags.contains(feature.name().toLowerCase(Locale.ROOT))) {
          found.add(feature);
        }
      }
      if (flags.contains("abm") || flags.contains("bmi1") && flags.contains("bmi2")) {
        found.add(CpuFeature.LZCNT);
      }
      break;
    }
    return Collections.unmodifiableSet(found);
  }
}
