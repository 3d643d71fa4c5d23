// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.malachite.disk.DiskCheck;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.ScatterList;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.LayeredFile;
import dev.malachite.disk.io.LittleEndian;
import dev.malachite.disk.io.Medium;
import dev.malachite.disk.io.ParentFiles;
import dev.malachite.disk.vhdx.VhdxFile.Access;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Whatever a loss of power leaves of VHDX files, in the middle of writing, resizing, compacting or
 * merging, opens, is sound and holds every acknowledged flush.
 *
 * <p>Random workloads run on recorded files; what losses of power at random moments leave is then
 * opened and compared with what was written. {@code -Dpower.seed=N} repeats one workload.
 */
class PowerLossTest {
  private static final int WORKLOADS = 120;
  private static final int LOSSES = 175;

  private static final long MIB = 1L << 20;
  private static final int SECTOR = 512;
  private static final Path DIRECTORY = Path.of("/nowhere");
  private static final Path PARENT = DIRECTORY.resolve("parent.vhdx");
  private static final Path CHILD = DIRECTORY.resolve("child.vhdx");

  @Test
  void atEachMomentTheDiskIsWhole() throws Exception {
    Long one = Long.getLong("power.seed");
    long first = one != null ? one : new Random().nextLong();
    int losses = 0;
    for (int i = 0; i < (one != null ? 1 : WORKLOADS); i++) {
      long seed = first + i;
      try {
        losses += new Workload(new Random(seed)).run();
      } catch (AssertionError | Exception e) {
        throw new AssertionError("with -Dpower.seed=" + seed, e);
      }
    }
    assertThat(losses).isGreaterThanOrEqualTo(one != null ? 1 : 20_000);
  }

  /** What a sector of the virtual disk may hold, as stamps; 0 is a sector of zeroes. */
  private static final class History {
    private final List<int[]> events = new ArrayList<>();

    /** Whether {@code maybe} leaves what was there before possible. */
    void add(int order, int moment, int stamp, boolean maybe) {
      events.add(new int[] {order, moment, stamp, maybe ? 1 : 0});
    }

    /** Stamps that may be found: the last before the flush, and those begun before the loss. */
    Set<Integer> allowed(int flushedOrder, int moment) {
      Set<Integer> allowed = new HashSet<>(Set.of(0));
      for (int[] event : events) {
        if (event[1] > moment) {
          break;
        }
        if (event[0] <= flushedOrder && event[3] == 0) {
          allowed.clear();
        }
        allowed.add(event[2]);
      }
      return allowed;
    }
  }

  /** Something that is true from a moment on. */
  private record Since(int moment, int order, long size, long otherSize, Path top) {}

  private static final class Workload {
    private final Random random;
    private final Medium medium = new Medium();
    private final Map<Long, History> histories = new HashMap<>();
    private final List<Since> states = new ArrayList<>();
    private final List<Since> flushes = new ArrayList<>();
    private final MemorySegment data = Arena.ofAuto().allocate(64 * SECTOR, 8);
    private final ScatterList list = new ScatterList();
    private final boolean differencing;
    private Path top;
    private long size;
    private int stamp;
    private int order;

    Workload(Random random) {
      this.random = random;
      this.differencing = random.nextInt(5) < 3;
      this.top = differencing ? CHILD : PARENT;
      list.add(data, 0, data.byteSize());
    }

    int run() throws Exception {
      boolean fixed = random.nextInt(6) == 0;
      size =
          switch (random.nextInt(12)) {
            case 0 -> fixed ? 8 * MIB : 127L << 30;
            case 1, 2 -> fixed ? 8 * MIB : 5L << 30;
            default -> 12 * MIB + random.nextInt(8000) * (long) SECTOR;
          };
      LayeredFile parent = new LayeredFile(PARENT);
      VhdxSettings settings = fixed ? VhdxSettings.fixed(size) : VhdxSettings.dynamic(size);
      VhdxCreator.create(parent, settings.withBlockSize(1 << (20 + random.nextInt(2))));
      if (differencing) {
        medium.add(addChild(parent));
      }
      medium.add(parent);
      note(size);
      flushes.add(new Since(0, 0, 0, 0, top));
      int parts = 2 + random.nextInt(4);
      for (int i = 0; i < parts; i++) {
        part();
      }
      int[] count = {0};
      medium.lose(
          LOSSES,
          random,
          (moment, left) -> {
            try {
              verify(moment, left);
            } catch (AssertionError | Exception e) {
              throw new AssertionError("power lost at " + moment + " of " + medium.moment(), e);
            }
            count[0]++;
          });
      return count[0];
    }

    /** Fills the parent a little and makes a child of it. */
    private LayeredFile addChild(LayeredFile parent) throws IOException {
      try (VhdxFile disk = open(parent, ParentFiles.DEFAULT)) {
        for (int i = 0; i < 20; i++) {
          write(disk, 0);
        }
      }
      VhdxImage image = VhdxImage.load(parent);
      LayeredFile child = new LayeredFile(CHILD);
      VhdxCreator.createDifferencing(
          child,
          VhdxSettings.dynamic(size)
              .withBlockSize(1 << 20)
              .withIdentity(image.metadata().identity()),
          ParentLocator.of(CHILD, PARENT, image.headers().current().dataWriteGuid()));
      order++;
      return child;
    }

