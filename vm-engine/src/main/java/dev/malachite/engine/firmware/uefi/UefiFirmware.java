// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi;

import dev.malachite.engine.device.CallHandler;
import dev.malachite.engine.firmware.uefi.call.Calls;
import dev.malachite.engine.firmware.uefi.console.InputKey;
import dev.malachite.engine.firmware.uefi.console.KeyQueue;
import dev.malachite.engine.firmware.uefi.console.ScanCodes;
import dev.malachite.engine.firmware.uefi.variable.VariableStore;
import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.processor.RegisterAccess;
import org.jspecify.annotations.Nullable;

/**
 * UEFI (2.8) for a Generation 2 machine: boot and run-time services as host code behind stubs in
 * guest memory.
 *
 * <p>{@link #powerOn} while all processors stand still; calls come on the processors' threads; keys
 * from any.
 */
public final class UefiFirmware implements CallHandler {
  /** The port that must lead to {@link #call}. */
  public static final int PORT = Calls.PORT;

  private final UefiPlatform platform;
  private final VariableStore variables;
  private final KeyQueue keys = new KeyQueue();
  private final ScanCodes scanCodes = new ScanCodes();
  private volatile @Nullable UefiSession session;

  /**
   * Firmware for a machine.
   *
   * @param variables the machine's, kept over resets
   */
  public UefiFirmware(UefiPlatform platform, VariableStore variables) {
    this.platform = platform;
    this.variables = variables;
  }

  /** Writes the firmware into guest memory and points the processor at its first instruction. */
  public void powerOn(ProcessorState processor) {
    variables.reset();
    keys.clear();
    session = new UefiSession(platform, variables, keys, processor);
  }

  @Override
  public void call(RegisterAccess registers) {
    UefiSession current = session;
    if (current != null) {
      current.call(registers);
    }
  }

  /** True while boot services are there and keys go to the firmware. Any thread. */
  public boolean takesKeys() {
    UefiSession current = session;
    return current != null && current.inBootServices();
  }

  /**
   * A key's change. Any thread.
   *
   * @param scanCode set 1 without the break bit; {@code 0xE0xx} for keys with a prefix
   * @return false if the key was dropped
   */
  public boolean key(int scanCode, boolean pressed) {
    if (!takesKeys()) {
      return false;
    }
    InputKey key;
    synchronized (scanCodes) {
      key = scanCodes.key(scanCode, pressed);
    }
    return key == null || keys.add(key);
  }
}
