// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What /proc/cpuinfo says of the host. */
class HostCpuFeaturesTest {
  private static final String LEVEL_3 =
      "flags\t\t: fpu sse2 fma movbe avx f16c bmi1 avx2 bmi2 adx avx512f";

  @Test
  void allOfTheLevelIsFoundWhetherTheKernelListsLzcntOrNot() {
    assertThat(HostCpuFeatures.parse(List.of("processor\t: 0", LEVEL_3)))
        .containsExactlyInAnyOrderElementsOf(CpuidModel.LEVEL_3);
  }

  @Test
  void whatIsMissingIsMissing() {
    assertThat(HostCpuFeatures.parse(List.of("flags : fpu avx abm", LEVEL_3)))
        .containsExactlyInAnyOrder(CpuFeature.AVX, CpuFeature.LZCNT);
    assertThat(HostCpuFeatures.parse(List.of("Features : fp asimd"))).isEmpty();
  }
}
