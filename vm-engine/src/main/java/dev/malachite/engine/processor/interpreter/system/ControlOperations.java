// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import static dev.malachite.engine.processor.interpreter.core.Cpu.RAX;
import static dev.malachite.engine.processor.interpreter.core.Cpu.RBX;
import static dev.malachite.engine.processor.interpreter.core.Cpu.RCX;
import static dev.malachite.engine.processor.interpreter.core.Cpu.RDX;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.CpuidModel;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Control, debug and model-specific registers, and instructions that act on the whole machine. */
final class ControlOperations {
  private ControlOperations() {}

  static Operation control(Instruction i, @Nullable Address address) {
    Place place = new Place(i.operands[0], address);
    int size = i.operandSize;
    return switch (i.opcode) {
      case MOV_CR -> moveControl(i);
      case MOV_DR -> moveDebug(i);
      case SMSW ->
          SystemOperation.inline(
              cpu -> {
                TableOperations.requireVisible(cpu);
                place.write(cpu, place.memory() ? 2 : size, cpu.cr0);
              });
      case LMSW ->
          SystemOperation.privileged(
              cpu -> {
                long low = place.read(cpu, 2) & 15;
                ControlRegisters.writeCr0(cpu, cpu.cr0 & ~14L | low);
              });
      case CLTS -> SystemOperation.privileged(cpu -> cpu.cr0 &= ~Cpu.CR0_TS);
      case CLAC -> accessControl(false);
      default -> accessControl(true);
    };
  }

  private static Operation accessControl(boolean set) {
    return SystemOperation.inline(
        cpu -> {
          if (cpu.cpl != 0) {
            throw GuestFault.of(GuestFault.UD);
          }
          cpu.systemFlags = set ? cpu.systemFlags | Cpu.AC : cpu.systemFlags & ~Cpu.AC;
          cpu.modeChanged();
        });
  }

  private static Operation moveControl(Instruction i) {
    boolean write = i.operands[0].kind == Kind.CONTROL;
    int number = i.operands[write ? 0 : 1].register;
    int register = i.operands[write ? 1 : 0].register;
    if (number != 0 && number != 2 && number != 3 && number != 4 && number != 8) {
      return SystemBinder.undefined();
    }
    int size = i.codeSize == 8 ? 8 : 4;
    if (!write) {
      return SystemOperation.privileged(
          cpu -> Place.writeRegister(cpu, register, size, readControl(cpu, number)));
    }
    return SystemOperation.privileged(
        cpu -> {
          long value = size == 8 ? cpu.r[register] : cpu.r[register] & 0xFFFF_FFFFL;
          switch (number) {
            case 0 -> ControlRegisters.writeCr0(cpu, value);
            case 2 -> cpu.cr2 = value;
            case 3 -> ControlRegisters.writeCr3(cpu, value);
            case 4 -> ControlRegisters.writeCr4(cpu, value);
            default -> {
              if ((value & ~15L) != 0) {
                throw GuestFault.of(GuestFault.GP);
              }
              cpu.apic.taskPriority((int) value);
              cpu.requestAttention();
            }
          }
        });
  }

  private static long readControl(Cpu cpu, int number) {
    return switch (number) {
      case 0 -> cpu.cr0;
      case 2 -> cpu.cr2;
      case 3 -> cpu.cr3;
      case 4 -> cpu.cr4;
      default -> cpu.apic.taskPriority();
    };
  }

  private static Operation moveDebug(Instruction i) {
    boolean write = i.operands[0].kind == Kind.DEBUG;
    int encoded = i.operands[write ? 0 : 1].register;
    int register = i.operands[write ? 1 : 0].register;
    if (encoded > 7) {
      return SystemBinder.undefined();
    }
    int size = i.codeSize == 8 ? 8 : 4;
    return SystemOperation.privileged(
        cpu -> {
          int number = encoded;
          if (encoded == 4 || encoded == 5) {
            if ((cpu.cr4 & Cpu.CR4_DE) != 0) {
              throw GuestFault.of(GuestFault.UD);
            }
            number = encoded + 2;
          }
          if ((cpu.dr[7] & 1 << 13) != 0) {
            cpu.dr[7] &= ~(1L << 13);
            cpu.dr[6] |= 1 << 13;
            throw GuestFault.of(GuestFault.DB);
          }
          if (write) {
            long value = size == 8 ? cpu.r[register] : cpu.r[register] & 0xFFFF_FFFFL;
            ControlRegisters.writeDr(cpu, number, value);
          } else {
            Place.writeRegister(cpu, register, size, cpu.dr[number]);
          }
        });
  }

