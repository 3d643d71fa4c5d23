// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.variable;

import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The machine's variables; those that stay are written to its NVRAM file before a change is
 * acknowledged. Any thread.
 */
public final class VariableStore implements Saveable {
  /** Largest variable. */
  public static final int MAX_VARIABLE = 1 << 16;

  /** Room for variables that stay, and again for those that don't. */
  public static final int MAX_TOTAL = 1 << 20;

  /** Longest name, in characters. */
  public static final int MAX_NAME = 1024;

  private static final System.Logger LOGGER = System.getLogger(VariableStore.class.getName());

  private static final Variable NOTHING =
      new Variable("", new UUID(0, 0), 0, new byte[0], new byte[0]);

  private final @Nullable NvramFile file;
  private final Map<Variable.Key, Variable> variables = new LinkedHashMap<>();

  /**
   * A store.
   *
   * @param file where variables are kept, or null to keep them in memory
   * @throws IOException if there is such a file and it can't be read
   */
  public VariableStore(@Nullable NvramFile file) throws IOException {
    this.file = file;
    if (file != null) {
      for (Variable v : file.read()) {
        variables.put(v.key(), v);
      }
    }
  }

  /** A store that lasts as long as the machine runs. */
  public static VariableStore inMemory() {
    try {
      return new VariableStore(null);
    } catch (IOException e) {
      throw new IllegalStateException("no file is read", e);
    }
  }

  /** Forgets what doesn't outlive a reset. */
  public synchronized void reset() {
    variables.values().removeIf(v -> (v.attributes() & Variable.NON_VOLATILE) == 0);
  }

  /** A variable, or null. */
  public synchronized @Nullable Variable get(UUID vendor, String name) {
    return variables.get(new Variable.Key(vendor, name));
  }

  /** All variables in the order they were made. */
  public synchronized List<Variable> all() {
    return new ArrayList<>(variables.values());
  }

  /** Bytes used by variables that stay, or by those that don't. */
  public synchronized long used(boolean nonVolatile) {
    return variables.values().stream()
        .filter(v -> (v.attributes() & Variable.NON_VOLATILE) != 0 == nonVolatile)
        .mapToLong(Variable::size)
        .sum();
  }

  /** Sets a variable, without any question. */
  public synchronized void put(Variable variable) {
    Variable old = variables.get(variable.key());
    boolean stays = (variable.attributes() & Variable.NON_VOLATILE) != 0;
    long total = used(stays) + variable.size() - (old == null ? 0 : old.size());
    if (variable.data().length > MAX_VARIABLE || total > MAX_TOTAL) {
      throw new EfiException(Status.OUT_OF_RESOURCES);
    }
    variables.put(variable.key(), variable);
    if (stays) {
      save(variable.key(), old);
    }
  }

  /** Removes a variable. */
  public synchronized void remove(UUID vendor, String name) {
    Variable.Key key = new Variable.Key(vendor, name);
    Variable old = variables.remove(key);
    if (old != null && (old.attributes() & Variable.NON_VOLATILE) != 0) {
      save(key, old);
    }
  }

  // What can't be written isn't true: the change is taken back.
  private void save(Variable.Key key, @Nullable Variable old) {
    NvramFile target = file;
    if (target == null) {
      return;
    }
    try {
      target.write(
          variables.values().stream()
              .filter(v -> (v.attributes() & Variable.NON_VOLATILE) != 0)
              .toList());
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.ERROR, "can't write firmware variables: " + e.getMessage());
      if (old == null) {
        variables.remove(key);
      } else {
        variables.put(key, old);
      }
      throw new EfiException(Status.DEVICE_ERROR);
    }
  }

  /** Saves or restores what doesn't stay; what stays is in its file. */
  @Override
  public synchronized void transfer(StateTransfer s) throws StateException {
    List<Variable> all =
        variables.values().stream()
            .filter(v -> (v.attributes() & Variable.NON_VOLATILE) == 0)
            .toList();
    if (s.loading()) {
      reset();
    }
    int count = s.number(all.size(), 0, MAX_TOTAL);
    long total = 0;
    for (int i = 0; i < count; i++) {
      Variable v = s.loading() ? NOTHING : all.get(i);
      long high = s.int64(v.vendor().getMostSignificantBits());
      long low = s.int64(v.vendor().getLeastSignificantBits());
      Variable restored =
          new Variable(
              s.text(v.name(), 4 * MAX_NAME),
              new UUID(high, low),
              s.int32(v.attributes()) & ~Variable.NON_VOLATILE,
              s.block(v.data(), MAX_VARIABLE),
              s.block(v.time(), 64));
      total += restored.size();
      if (total > MAX_TOTAL) {
        throw s.impossible("more variables than there is room for");
      }
      if (s.loading()) {
        variables.put(restored.key(), restored);
      }
    }
  }
}
