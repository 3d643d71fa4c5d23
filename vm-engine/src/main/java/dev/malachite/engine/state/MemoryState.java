// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.state;

import dev.malachite.engine.host.Libc;
import dev.malachite.engine.memory.GuestMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Saves and restores guest memory: pages that were never touched or are zero are left out, the rest
 * is compressed in pieces of 1 MiB, by all processors of the host.
 *
 * <p>A piece is the number of its backing and of the piece in it (4 bytes each), which of its 256
 * pages follow (four words of 64 bits), and their bytes, deflated.
 */
public final class MemoryState {
  private static final int PAGE = GuestMemory.PAGE_SIZE;
  private static final int PIECE_PAGES = 256;
  private static final int PIECE = PIECE_PAGES * PAGE;
  private static final int MASK_WORDS = PIECE_PAGES / 64;
  private static final int HEADER = 8 + 8 * MASK_WORDS;
  private static final int MOST_THREADS = 4;
  private static final int SECTION_VERSION = 1;
  private static final MemorySegment ZERO = MemorySegment.ofArray(new byte[PAGE]);

  // A piece of which somebody has written to some pages.
  private static final class Piece {
    final int backing;
    final GuestMemory.Region region;
    final int number;
    final long[] mask = new long[MASK_WORDS];

    Piece(int backing, GuestMemory.Region region, int number) {
      this.backing = backing;
      this.region = region;
      this.number = number;
    }

    int pages() {
      int count = 0;
      for (long word : mask) {
        count += Long.bitCount(word);
      }
      return count;
    }
  }

  private interface Work {
    void run(int index) throws IOException;
  }

  private MemoryState() {}

  // ---- saving --------------------------------------------------------------------------------

