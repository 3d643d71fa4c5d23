// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

import dev.malachite.disk.DiskConverter;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.DiskTarget;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times the same work on Malachite's disks, on QEMU's and on a plain file, in turn.
 *
 * <p>Files are in the host's page cache, so what is measured is what each program does to move data
 * between it and a guest's memory. Nothing is timed but the transfers: programs start, and files
 * are made durable, outside the time (but for creating and converting).
 */
final class DiskBenchmark {
  private static final long SIZE = 1L << 30;
  private static final int BLOCK = 32 << 20;

  /** A walk that looks random and that qemu-img can do: a prime number of steps each time. */
  private static final long STRIDE = 104_729L * 4096;

  private static final Pattern QEMU_TIME = Pattern.compile("Run completed in ([0-9.]+) seconds");

  private final int runs;
  private final String only;
  private final Path directory;
  private final List<String> table = new ArrayList<>();

  private DiskBenchmark(int runs, String only, Path directory) {
    this.runs = runs;
    this.only = only;
    this.directory = directory;
  }

  public static void main(String[] arguments) throws Exception {
    int runs = 3;
    String only = "";
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    for (int i = 0; i < arguments.length; i += 2) {
      String value = i + 1 < arguments.length ? arguments[i + 1] : "";
      switch (arguments[i]) {
        case "--runs" -> runs = Integer.parseInt(value);
        case "--only" -> only = value;
        case "--directory" -> parent = Path.of(value);
        default -> {
          System.err.println(
              "usage: disk [--runs N] [--only TEXT] [--directory DIR] [--classes DIR]");
          System.exit(2);
        }
      }
    }
    Path directory = Files.createTempDirectory(parent, "disk-benchmark");
    try {
      new DiskBenchmark(runs, only, directory).run();
    } finally {
      for (Path file : files(directory)) {
        Files.delete(file);
      }
      Files.delete(directory);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.toList();
    }
  }

  /** One way to do the work; returns the seconds it took. */
  @FunctionalInterface
  private interface Subject {
    double run() throws Exception;
  }

  /** A transfer that is repeated. */
  private record Load(String name, boolean write, int length, int depth, long step, int count) {}

