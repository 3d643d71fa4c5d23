// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import dev.malachite.engine.control.ScreenDirt;
import dev.malachite.engine.control.ScreenPicture;
import dev.malachite.engine.device.FrameBuffer;
import dev.malachite.engine.device.ScreenWatcher;
import dev.malachite.engine.machine.Machine;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a file that other processes map equal to the guest's screen while somebody watches, and
 * tells what has changed.
 *
 * <p>Where the guest says what it changes, only that is compared and copied, and now and then all,
 * because some drivers don't say everything. Where it doesn't, everything is compared, the less
 * often the longer nothing has changed.
 */
final class ScreenExport implements AutoCloseable {
  /** Is told of changes, on this export's thread. */
  interface Listener {
    /** The picture is another one. */
    void changed(ScreenPicture picture);

    /** Parts of it have changed. */
    void dirty(List<ScreenDirt.Rectangle> rectangles);
  }

  private static final System.Logger LOGGER = System.getLogger(ScreenExport.class.getName());
  private static final long SECOND = 1_000_000_000L;
  private static final long FULL_LOOK = SECOND / 2;
  private static final long SLOWEST_LOOK = SECOND / 4;
  private static final long LARGEST = 1L << 30;
  private static final int FILL = 1 << 16;

  private final Machine machine;
  private final Path folder;
  private final Listener listener;
  private final Thread thread;
  private final Object lock = new Object();

  // Guarded by lock: what is wanted, and what the guest has said since the last look.
  private int rate;
  private boolean told;
  private boolean resized;
  private boolean closed;
  private int left = Integer.MAX_VALUE;
  private int top = Integer.MAX_VALUE;
  private int right;
  private int bottom;

  // The copy; guarded by this.
  private ScreenPicture picture = ScreenPicture.OFF;
  private @Nullable Arena arena;
  private MemorySegment copy = MemorySegment.NULL;
  private int files;
  private boolean over;

  /**
   * An export that nobody watches yet.
   *
   * @param folder where the file goes
   */
  ScreenExport(Machine machine, Path folder, Listener listener) {
    this.machine = machine;
    this.folder = folder;
    this.listener = listener;
    thread = Thread.ofPlatform().daemon().name("screen").unstarted(this::watch);
  }

  /** Starts the thread. */
  void start() {
    thread.start();
  }

  /** Sets how often a second somebody wants to know of changes; 0 for nobody. */
  void rate(int perSecond) {
    synchronized (lock) {
      if (closed || rate == perSecond) {
        return;
      }
      boolean first = rate == 0;
      rate = perSecond;
      if (perSecond == 0) {
        machine.watchScreen(null);
      } else if (first) {
        machine.watchScreen(new Hints());
        told = false;
      }
      lock.notifyAll();
    }
  }

  private final class Hints implements ScreenWatcher {
    @Override
    public void resized() {
      synchronized (lock) {
        resized = true;
        lock.notifyAll();
      }
    }

    @Override
    public void dirty(int x, int y, int width, int height) {
      synchronized (lock) {
        boolean first = right == 0;
        told = true;
        left = Math.min(left, x);
        top = Math.min(top, y);
        right = Math.max(right, x + width);
        bottom = Math.max(bottom, y + height);
        if (first) {
          lock.notifyAll();
        }
      }
    }
  }

  /** A look to take: which part of the screen, all if the right edge is beyond every screen. */
  private record Look(int left, int top, int right, int bottom) {
    static final Look ALL = new Look(0, 0, Integer.MAX_VALUE, Integer.MAX_VALUE);

    boolean isWhole() {
      return right == Integer.MAX_VALUE;
    }
  }

