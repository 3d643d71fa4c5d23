// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes operations of decoded instructions: one of the interpreter's groups, or all of them. */
@FunctionalInterface
interface OperationBinder {
  /** The operation, or null if the instruction isn't of this binder's group. */
  @Nullable Operation bind(Instruction instruction, @Nullable Address address);

  /** The binders of all groups that are on the class path. */
  static OperationBinder all() {
    String root = "dev.malachite.engine.processor.interpreter.";
    List<MethodHandle> handles = new ArrayList<>();
    for (String name :
        List.of(
            "integer.IntegerBinder", "x87.X87Binder", "simd.SimdBinder", "system.SystemBinder")) {
      try {
        handles.add(
            MethodHandles.lookup()
                .findStatic(
                    Class.forName(root + name),
                    "bind",
                    MethodType.methodType(Operation.class, Instruction.class, Address.class)));
      } catch (ReflectiveOperationException e) {
        System.getLogger("oracle").log(System.Logger.Level.INFO, "no binder " + name);
      }
    }
    return (instruction, address) -> {
      for (MethodHandle h : handles) {
        try {
          Operation operation = (Operation) h.invokeExact(instruction, address);
          if (operation != null) {
            return operation;
          }
        } catch (RuntimeException | Error e) {
          throw e;
        } catch (Throwable e) {
          throw new IllegalStateException(e);
        }
      }
      return null;
    };
  }
}
