// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor;

import dev.malachite.engine.time.MachineClock;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The processor that CPUID describes to guests of software processors: x86-64-v2 or x86-64-v3 and
 * what our processors have beyond it (SDM volume 2, CPUID).
 *
 * <p>It calls itself an Intel processor of family 6, model 0x36: the last one (Saltwell) without
 * speculative execution. That is true of ours in the respect that matters, and guests know it, so
 * that they leave out their defences against speculation: page table isolation, retpolines, branch
 * history clearing. Guests that don't know the model find the same in {@link #ARCH_CAPABILITIES}.
 * No kernel has a workaround for this model.
 *
 * <p>Immutable; any thread.
 */
public final class CpuidModel {
  /** Answers the hypervisor's leaves. */
  @FunctionalInterface
  public interface HypervisorLeaves {
    /**
     * Answers a leaf.
     *
     * @param leaf 0x40000000 to 0x4FFFFFFF
     * @param result takes EAX, EBX, ECX, EDX
     * @return false if there is no such leaf
     */
    boolean cpuid(int leaf, int[] result);
  }

  /**
   * How much of the instruction set a processor has. Both levels have cryptography, random numbers
   * and most of what supervisors use.
   */
  public enum Level {
    /** x86-64-v2: up to SSE4.2. */
    V2,
    /**
     * x86-64-v3: also AVX2, FMA, F16C, BMI1, BMI2, LZCNT and MOVBE.
     *
     * <p>ADX works, but guests aren't told: its two chains of carries leave no flag free for the
     * look into the TLB, and libraries that would use it compute with AVX2 otherwise, which makes
     * an RSA signature three times faster.
     */
    V3;

    /** The features that guests are told; not machine checks, which never happen. */
    public Set<CpuFeature> features() {
      return this == V2 ? DEFAULT_FEATURES : V3_FEATURES;
    }
  }

  /** What a processor of {@link Level#V3} can do beyond one of {@link Level#V2}. */
  public static final Set<CpuFeature> LEVEL_3 =
      Collections.unmodifiableSet(
          EnumSet.of(
              CpuFeature.AVX,
              CpuFeature.AVX2,
              CpuFeature.FMA,
              CpuFeature.F16C,
              CpuFeature.BMI1,
              CpuFeature.BMI2,
              CpuFeature.MOVBE,
              CpuFeature.LZCNT,
              CpuFeature.ADX));

  private static final Set<CpuFeature> V3_FEATURES =
      Collections.unmodifiableSet(
          EnumSet.complementOf(EnumSet.of(CpuFeature.MCE, CpuFeature.MCA, CpuFeature.ADX)));

  /** The features of {@link Level#V2}. */
  public static final Set<CpuFeature> DEFAULT_FEATURES = v2Features();

  private static Set<CpuFeature> v2Features() {
    EnumSet<CpuFeature> features = EnumSet.copyOf(V3_FEATURES);
    features.removeAll(LEVEL_3);
    return Collections.unmodifiableSet(features);
  }

  /**
   * MSR IA32_ARCH_CAPABILITIES: the processor has none of the weaknesses that have a bit there, and
   * IBRS, once set, stays in force.
   */
  public static final long ARCH_CAPABILITIES =
      1L // RDCL_NO: Meltdown, L1TF
          | 1L << 1 // IBRS_ALL
          | 1L << 3 // SKIP_L1DFL_VMENTRY
          | 1L << 4 // SSB_NO: speculative store bypass
          | 1L << 5 // MDS_NO: microarchitectural data sampling
          | 1L << 6 // IF_PSCHANGE_MC_NO: instruction TLB multihit
          | 1L << 8 // TAA_NO: TSX asynchronous abort
          | 1L << 13 // SBDR_SSDP_NO: processor MMIO stale data
          | 1L << 14 // FBSDP_NO: the same
          | 1L << 15 // PSDP_NO: the same
          | 1L << 20 // BHI_NO: branch history injection
          | 1L << 24 // PBRSB_NO: post-barrier return stack
          | 1L << 26 // GDS_NO: gather data sampling
          | 1L << 27 // RFDS_NO: register file data sampling
          | 1L << 62; // ITS_NO: indirect target selection

  /** Bits of a physical address. */
  public static final int PHYSICAL_BITS = 40;

