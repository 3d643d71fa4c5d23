// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

import dev.malachite.engine.catalogue.Folders;
import dev.malachite.engine.catalogue.MachineFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Starts worker processes: with the launcher that was installed beside this program's, or else as a
 * Java program from where this one was loaded.
 *
 * <p>A worker outlives whoever started it. What it says goes to its machine's log; the log before
 * is kept under another name.
 */
public final class WorkerLauncher {
  private static final String PROGRAM = "malachite-worker";
  private static final String MAIN_MODULE = "dev.malachite.engine";
  private static final String MAIN_CLASS = "dev.malachite.engine.worker.WorkerMain";
  private static final String NATIVE_MODULES = "dev.malachite.disk,dev.malachite.engine";

  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-Xmx512m",
          // What a worker allocates dies young. Large pages save faults, which are dear where the
          // host is a guest itself; where there are none, nobody needs to be told.
          "-Xmn24m",
          "-XX:+UseTransparentHugePages",
          "-Xlog:pagesize=off",
          // Reflection serves messages and files only, each a few times: method handles for it
          // (JEP 416) would be made at the start and hardly be used.
          "-Djdk.reflect.useNativeAccessorOnly=true",
          "-Djava.util.logging.SimpleFormatter.format=%1$tF %1$tT %4$s %3$s: %5$s%6$s%n");

  private final List<String> command;

  private WorkerLauncher(List<String> command) {
    this.command = List.copyOf(command);
  }

  /** Starts workers of the same installation as this program. */
  public static WorkerLauncher ofThisProgram() {
    return new WorkerLauncher(installed().map(List::of).orElseGet(WorkerLauncher::java));
  }

  /** The command that starts a worker, without the machine's identifier. */
  public List<String> command() {
    return command;
  }

  private static Optional<String> installed() {
    return ProcessHandle.current()
        .info()
        .command()
        .map(program -> Path.of(program).resolveSibling(PROGRAM))
        .filter(Files::isExecutable)
        .map(Path::toString);
  }

  private static List<String> java() {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String modules = System.getProperty("jdk.module.path");
    boolean modular = WorkerLauncher.class.getModule().isNamed() && modules != null;
    if (modular) {
      Path cache = cache(modules);
      if (cache != null) {
        words.add("-XX:AOTCache=" + cache);
      }
      words.add("-p");
      words.add(modules);
      words.add("--enable-native-access=" + NATIVE_MODULES);
    } else {
      words.add("-cp");
      words.add(System.getProperty("java.class.path"));
      words.add("--enable-native-access=ALL-UNNAMED");
    }
    words.addAll(OPTIONS);
    if (modular) {
      words.add("-m");
      words.add(MAIN_MODULE + "/" + MAIN_CLASS);
    } else {
      words.add(MAIN_CLASS);
    }
    return words;
  }

  // The class cache that the build made beside the modules, for this version of Java.
  private static @Nullable Path cache(String modules) {
    Path cache = cachePlace(modules);
    return Files.isReadable(cache) ? cache : null;
  }

  private static Path cachePlace(String modules) {
    Path first = Path.of(modules.split(File.pathSeparator, -1)[0]);
    return first
        .resolve(PROGRAM + "-" + System.getProperty("java.version") + ".aot")
        .toAbsolutePath();
  }

  /**
   * Makes the class cache that later workers start from, beside the modules that this program was
   * loaded from. Workers start without one too, but take twice as long.
   *
   * @return the exit code of the worker that made it
   * @throws IOException if this program was not loaded from modules, or no process can be started
   */
  public static int makeCache() throws IOException, InterruptedException {
    String modules = System.getProperty("jdk.module.path");
    if (modules == null) {
      throw new IOException("a class cache needs the program as modules");
    }
    Path cache = cachePlace(modules);
    Files.deleteIfExists(cache);
    List<String> words = new ArrayList<>(java());
    words.add(1, "-XX:AOTCacheOutput=" + cache);
    words.add("--train");
    return new ProcessBuilder(words)
        .redirectInput(new File("/dev/null"))
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start()
        .waitFor();
  }

  /**
   * Starts a machine's worker.
   *
   * @throws IOException if the host can't start a process
   */
  Process launch(Folders folders, MachineFolder folder, UUID machine) throws IOException {
    return launch(folders, folder, machine, Map.of());
  }

  /**
   * Starts a machine's worker anew when the last one is about to end.
   *
   * @param variable an environment variable that tells the new worker of it
   * @param value what that holds
   * @throws IOException if the host can't start a process
   */
  public void restart(
      Folders folders, MachineFolder folder, UUID machine, String variable, String value)
      throws IOException {
    launch(folders, folder, machine, Map.of(variable, value));
  }

  private Process launch(
      Folders folders, MachineFolder folder, UUID machine, Map<String, String> more)
      throws IOException {
    List<String> words = new ArrayList<>(command);
    words.add(machine.toString());
    Path log = folder.log();
    if (Files.exists(log)) {
      Files.move(log, log.resolveSibling("worker.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    ProcessBuilder builder = new ProcessBuilder(words);
    folders.environment().forEach(builder.environment()::put);
    builder.environment().putAll(more);
    return builder
        .directory(folder.path().toFile())
        .redirectInput(new File("/dev/null"))
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .redirectErrorStream(true)
        .start();
  }
}