    private static VhdxFile open(HostFile file, ParentFiles parents) throws IOException {
      return VhdxChain.open(
          file, Access.READ_WRITE, parents, 1 + MetadataPages.DEFAULT_MAX_PAGES, null);
    }

    /** What the disk is from now on, until the next note. */
    private void note(long otherSize) {
      states.add(new Since(medium.moment(), order, size, otherSize, top));
    }

    private void acknowledge() {
      flushes.add(new Since(medium.moment(), ++order, 0, 0, top));
    }

    /** The recorded files; who reads one may be joined by who writes it. */
    private final class Recorded implements ParentFiles {
      @Override
      public HostFile open(Path path) throws IOException {
        return medium.open(path);
      }

      @Override
      public HostFile openExclusiveInstead(HostFile reader) throws IOException {
        return medium.open(reader.path());
      }
    }

    /** Merges the child while it is written, and goes on with the parent. */
    private void mergeOpen(HostFile file) throws IOException {
      try (DiskExecutor executor = DiskExecutor.create("power", 1);
          VhdxDisk disk = VhdxDisk.open(file, false, new Recorded(), executor)) {
        IoConsumer<VhdxDisk> change =
            target -> {
              if (random.nextInt(6) == 0) {
                forgetAndZero(target);
              } else {
                write(target::writeRange, medium.moment());
              }
            };
        for (int i = 0; i < 10; i++) {
          change.accept(disk);
        }
        try {
          disk.mergeIntoParent(
              (done, total) -> {
                try {
                  // About thirty changes, however many blocks there are.
                  if (random.nextLong(total) < 30) {
                    change.accept(disk);
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
                return true;
              });
          acknowledge();
          top = PARENT;
          note(size);
        } catch (IOException e) {
          // Sizes that differ are refused.
          assertThat(e).hasMessageContaining("another size");
        }
        for (int i = 0; i < 6; i++) {
          change.accept(disk);
        }
      }
      acknowledge();
    }

    private void forgetAndZero(VhdxDisk disk) throws IOException {
      long offset = place();
      long length = Math.min((1 + random.nextInt(3000)) * (long) SECTOR, size - offset);
      forget(offset, length, false);
      disk.zeroRange(offset, length);
    }

    private void part() throws IOException {
      HostFile file = medium.open(top);
      switch (random.nextInt(8)) {
        case 3 -> {
          if (top.equals(CHILD)) {
            mergeOpen(file);
          } else {
            session(file);
          }
        }
        case 0 -> {
          VhdxCompact.run(file, DiskProgress.NONE);
          acknowledge();
        }
        case 1 -> resize(file);
        case 2 -> {
          if (top.equals(CHILD)) {
            VhdxMerge.run(file, medium.open(PARENT), medium::open, DiskProgress.NONE);
            top = PARENT;
            note(size);
            acknowledge();
          } else {
            session(file);
          }
        }
        default -> session(file);
      }
    }

    private void resize(HostFile file) throws IOException {
      long sectors = size / SECTOR + random.nextInt(20_000) - 9_000;
      long newSize = Math.max(MIB, sectors * SECTOR);
      if (size > 100L << 30 && random.nextBoolean()) {
        newSize = size + (2L << 30); // The table has to move.
      }
      long old = size;
      note(newSize);
      VhdxResize.run(file, medium::open, newSize, true, null, DiskProgress.NONE);
      size = newSize;
      note(newSize);
      if (newSize < old) {
        order++;
        for (Map.Entry<Long, History> entry : histories.entrySet()) {
          if (entry.getKey() * SECTOR >= newSize) {
            entry.getValue().add(order, medium.moment(), 0, false);
          }
        }
      }
      acknowledge();
    }

    private void session(HostFile file) throws IOException {
      try (VhdxFile disk = open(file, medium::open)) {
        int operations = 8 + random.nextInt(40);
        for (int i = 0; i < operations; i++) {
          switch (random.nextInt(12)) {
            case 0, 1 -> {
              disk.flush();
              acknowledge();
            }
            case 2 -> {
              long offset = place() & -MIB;
              long length = Math.min(2 * MIB, size - offset);
              forget(offset, length, true);
              disk.unmap(offset, length);
            }
            case 3 -> {
              long offset = place();
              long length = Math.min((1 + random.nextInt(5000)) * (long) SECTOR, size - offset);
              forget(offset, length, false);
              disk.zero(offset, length);
            }
            default -> write(disk, medium.moment());
          }
        }
      }
      // Closing flushes.
      acknowledge();
    }

    /** A place on the disk; a few are met again and again, some are far apart. */
    private long place() {
      long spread = Math.min(Math.max(1, size / MIB), 1 + random.nextInt(160));
      long block = random.nextLong(spread) * (Math.max(1, size / MIB) / spread);
      return Math.min(block * MIB + random.nextInt(2048) * (long) SECTOR, size - SECTOR);
    }

    private void forget(long offset, long length, boolean maybe) {
      order++;
      for (Map.Entry<Long, History> entry : histories.entrySet()) {
        long at = entry.getKey() * SECTOR;
        if (at >= offset && at < offset + length) {
          entry.getValue().add(order, medium.moment(), 0, maybe);
        }
      }
    }

    /** Takes something that may fail. */
    @FunctionalInterface
    private interface IoConsumer<T> {
      void accept(T target) throws IOException;
    }

    /** Writes memory to a disk. */
    @FunctionalInterface
    private interface Sink {
      void write(long offset, ScatterList memory) throws IOException;
    }

    private void write(VhdxFile disk, int moment) throws IOException {
      write((offset, memory) -> disk.write(offset, memory, 0, memory.length()), moment);
    }

    private void write(Sink disk, int moment) throws IOException {
      long offset = place();
      int sectors = (int) Math.min(1 + random.nextInt(48), (size - offset) / SECTOR);
      order++;
      data.fill((byte) 0);
      for (int i = 0; i < sectors; i++) {
        stamp++;
        LittleEndian.putInt(data, (long) i * SECTOR, stamp);
        LittleEndian.putInt(data, (i + 1L) * SECTOR - 4, stamp);
        histories
            .computeIfAbsent(offset / SECTOR + i, number -> new History())
            .add(order, moment, stamp, false);
      }
      ScatterList part = new ScatterList();
      part.add(data, 0, (long) sectors * SECTOR);
      disk.write(offset, part);
    }

    private void verify(int moment, Map<Path, LayeredFile> left) throws IOException {
      Since state = last(states, moment);
      int flushed = last(flushes, moment).order();
      ParentFiles parents = path -> find(left, path);
      if (random.nextInt(8) == 0) {
        loseAgain(left, state, parents);
      }
      LayeredFile file = find(left, state.top());
      if (random.nextInt(3) == 0) {
        try (VhdxFile disk = VhdxChain.open(file, Access.READ_ONLY, parents, 100, null)) {
          compare(disk, state, flushed, moment);
        }
      }
      try (VhdxFile disk = open(file, parents)) {
        compare(disk, state, flushed, moment);
      }
      check(file);
      if (random.nextInt(10) == 0) {
        goOn(left, state, parents);
        try (VhdxFile disk = open(file, parents)) {
          compare(disk, state, flushed, moment);
        }
        check(file);
      }
    }

    /**
     * The power fails again while the disk is opened, and its log applied, after the first time.
     */
    private void loseAgain(Map<Path, LayeredFile> left, Since state, ParentFiles parents)
        throws IOException {
      LayeredFile file = find(left, state.top());
      Medium again = new Medium();
      open(again.add(file), parents).close();
      try {
        again.lose(1, random, (moment, rest) -> left.putAll(rest));
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    /** What was under way is done again and succeeds. */
    private void goOn(Map<Path, LayeredFile> left, Since state, ParentFiles parents)
        throws IOException {
      LayeredFile file = find(left, state.top());
      if (random.nextBoolean()) {
        VhdxCompact.run(file, DiskProgress.NONE);
      } else if (state.top().equals(CHILD)) {
        LayeredFile parent = find(left, PARENT);
        VhdxMerge.run(file, parent, parents, DiskProgress.NONE);
        check(parent);
        try (VhdxFile merged = open(parent, parents);
            VhdxFile child = VhdxChain.open(file, Access.READ_ONLY, parents, 100, null)) {
          assertThat(merged.size()).isEqualTo(child.size());
        }
      }
    }

    private static LayeredFile find(Map<Path, LayeredFile> left, Path path)
        throws NoSuchFileException {
      LayeredFile file = left.get(path);
      if (file == null) {
        throw new NoSuchFileException(path.toString());
      }
      return file;
    }

    private static Since last(List<Since> all, int moment) {
      Since found = all.getFirst();
      for (Since since : all) {
        if (since.moment() <= moment) {
          found = since;
        }
      }
      return found;
    }

    private static void check(HostFile file) throws IOException {
      DiskCheck check = VhdxCheck.run(file, DiskProgress.NONE);
      // A header torn while it was replaced is mended by the next session that changes something.
      assertThat(check.problems()).allMatch(problem -> problem.structure().equals("header"));
    }

    private void compare(VhdxFile disk, Since state, int flushed, int moment) throws IOException {
      assertThat(disk.size()).isIn(state.size(), state.otherSize());
      for (Map.Entry<Long, History> entry : histories.entrySet()) {
        if (entry.getKey() * SECTOR >= disk.size()) {
          continue;
        }
        disk.read(entry.getKey() * SECTOR, list, 0, SECTOR);
        int head = LittleEndian.getInt(data, 0);
        Set<Integer> allowed = entry.getValue().allowed(flushed, moment);
        if (!allowed.contains(head) || LittleEndian.getInt(data, SECTOR - 4) != head) {
          fail("sector %d holds %d, which is none of %s", entry.getKey(), head, allowed);
        }
      }
    }
  }
}