  /** Bits of a linear address. */
  public static final int LINEAR_BITS = 48;

  /** Bytes of the XSAVE area without AVX state: legacy region, header. */
  public static final int XSAVE_SIZE = 576;

  /** Bytes of AVX state in the XSAVE area, which lies directly behind the header. */
  public static final int AVX_STATE_SIZE = 256;

  private static final String VENDOR = "GenuineIntel";
  private static final String BRAND = "Malachite Virtual Processor";

  private static final int MAX_BASIC = 0x16;
  private static final int MAX_EXTENDED = 0x8000_0008;

  private static final int MODEL = 0x36;
  private static final int FAMILY = 6;
  private static final int STEPPING = 1;
  private static final int SIGNATURE =
      MODEL >> 4 << 16 | FAMILY << 8 | (MODEL & 0xF) << 4 | STEPPING;

  private static final int CACHE_LINE = 64;

  /** Type, level, ways, sets and sharing of each cache, as leaf 4 shows them. */
  private enum Cache {
    DATA(1, 1, 8, 64, false),
    INSTRUCTION(2, 1, 8, 64, false),
    SECOND(3, 2, 8, 1024, false),
    THIRD(3, 3, 16, 8192, true);

    final int type;
    final int level;
    final int ways;
    final int sets;
    final boolean shared;

    Cache(int type, int level, int ways, int sets, boolean shared) {
      this.type = type;
      this.level = level;
      this.ways = ways;
      this.sets = sets;
      this.shared = shared;
    }
  }

  private static final Cache[] CACHES = Cache.values();

  private final int processors;
  private final int idBits;
  private final Set<CpuFeature> features;
  private final HypervisorLeaves hypervisor;

  /** Feature bits of each leaf that has any: {leaf, subleaf, EAX, EBX, ECX, EDX}. */
  private final int[][] featureLeaves;

  /**
   * Makes a model.
   *
   * @param processors how many the machine has, 1 to 255, as cores of one package
   * @param features what to show
   * @param hypervisor answers leaves 0x40000000 to 0x4FFFFFFF
   */
  public CpuidModel(int processors, Set<CpuFeature> features, HypervisorLeaves hypervisor) {
    if (processors < 1 || processors > 255) {
      throw new IllegalArgumentException("a machine has 1 to 255 processors, not " + processors);
    }
    this.processors = processors;
    this.features = Collections.unmodifiableSet(EnumSet.copyOf(features));
    this.hypervisor = hypervisor;
    idBits = 32 - Integer.numberOfLeadingZeros(processors - 1);
    featureLeaves =
        features.stream()
            .mapToLong(f -> Integer.toUnsignedLong(f.leaf()) << 32 | f.subleaf())
            .distinct()
            .mapToObj(key -> featureLeaf((int) (key >>> 32), (int) key))
            .toArray(int[][]::new);
  }

  private int[] featureLeaf(int leaf, int subleaf) {
    int[] words = {leaf, subleaf, 0, 0, 0, 0};
    for (CpuFeature feature : features) {
      if (feature.leaf() == leaf && feature.subleaf() == subleaf) {
        words[2 + feature.register().position()] |= feature.mask();
      }
    }
    return words;
  }

  /** What the model shows. */
  public Set<CpuFeature> features() {
    return features;
  }

