// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The machines of a user, a folder each. Several processes may use a catalogue at once, and every
 * change is there whole or not at all. Any thread.
 */
public final class Catalogue {
  private static final System.Logger LOGGER = System.getLogger(Catalogue.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int SHORTEST_ID = 4;
  private static final String UNFINISHED = ".new-";
  private static final String DELETED = ".deleted-";

  private final Folders folders;

  /**
   * What is in a catalogue.
   *
   * @param machines machines, by name
   * @param broken folders whose machines can't be read
   */
  public record Listing(List<MachineEntry> machines, List<BrokenMachine> broken) {}

  /** Prepares a new machine's folder before the machine is there. */
  @FunctionalInterface
  public interface Preparation {
    /**
     * Fills the folder.
     *
     * @return the machine's settings, whose identifier mustn't change
     */
    MachineSettings prepare(MachineFolder folder, MachineSettings settings) throws IOException;
  }

  /** The catalogue in these folders; made when the first machine is. */
  public Catalogue(Folders folders) {
    this.folders = folders;
  }

  /** Where everything is. */
  public Folders folders() {
    return folders;
  }

  /** Everything in the catalogue. */
  public Listing list() throws IOException {
    List<MachineEntry> machines = new ArrayList<>();
    List<BrokenMachine> broken = new ArrayList<>();
    for (Path folder : machineFolders()) {
      try {
        machines.add(read(folder));
      } catch (NoSuchFileException e) {
        if (Files.isDirectory(folder)) {
          broken.add(new BrokenMachine(folder, "there is no machine.json in it"));
        } else if (Files.isSymbolicLink(folder)) {
          broken.add(new BrokenMachine(folder, "the folder it leads to is gone"));
        }
      } catch (CatalogueException e) {
        broken.add(new BrokenMachine(folder, String.valueOf(e.getMessage())));
      } catch (IOException e) {
        broken.add(new BrokenMachine(folder, "it can't be read: " + e.getMessage()));
      }
    }
    machines.sort(
        Comparator.comparing(MachineEntry::name, String.CASE_INSENSITIVE_ORDER)
            .thenComparing(entry -> entry.settings().id()));
    return new Listing(List.copyOf(machines), List.copyOf(broken));
  }

  private List<Path> machineFolders() throws IOException {
    try (Stream<Path> files = Files.list(folders.machines())) {
      return files.filter(path -> isIdentifier(path.getFileName().toString())).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static boolean isIdentifier(String name) {
    return name.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  }

  private static MachineEntry read(Path path) throws IOException {
    MachineFolder folder = new MachineFolder(path);
    MachineSettings settings = folder.readSettings();
    if (!path.getFileName().toString().equals(settings.id().toString())) {
      throw new CatalogueException(
          folder.settingsFile() + ": id: " + settings.id() + " is not this folder's");
    }
    LastState state = folder.readState();
    boolean never = !state.state().isLive() && state.since().equals(Instant.EPOCH);
    return new MachineEntry(
        folder,
        settings,
        (never && state.reason() == null ? LastState.never(settings.created()) : state.seenNow())
            .withSavedState(Files.exists(folder.savedState())));
  }

  /**
   * The machine of an identifier.
   *
   * @throws CatalogueException if there is none, or it can't be read
   */
  public MachineEntry get(UUID id) throws IOException {
    try {
      return read(folder(id));
    } catch (NoSuchFileException e) {
      throw new CatalogueException("there is no machine with the identifier " + id, e);
    }
  }

  /**
   * The machine that somebody means: by its name, or by its identifier or the start of it.
   *
   * @throws CatalogueException if there is none or more than one
   */
  public MachineEntry find(String nameOrId) throws IOException {
    Listing listing = list();
    List<MachineEntry> found = matching(listing.machines(), nameOrId);
    if (found.size() == 1) {
      return found.getFirst();
    }
    if (found.size() > 1) {
      throw new CatalogueException(
          "'" + nameOrId + "' means several machines; give one's whole name or identifier");
    }
    for (BrokenMachine broken : listing.broken()) {
      if (broken.folder().getFileName().toString().equals(nameOrId)) {
        throw new CatalogueException(broken.reason());
      }
    }
    throw new CatalogueException(
        "there is no machine '" + nameOrId + "'; see malachite vm list for those there are");
  }

  private static List<MachineEntry> matching(List<MachineEntry> machines, String wanted) {
    List<MachineEntry> exact = machines.stream().filter(m -> m.name().equals(wanted)).toList();
    if (!exact.isEmpty()) {
      return exact;
    }
    List<MachineEntry> loose =
        machines.stream().filter(m -> m.name().equalsIgnoreCase(wanted)).toList();
    if (!loose.isEmpty() || wanted.length() < SHORTEST_ID) {
      return loose;
    }
    String start = wanted.toLowerCase(Locale.ROOT);
    return machines.stream().filter(m -> m.settings().id().toString().startsWith(start)).toList();
  }

  private Path folder(UUID id) {
    return folders.machines().resolve(id.toString());
  }

  /**
   * Creates a machine.
   *
   * @throws SettingsException if it can't be so, or its name is taken
   */
  public MachineEntry create(MachineSettings settings) throws IOException {
    return create(settings, (folder, wanted) -> wanted);
  }

  /** Creates a machine whose folder is filled first; nothing of it stays if that fails. */
  public MachineEntry create(MachineSettings settings, Preparation preparation) throws IOException {
    SettingsCheck.require(settings);
    requireFreeName(settings.name(), settings.id());
    requireFreeIdentity(settings.id());
    Folders.makePrivate(folders.machines());
    clean();
    Path part = folders.machines().resolve(UNFINISHED + settings.id());
    try (FileMutex _ = hold(lockBeside(part), settings.name())) {
      Files.createDirectory(part);
      boolean done = false;
      try {
        MachineFolder folder = new MachineFolder(part);
        MachineSettings prepared = preparation.prepare(folder, settings);
        SettingsCheck.require(prepared);
        try (FileMutex _ = holdCatalogue()) {
          requireFreeName(prepared.name(), prepared.id());
          requireFreeIdentity(settings.id());
          Path place = folder(settings.id());
          folder.writeSettings(prepared);
          AtomicFiles.move(part, place);
        }
        done = true;
        return get(settings.id());
      } finally {
        if (!done) {
          FileTrees.delete(part);
        }
      }
    } finally {
      Files.deleteIfExists(lockBeside(part));
    }
  }

  private void requireFreeIdentity(UUID id) throws IOException {
    if (Files.exists(folder(id))) {
      throw new CatalogueException(
          "there is a machine with the identifier "
              + id
              + " already; import it as a copy with a new identity");
    }
  }

  private static Path lockBeside(Path part) {
    return part.resolveSibling(part.getFileName() + ".lock");
  }

  /**
   * Takes in a machine that stays in its own folder.
   *
   * @param place the folder, with a machine of that identifier in it
   */
  MachineEntry register(Path place, UUID id) throws IOException {
    Folders.makePrivate(folders.machines());
    Path link = folder(id);
    MachineSettings settings = new MachineFolder(place).readSettings();
    try (FileMutex _ = holdCatalogue()) {
      requireFreeName(settings.name(), id);
      requireFreeIdentity(id);
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, place.toAbsolutePath().normalize());
      AtomicFiles.force(folders.machines());
    }
    return get(id);
  }

  /**
   * Changes a machine's settings.
   *
   * <p>While the machine runs, settings that need a restart are refused.
   *
   * @param change makes the new settings of the old; called with the machine locked against other
   *     changes
   */
  public MachineEntry update(UUID id, UnaryOperator<MachineSettings> change) throws IOException {
    return update(id, change, false);
  }

  /**
   * Changes settings for the process that runs the machine and has done what they say: nothing is
   * refused for its running.
   */
  public MachineEntry updateRunning(UUID id, UnaryOperator<MachineSettings> change)
      throws IOException {
    return update(id, change, true);
  }

  private MachineEntry update(UUID id, UnaryOperator<MachineSettings> change, boolean done)
      throws IOException {
    MachineFolder folder = get(id).folder();
    try (FileMutex _ = holdCatalogue();
        FileMutex _ = hold(folder.editLockFile(), id.toString())) {
      MachineEntry entry = get(id);
      MachineSettings before = entry.settings();
      MachineSettings after = change.apply(before);
      if (!after.id().equals(before.id())
          || after.generation() != before.generation()
          || after.schema() != before.schema()) {
        throw new IllegalArgumentException("identity, generation and schema are for good");
      }
      SettingsCheck.require(after);
      if (!after.name().equals(before.name())) {
        requireFreeName(after.name(), id);
      }
      if (!done) {
        refuseWhileRunning(entry, after);
      }
      if (!after.equals(before)) {
        folder.writeSettings(after);
      }
    }
    return get(id);
  }

  private static void refuseWhileRunning(MachineEntry entry, MachineSettings after)
      throws IOException {
    List<String> fixed = SettingPaths.needingRestart(entry.settings(), after);
    if (fixed.isEmpty()) {
      return;
    }
    MachineState state = entry.state().state();
    if (state.isLive() || state == MachineState.SAVED) {
      String mend =
          state == MachineState.SAVED
              ? "can't be changed while its state is saved; start it and shut it down, or"
                  + " discard the state (malachite vm discard-state)"
              : "can't be changed while " + entry.name() + " runs; turn it off first";
      throw new SettingsException(
          fixed.stream().map(setting -> new SettingProblem(setting, mend)).toList());
    }
  }

  /**
   * Throws a machine's saved state away; it is off afterwards.
   *
   * @throws CatalogueException if there is none, or the machine runs
   */
  public MachineEntry discardState(UUID id) throws IOException {
    MachineEntry entry = get(id);
    try (FileMutex _ = holdMachine(entry)) {
      MachineEntry now = get(id);
      if (now.state().state() != MachineState.SAVED) {
        throw new CatalogueException(
            now.name() + ": it is " + now.state().state().description() + ", with no saved state");
      }
      now.folder().writeState(LastState.now(MachineState.OFF, "its state was discarded", null));
      Files.delete(now.folder().savedState());
      AtomicFiles.force(now.folder().path());
    }
    return get(id);
  }

  /** Gives a machine another name. */
  public MachineEntry rename(UUID id, String name) throws IOException {
    return update(id, settings -> settings.withName(name));
  }

  /**
   * A name that no machine has: the wanted one, or that with a number.
   *
   * @param wanted a name within the rules
   */
  public String freeName(String wanted) throws IOException {
    List<String> names =
        list().machines().stream().map(m -> m.name().toLowerCase(Locale.ROOT)).toList();
    String name = wanted;
    for (int i = 2; names.contains(name.toLowerCase(Locale.ROOT)); i++) {
      name = wanted + " " + i;
    }
    return name;
  }

  private void requireFreeName(String name, UUID owner) throws IOException {
    for (MachineEntry other : list().machines()) {
      if (other.name().equalsIgnoreCase(name) && !other.settings().id().equals(owner)) {
        throw new SettingsException(
            List.of(
                new SettingProblem(
                    "name", "there is a machine '" + other.name() + "' already; choose another")));
      }
    }
  }

  /**
   * Holds a machine that doesn't run, so that nobody starts it meanwhile.
   *
   * @throws CatalogueException if it runs or somebody else holds it
   */
  FileMutex holdMachine(MachineEntry entry) throws IOException {
    // A worker that has said its machine is off still needs a moment to end.
    Duration patience = entry.state().state().isLive() ? Duration.ZERO : Duration.ofSeconds(2);
    FileMutex mutex = FileMutex.acquire(entry.folder().lockFile(), patience);
    if (mutex == null) {
      throw new CatalogueException(
          entry.name()
              + ": it runs, or another command is at work on it; turn it off or wait for that");
    }
    return mutex;
  }

  private FileMutex holdCatalogue() throws IOException {
    return hold(folders.machines().resolve("catalogue.lock"), "the catalogue");
  }

  private static FileMutex hold(Path lock, String what) throws IOException {
    FileMutex mutex = FileMutex.acquire(lock, PATIENCE);
    if (mutex == null) {
      throw new CatalogueException(
          what + ": another command has been changing it for a while; wait for it and try again");
    }
    return mutex;
  }

  /** Takes a machine out of the catalogue; its folder's files go with it. */
  void remove(MachineEntry entry) throws IOException {
    Path place = folder(entry.settings().id());
    Path gone = folders.machines().resolve(DELETED + entry.settings().id());
    try (FileMutex _ = holdCatalogue()) {
      if (Files.isSymbolicLink(place)) {
        Files.delete(place);
        AtomicFiles.force(folders.machines());
        return;
      }
      FileTrees.delete(gone);
      AtomicFiles.move(place, gone);
    }
    FileTrees.delete(gone);
  }

  // What a command left behind when it was killed.
  private void clean() throws IOException {
    try (Stream<Path> files = Files.list(folders.machines())) {
      for (Path path : files.toList()) {
        String name = path.getFileName().toString();
        if (name.startsWith(DELETED)) {
          FileTrees.delete(path);
        } else if (name.startsWith(UNFINISHED) && Files.isDirectory(path)) {
          cleanUnfinished(path);
        }
      }
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.WARNING, "what an earlier command left can't be removed", e);
    }
  }

  private static void cleanUnfinished(Path part) throws IOException {
    try (FileMutex mutex = FileMutex.tryAcquire(lockBeside(part))) {
      if (mutex == null) {
        return;
      }
      FileTrees.delete(part);
    }
    Files.deleteIfExists(lockBeside(part));
  }
}
