// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Binds the instructions of {@link Opcode.Group#INTEGER} to their operations. */
public final class IntegerBinder {
  private IntegerBinder() {}

  /**
   * The operation of an instruction.
   *
   * @param address its memory operand, or null if it has none
   * @return null if the instruction isn't of this group
   */
  public static @Nullable Operation bind(Instruction i, @Nullable Address address) {
    if (i.lock && i.opcode != Opcode.XCHG) {
      return LockedOperations.bind(i, required(address));
    }
    return switch (i.opcode) {
      case ADD -> or(AddOperations.bind(i, address), Alu.ADD, i, address);
      case OR -> or(OrOperations.bind(i, address), Alu.OR, i, address);
      case ADC -> or(AdcOperations.bind(i, address), Alu.ADC, i, address);
      case SBB -> or(SbbOperations.bind(i, address), Alu.SBB, i, address);
      case AND -> or(AndOperations.bind(i, address), Alu.AND, i, address);
      case SUB -> or(SubOperations.bind(i, address), Alu.SUB, i, address);
      case XOR -> or(XorOperations.bind(i, address), Alu.XOR, i, address);
      case CMP -> or(CmpOperations.bind(i, address), Alu.CMP, i, address);
      case TEST -> or(TestOperations.bind(i, address), Alu.TEST, i, address);
      case INC, DEC, NEG, NOT -> UnaryOperations.bind(i, address);
      case MOV, MOVNTI -> MoveOperations.bind(i, address);
      case MOVZX, MOVSX, MOVSXD -> ExtendOperations.bindExtend(i, address);
      case LEA -> ExtendOperations.bindLea(i, required(address));
      case CBW, CWDE, CDQE, CWD, CDQ, CQO -> ExtendOperations.bindAccumulator(i);
      case JCC -> ConditionalJumps.bind(i);
      case JMP -> BranchOperations.bindJump(i, address);
      case CALL -> BranchOperations.bindCall(i, address);
      case RET -> BranchOperations.bindReturn(i);
      case LOOP, LOOPE, LOOPNE, JCXZ -> BranchOperations.bindLoop(i);
      case PUSH -> StackOperations.bindPush(i, address);
      case POP -> StackOperations.bindPop(i, address);
      case PUSHA -> StackOperations.bindPushAll(i);
      case POPA -> StackOperations.bindPopAll(i);
      case ENTER -> StackOperations.bindEnter(i);
      case LEAVE -> StackOperations.bindLeave(i);
      case SETCC -> ConditionOperations.bindSet(i, address);
      case CMOVCC -> ConditionOperations.bindMove(i, address);
      case SHL, SHR, SAR, ROL, ROR, RCL, RCR -> ShiftOperations.bind(i, address);
      case SHLD, SHRD -> ShiftOperations.bindDouble(i, address);
      case MUL, IMUL -> MultiplyOperations.bind(i, address);
      case DIV, IDIV -> DivideOperations.bind(i, address);
      case BT, BTS, BTR, BTC -> BitOperations.bindTest(i, address);
      case BSF, BSR, POPCNT, CRC32 -> BitOperations.bindCount(i, address);
      case BSWAP -> BitOperations.bindSwap(i);
      case XCHG, XADD, CMPXCHG -> ExchangeOperations.bind(i, address);
      case CMPXCHG8B, CMPXCHG16B -> ExchangeOperations.bindPair(i, required(address));
      case MOVS, CMPS, STOS, LODS, SCAS -> StringOperations.bind(i);
      case DAA, DAS, AAA, AAS, AAM, AAD -> DecimalOperations.bind(i);
      case ANDN,
          BEXTR,
          BZHI,
          BLSI,
          BLSMSK,
          BLSR,
          PDEP,
          PEXT,
          SHLX,
          SHRX,
          SARX,
          RORX,
          TZCNT,
          LZCNT,
          MULX,
          ADCX,
          ADOX,
          MOVBE ->
          BitManipulation.bind(i, address);
      default -> MiscellaneousOperations.bind(i, address);
    };
  }

  private static Operation or(
      @Nullable Operation hot, int operation, Instruction i, @Nullable Address address) {
    return hot != null ? hot : new GenericAlu(operation, i, address);
  }

  private static Address required(@Nullable Address address) {
    if (address == null) {
      throw new IllegalArgumentException("an instruction without its memory operand");
    }
    return address;
  }
}
