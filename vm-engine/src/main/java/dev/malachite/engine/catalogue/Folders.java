// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where Malachite keeps things, by the XDG Base Directory Specification.
 *
 * @param data machines
 * @param runtime sockets and frame buffers; gone after a restart of the computer
 * @param configuration settings
 * @param cache what can be made again
 */
public record Folders(Path data, Path runtime, Path configuration, Path cache) {
  /** The environment variable that puts all four under one folder. */
  public static final String HOME_VARIABLE = "MALACHITE_HOME";

  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");
  private static final FileAttribute<?> PRIVATE_FOLDER =
      PosixFilePermissions.asFileAttribute(PRIVATE);

  /**
   * The folders that this process's environment names, or its system property {@code
   * malachite.home}.
   */
  public static Folders ofEnvironment() {
    String home = System.getProperty("malachite.home");
    return home == null ? of(System.getenv()) : under(Path.of(home));
  }

  /** The folders that an environment names. */
  public static Folders of(Map<String, String> environment) {
    Path home = path(environment, HOME_VARIABLE);
    if (home != null) {
      return under(home);
    }
    Path user = Path.of(System.getProperty("user.home"));
    return new Folders(
        named(environment, "XDG_DATA_HOME", user.resolve(".local/share")),
        runtimeFolder(environment),
        named(environment, "XDG_CONFIG_HOME", user.resolve(".config")),
        named(environment, "XDG_CACHE_HOME", user.resolve(".cache")));
  }

  /** All four under one folder. */
  public static Folders under(Path home) {
    Path all = home.toAbsolutePath().normalize();
    return new Folders(
        all.resolve("data"), all.resolve("run"), all.resolve("config"), all.resolve("cache"));
  }

  /** The environment variables that make another process use these folders. */
  public Map<String, String> environment() {
    if (data.getFileName() != null && equals(under(data.resolveSibling("")))) {
      return Map.of(HOME_VARIABLE, data.resolveSibling("").toString());
    }
    return Map.of();
  }

  private static Path named(Map<String, String> environment, String variable, Path otherwise) {
    Path base = path(environment, variable);
    return (base == null ? otherwise : base).resolve("malachite");
  }

  // Sessions without a login manager have no XDG_RUNTIME_DIR.
  private static Path runtimeFolder(Map<String, String> environment) {
    Path base = path(environment, "XDG_RUNTIME_DIR");
    return base != null
        ? base.resolve("malachite")
        : Path.of(System.getProperty("java.io.tmpdir"))
            .resolve("malachite-" + System.getProperty("user.name"));
  }

  private static @Nullable Path path(Map<String, String> environment, String variable) {
    String value = environment.get(variable);
    // The specification has relative paths ignored.
    if (value == null || value.isEmpty()) {
      return null;
    }
    Path path = Path.of(value);
    return path.isAbsolute() || variable.equals(HOME_VARIABLE) ? path : null;
  }

  /** The folder that holds a folder for each machine. */
  public Path machines() {
    return data.resolve("machines");
  }

  /** The folder of a running machine's sockets and frame buffer. */
  public Path runtime(UUID machine) {
    return runtime.resolve(machine.toString());
  }

  /** The socket on which a running machine's worker listens. */
  public Path controlSocket(UUID machine) {
    return runtime(machine).resolve("control");
  }

  /**
   * Makes a folder that only its owner may enter, and those above it.
   *
   * @throws CatalogueException if it is there already and belongs to somebody else
   */
  static void makePrivate(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Path parent = folder.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectories(folder, PRIVATE_FOLDER);
    }
  }

  /** Deletes all four with everything in them. */
  public void discard() throws IOException {
    for (Path folder : List.of(data, runtime, configuration, cache)) {
      FileTrees.delete(folder);
    }
  }

  /** Makes the runtime folder, and checks that nobody else can have prepared it. */
  public void makeRuntime() throws IOException {
    makePrivate(runtime);
    if (Files.isSymbolicLink(runtime)
        || !Files.getOwner(runtime, LinkOption.NOFOLLOW_LINKS)
            .getName()
            .equals(
                ProcessHandle.current().info().user().orElse(System.getProperty("user.name")))) {
      throw new CatalogueException(
          runtime + ": belongs to somebody else; set XDG_RUNTIME_DIR to a folder of yours");
    }
    Files.setPosixFilePermissions(runtime, PRIVATE);
  }
}
