// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A running process seen through the lines it prints, each with the time it came. Closing ends the
 * process and everything it started; so does the end of this program.
 */
final class Console implements AutoCloseable {
  /** A line and its {@link System#nanoTime}. */
  record Line(String text, long nanos) {}

  private static final Line END = new Line("", 0);
  private static final int LINES_KEPT = 15;
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  private static boolean ending;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Console::endAll));
  }

  private final Process process;
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
  private final Deque<String> last = new ArrayDeque<>();
  private final boolean verbose;

  /** The time just before the process was started. */
  final long started;

  Console(List<String> command, Options options) throws IOException {
    verbose = options.verbose;
    List<String> whole = new ArrayList<>();
    if (options.niceness != null) {
      whole.addAll(List.of("setsid", "nice", "-n", options.niceness.toString()));
    }
    whole.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(whole);
    builder.redirectErrorStream(true).redirectInput(new File("/dev/null"));
    started = System.nanoTime();
    process = start(builder);
    Thread.ofPlatform().daemon().name("console").start(this::read);
    if (options.niceness != null) {
      String niceness = options.niceness.toString();
      Thread.ofPlatform().daemon().name("niceness").start(() -> keepSessionsNice(niceness));
    }
  }

  /** Starts a process unless this program is ending, so that none is left behind. */
  private static synchronized Process start(ProcessBuilder builder) throws IOException {
    if (ending) {
      throw new IOException("interrupted");
    }
    Process process = builder.start();
    RUNNING.add(process);
    return process;
  }

  private static synchronized void endAll() {
    ending = true;
    RUNNING.forEach(Console::end);
  }

  /**
   * Gives the niceness to every session that the process begins: where the kernel shares processors
   * among sessions first, a process's own counts within its session only.
   */
  private void keepSessionsNice(String niceness) {
    while (process.isAlive()) {
      Stream.concat(Stream.of(process.toHandle()), process.descendants())
          .map(handle -> Path.of("/proc", Long.toString(handle.pid()), "autogroup"))
          .forEach(
              file -> {
                try {
                  if (!Files.readString(file).endsWith(" nice " + niceness + "\n")) {
                    Files.writeString(file, niceness);
                  }
                } catch (IOException e) {
                  // The process has ended, or this kernel has no groups.
                }
              });
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(new Line(line, System.nanoTime()));
      }
    } catch (IOException e) {
      // The process has been ended.
    }
    lines.add(END);
  }

  /** The next line, or null when the process has ended or nothing came for so long. */
  Line next(long seconds) throws InterruptedException {
    Line line = lines.poll(seconds, TimeUnit.SECONDS);
    if (line == null || line == END) {
      return null;
    }
    if (verbose) {
      System.err.println("  " + line.text());
    }
    last.add(line.text());
    if (last.size() > LINES_KEPT) {
      last.remove();
    }
    return line;
  }

  /** The last lines read, for a message about what went wrong. */
  String tail() {
    return "  | " + String.join(System.lineSeparator() + "  | ", last);
  }

  @Override
  public void close() {
    end(process);
    RUNNING.remove(process);
  }

  private static void end(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    children.forEach(ProcessHandle::destroy);
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
