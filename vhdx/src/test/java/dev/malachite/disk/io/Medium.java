// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import dev.malachite.disk.ScatterList;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Files in memory whose every change and force is recorded, and what a loss of power at each moment
 * may leave of them.
 *
 * <p>A force makes durable what was done to its own file before. Of what came after, each piece of
 * 512 bytes or 4 KiB has arrived or not, in any order; so has each change of the file's length.
 */
public final class Medium {
  /**
   * A change: contents of a sector, a length (sector -1), or a force (contents null, length -1).
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Change(int file, long sector, byte[] contents, long length, int group) {}

  private static final byte[] NOTHING = new byte[0];

  private final List<Path> paths = new ArrayList<>();
  private final Map<Path, RecordedFile> files = new HashMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<Map<Long, byte[]>> starts = new ArrayList<>();
  private final List<Long> startSizes = new ArrayList<>();
  private int groups;

  /** Adds a file, whose present contents are durable. */
  public HostFile add(LayeredFile contents) {
    RecordedFile file = new RecordedFile(paths.size(), contents);
    paths.add(contents.path());
    files.put(contents.path(), file);
    starts.add(contents.contents());
    startSizes.add(contents.size());
    return file;
  }

  /** Opens the recorded files by name. */
  public HostFile open(Path path) throws NoSuchFileException {
    RecordedFile file = files.get(path);
    if (file == null) {
      throw new NoSuchFileException(path.toString());
    }
    return file;
  }

  /** How many changes there have been. */
  public int moment() {
    return changes.size();
  }

  /** A file whose changes are recorded. */
  private final class RecordedFile extends LayeredFile {
    private final int number;

    RecordedFile(int number, LayeredFile contents) {
      super(contents.path(), contents.contents(), contents.size());
      this.number = number;
    }

    @Override
    void putSector(long sector, byte[] contents) {
      super.putSector(sector, contents);
      changes.add(new Change(number, sector, contents, 0, groups));
    }

    @Override
    void setSize(long newSize) {
      if (newSize != size()) {
        groups++;
        changes.add(new Change(number, -1, NOTHING, newSize, groups++));
      }
      super.setSize(newSize);
    }

    @Override
    public void write(long position, ScatterList memory, long from, long length) {
      groups++;
      super.write(position, memory, from, length);
    }

    @Override
    public void zero(long position, long length) {
      groups++;
      super.zero(position, length);
    }

    @Override
    public void force(boolean sizeToo) {
      groups++;
      changes.add(new Change(number, -1, NOTHING, -1, groups++));
    }
  }

  /** Looks at what losses of power may leave. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Looks at the files after a loss of power.
     *
     * @param moment after how many changes the power failed
     * @param left the files by path; they may be changed
     */
    void visit(int moment, Map<Path, LayeredFile> left) throws Exception;
  }

  /** Shows what losses of power at random moments leave, in order of the moments. */
  public void lose(int count, Random random, Visitor visitor) throws Exception {
    int[] moments = random.ints(count, 0, changes.size() + 1).sorted().toArray();
    List<Map<Long, byte[]>> durable = new ArrayList<>();
    List<List<Change>> pending = new ArrayList<>();
    long[] sizes = new long[paths.size()];
    for (int i = 0; i < paths.size(); i++) {
      durable.add(new HashMap<>(starts.get(i)));
      pending.add(new ArrayList<>());
      sizes[i] = startSizes.get(i);
    }
    int at = 0;
    for (int moment : moments) {
      for (; at < moment; at++) {
        Change change = changes.get(at);
        List<Change> waiting = pending.get(change.file());
        if (change.length() >= 0) {
          waiting.add(change);
          continue;
        }
        for (Change earlier : waiting) {
          sizes[change.file()] = apply(durable.get(change.file()), sizes[change.file()], earlier);
        }
        waiting.clear();
      }
      Map<Path, LayeredFile> left = new TreeMap<>();
      for (int i = 0; i < paths.size(); i++) {
        LayeredFile file = new LayeredFile(paths.get(i), durable.get(i), sizes[i]);
        arrive(file, pending.get(i), random);
        left.put(paths.get(i), file);
      }
      visitor.visit(moment, left);
    }
  }

  private static long apply(Map<Long, byte[]> contents, long size, Change change) {
    if (change.sector() < 0) {
      if (change.length() < size) {
        long end = (change.length() + LayeredFile.SECTOR - 1) / LayeredFile.SECTOR;
        contents.keySet().removeIf(number -> number >= end);
      }
      return change.length();
    }
    contents.put(change.sector(), change.contents());
    return Math.max(size, 0);
  }

  private static void arrive(LayeredFile file, List<Change> pending, Random random) {
    // Nothing, all, or a quarter to three quarters of it; whole writes or pieces of them.
    int mood = random.nextInt(5);
    int piece = random.nextBoolean() ? 1 : 8;
    boolean whole = random.nextBoolean();
    int group = -1;
    long unit = -1;
    boolean arrives = false;
    for (Change change : pending) {
      boolean same = change.group() == group && (whole || change.sector() / piece == unit);
      if (!same) {
        arrives = mood == 1 || (mood > 1 && random.nextInt(4) < mood - 1);
        group = change.group();
        unit = change.sector() / piece;
      }
      if (!arrives) {
        continue;
      }
      if (change.sector() < 0) {
        file.setSize(change.length());
      } else {
        file.putSector(change.sector(), change.contents());
        file.extend((change.sector() + 1) * LayeredFile.SECTOR);
      }
    }
  }
}