  private void watch() {
    long pause = 0;
    long lastFull = System.nanoTime() - SECOND;
    try {
      while (true) {
        Look look = next(pause, lastFull);
        if (look == null) {
          return;
        }
        long begun = System.nanoTime();
        if (look.isWhole()) {
          lastFull = begun;
        }
        boolean changed = update(look);
        long step = step();
        pause =
            changed || !look.isWhole() ? step : Math.min(SLOWEST_LOOK, Math.max(step, pause * 2));
        long rest = step - (System.nanoTime() - begun);
        if (rest > 0) {
          TimeUnit.NANOSECONDS.sleep(rest);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      LOGGER.log(System.Logger.Level.ERROR, "the screen is no longer shown", e);
    }
  }

  private long step() {
    synchronized (lock) {
      return SECOND / Math.max(1, rate);
    }
  }

  // Waits until it is time for a look; null when closed.
  private @Nullable Look next(long pause, long lastFull) throws InterruptedException {
    synchronized (lock) {
      long due = System.nanoTime() + pause;
      while (!closed) {
        long now = System.nanoTime();
        if (rate == 0) {
          lock.wait();
          due = System.nanoTime();
          continue;
        }
        if (resized) {
          resized = false;
          forgetHints();
          return Look.ALL;
        }
        long full = told ? lastFull + FULL_LOOK : due;
        if (now >= full) {
          forgetHints();
          return Look.ALL;
        }
        if (told && right > 0) {
          Look look = new Look(left, top, right, bottom);
          forgetHints();
          return look;
        }
        TimeUnit.NANOSECONDS.timedWait(lock, Math.max(1_000_000, full - now));
      }
      return null;
    }
  }

  private void forgetHints() {
    left = Integer.MAX_VALUE;
    top = Integer.MAX_VALUE;
    right = 0;
    bottom = 0;
  }

  /**
   * Brings the file up to date once.
   *
   * @return the picture, {@link ScreenPicture#OFF} while the screen is off
   */
  synchronized ScreenPicture capture() throws IOException {
    update(Look.ALL);
    return picture;
  }

  private synchronized boolean update(Look look) throws IOException {
    if (over) {
      return false;
    }
    Optional<FrameBuffer> screen = machine.frameBuffer();
    if (screen.isEmpty() || !isUsable(screen.get())) {
      if (picture.width() == 0) {
        return false;
      }
      release();
      listener.changed(picture);
      return true;
    }
    FrameBuffer now = screen.get();
    if (now.width() != picture.width()
        || now.height() != picture.height()
        || now.stride() != picture.stride()) {
      open(now);
      MemorySegment.copy(now.pixels(), 0, copy, 0, copy.byteSize());
      listener.changed(picture);
      return true;
    }
    List<ScreenDirt.Rectangle> dirt =
        ScreenComparison.copyChanges(
            now.pixels(),
            copy,
            now.stride(),
            Math.max(0, look.left),
            Math.max(0, look.top),
            Math.min(now.width(), look.right),
            Math.min(now.height(), look.bottom));
    if (dirt.isEmpty()) {
      return false;
    }
    listener.dirty(dirt);
    return true;
  }

  private static boolean isUsable(FrameBuffer screen) {
    long bytes = (long) screen.stride() * screen.height();
    return screen.width() > 0
        && screen.height() > 0
        && screen.stride() >= 4L * screen.width()
        && bytes <= LARGEST
        && bytes <= screen.pixels().byteSize();
  }

  @SuppressWarnings("MustBeClosedChecker") // release() closes it
  private void open(FrameBuffer screen) throws IOException {
    release();
    Path file = folder.resolve("screen-" + ++files);
    long bytes = (long) screen.stride() * screen.height();
    Arena opened = Arena.ofShared();
    arena = opened;
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      fill(channel, bytes);
      copy = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, opened);
    }
    picture = new ScreenPicture(screen.width(), screen.height(), screen.stride(), file);
  }

  // A full file system is an error now; in a mapping it would be a fatal signal later.
  private static void fill(FileChannel channel, long bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(FILL);
    for (long at = 0; at < bytes; ) {
      zeros.clear().limit((int) Math.min(FILL, bytes - at));
      at += channel.write(zeros, at);
    }
  }

  private void release() throws IOException {
    Arena old = arena;
    if (old != null) {
      arena = null;
      copy = MemorySegment.NULL;
      old.close();
    }
    if (picture.file() != null) {
      Files.deleteIfExists(picture.file());
    }
    picture = ScreenPicture.OFF;
  }

  /** Ends the thread and removes the file. Before the machine is closed. */
  @Override
  public void close() throws IOException {
    synchronized (lock) {
      closed = true;
      if (rate > 0) {
        machine.watchScreen(null);
      }
      rate = 0;
      lock.notifyAll();
    }
    if (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    synchronized (this) {
      over = true;
      release();
    }
  }
}
