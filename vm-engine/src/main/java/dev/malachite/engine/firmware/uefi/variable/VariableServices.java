// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.variable;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.call.Status;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The run-time services for variables (UEFI 2.10, section 8.2). */
@SuppressWarnings("exports") // what it takes is of the firmware alone
public final class VariableServices {
  private static final int KNOWN =
      Variable.NON_VOLATILE
          | Variable.BOOT
          | Variable.RUNTIME
          | Variable.HARDWARE_ERROR
          | Variable.COUNTED_WRITE
          | Variable.TIMED_WRITE
          | Variable.APPEND;

  /** Rules for certain variables. */
  public interface Authority {
    /**
     * Checks a write.
     *
     * @param old what is there, or null
     * @param wanted what is to be there: data as the guest gave it, with its authentication
     * @return what is to be stored, with data of no bytes to delete; null if this authority has
     *     nothing to say
     */
    @Nullable Variable check(@Nullable Variable old, Variable wanted);

    /** True for a variable that guests can't write. */
    boolean readOnly(UUID vendor, String name);

    /** Something it looks after has changed. */
    void written(Variable variable);
  }

  private final GuestSpace space;
  private final VariableStore store;
  private final BooleanSupplier runtime;
  private final Authority authority;

  /**
   * Services over a store.
   *
   * @param runtime true once boot services have ended
   */
  public VariableServices(
      GuestSpace space, VariableStore store, BooleanSupplier runtime, Authority authority) {
    this.space = space;
    this.store = store;
    this.runtime = runtime;
    this.authority = authority;
  }

  private String name(long address) {
    String name = space.string(address);
    EfiException.require(name.length() <= VariableStore.MAX_NAME);
    return name;
  }

  private boolean visible(Variable v) {
    return !runtime.getAsBoolean() || (v.attributes() & Variable.RUNTIME) != 0;
  }

  /** GetVariable(*Name, *Vendor, *Attributes, *DataSize, *Data). */
  public long get(Arguments a) {
    String name = name(a.pointer(0));
    UUID vendor = space.guid(a.pointer(1));
    long attributesAt = a.get(2);
    long sizeAt = a.pointer(3);
    long target = a.get(4);
    EfiException.require(!name.isEmpty());
    Variable v = store.get(vendor, name);
    if (v == null || !visible(v)) {
      return Status.NOT_FOUND;
    }
    if (attributesAt != 0) {
      space.u32(attributesAt, v.attributes());
    }
    long room = space.u64(sizeAt);
    space.u64(sizeAt, v.data().length);
    if (Long.compareUnsigned(room, v.data().length) < 0) {
      return Status.BUFFER_TOO_SMALL;
    }
    EfiException.require(target != 0);
    space.bytes(target, v.data());
    return Status.SUCCESS;
  }

  /** GetNextVariableName(*NameSize, *Name, *Vendor). */
  public long next(Arguments a) {
    long sizeAt = a.pointer(0);
    long nameAt = a.pointer(1);
    long vendorAt = a.pointer(2);
    long room = space.u64(sizeAt);
    String name = name(nameAt);
    List<Variable> all = store.all().stream().filter(this::visible).toList();
    int index = 0;
    if (!name.isEmpty()) {
      UUID vendor = space.guid(vendorAt);
      while (index < all.size()
          && !(all.get(index).name().equals(name) && all.get(index).vendor().equals(vendor))) {
        index++;
      }
      EfiException.require(index < all.size());
      index++;
    }
    if (index == all.size()) {
      return Status.NOT_FOUND;
    }
    Variable v = all.get(index);
    byte[] text = GuestSpace.string(v.name());
    space.u64(sizeAt, text.length);
    if (Long.compareUnsigned(room, text.length) < 0) {
      return Status.BUFFER_TOO_SMALL;
    }
    space.bytes(nameAt, text);
    space.bytes(vendorAt, GuestSpace.guid(v.vendor()));
    return Status.SUCCESS;
  }

