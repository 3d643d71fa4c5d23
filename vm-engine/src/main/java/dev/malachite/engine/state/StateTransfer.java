// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.state;

import org.jspecify.annotations.Nullable;

/**
 * Carries the values of one section to a file or from one. All values are little-endian and have
 * the width their method says.
 *
 * <p>Saving, each method returns what it was given. Restoring, it returns what the file has; that
 * comes from anybody, so a value that is used as an index or a size goes through {@link
 * #number(int, int, int)} or is checked by its owner.
 */
public abstract sealed class StateTransfer permits SectionWriter, SectionReader {
  StateTransfer() {}

  /** True if values come from a file. */
  public abstract boolean loading();

  /** The section's version: the newest when saving. */
  public abstract int version();

  /** The section's name, for messages. */
  public abstract String name();

  /** One byte: 0 or 1. */
  public abstract boolean flag(boolean value) throws StateException;

  /** Four bytes. */
  public abstract int int32(int value) throws StateException;

  /** Eight bytes. */
  public abstract long int64(long value) throws StateException;

  /** An array of a length that both sides know. */
  public abstract void bytes(byte[] values) throws StateException;

  /**
   * An array of any length.
   *
   * @param limit the most bytes it can have
   */
  public abstract byte[] block(byte[] value, int limit) throws StateException;

  /** Four bytes: a number of a range. */
  public final int number(int value, int least, int most) throws StateException {
    int result = int32(value);
    if (result < least || result > most) {
      throw impossible("%d is not %d to %d".formatted(result, least, most));
    }
    return result;
  }

  /** Eight bytes: a number of a range. */
  public final long number(long value, long least, long most) throws StateException {
    long result = int64(value);
    if (result < least || result > most) {
      throw impossible("%d is not %d to %d".formatted(result, least, most));
    }
    return result;
  }

  /** One constant of an enumeration, by its name. */
  public final <E extends Enum<E>> E choice(E value, Class<E> type) throws StateException {
    String text = text(value.name(), 100);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(text)) {
        return constant;
      }
    }
    throw impossible("there is no " + text);
  }

  /**
   * A text.
   *
   * @param limit the most bytes it can have in UTF-8
   */
  public final String text(String value, int limit) throws StateException {
    return new String(
        block(value.getBytes(java.nio.charset.StandardCharsets.UTF_8), limit),
        java.nio.charset.StandardCharsets.UTF_8);
  }

  /** A text that may be missing. */
  public final @Nullable String optionalText(@Nullable String value, int limit)
      throws StateException {
    boolean there = flag(value != null);
    String text = there ? text(value == null ? "" : value, limit) : null;
    return text;
  }

  /** An array of a length that both sides know, four bytes each. */
  public final void ints(int[] values) throws StateException {
    for (int i = 0; i < values.length; i++) {
      values[i] = int32(values[i]);
    }
  }

  /** An array of a length that both sides know, of numbers of a range. */
  public final void numbers(int[] values, int least, int most) throws StateException {
    for (int i = 0; i < values.length; i++) {
      values[i] = number(values[i], least, most);
    }
  }

  /** An array of a length that both sides know, eight bytes each. */
  public final void longs(long[] values) throws StateException {
    for (int i = 0; i < values.length; i++) {
      values[i] = int64(values[i]);
    }
  }

  /** An array of a length that both sides know, one byte each. */
  public final void flags(boolean[] values) throws StateException {
    for (int i = 0; i < values.length; i++) {
      values[i] = flag(values[i]);
    }
  }

  /** What to throw for a value that a sound file can't have. */
  public final StateException impossible(String what) {
    return new StateException(
        "the saved state is damaged: section " + name() + ": " + what + "; discard it");
  }
}
