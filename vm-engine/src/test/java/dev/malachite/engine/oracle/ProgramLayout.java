// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import java.util.SplittableRandom;

/**
 * Where the random programs of {@link ProgramGenerator} have their code and memory, in the block of
 * a {@link Layout}.
 */
final class ProgramLayout {
  /** The block. */
  static final long BASE = 0x4000_0000L;

  /** Four pages of code. */
  static final long CODE = BASE + 0x3000;

  /** Bytes of code. */
  static final int CODE_SIZE = 0x4000;

  /** Two pages that memory operands lie in. */
  static final long WINDOW = BASE + Layout.WINDOW;

  /** The window once more, for supervisor code, by a large global page. */
  static final long ALIAS = EngineSide.KERNEL + EngineSide.BLOCK + Layout.WINDOW;

  /** Bytes of the window. */
  static final int WINDOW_SIZE = 0x2000;

  /** A page that is not present, behind the window. */
  static final long ABSENT = WINDOW + 0x2000;

  /** A page that may be read only. */
  static final long READ_ONLY = WINDOW + 0x3000;

  /** A page for supervisor code only. */
  static final long SUPERVISOR = WINDOW + 0x6000;

  /** A page of device memory. */
  static final long DEVICE = WINDOW + 0x7000;

  /** A page of data that may not be executed. */
  static final long NO_EXECUTE = WINDOW + 0x8000;

  /** Targets of indirect jumps: read only. */
  static final long TABLE = WINDOW + 0x4000;

  /** The count of backward jumps left. */
  static final long FUEL = WINDOW + 0x5000;

  /** A page of stack; the pages around it are not present. */
  static final long STACK = BASE + 0x5_0000;

  /** Base addresses of FS and GS. */
  static final long FS_BASE = 0x1234_5678, GS_BASE = 0x3FFF_F123L;

  private static final long[] WILD = {
    0,
    1,
    8,
    0x1000,
    0x3F_F000,
    0x7FFF_FFFFL,
    0x8000_0000L,
    0xFFFF_FFFFL,
    0x1_0000_0000L,
    0x7FFF_FFFF_F000L,
    0x7FFF_FFFF_FFFFL,
    0x8000_0000_0000L,
    0xFFFF_7FFF_FFFF_FFFFL,
    0xFFFF_8000_0000_0000L,
    0xFFFF_8000_0000_1000L,
    0xFFFF_FFFF_FFFF_FFF8L,
    -1L,
    0x7FFF_FFFF_FFFF_FFFFL,
    Long.MIN_VALUE,
    0x5555_5555_5555_5555L,
    0x7F00_0000_1000L
  };

  private ProgramLayout() {}

  /** An address that the direct way to memory must not serve. */
  static long odd(SplittableRandom random, int size) {
    return switch (random.nextInt(8)) {
      case 0 -> ABSENT - random.nextInt(size + 1);
      case 1 -> READ_ONLY + random.nextInt(0x800);
      case 2 -> SUPERVISOR + random.nextInt(0x800);
      case 3, 4 -> DEVICE + random.nextInt(0x800);
      case 5 -> WINDOW - 8 + random.nextInt(8);
      default -> WILD[random.nextInt(WILD.length)];
    };
  }

  /** An address anywhere: host-like ones, ones that empty entries of caches are marked with. */
  static long wild(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> WILD[random.nextInt(WILD.length)];
      case 1 -> random.nextInt(0x2000);
      case 2 -> 0x7000_0000_0000L | random.nextLong() & 0xFFF_FFFF_FFFFL;
      default -> random.nextLong();
    };
  }
}
