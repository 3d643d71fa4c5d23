// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi;

import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.firmware.MemoryMap;
import dev.malachite.engine.firmware.uefi.graphics.Display;
import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.MachineControl;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.time.MachineClock;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a board gives its firmware.
 *
 * @param memory guest memory
 * @param map what its addresses are used for; free memory becomes the firmware's and the guest's
 * @param bus where the serial port is
 * @param clock the machine's time
 * @param calendar the time of day
 * @param control power and reset
 * @param acpi address of the ACPI root pointer
 * @param smbios address of the SMBIOS 3 entry point
 * @param drives what can be booted, in the order of their numbers on the controller; read at
 *     power-on and after every reset
 * @param controller which VMBus SCSI controller they are on
 * @param serialPort I/O address of a 16550 port for the console, or 0
 * @param display the screen, or null
 */
public record UefiPlatform(
    GuestMemory memory,
    MemoryMap map,
    IoBus bus,
    MachineClock clock,
    Clock calendar,
    MachineControl control,
    long acpi,
    long smbios,
    List<Drive> drives,
    UUID controller,
    int serialPort,
    @Nullable Display display) {}
