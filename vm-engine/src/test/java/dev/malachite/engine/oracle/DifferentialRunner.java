// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs cases on the host and on the interpreter, and makes those that differ small. */
final class DifferentialRunner implements AutoCloseable {
  private final HostProcessor host = new HostProcessor();
  private final InterpreterSide interpreter;
  private final CaseGenerator generator = new CaseGenerator(host.layout());
  private final MachineState hostState = new MachineState();
  private final MachineState ourState = new MachineState();

  DifferentialRunner(OperationBinder binder) {
    interpreter = new InterpreterSide(host.layout(), binder);
    interpreter.cpu.xcr0 = 7;
  }

  InterpreterSide interpreter() {
    return interpreter;
  }

  Layout layout() {
    return host.layout();
  }

  /** A case of this form, or null if the seed leads to nothing. */
  @Nullable TestCase generate(Form form, long seed) {
    return generator.generate(form, seed);
  }

  /** Runs a case: the differences, empty if there is none. */
  List<String> run(TestCase c) {
    String problem = interpreter.run(c.code, c.ip, c.in, ourState);
    if (problem != null) {
      return List.of(problem);
    }
    host.run(c.code, c.ip, c.in, hostState);
    return Comparison.differences(c, hostState, ourState);
  }

  /** Runs a case, and if it differs, makes it small: a report, or null. */
  @Nullable String check(TestCase c) {
    List<String> found = run(c);
    if (found.isEmpty()) {
      return null;
    }
    found = run(c);
    if (found.isEmpty()) {
      return null; // a signal frame on the host's stack, not a difference
    }
    TestCase small = shrink(c);
    StringBuilder report = new StringBuilder();
    report.append(small.instruction()).append("  seed ").append(c.seed).append('\n');
    report.append(Comparison.describe(small));
    for (String line : run(small)) {
      report.append("\n  -> ").append(line);
    }
    return report.toString();
  }

  // ---- shrinking -----------------------------------------------------------------------------

  private TestCase shrink(TestCase failing) {
    TestCase best = failing;
    for (Consumer<TestCase> step : steps(failing)) {
      TestCase smaller = best.copy();
      step.accept(smaller);
      if (!run(smaller).isEmpty()) {
        best = smaller;
      }
    }
    return best;
  }

  private static List<Consumer<TestCase>> steps(TestCase c) {
    List<Consumer<TestCase>> steps = new ArrayList<>();
    if (!c.fixedCode && !c.fixedMemory) {
      steps.add(DifferentialRunner::dropPrefix);
      steps.add(DifferentialRunner::dropPrefix);
    }
    for (int i = 0; i < 16; i++) {
      int register = i;
      if ((c.fixedRegisters >> i & 1) == 0) {
        steps.add(t -> t.in.r[register] = 0);
        steps.add(t -> t.in.r[register] &= 0xFF);
        steps.add(t -> t.in.r[register] &= 0xFFFF_FFFFL);
      }
    }
    steps.add(t -> t.in.flags = 0);
    for (int bit : new int[] {1, 4, 16, 64, 128, 1024, 2048}) {
      steps.add(t -> t.in.flags &= ~bit);
    }
    if (!c.fixedMemory) {
      steps.add(t -> java.util.Arrays.fill(t.in.memory, (byte) 0));
      steps.add(
          t -> {
            if (t.memoryOffset >= 0) {
              java.util.Arrays.fill(t.in.memory, 0, t.memoryOffset, (byte) 0);
              java.util.Arrays.fill(
                  t.in.memory, t.memoryOffset + t.memorySize, MachineState.WINDOW, (byte) 0);
            }
          });
    }
    steps.add(t -> t.in.mxcsr(0x1F80));
    for (int bit : new int[] {1, 2, 4, 8, 16, 32, 0x40, 0x2000, 0x4000, 0x8000}) {
      steps.add(t -> t.in.mxcsr(t.in.mxcsr() & ~bit));
    }
    steps.add(t -> t.in.control(0x37F));
    steps.add(t -> t.in.status(0));
    steps.add(t -> t.in.status(t.in.status() & 0x3800));
    steps.add(t -> t.in.tags(0xFF));
    steps.add(t -> t.in.tags(0));
    for (int i = 0; i < 8; i++) {
      int register = i;
      steps.add(t -> t.in.st(register, 0, 0));
      steps.add(t -> t.in.st(register, 0x3FFF, 1L << 63));
    }
    for (int i = 0; i < 32 && !c.fixedVectors; i++) {
      int half = 20 + i;
      int register = i;
      steps.add(t -> t.in.high[register] = 0);
      steps.add(t -> t.in.fx[half] = 0);
      steps.add(t -> t.in.fx[half] &= 0xFFFF_FFFFL);
      steps.add(t -> t.in.fx[half] &= 0xFFFF_FFFF_0000_0000L);
    }
    return steps;
  }

  // Drops a prefix that isn't part of the opcode: a segment override or LOCK.
  private static void dropPrefix(TestCase t) {
    for (int i = 0; i < t.code.length && isPrefix(t.code[i] & 0xFF); i++) {
      int b = t.code[i] & 0xFF;
      if (b == 0x26 || b == 0x2E || b == 0x36 || b == 0x3E || b == 0xF0) {
        byte[] shorter = new byte[t.code.length - 1];
        System.arraycopy(t.code, 0, shorter, 0, i);
        System.arraycopy(t.code, i + 1, shorter, i, shorter.length - i);
        t.code = shorter;
        return;
      }
    }
  }

  private static boolean isPrefix(int b) {
    return switch (b) {
      case 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x66, 0x67, 0xF0, 0xF2, 0xF3 -> true;
      default -> false;
    };
  }

  @Override
  public void close() {
    interpreter.close();
    host.close();
  }
}
