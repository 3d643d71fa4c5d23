// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi;

import dev.malachite.engine.device.CallHandler;
import dev.malachite.engine.firmware.uefi.call.Calls;
import dev.malachite.engine.firmware.uefi.console.InputKey;
import dev.malachite.engine.firmware.uefi.console.KeyQueue;
import dev.malachite.engine.firmware.uefi.console.ScanCodes;
import dev.malachite.engine.firmware.uefi.secure.Template;
import dev.malachite.engine.firmware.uefi.variable.NvramFile;
import dev.malachite.engine.firmware.uefi.variable.VariableStore;
import dev.malachite.engine.machine.FirmwareSettings;
import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.processor.RegisterAccess;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * UEFI (2.8) for a Generation 2 machine: boot and run-time services as host code behind stubs in
 * guest memory.
 *
 * <p>{@link #powerOn} while all processors stand still; calls come on the processors' threads; keys
 * from any.
 */
public final class UefiFirmware implements CallHandler, Saveable {
  /** The port that must lead to {@link #call}. */
  public static final int PORT = Calls.PORT;

  private final UefiPlatform platform;
  private final FirmwareSettings settings;
  private final KeyQueue keys = new KeyQueue();
  private final ScanCodes scanCodes = new ScanCodes();
  private @Nullable VariableStore variables;
  private volatile @Nullable UefiSession session;

  /**
   * Firmware for a machine.
   *
   * @param settings what people have set
   */
  public UefiFirmware(UefiPlatform platform, FirmwareSettings settings) {
    this.platform = platform;
    this.settings = settings;
  }

  /**
   * Writes the firmware into guest memory and points the processor at its first instruction.
   *
   * @throws IOException if the machine's variables can't be read
   */
  public void powerOn(ProcessorState processor) throws IOException {
    VariableStore store = variables;
    if (store == null) {
      Path file = settings.variables();
      store = new VariableStore(file == null ? null : new NvramFile(file));
      Template.apply(settings.secureBoot(), store);
      variables = store;
    }
    store.reset();
    keys.clear();
    session = new UefiSession(platform, settings, store, keys, processor);
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

  /**
   * Saves or restores; restoring, {@link #powerOn} comes before, and guest memory after that and
   * before this.
   *
   * @throws StateException while boot services are there
   */
  @Override
  public void transfer(StateTransfer s) throws StateException {
    UefiSession current = session;
    if (current == null) {
      throw new IllegalStateException("the firmware was never powered on");
    }
    current.transfer(s);
  }
}
