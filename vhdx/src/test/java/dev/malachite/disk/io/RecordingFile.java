// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import dev.malachite.disk.ScatterList;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A file in memory that remembers every change and every force, and can show what a power cut may
 * have left of it.
 *
 * <p>Up to a force everything before it is on the medium. Of what came after, each piece (512 bytes
 * or 4 KiB) has arrived or not, whatever the order; of the file's length the same is true.
 */
public final class RecordingFile extends MemoryFile {
  private record Change(boolean force, long position, MemorySegment data, long size) {
    /** Whether it sets the file's length, cutting off what is behind; such a size is negative. */
    boolean truncates() {
      return size < 0;
    }
  }

  private final List<Change> changes = new ArrayList<>();
  private final MemoryFile start;

  /** Starts with a copy of a file's contents, which are durable. */
  public RecordingFile(MemoryFile contents) {
    super(contents);
    this.start = contents.copy();
  }

  /** How many changes have been recorded; a moment to which the file can be cut back. */
  public synchronized int moment() {
    return changes.size();
  }

  @Override
  public synchronized void extend(long newSize) {
    if (size() < newSize) {
      changes.add(new Change(false, 0, MemorySegment.NULL, newSize));
    }
    super.extend(newSize);
  }

  @Override
  public synchronized void truncate(long newSize) {
    changes.add(new Change(false, 0, MemorySegment.NULL, -1 - newSize));
    super.truncate(newSize);
  }

  @Override
  public synchronized void write(long position, ScatterList memory, long from, long length) {
    MemorySegment data = MemorySegment.ofArray(new byte[(int) length]);
    memory.copyTo(from, data, 0, length);
    changes.add(new Change(false, position, data, position + length));
    super.write(position, memory, from, length);
  }

  @Override
  public synchronized void zero(long position, long length) {
    changes.add(
        new Change(
            false, position, MemorySegment.ofArray(new byte[(int) length]), position + length));
    super.zero(position, length);
  }

  @Override
  public synchronized void force(boolean sizeToo) {
    changes.add(new Change(true, 0, MemorySegment.NULL, 0));
  }

  /** What a power cut at a moment may leave. */
  public synchronized MemoryFile cut(int moment, Random random) {
    int durable = 0;
    for (int i = 0; i < moment; i++) {
      if (changes.get(i).force()) {
        durable = i;
      }
    }
    MemoryFile left = cutWhole(durable);
    int mood = random.nextInt(5);
    int piece = random.nextBoolean() ? SECTOR : 8 * SECTOR;
    for (int i = durable; i < moment; i++) {
      Change change = changes.get(i);
      boolean whole = random.nextBoolean();
      boolean arrives = arrives(mood, random);
      if (change.force()) {
        continue;
      }
      if (arrives(mood, random)) {
        setSize(left, change);
      }
      for (long at = 0; at < change.data().byteSize(); at += SECTOR) {
        if (at % piece == 0 && !whole) {
          arrives = arrives(mood, random);
        }
        if (arrives) {
          put(left, change, at);
        }
      }
    }
    return left;
  }

  /** The file at a moment, with every change before it. */
  public synchronized MemoryFile cutWhole(int moment) {
    MemoryFile left = start.copy();
    for (Change change : changes.subList(0, moment)) {
      if (!change.force()) {
        setSize(left, change);
        for (long at = 0; at < change.data().byteSize(); at += SECTOR) {
          put(left, change, at);
        }
      }
    }
    return left;
  }

  private static void setSize(MemoryFile file, Change change) {
    if (change.truncates()) {
      file.truncate(-1 - change.size());
    } else {
      file.extend(change.size());
    }
  }

  private static boolean arrives(int mood, Random random) {
    return switch (mood) {
      case 0 -> false;
      case 1 -> true;
      default -> random.nextInt(4) < mood;
    };
  }

  private static void put(MemoryFile file, Change change, long at) {
    if (change.position() % SECTOR != 0 || change.data().byteSize() % SECTOR != 0) {
      throw new IllegalArgumentException("changes of parts of sectors are not needed in tests");
    }
    byte[] sector = new byte[SECTOR];
    MemorySegment.copy(change.data(), at, MemorySegment.ofArray(sector), 0, SECTOR);
    file.putSector((change.position() + at) / SECTOR, sector);
  }
}
