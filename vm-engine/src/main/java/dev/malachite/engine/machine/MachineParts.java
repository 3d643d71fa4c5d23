// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.machine;

import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.interrupt.ApicBus;
import dev.malachite.engine.interrupt.IoApic;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import dev.malachite.engine.vmbus.Vmbus;

/**
 * The parts every machine has, for a board to connect its devices to.
 *
 * @param configuration what the machine is to be
 * @param memory guest memory, all regions there
 * @param bus ports and memory-mapped registers
 * @param clock the machine's time
 * @param timers its timers
 * @param apics message-signalled interrupts
 * @param ioApic interrupt lines
 * @param vmbus synthetic devices
 * @param control power and reset
 */
public record MachineParts(
    MachineConfiguration configuration,
    GuestMemory memory,
    IoBus bus,
    MachineClock clock,
    TimerQueue timers,
    ApicBus apics,
    IoApic ioApic,
    Vmbus vmbus,
    MachineControl control) {}
