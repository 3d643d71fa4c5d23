// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.machine;

import dev.malachite.engine.device.FrameBuffer;
import dev.malachite.engine.device.ScreenWatcher;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateSections;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A mainboard: which memory and devices there are and how they are connected.
 *
 * <p>Called in this order: {@link #addMemory}, {@link #connect}, then {@link #powerOn} at power-on
 * and after every reset, with all processors standing still.
 */
public interface Board extends AutoCloseable {
  /** Adds the board's memory regions. */
  void addMemory(GuestMemory memory);

  /** Makes the devices and connects them. */
  void connect(MachineParts parts);

  /**
   * Resets the devices and prepares memory and the first processor for its first instruction.
   *
   * @param processor the first processor's state, as after power-on; the board changes what its
   *     firmware or loader wants otherwise
   * @throws IOException if a kernel or firmware file can't be read or is not usable
   */
  void powerOn(ProcessorState processor) throws IOException;

  /**
   * Prepares for {@link #transfer} from a saved state, instead of {@link #powerOn}: what firmware
   * has on the host's side is made anew. What it writes to memory is replaced afterwards.
   *
   * @throws IOException if a file can't be read that the firmware needs
   */
  default void prepareRestore() throws IOException {}

  /** Waits until no device reads or writes memory any more. While no processor runs. */
  default void drain() {}

  /**
   * Saves or restores all devices but those on VMBus, each as a section of its own. While the
   * machine stands still; memory is restored before.
   *
   * @throws dev.malachite.engine.state.StateException if the board can't be saved, or not now
   */
  default void transfer(StateSections sections) throws IOException {
    throw new StateException("machines with this board can't be saved in this version");
  }

  /** Tells the guest that time has passed while it stood still. Just before it goes on. */
  default void resumed() {}

  /**
   * Attaches a drive while the machine runs; the guest is told to look.
   *
   * @param place its number, which is free
   * @throws IllegalStateException if the board takes no drives then, or none of that kind
   */
  default void attachDrive(int place, Drive drive) {
    throw new IllegalStateException(
        "this machine takes drives only while it is off; a Generation 2 machine takes them always");
  }

  /**
   * Detaches a drive while the machine runs; the guest is told to look. Its requests under way go
   * on until its disk is closed.
   *
   * @param place its number
   * @throws IllegalStateException if the board gives up no drives then
   */
  default void detachDrive(int place) {
    throw new IllegalStateException(
        "this machine gives drives back only while it is off; a Generation 2 machine does always");
  }

  /** The screen, if the board has one. */
  Optional<FrameBuffer> frameBuffer();

  /**
   * Types text on the keyboard; returns at once, the keys follow as the guest takes them.
   *
   * @throws IllegalStateException if the board has no keyboard
   */
  void type(String text);

  /**
   * Presses or releases a key.
   *
   * @param scanCode PS/2 set 1 without the break bit; {@code 0xE0xx} for keys with a prefix
   * @return false if the key was dropped: the guest isn't ready or doesn't fetch its keys
   * @throws IllegalStateException if the board has no keyboard
   */
  default boolean key(int scanCode, boolean pressed) {
    throw new IllegalStateException("this machine has no keyboard that takes single keys");
  }

  /**
   * Sets who is told of what changes on the screen.
   *
   * @param watcher null for nobody: the guest may then keep its changes to itself
   * @return false if this board can't tell, and the screen must be compared
   */
  default boolean watchScreen(@Nullable ScreenWatcher watcher) {
    return false;
  }

  /**
   * Asks the guest to shut down.
   *
   * @return false if the guest doesn't take part
   */
  boolean requestShutdown();

  /** One line of counters for {@code --stats}; may be empty. */
  String statistics();

  @Override
  void close();
}