  /**
   * Answers CPUID. Bits that follow the processor's state are answered as if XCR0 had all it can
   * have, the APIC enabled and OSXSAVE clear: the processor puts them right.
   *
   * @param processor the processor's number, which is its APIC id
   * @param leaf EAX
   * @param subleaf ECX
   * @param result takes EAX, EBX, ECX, EDX; leaves that don't exist are all zero
   */
  public void cpuid(int processor, int leaf, int subleaf, int[] result) {
    set(result, 0, 0, 0, 0);
    if (leaf >>> 28 == 4) {
      if (!features.contains(CpuFeature.HYPERVISOR) || !hypervisor.cpuid(leaf, result)) {
        set(result, 0, 0, 0, 0);
      }
      return;
    }
    switch (leaf) {
      case 0 -> set(result, MAX_BASIC, text(VENDOR, 0), text(VENDOR, 8), text(VENDOR, 4));
      case 1 -> {
        int logical = Math.min(1 << idBits, 255);
        int threads = processors > 1 ? 1 << 28 : 0;
        set(result, SIGNATURE, CACHE_LINE / 8 << 8 | logical << 16 | processor << 24, 0, threads);
      }
      case 2 -> set(result, 0x00FF_FF01, 0, 0, 0); // caches: see leaf 4; no prefetch size
      case 4 -> cache(subleaf, result);
      case 0xB -> topology(processor, subleaf, result);
      case 0xD -> xsave(subleaf, result);
      case 0x15 -> {
        int ratio = (int) (MachineClock.TSC_FREQUENCY / MachineClock.APIC_FREQUENCY);
        set(result, 1, ratio, (int) MachineClock.APIC_FREQUENCY, 0);
      }
      case 0x16 -> {
        int megahertz = (int) (MachineClock.TSC_FREQUENCY / 1_000_000);
        set(result, megahertz, megahertz, (int) (MachineClock.APIC_FREQUENCY / 1_000_000), 0);
      }
      case 0x8000_0000 -> set(result, MAX_EXTENDED, 0, 0, 0);
      case 0x8000_0002, 0x8000_0003, 0x8000_0004 -> {
        int at = (leaf - 0x8000_0002) * 16;
        set(
            result,
            text(BRAND, at),
            text(BRAND, at + 4),
            text(BRAND, at + 8),
            text(BRAND, at + 12));
      }
      case 0x8000_0006 -> {
        int kibibytes = Cache.SECOND.ways * Cache.SECOND.sets * CACHE_LINE / 1024;
        set(result, 0, 0, kibibytes << 16 | 6 << 12 | CACHE_LINE, 0); // 6: eight ways
      }
      case 0x8000_0008 -> set(result, LINEAR_BITS << 8 | PHYSICAL_BITS, 0, 0, 0);
      default -> {}
    }
    boolean hasSubleaves = leaf == 7 || leaf == 0xD;
    for (int[] words : featureLeaves) {
      if (words[0] == leaf && (!hasSubleaves || words[1] == subleaf)) {
        for (int i = 0; i < 4; i++) {
          result[i] |= words[2 + i];
        }
      }
    }
  }

  private void cache(int subleaf, int[] result) {
    if (subleaf < 0 || subleaf >= CACHES.length) {
      return;
    }
    Cache cache = CACHES[subleaf];
    int sharing = cache.shared ? (1 << idBits) - 1 : 0;
    int cores = Math.min((1 << idBits) - 1, 63);
    set(
        result,
        cache.type | cache.level << 5 | 1 << 8 | sharing << 14 | cores << 26,
        cache.ways - 1 << 22 | CACHE_LINE - 1,
        cache.sets - 1,
        0);
  }

  /** One thread a core, all cores in one package. */
  private void topology(int processor, int subleaf, int[] result) {
    switch (subleaf) {
      case 0 -> set(result, 0, 1, 1 << 8, processor);
      case 1 -> set(result, idBits, processors, 2 << 8 | 1, processor);
      default -> set(result, 0, 0, subleaf & 0xFF, processor);
    }
  }

  private void xsave(int subleaf, int[] result) {
    if (!features.contains(CpuFeature.XSAVE)) {
      return;
    }
    boolean avx = features.contains(CpuFeature.AVX);
    int size = avx ? XSAVE_SIZE + AVX_STATE_SIZE : XSAVE_SIZE;
    if (subleaf == 0) {
      set(result, avx ? 7 : 3, size, size, 0);
    } else if (subleaf == 1 && features.contains(CpuFeature.XSAVEC)) {
      set(result, 0, size, 0, 0);
    } else if (subleaf == 2 && avx) {
      set(result, AVX_STATE_SIZE, XSAVE_SIZE, 0, 0);
    }
  }

  private static void set(int[] result, int eax, int ebx, int ecx, int edx) {
    result[0] = eax;
    result[1] = ebx;
    result[2] = ecx;
    result[3] = edx;
  }

  private static int text(String text, int at) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    int word = 0;
    for (int i = 0; i < 4 && at + i < bytes.length; i++) {
      word |= (bytes[at + i] & 0xFF) << i * 8;
    }
    return word;
  }
}
