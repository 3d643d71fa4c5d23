// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.InterruptSource;
import dev.malachite.engine.processor.ProcessorExits;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.CodePages;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.time.MachineClock;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/** A processor in real mode with SSE switched on, which executes single instructions. */
final class BareProcessor implements AutoCloseable {
  /** Guest memory starts at 0 and has this many bytes. */
  static final int MEMORY = 0x1_0000;

  private final GuestMemory memory = new GuestMemory();
  private final Decoder decoder = new Decoder();
  private final Instruction instruction = new Instruction();
  private final SplittableRandom random;
  final Cpu cpu;

  /**
   * @param seed decides which operands are in memory
   */
  BareProcessor(long seed) {
    random = new SplittableRandom(seed);
    memory.addRegion("test", 0, MEMORY, true);
    CodePages code = new CodePages(memory);
    cpu =
        new Cpu(
            0,
            memory,
            code,
            nothing(ProcessorExits.class),
            nothing(InterruptSource.class),
            new MachineClock(),
            0);
    code.processors(List.of(cpu));
    cpu.powerOn();
    cpu.cr4 |= Cpu.CR4_OSFXSR;
    cpu.modeChanged();
    cpu.unpark();
  }

  private static <T> T nothing(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals("base")) {
                return 0L;
              }
              throw new AssertionError(method);
            }));
  }

  /** How these bytes decode. */
  Decoder.Status decode(int codeSize, int... bytes) {
    byte[] code = new byte[15];
    for (int i = 0; i < bytes.length; i++) {
      code[i] = (byte) bytes[i];
    }
    return decoder.decode(code, 0, 15, codeSize, instruction);
  }

  /** What {@link #decode} found. */
  Instruction decoded() {
    return instruction;
  }

  /** The operation of one instruction of 16-bit code. */
  Operation bind(int... bytes) {
    assertThat(decode(2, bytes)).isEqualTo(Decoder.Status.OK);
    assertThat(instruction.length).isEqualTo(bytes.length);
    Address address =
        instruction.hasMemory()
            ? new Address(
                instruction.base,
                instruction.index,
                instruction.shift,
                instruction.displacement,
                instruction.addressSize,
                instruction.segment,
                false)
            : null;
    Operation operation = CryptoBinder.bind(instruction, address);
    assertThat(operation).as(instruction.opcode.name()).isNotNull();
    return Objects.requireNonNull(operation);
  }

  /** Executes an instruction of two XMM registers; half of them with the second one in memory. */
  void execute(int[] opcode, int target, int source, int... immediate) {
    boolean inMemory = random.nextBoolean();
    int at = random.nextInt(MEMORY / 16 - 1) * 16;
    int[] bytes = new int[opcode.length + (inMemory ? 3 : 1) + immediate.length];
    System.arraycopy(opcode, 0, bytes, 0, opcode.length);
    if (inMemory) {
      bytes[opcode.length] = target << 3 | 6;
      bytes[opcode.length + 1] = at & 0xFF;
      bytes[opcode.length + 2] = at >> 8;
      memory.writeLong(at, cpu.xmm[2 * source]);
      memory.writeLong(at + 8, cpu.xmm[2 * source + 1]);
    } else {
      bytes[opcode.length] = 0xC0 | target << 3 | source;
    }
    System.arraycopy(immediate, 0, bytes, bytes.length - immediate.length, immediate.length);
    bind(bytes).execute(cpu);
  }

  /** Sets an XMM register. */
  void set(int register, long low, long high) {
    cpu.xmm[2 * register] = low;
    cpu.xmm[2 * register + 1] = high;
  }

  /** An XMM register's low half. */
  long low(int register) {
    return cpu.xmm[2 * register];
  }

  /** An XMM register's high half. */
  long high(int register) {
    return cpu.xmm[2 * register + 1];
  }

  /** Sets an XMM register to four double words, lowest first. */
  void words(int register, int w0, int w1, int w2, int w3) {
    set(register, w0 & 0xFFFF_FFFFL | (long) w1 << 32, w2 & 0xFFFF_FFFFL | (long) w3 << 32);
  }

  /** A double word of an XMM register, 0 the lowest. */
  int word(int register, int number) {
    return (int) (cpu.xmm[2 * register + (number >> 1)] >>> 32 * (number & 1));
  }

  @Override
  public void close() {
    memory.close();
  }
}
