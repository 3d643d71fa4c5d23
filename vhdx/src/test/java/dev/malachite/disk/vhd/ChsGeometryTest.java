// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Geometries at the bounds where the specification's computation changes over. */
class ChsGeometryTest {
  @ParameterizedTest
  @CsvSource({
    "68, 1, 4, 17",
    "2048, 30, 4, 17",
    "65536, 963, 4, 17",
    "69631, 1023, 4, 17",
    "69632, 140, 16, 31",
    "131072, 963, 8, 17",
    "278528, 561, 16, 31",
    "1048576, 1040, 16, 63",
    "16777216, 16644, 16, 63",
    "66059216, 65534, 16, 63",
    "66059280, 16191, 16, 255",
    "267382800, 65535, 16, 255",
    "4278190080, 65535, 16, 255",
  })
  void followsTheSpecification(long sectors, int cylinders, int heads, int sectorsPerTrack) {
    assertThat(ChsGeometry.of(sectors * 512))
        .isEqualTo(new ChsGeometry(cylinders, heads, sectorsPerTrack));
  }
}
