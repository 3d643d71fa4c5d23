// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.console;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which keys of the keyboard are down, by place and not by what is printed on them: JavaFX tells
 * only the latter, which depends on the host's layout, so the X server is asked (Xlib,
 * XQueryKeymap). One thread.
 */
final class PhysicalKeys {
  private static final System.Logger LOGGER = System.getLogger(PhysicalKeys.class.getName());
  private static final int BYTES = 32;

  private final MethodHandle query;
  private final MemorySegment display;
  private final MemorySegment keys = Arena.global().allocate(BYTES);

  private PhysicalKeys(MethodHandle query, MemorySegment display) {
    this.query = query;
    this.display = display;
  }

  /** Those of the X server, or null where there is none or no Xlib. */
  @SuppressWarnings("restricted")
  static @Nullable PhysicalKeys open() {
    try {
      SymbolLookup xlib = SymbolLookup.libraryLookup("libX11.so.6", Arena.global());
      Linker linker = Linker.nativeLinker();
      AddressLayout address = ValueLayout.ADDRESS;
      MethodHandle open =
          linker.downcallHandle(
              xlib.findOrThrow("XOpenDisplay"), FunctionDescriptor.of(address, address));
      MethodHandle query =
          linker.downcallHandle(
              xlib.findOrThrow("XQueryKeymap"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, address, address));
      MemorySegment display = (MemorySegment) open.invokeExact(MemorySegment.NULL);
      return display.address() == 0 ? null : new PhysicalKeys(query, display);
    } catch (Throwable e) {
      LOGGER.log(System.Logger.Level.INFO, "keys are told by their names only", e);
      return null;
    }
  }

  /** The X11 codes of the keys that are down. */
  BitSet down() {
    try {
      int _ = (int) query.invokeExact(display, keys);
    } catch (Throwable e) {
      throw new IllegalStateException("XQueryKeymap", e);
    }
    return BitSet.valueOf(keys.asByteBuffer());
  }
}