  /** SetVariable(*Name, *Vendor, Attributes, DataSize, *Data). */
  public long set(Arguments a) {
    String name = name(a.pointer(0));
    UUID vendor = space.guid(a.pointer(1));
    int attributes = a.u32(2);
    long size = a.get(3);
    long source = a.get(4);
    EfiException.require(!name.isEmpty() && (attributes & ~KNOWN) == 0);
    EfiException.require((attributes & Variable.RUNTIME) == 0 || (attributes & Variable.BOOT) != 0);
    if ((attributes & (Variable.COUNTED_WRITE | Variable.HARDWARE_ERROR)) != 0) {
      return Status.UNSUPPORTED;
    }
    if (authority.readOnly(vendor, name)) {
      return Status.WRITE_PROTECTED;
    }
    if (size < 0 || size > VariableStore.MAX_VARIABLE) {
      return Status.OUT_OF_RESOURCES;
    }
    EfiException.require(size == 0 || source != 0);
    byte[] data = space.bytes(source, size, VariableStore.MAX_VARIABLE);
    return set(new Variable(name, vendor, attributes, data, new byte[0]));
  }

  private long set(Variable wanted) {
    Variable old = store.get(wanted.vendor(), wanted.name());
    boolean late = runtime.getAsBoolean();
    if (late && old != null) {
      if ((old.attributes() & Variable.RUNTIME) == 0
          || (old.attributes() & Variable.NON_VOLATILE) == 0) {
        return Status.WRITE_PROTECTED;
      }
    }
    Variable stored = authority.check(old, wanted);
    boolean plain = stored == null;
    if (stored == null) {
      if ((wanted.attributes() & Variable.TIMED_WRITE) != 0
          || old != null && (old.attributes() & Variable.TIMED_WRITE) != 0) {
        return Status.SECURITY_VIOLATION;
      }
      stored = wanted;
    }
    boolean append = (wanted.attributes() & Variable.APPEND) != 0;
    int access = stored.attributes() & (Variable.BOOT | Variable.RUNTIME);
    if (stored.data().length == 0 && !append || access == 0) {
      if (old == null) {
        return Status.NOT_FOUND;
      }
      store.remove(wanted.vendor(), wanted.name());
      authority.written(wanted);
      return Status.SUCCESS;
    }
    int kept = stored.attributes() & ~Variable.APPEND;
    if (old != null) {
      EfiException.require(old.attributes() == kept);
    } else if (late && ((kept & Variable.RUNTIME) == 0 || (kept & Variable.NON_VOLATILE) == 0)) {
      return Status.INVALID_PARAMETER;
    }
    byte[] data = stored.data();
    if (append && old != null && plain) {
      data = java.util.Arrays.copyOf(old.data(), old.data().length + stored.data().length);
      System.arraycopy(stored.data(), 0, data, old.data().length, stored.data().length);
    }
    if (append && data.length == 0) {
      return Status.SUCCESS;
    }
    store.put(new Variable(wanted.name(), wanted.vendor(), kept, data, stored.time()));
    authority.written(wanted);
    return Status.SUCCESS;
  }

  /** QueryVariableInfo(Attributes, *Maximum, *Remaining, *MaximumVariable). */
  public long query(Arguments a) {
    int attributes = a.u32(0);
    EfiException.require(
        (attributes & (Variable.BOOT | Variable.RUNTIME)) != 0
            && ((attributes & Variable.RUNTIME) == 0 || (attributes & Variable.BOOT) != 0));
    boolean stays = (attributes & Variable.NON_VOLATILE) != 0;
    space.u64(a.pointer(1), VariableStore.MAX_TOTAL);
    space.u64(a.pointer(2), Math.max(0, VariableStore.MAX_TOTAL - store.used(stays)));
    space.u64(a.pointer(3), VariableStore.MAX_VARIABLE);
    return Status.SUCCESS;
  }
}