  private void run() throws Exception {
    Path vhdx = directory.resolve("disk.vhdx");
    Path raw = directory.resolve("disk.raw");
    VirtualDisks.createVhdx(vhdx, VhdxSettings.dynamic(SIZE).withBlockSize(BLOCK));
    VirtualDisks.createRaw(raw, SIZE);
    Load fill = new Load("fill", true, 1 << 20, 8, 1 << 20, (int) (SIZE >> 20));
    ours(vhdx, fill);
    ours(raw, fill);
    List<Load> loads = new ArrayList<>();
    for (boolean write : new boolean[] {false, true}) {
      String verb = write ? "write" : "read";
      for (int depth : new int[] {1, 32}) {
        loads.add(
            new Load(
                "sequential " + verb + ", 1 MiB, depth " + depth,
                write,
                1 << 20,
                depth,
                1 << 20,
                2048));
      }
      for (int depth : new int[] {1, 32}) {
        loads.add(
            new Load(
                "random " + verb + ", 4 KiB, depth " + depth, write, 4096, depth, STRIDE, 100_000));
      }
    }
    for (Load load : loads) {
      row(
          load.name(),
          (double) load.length() * load.count(),
          load.length() == 4096 ? load.count() : 0,
          () -> ours(vhdx, load),
          () -> qemu(vhdx, "vhdx", load),
          () -> ours(raw, load),
          () -> qemu(raw, "raw", load),
          () -> channel(raw, load));
    }
    allocating();
    create();
    convert(raw);
    System.out.println(
        "| work | Malachite VHDX | QEMU VHDX | Malachite raw | QEMU raw | FileChannel | VHDX, times"
            + " QEMU's | VHDX, times QEMU's raw | VHDX, times own raw |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    table.forEach(System.out::println);
  }

  private void allocating() throws Exception {
    Path mine = directory.resolve("new.vhdx");
    Path theirs = directory.resolve("new-qemu.vhdx");
    Path raw = directory.resolve("new.raw");
    for (int depth : new int[] {1, 32}) {
      Load load =
          new Load("allocating write, 1 MiB, depth " + depth, true, 1 << 20, depth, 1 << 20, 1024);
      Load scattered =
          new Load(
              "allocating write, 4 KiB into new blocks of 1 MiB, depth " + depth,
              true,
              4096,
              depth,
              1 << 20,
              1024);
      for (Load each : List.of(load, scattered)) {
        int block = each.length() == 4096 ? 1 << 20 : BLOCK;
        row(
            each.name(),
            (double) each.length() * each.count(),
            each.length() == 4096 ? each.count() : 0,
            () -> {
              Files.deleteIfExists(mine);
              VirtualDisks.createVhdx(mine, VhdxSettings.dynamic(SIZE).withBlockSize(block));
              return ours(mine, each);
            },
            () -> {
              Files.deleteIfExists(theirs);
              VirtualDisks.createVhdx(theirs, VhdxSettings.dynamic(SIZE).withBlockSize(block));
              return qemu(theirs, "vhdx", each);
            },
            () -> {
              Files.deleteIfExists(raw);
              VirtualDisks.createRaw(raw, SIZE);
              return ours(raw, each);
            },
            () -> {
              Files.deleteIfExists(raw);
              VirtualDisks.createRaw(raw, SIZE);
              return qemu(raw, "raw", each);
            },
            () -> {
              Files.deleteIfExists(raw);
              VirtualDisks.createRaw(raw, SIZE);
              return channel(raw, each);
            });
      }
    }
    Files.deleteIfExists(mine);
    Files.deleteIfExists(theirs);
    Files.deleteIfExists(raw);
  }

  private void create() throws Exception {
    Path file = directory.resolve("created.vhdx");
    for (boolean fixed : new boolean[] {false, true}) {
      long size = fixed ? 4L << 30 : 64L << 30;
      row(
          fixed ? "create, fixed, 4 GiB" : "create, dynamic, 64 GiB",
          0,
          0,
          () -> {
            Files.deleteIfExists(file);
            long start = System.nanoTime();
            VirtualDisks.createVhdx(
                file, fixed ? VhdxSettings.fixed(size) : VhdxSettings.dynamic(size));
            return seconds(start);
          },
          () -> {
            Files.deleteIfExists(file);
            long start = System.nanoTime();
            execute(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "vhdx",
                "-o",
                "subformat=" + (fixed ? "fixed" : "dynamic"),
                file,
                Long.toString(size));
            execute("sync", file);
            return seconds(start);
          },
          null,
          null,
          null);
    }
    Files.deleteIfExists(file);
  }

  private void convert(Path raw) throws Exception {
    if (!"convert".contains(only) && !only.isEmpty()) {
      return;
    }
    Path source = directory.resolve("source.raw");
    Path target = directory.resolve("target.vhdx");
    VirtualDisks.createRaw(source, 4L << 30);
    ours(source, new Load("fill", true, 1 << 20, 8, 1 << 20, 4096));
    row(
        "convert, raw to VHDX, 4 GiB",
        4.0 * (1L << 30),
        0,
        () -> {
          Files.deleteIfExists(target);
          long start = System.nanoTime();
          DiskConverter.convert(
              source, target, DiskTarget.of(DiskFormat.VHDX, DiskType.DYNAMIC), DiskProgress.NONE);
          return seconds(start);
        },
        () -> {
          Files.deleteIfExists(target);
          long start = System.nanoTime();
          // By default qemu-img makes nothing durable.
          execute(
              "qemu-img", "convert", "-t", "writeback", "-f", "raw", "-O", "vhdx", source, target);
          return seconds(start);
        },
        null,
        null,
        null);
    Files.deleteIfExists(source);
    Files.deleteIfExists(target);
  }

  /** Runs all subjects in turn, several times, and puts their medians into the table. */
  private void row(String name, double bytes, long operations, Subject... subjects)
      throws Exception {
    if (!name.contains(only)) {
      return;
    }
    double[][] times = new double[subjects.length][runs];
    for (int run = -1; run < runs; run++) {
      for (int i = 0; i < subjects.length; i++) {
        if (subjects[i] != null && (run >= 0 || i % 2 == 0)) {
          // What the one before wrote must not be written to the medium in this one's time.
          execute("sync");
          double time = subjects[i].run();
          if (run >= 0) {
            times[i][run] = time;
          }
        }
      }
    }
    double[] medians = new double[5];
    for (int i = 0; i < subjects.length; i++) {
      Arrays.sort(times[i]);
      medians[i] = subjects[i] == null ? Double.NaN : times[i][runs / 2];
    }
    StringBuilder line = new StringBuilder("| " + name + " |");
    for (double median : medians) {
      line.append(' ').append(rate(median, bytes, operations)).append(" |");
    }
    line.append(ratio(medians[1], medians[0]));
    line.append(ratio(medians[3], medians[0]));
    line.append(ratio(medians[2], medians[0]));
    table.add(line.toString());
    System.err.println(line);
  }

  private static String rate(double seconds, double bytes, long operations) {
    if (Double.isNaN(seconds)) {
      return "";
    }
    if (operations > 0) {
      return String.format(Locale.ROOT, "%.1f k/s", operations / seconds / 1000);
    }
    if (bytes > 0) {
      return String.format(Locale.ROOT, "%.2f GiB/s", bytes / seconds / (1L << 30));
    }
    return String.format(Locale.ROOT, "%.0f ms", seconds * 1000);
  }

  private static String ratio(double theirs, double ours) {
    return Double.isNaN(theirs) ? "  |" : String.format(Locale.ROOT, " %.2f |", theirs / ours);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Keeps a number of requests under way until all have been done. */
  private static double ours(Path file, Load load) throws Exception {
    try (DiskExecutor executor = DiskExecutor.create();
        VirtualDisk disk = VirtualDisks.open(file, executor, DiskOptions.readWrite());
        Arena arena = Arena.ofShared()) {
      MemorySegment memory = memory(arena, load);
      RequestPump pump =
          new RequestPump(disk, memory, load.write(), load.length(), load.step(), load.count());
      long start = System.nanoTime();
      pump.run(load.depth());
      return seconds(start);
    }
  }

  /** As with qemu-img bench, all requests move the same memory, so it is in the caches of all. */
  private static MemorySegment memory(Arena arena, Load load) {
    MemorySegment memory = arena.allocate(load.length(), 4096);
    byte[] noise = new byte[load.length()];
    new Random(1).nextBytes(noise);
    memory.copyFrom(MemorySegment.ofArray(noise));
    return memory;
  }

  private static double qemu(Path file, String format, Load load) throws Exception {
    List<Object> command =
        new ArrayList<>(
            List.of(
                "qemu-img",
                "bench",
                "-f",
                format,
                "-t",
                "writeback",
                "-d",
                load.depth(),
                "-s",
                load.length(),
                "-S",
                load.step(),
                "-c",
                load.count()));
    if (load.write()) {
      command.add("-w");
    }
    command.add(file);
    Matcher matcher = QEMU_TIME.matcher(execute(command.toArray()));
    if (!matcher.find()) {
      throw new IOException("qemu-img bench says no time");
    }
    return Double.parseDouble(matcher.group(1));
  }

  /** As many threads as Malachite's executor has, or one at depth 1. */
  private static double channel(Path file, Load load) throws Exception {
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofShared()) {
      MemorySegment memory = memory(arena, load);
      int threads = Math.min(load.depth(), DiskExecutor.DEFAULT_THREADS);
      List<Thread> all = new ArrayList<>();
      long start = System.nanoTime();
      for (int i = 0; i < threads; i++) {
        int first = i;
        all.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        var buffer = memory.asByteBuffer();
                        for (int n = first; n < load.count(); n += threads) {
                          long position = n * load.step() % SIZE;
                          buffer.clear();
                          if (load.write()) {
                            channel.write(buffer, position);
                          } else {
                            channel.read(buffer, position);
                          }
                        }
                      } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                      }
                    }));
      }
      for (Thread thread : all) {
        thread.join();
      }
      return seconds(start);
    }
  }

  private static String execute(Object... command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    for (Object word : command) {
      words.add(word.toString());
    }
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(words + ": " + output);
    }
    return output;
  }
}
