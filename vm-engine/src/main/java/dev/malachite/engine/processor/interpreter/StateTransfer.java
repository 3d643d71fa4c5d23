// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter;

import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Msrs;
import dev.malachite.engine.processor.interpreter.core.Segment;
import dev.malachite.engine.processor.interpreter.simd.FxsaveImage;
import java.util.Arrays;

/** Copies a processor's state out and in. */
final class StateTransfer {
  private StateTransfer() {}

  private static Segment segment(Cpu cpu, int number) {
    return switch (number) {
      case ProcessorState.LDTR -> cpu.ldtr;
      case ProcessorState.TR -> cpu.tr;
      default -> cpu.segments[number];
    };
  }

  static void save(Cpu cpu, ProcessorState state) {
    System.arraycopy(cpu.r, 0, state.general, 0, 16);
    for (int i = 0; i < 8; i++) {
      state.segments[i] = segment(cpu, i).state();
    }
    state.rip = cpu.nextIp;
    state.rflags = cpu.flags();
    state.cr0 = cpu.cr0;
    state.cr2 = cpu.cr2;
    state.cr3 = cpu.cr3;
    state.cr4 = cpu.cr4;
    state.cr8 = cpu.apic.taskPriority();
    state.efer = cpu.efer;
    state.xcr0 = cpu.xcr0;
    state.gdtBase = cpu.gdtBase;
    state.gdtLimit = cpu.gdtLimit;
    state.idtBase = cpu.idtBase;
    state.idtLimit = cpu.idtLimit;
    System.arraycopy(cpu.dr, 0, state.debug, 0, 8);
    FxsaveImage.store(cpu, state.fxsave);
    state.instructionSelector = cpu.x87.instructionSelector;
    state.dataSelector = cpu.x87.dataSelector;
    System.arraycopy(cpu.ymmHigh, 0, state.ymmHigh, 0, 32);
    System.arraycopy(cpu.pdpte, 0, state.pagePointers, 0, 4);
    state.pagePointersKnown = true;
    long[] value = new long[1];
    int[] saved = Msrs.saved();
    state.msrs = new long[2 * saved.length];
    for (int i = 0; i < saved.length; i++) {
      cpu.msrs.read(cpu, saved[i], value);
      state.msrs[2 * i] = saved[i];
      state.msrs[2 * i + 1] = value[0];
    }
    state.halted = cpu.halted;
    state.waitingForStartup = cpu.waitingForStartup;
    state.interruptShadow = cpu.interruptShadow;
    state.nmiBlocked = cpu.nmiBlocked;
  }

  static void restore(Cpu cpu, ProcessorState state) {
    System.arraycopy(state.general, 0, cpu.r, 0, 16);
    for (int i = 0; i < 8; i++) {
      ProcessorState.SegmentState segment = state.segments[i];
      if (segment != null) {
        segment(cpu, i).state(segment);
      }
    }
    cpu.nextIp = state.rip;
    cpu.flags((int) state.rflags);
    cpu.cr0 = state.cr0 | Cpu.CR0_ET;
    cpu.cr2 = state.cr2;
    cpu.cr3 = state.cr3;
    cpu.cr4 = state.cr4;
    cpu.apic.taskPriority((int) state.cr8);
    cpu.efer = state.efer;
    cpu.xcr0 = state.xcr0;
    cpu.gdtBase = state.gdtBase;
    cpu.gdtLimit = state.gdtLimit;
    cpu.idtBase = state.idtBase;
    cpu.idtLimit = state.idtLimit;
    System.arraycopy(state.debug, 0, cpu.dr, 0, 8);
    FxsaveImage.load(cpu, state.fxsave);
    cpu.x87.instructionSelector = state.instructionSelector;
    cpu.x87.dataSelector = state.dataSelector;
    System.arraycopy(state.ymmHigh, 0, cpu.ymmHigh, 0, 32);
    int[] known = Msrs.saved();
    for (int i = 0; i + 1 < state.msrs.length; i += 2) {
      int msr = (int) state.msrs[i];
      if (Arrays.binarySearch(known, msr) >= 0) {
        cpu.msrs.write(cpu, msr, state.msrs[i + 1]);
      }
    }
    cpu.cpl = segment(cpu, ProcessorState.SS).dpl();
    cpu.halted = state.halted;
    cpu.waitingForStartup = state.waitingForStartup;
    cpu.interruptShadow = state.interruptShadow;
    cpu.nmiBlocked = state.nmiBlocked;
    if (state.pagePointersKnown) {
      System.arraycopy(state.pagePointers, 0, cpu.pdpte, 0, 4);
    } else if ((cpu.efer & Cpu.EFER_LMA) == 0
        && (cpu.cr0 & Cpu.CR0_PG) != 0
        && (cpu.cr4 & Cpu.CR4_PAE) != 0) {
      cpu.mmu.loadPointers(cpu.cr3, cpu.pdpte);
    }
    cpu.mmu.flushAll();
    cpu.modeChanged();
    cpu.requestAttention();
  }
}
