// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What guests learn from CPUID (SDM volume 2). */
class CpuidModelTest {
  private final CpuidModel model =
      new CpuidModel(
          6,
          CpuidModel.DEFAULT_FEATURES,
          (leaf, result) -> {
            result[0] = leaf;
            return leaf == 0x4000_0000;
          });
  private final int[] result = new int[4];

  private int[] cpuid(int processor, int leaf, int subleaf) {
    model.cpuid(processor, leaf, subleaf, result);
    return result.clone();
  }

  private static String text(int... words) {
    ByteBuffer bytes = ByteBuffer.allocate(words.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    IntStream.of(words).forEach(bytes::putInt);
    return new String(bytes.array(), StandardCharsets.US_ASCII);
  }

  @Test
  void namesItself() {
    int[] zero = cpuid(0, 0, 0);
    assertThat(text(zero[1], zero[3], zero[2])).isEqualTo("GenuineIntel");
    assertThat(zero[0]).isEqualTo(0x16);
    StringBuilder brand = new StringBuilder();
    for (int leaf = 0x8000_0002; leaf <= 0x8000_0004; leaf++) {
      brand.append(text(cpuid(0, leaf, 0)));
    }
    assertThat(brand.toString()).hasSize(48);
    assertThat(brand.toString().replace("\0", "")).isEqualTo("Malachite Virtual Processor");
  }

  @Test
  void familyAndModelAreThoseWithoutSpeculation() {
    int eax = cpuid(0, 1, 0)[0];
    int family = eax >> 8 & 0xF;
    int modelNumber = eax >> 4 & 0xF | (eax >> 16 & 0xF) << 4;
    assertThat(family).isEqualTo(6);
    assertThat(modelNumber).isEqualTo(0x36);
  }

  @Test
  void hasAllOfX8664Level2() {
    // System V ABI, AMD64 supplement, section 3.1.1: bits of leaf 1 and 0x80000001.
    int[] one = cpuid(0, 1, 0);
    int level1 = 1 | 1 << 8 | 1 << 15 | 1 << 23 | 1 << 24 | 1 << 25 | 1 << 26;
    assertThat(one[3] & level1).isEqualTo(level1);
    int level2 = 1 | 1 << 9 | 1 << 13 | 1 << 19 | 1 << 20 | 1 << 23;
    assertThat(one[2] & level2).isEqualTo(level2);
    assertThat(one[2] >>> 31).as("hypervisor present").isEqualTo(1);
    int[] extended = cpuid(0, 0x8000_0001, 0);
    assertThat(extended[2] & 1).as("LAHF").isEqualTo(1);
    int longMode = 1 << 11 | 1 << 20 | 1 << 29;
    assertThat(extended[3] & longMode).isEqualTo(longMode);
  }

  @Test
  void showsNothingThatIsNotThere() {
    int[] one = cpuid(0, 1, 0);
    int absent = 1 << 3 | 1 << 5 | 1 << 12 | 1 << 17 | 1 << 27 | 1 << 28 | 1 << 29;
    assertThat(one[2] & absent).as("MONITOR, VMX, FMA, PCID, OSXSAVE, AVX, F16C").isZero();
    assertThat(cpuid(0, 7, 0)[1] & (1 << 3 | 1 << 5 | 1 << 8)).as("BMI, AVX2").isZero();
    assertThat(cpuid(0, 7, 1)).containsOnly(0);
    assertThat(cpuid(0, 0xA, 0)).containsOnly(0);
    assertThat(cpuid(0, 0x1234_5678, 0)).containsOnly(0);
    assertThat(cpuid(0, 0x9000_0000, 0)).containsOnly(0);
    assertThat(cpuid(0, 0x4000_0000, 0)).containsExactly(0x4000_0000, 0, 0, 0);
    assertThat(cpuid(0, 0x4000_0001, 0)).containsOnly(0);
  }

  @Test
  void topologyIsOnePackageOfCores() {
    for (int processor = 0; processor < 6; processor++) {
      int[] threads = cpuid(processor, 0xB, 0);
      int[] cores = cpuid(processor, 0xB, 1);
      assertThat(threads).containsExactly(0, 1, 0x100, processor);
      assertThat(cores).containsExactly(3, 6, 0x201, processor);
      assertThat(processor >> cores[0]).as("package").isZero();
      assertThat(cpuid(processor, 0xB, 2)).containsExactly(0, 0, 2, processor);
      assertThat(cpuid(processor, 1, 0)[1] >>> 24).isEqualTo(processor);
    }
    assertThat(cpuid(0, 1, 0)[1] >> 16 & 0xFF).isEqualTo(8);
    assertThat(cpuid(0, 4, 0)[0] >>> 26).isEqualTo(7);
    assertThat(cpuid(0, 4, 4)[0]).as("no more caches").isZero();
  }

  @Test
  void stateAreaAndAddressesHaveTheirSizes() {
    assertThat(cpuid(0, 0xD, 0)).containsExactly(3, 576, 576, 0);
    assertThat(cpuid(0, 0xD, 1)).containsExactly(7, 576, 0, 0);
    assertThat(cpuid(0, 0xD, 2)).containsOnly(0);
    assertThat(cpuid(0, 0x8000_0008, 0)[0]).isEqualTo(48 << 8 | 40);
    int[] crystal = cpuid(0, 0x15, 0);
    assertThat((long) crystal[2] * crystal[1] / crystal[0]).isEqualTo(1_000_000_000L);
  }

  @Test
  void theThirdLevelHasItsInstructionsAndTheStateOfItsRegisters() {
    CpuidModel third = new CpuidModel(1, CpuidModel.Level.V3.features(), (l, r) -> false);
    third.cpuid(0, 1, 0, result);
    assertThat(result[2] & 0x3040_1000).isEqualTo(0x3040_1000); // F16C, AVX, MOVBE, FMA
    third.cpuid(0, 7, 0, result);
    assertThat(result[1] & 0x8_0128).isEqualTo(0x0_0128); // BMI2, AVX2, BMI1, but not ADX
    third.cpuid(0, 0x8000_0001, 0, result);
    assertThat(result[2] & 0x20).isEqualTo(0x20); // LZCNT
    third.cpuid(0, 0xD, 0, result);
    assertThat(result).containsExactly(7, 832, 832, 0);
    third.cpuid(0, 0xD, 2, result);
    assertThat(result).containsExactly(256, 576, 0, 0);
    assertThat(cpuid(0, 1, 0)[2] & 0x3040_1000).as("the second level").isZero();
    assertThat(cpuid(0, 0xD, 0)).containsExactly(3, 576, 576, 0);
  }

  @Test
  void oneFeatureIsOneBit() {
    for (CpuFeature feature : CpuFeature.values()) {
      Set<CpuFeature> rest = EnumSet.allOf(CpuFeature.class);
      rest.remove(feature);
      if (feature == CpuFeature.XSAVE || feature == CpuFeature.XSAVEC) {
        continue; // these fill leaf 0xD as well
      }
      int[] with = new int[4];
      int[] without = new int[4];
      new CpuidModel(1, EnumSet.allOf(CpuFeature.class), (l, r) -> false)
          .cpuid(0, feature.leaf(), feature.subleaf(), with);
      new CpuidModel(1, rest, (l, r) -> false).cpuid(0, feature.leaf(), feature.subleaf(), without);
      with[feature.register().position()] ^= feature.mask();
      assertThat(with).as(feature.name()).isEqualTo(without);
    }
  }
}
