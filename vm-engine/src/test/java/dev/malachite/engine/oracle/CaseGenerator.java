// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes test cases that cannot fault on the host: memory operands lie in the window, aligned where
 * they must be, divisions are in range, floating-point exceptions are masked.
 *
 * <p>A case is a function of its form and its seed.
 */
final class CaseGenerator {
  private final Layout layout;

  CaseGenerator(Layout layout) {
    this.layout = layout;
  }

  /** A case, or null where this seed leads to nothing. */
  @Nullable TestCase generate(Form form, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TestCase c = new TestCase(form, seed);
    c.ip = layout.code() + 0x200 + random.nextInt(0xA00);
    c.undefinedFlags = form.undefinedFlags();
    c.undefinedStatus = form.undefinedConditions();
    randomState(c.in, form, random);
    Encoder encoder = new Encoder(layout, c, random);
    if (!encoder.encode()) {
      return null;
    }
    return new Preparation(layout, c, encoder, random).prepare() ? c : null;
  }

  private void randomState(MachineState s, Form form, SplittableRandom random) {
    for (int i = 0; i < 16; i++) {
      s.r[i] = Values.general(random);
    }
    s.r[4] = layout.window() + 0x800 + (random.nextInt(0x400) & ~7);
    s.flags = random.nextInt() & 0xCD5;
    random.nextBytes(s.memory);
    s.control(0x7F | random.nextInt(4) << 8 | random.nextInt(4) << 10);
    if ((s.control() & 0x300) == 0x100) {
      s.control(s.control() | 0x300); // precision 1 is reserved
    }
    s.status(random.nextInt() & 0x7F7F);
    s.tags(random.nextInt(3) > 0 ? 0xFF : random.nextInt(256));
    s.mxcsr(0x1F80 | random.nextInt() & 0xE07F);
    if (random.nextInt(3) == 0) {
      s.mxcsr(0x1F80 | random.nextInt() & 0x3F);
    }
    for (int i = 0; i < 8; i++) {
      if (form.group().equals("mmx")) {
        s.st(i, random.nextInt(), Values.lanes(random));
        if (form.data().equals("f32")) {
          s.st(i, 0xFFFF, singles(random));
        }
      } else {
        Values.extended(random, s, i);
      }
    }
    for (int i = 0; i < 32; i++) {
      s.fx[20 + i] = half(form.data(), random);
      s.high[i] = half(form.data(), random);
    }
  }

  /** Eight bytes of what the form's operands hold. */
  static long half(String data, SplittableRandom random) {
    return switch (data) {
      case "f32" -> singles(random);
      case "f64" -> Values.doubled(random);
      default -> Values.lanes(random);
    };
  }

  private static long singles(SplittableRandom random) {
    return (long) Values.single(random) << 32 | Values.single(random) & 0xFFFF_FFFFL;
  }
}