  static Operation registers(Instruction i) {
    int register = i.operands[0].register;
    int size = i.operandSize == 8 ? 8 : 4;
    return switch (i.opcode) {
      case RDMSR ->
          SystemOperation.privileged(
              cpu -> {
                if (!cpu.msrs.read(cpu, (int) cpu.r[RCX], cpu.msrResult)) {
                  throw GuestFault.of(GuestFault.GP);
                }
                cpu.r[RAX] = cpu.msrResult[0] & 0xFFFF_FFFFL;
                cpu.r[RDX] = cpu.msrResult[0] >>> 32;
              });
      case WRMSR ->
          SystemOperation.privileged(
              cpu -> {
                long value = cpu.r[RAX] & 0xFFFF_FFFFL | cpu.r[RDX] << 32;
                if (!cpu.msrs.write(cpu, (int) cpu.r[RCX], value)) {
                  throw GuestFault.of(GuestFault.GP);
                }
              });
      case RDTSC -> SystemOperation.inline(ControlOperations::readTimeStamp);
      case RDTSCP ->
          SystemOperation.inline(
              cpu -> {
                readTimeStamp(cpu);
                cpu.r[RCX] = cpu.msrs.tscAux;
              });
      case RDPMC ->
          SystemOperation.inline(
              cpu -> {
                throw GuestFault.of(GuestFault.GP);
              });
      case SWAPGS -> SystemOperation.privileged(cpu -> cpu.msrs.swapGs(cpu));
      case RDFSBASE, RDGSBASE -> {
        int number = i.opcode == Opcode.RDFSBASE ? Cpu.FS : Cpu.GS;
        yield SystemOperation.inline(
            cpu -> {
              requireBaseAccess(cpu);
              Place.writeRegister(cpu, register, size, cpu.segments[number].base);
            });
      }
      default -> {
        int number = i.opcode == Opcode.WRFSBASE ? Cpu.FS : Cpu.GS;
        yield SystemOperation.inline(
            cpu -> {
              requireBaseAccess(cpu);
              long value = size == 8 ? cpu.r[register] : cpu.r[register] & 0xFFFF_FFFFL;
              if (value << 16 >> 16 != value) {
                throw GuestFault.of(GuestFault.GP);
              }
              cpu.segments[number].base = value;
            });
      }
    };
  }

  private static void requireBaseAccess(Cpu cpu) {
    if ((cpu.cr4 & Cpu.CR4_FSGSBASE) == 0) {
      throw GuestFault.of(GuestFault.UD);
    }
  }

  private static void readTimeStamp(Cpu cpu) {
    if (cpu.cpl != 0 && (cpu.cr4 & Cpu.CR4_TSD) != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
    long tsc = cpu.tsc();
    cpu.r[RAX] = tsc & 0xFFFF_FFFFL;
    cpu.r[RDX] = tsc >>> 32;
  }

  static Operation machine(Instruction i, @Nullable Address address) {
    return switch (i.opcode) {
      case INVLPG -> {
        Place place = new Place(i.operands[0], address);
        yield SystemOperation.privileged(cpu -> cpu.mmu.flushPage(place.linear(cpu)));
      }
      case INVPCID -> {
        Place place = new Place(i.operands[1], address);
        int register = i.operands[0].register;
        yield SystemOperation.privileged(cpu -> invalidate(cpu, register, place));
      }
      case INVD, WBINVD -> SystemOperation.privileged(cpu -> {});
      case CPUID -> SystemOperation.inline(ControlOperations::identify);
      default ->
          SystemOperation.privileged(
              cpu -> {
                cpu.halted = true;
                cpu.requestAttention();
              });
    };
  }

  private static void invalidate(Cpu cpu, int register, Place place) {
    long type = cpu.mode64 ? cpu.r[register] : cpu.r[register] & 0xFFFF_FFFFL;
    long descriptor = place.read(cpu, 8, 0);
    long linear = place.read(cpu, 8, 8);
    // Without CR4.PCIDE, only process-context identifier 0 exists.
    boolean bad =
        type < 0
            || type > 3
            || type <= 1 && descriptor != 0
            || type == 0 && linear << 16 >> 16 != linear;
    if (bad) {
      throw GuestFault.of(GuestFault.GP);
    }
    switch ((int) type) {
      case 0 -> cpu.mmu.flushPage(linear);
      case 2 -> cpu.mmu.flushAll();
      default -> cpu.mmu.flushNonGlobal();
    }
  }

  private static void identify(Cpu cpu) {
    int[] result = cpu.cpuidResult;
    int leaf = (int) cpu.r[RAX];
    cpu.exits.cpuid(cpu.processor(), leaf, (int) cpu.r[RCX], result);
    if (leaf == 1) {
      boolean xsave = (cpu.cr4 & Cpu.CR4_OSXSAVE) != 0;
      result[2] = xsave ? result[2] | 1 << 27 : result[2] & ~(1 << 27);
      boolean apic = (cpu.apic.base() & 0x800) != 0;
      result[3] = apic ? result[3] | 1 << 9 : result[3] & ~(1 << 9);
    } else if (leaf == 0xD && (cpu.r[RCX] & 0xFFFF_FFFEL) == 0 && (cpu.xcr0 & 4) == 0) {
      // What is enabled now needs no more.
      result[1] = Math.min(result[1], CpuidModel.XSAVE_SIZE);
    }
    cpu.r[RAX] = result[0] & 0xFFFF_FFFFL;
    cpu.r[RBX] = result[1] & 0xFFFF_FFFFL;
    cpu.r[RCX] = result[2] & 0xFFFF_FFFFL;
    cpu.r[RDX] = result[3] & 0xFFFF_FFFFL;
  }
}