  /** Adds a machine's memory to a file. Only while nobody writes to it. */
  public static void save(GuestMemory memory, StateWriter file, StateProgress progress)
      throws IOException {
    List<GuestMemory.Region> backings = memory.backings();
    file.section("memory layout", SECTION_VERSION, s -> layout(backings, s));
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < backings.size(); i++) {
      addPieces(i, backings.get(i), pieces);
    }
    Meter meter = new Meter(progress, pieces.stream().mapToLong(Piece::pages).sum() * PAGE);
    parallel(
        pieces.size(),
        () -> {
          Packer packer = new Packer(file);
          return new Worker(
              index -> {
                Piece piece = pieces.get(index);
                packer.pack(piece);
                meter.add((long) piece.pages() * PAGE);
              },
              packer.deflater::end);
        });
  }

  private static void layout(List<GuestMemory.Region> backings, StateTransfer s)
      throws StateException {
    boolean same = s.int32(backings.size()) == backings.size();
    for (int i = 0; same && i < backings.size(); i++) {
      same = s.int64(backings.get(i).size()) == backings.get(i).size();
    }
    if (!same) {
      throw new StateException(
          "the saved state is of a machine with other memory; discard the saved state");
    }
  }

  private static void addPieces(int backing, GuestMemory.Region region, List<Piece> pieces) {
    Piece last = null;
    long at = Libc.nextData(region.fd(), 0);
    while (at >= 0 && at < region.size()) {
      long end = Math.min(Libc.nextHole(region.fd(), at), region.size());
      for (long page = at / PAGE; page < (end + PAGE - 1) / PAGE; page++) {
        int number = (int) (page / PIECE_PAGES);
        if (last == null || last.number != number) {
          last = new Piece(backing, region, number);
          pieces.add(last);
        }
        int inPiece = (int) (page % PIECE_PAGES);
        last.mask[inPiece >> 6] |= 1L << inPiece;
      }
      at = end >= region.size() ? -1 : Libc.nextData(region.fd(), end);
    }
  }

  private static final class Packer {
    private final StateWriter file;
    final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final byte[] raw = new byte[PIECE];
    private final byte[] packed = new byte[HEADER + PIECE + PIECE / 512 + 64];

    Packer(StateWriter file) {
      this.file = file;
    }

    void pack(Piece piece) throws IOException {
      long start = (long) piece.number * PIECE;
      MemorySegment segment = piece.region.segment();
      ByteBuffer header = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(piece.backing).putInt(piece.number);
      int length = 0;
      for (int word = 0; word < MASK_WORDS; word++) {
        long kept = 0;
        for (long left = piece.mask[word]; left != 0; left &= left - 1) {
          int bit = Long.numberOfTrailingZeros(left);
          long offset = start + (word * 64L + bit) * PAGE;
          if (MemorySegment.mismatch(segment, offset, offset + PAGE, ZERO, 0, PAGE) >= 0) {
            MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, raw, length, PAGE);
            length += PAGE;
            kept |= 1L << bit;
          }
        }
        header.putLong(kept);
      }
      if (length == 0) {
        return;
      }
      deflater.reset();
      deflater.setInput(raw, 0, length);
      deflater.finish();
      int size = HEADER;
      while (!deflater.finished()) {
        int more = deflater.deflate(packed, size, packed.length - size);
        if (more == 0 && !deflater.finished()) {
          throw new IllegalStateException("deflated memory is larger than it can be");
        }
        size += more;
      }
      file.add(StateFile.MEMORY, SECTION_VERSION, packed, size);
    }
  }

  // ---- restoring -----------------------------------------------------------------------------

  /** Makes a machine's memory what it was; what it was before is lost. */
  public static void load(GuestMemory memory, StateReader file, StateProgress progress)
      throws IOException {
    List<GuestMemory.Region> backings = memory.backings();
    file.section("memory layout", SECTION_VERSION, s -> layout(backings, s));
    for (GuestMemory.Region region : backings) {
      Libc.punchHole(region.fd(), 0, region.size());
    }
    List<StateReader.Place> places = file.memory();
    Meter meter = new Meter(progress, places.stream().mapToLong(StateReader.Place::length).sum());
    parallel(
        places.size(),
        () -> {
          Unpacker unpacker = new Unpacker(backings);
          return new Worker(
              index -> {
                StateReader.Place place = places.get(index);
                unpacker.unpack(place, file.content(place));
                meter.add(place.length());
              },
              unpacker.inflater::end);
        });
  }

  private static final class Unpacker {
    private final List<GuestMemory.Region> backings;
    final Inflater inflater = new Inflater(true);
    private final byte[] raw = new byte[PIECE];
    private final long[] mask = new long[MASK_WORDS];

    Unpacker(List<GuestMemory.Region> backings) {
      this.backings = backings;
    }

    void unpack(StateReader.Place place, ByteBuffer content) throws StateException {
      if (place.version() > SECTION_VERSION || content.remaining() < HEADER) {
        throw damaged();
      }
      int backing = content.getInt();
      int number = content.getInt();
      int length = 0;
      for (int i = 0; i < MASK_WORDS; i++) {
        mask[i] = content.getLong();
        length += Long.bitCount(mask[i]) * PAGE;
      }
      if (backing < 0 || backing >= backings.size() || number < 0 || length == 0) {
        throw damaged();
      }
      GuestMemory.Region region = backings.get(backing);
      inflate(content, length);
      long start = (long) number * PIECE;
      int from = 0;
      for (int word = 0; word < MASK_WORDS; word++) {
        for (long left = mask[word]; left != 0; left &= left - 1) {
          long offset = start + (word * 64L + Long.numberOfTrailingZeros(left)) * PAGE;
          if (offset > region.size() - PAGE) {
            throw damaged();
          }
          MemorySegment.copy(raw, from, region.segment(), ValueLayout.JAVA_BYTE, offset, PAGE);
          from += PAGE;
        }
      }
    }

    private void inflate(ByteBuffer content, int length) throws StateException {
      inflater.reset();
      inflater.setInput(content);
      int filled = 0;
      try {
        while (filled < length) {
          int more = inflater.inflate(raw, filled, length - filled);
          if (more == 0) {
            throw damaged();
          }
          filled += more;
        }
        if (!inflater.finished() && inflater.inflate(raw, 0, 0) != 0) {
          throw damaged();
        }
      } catch (DataFormatException e) {
        throw new StateException("the saved state is damaged: memory; discard it", e);
      }
    }

    private static StateException damaged() {
      return new StateException(
          "the saved state is damaged: memory that can't have been written so; discard it");
    }
  }

  // ---- both ----------------------------------------------------------------------------------

  private static final class Meter {
    private final StateProgress progress;
    private final long total;
    private long done;

    Meter(StateProgress progress, long total) {
      this.progress = progress;
      this.total = Math.max(1, total);
    }

    synchronized void add(long bytes) throws StateException {
      done += bytes;
      progress.progress(done, total);
    }
  }

  private record Worker(Work work, Runnable end) {}

  private interface Workers {
    Worker make();
  }

  private static void parallel(int count, Workers workers) throws IOException {
    int threads =
        Math.clamp(Math.min(count, Runtime.getRuntime().availableProcessors()), 1, MOST_THREADS);
    AtomicInteger next = new AtomicInteger();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(
            executor.submit(
                () -> {
                  Worker worker = workers.make();
                  try {
                    for (int at = next.getAndIncrement(); at < count; at = next.getAndIncrement()) {
                      worker.work.run(at);
                    }
                  } finally {
                    next.set(count);
                    worker.end.run();
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        await(one);
      }
    }
  }

  private static void await(Future<?> one) throws IOException {
    try {
      one.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IOException("memory could not be transferred", e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StateException("interrupted while memory is transferred", e);
    }
  }
}
