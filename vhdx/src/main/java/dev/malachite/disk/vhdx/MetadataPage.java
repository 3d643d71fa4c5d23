// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A cached 4 KiB page of the block allocation table or of a sector bitmap, as 64-bit words.
 *
 * <p>Any thread may read words at any time; they change under the lock of {@link MetadataPages}.
 */
final class MetadataPage {
  /** Words in a page. */
  static final int WORDS = VhdxConstants.SECTOR / Long.BYTES;

  static final byte CLEAN = 0;

  /** Changed since it was last taken to be logged, and queued to be. */
  static final byte DIRTY = 1;

  /** Taken to be logged, and not yet in its place in the file. */
  static final byte COMMITTING = 2;

  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(MetadataPage[].class);

  private final long[] words = new long[WORDS];
  private final @Nullable MetadataPage[] slots;
  private final int slot;
  final long fileOffset;

  /** Whether the page has to be logged before pages that aren't. */
  final boolean bitmap;

  byte state;

  MetadataPage(@Nullable MetadataPage[] slots, int slot, long fileOffset, boolean bitmap) {
    this.slots = slots;
    this.slot = slot;
    this.fileOffset = fileOffset;
    this.bitmap = bitmap;
  }

  /** The page in a slot; null if it isn't cached. */
  static @Nullable MetadataPage in(@Nullable MetadataPage[] slots, int slot) {
    return (MetadataPage) SLOT.getAcquire(slots, slot);
  }

  /** Lets readers find the page. */
  void publish() {
    SLOT.setRelease(slots, slot, this);
  }

  /** Lets readers find it no longer. */
  void withdraw() {
    SLOT.setRelease(slots, slot, (MetadataPage) null);
  }

  long get(int word) {
    return (long) WORD.getAcquire(words, word);
  }

  void set(int word, long value) {
    WORD.setRelease(words, word, value);
  }

  /** The words, to be filled or copied whole. */
  long[] words() {
    return words;
  }
}
