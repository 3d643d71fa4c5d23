// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.CpuFeature;
import dev.malachite.engine.processor.interpreter.core.Block;
import dev.malachite.engine.processor.interpreter.core.CodePage;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.HostMemory;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.system.SystemBinder;
import org.jspecify.annotations.Nullable;

/** Decodes and binds blocks. One for each processor; its thread's only. */
final class BlockBuilder {
  private static final int MAXIMUM = 64;
  private static final int LONGEST = 15;
  private static final int PAGE = 4096;

  private final Cpu cpu;
  private @Nullable Decoder decoder;
  private final Instruction instruction = new Instruction();
  private final byte[] bytes = new byte[2 * LONGEST + 2];
  private final Operation[] operations = new Operation[MAXIMUM];
  private @Nullable CodePage second;

  BlockBuilder(Cpu cpu) {
    this.cpu = cpu;
  }

  /**
   * Builds the block that starts at an offset of a page.
   *
   * @param linear the same place as a linear address
   * @param limit at most that many instructions
   */
  Block build(CodePage page, int offset, long linear, int limit) {
    int at = offset;
    int count = 0;
    boolean vectors = false;
    second = null;
    while (count < Math.min(limit, MAXIMUM) && at < PAGE) {
      int available = Math.min(PAGE - at, LONGEST);
      copy(page.host + at, available, 0);
      Decoder.Status status = decoder().decode(bytes, 0, available, cpu.codeSize, instruction);
      if (status == Decoder.Status.INCOMPLETE) {
        if (count > 0) {
          break;
        }
        status = decodeAcross(available, linear);
      }
      Operation operation = bind(status, at);
      operations[count++] = operation;
      vectors |= status == Decoder.Status.OK && vectors(instruction.opcode.group());
      at += operation.length;
      if (operation.endsBlock()) {
        break;
      }
    }
    Operation[] all = new Operation[count];
    System.arraycopy(operations, 0, all, 0, count);
    return new Block(all, cpu.codeSize, at, vectors, second);
  }

  private static boolean vectors(Opcode.Group group) {
    return switch (group) {
      case SIMD, CRYPTO, AVX -> true;
      case INTEGER, SYSTEM, X87 -> false;
    };
  }

  private Decoder.Status decodeAcross(int available, long linear) {
    long next = cpu.wrap((linear & -4096L) + PAGE);
    CodePage other = cpu.codePage(next);
    copy(other.host, LONGEST, available);
    second = other;
    return decoder().decode(bytes, 0, available + LONGEST, cpu.codeSize, instruction);
  }

  // The level is that of the model the guest sees, which can be asked once the processor runs.
  private Decoder decoder() {
    Decoder known = decoder;
    if (known == null) {
      int[] features = new int[4];
      cpu.exits.cpuid(cpu.processor(), CpuFeature.AVX.leaf(), 0, features);
      int word = features[CpuFeature.AVX.register().position()];
      known = new Decoder((word & CpuFeature.AVX.mask()) != 0);
      decoder = known;
    }
    return known;
  }

  private Operation bind(Decoder.Status status, int offset) {
    if (status == Decoder.Status.OK) {
      return Binder.bind(instruction, offset);
    }
    Operation operation =
        status == Decoder.Status.TOO_LONG
            ? new Fault(GuestFault.of(GuestFault.GP))
            : SystemBinder.undefined();
    operation.offset = offset;
    operation.length = 1;
    return operation;
  }

  private void copy(long host, int length, int to) {
    for (int i = 0; i < length; i++) {
      bytes[to + i] = (byte) HostMemory.get8(host + i);
    }
  }

  /** Raises a fault whenever it is executed. */
  private static final class Fault extends Operation {
    private final GuestFault fault;

    Fault(GuestFault fault) {
      this.fault = fault;
    }

    @Override
    public boolean endsBlock() {
      return true;
    }

    @Override
    public void execute(Cpu cpu) {
      throw fault;
    }
  }
}
