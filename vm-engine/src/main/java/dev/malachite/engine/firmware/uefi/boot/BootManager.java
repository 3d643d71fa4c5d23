// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.boot;

import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.Outcome;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.console.InputKey;
import dev.malachite.engine.firmware.uefi.console.TextConsole;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.event.Events;
import dev.malachite.engine.firmware.uefi.image.Images;
import dev.malachite.engine.firmware.uefi.path.DevicePath;
import dev.malachite.engine.firmware.uefi.variable.Variable;
import dev.malachite.engine.firmware.uefi.variable.VariableStore;
import dev.malachite.engine.machine.Drive;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tries what can be booted, one after another: BootNext, BootOrder, then each drive's default
 * loader (UEFI 2.10, chapter 3); says what went wrong when nothing is left.
 */
public final class BootManager {
  /** The loader that a drive has for machines that don't know it. */
  public static final String DEFAULT_LOADER = "\\EFI\\BOOT\\BOOTX64.EFI";

  private static final System.Logger LOGGER = System.getLogger(BootManager.class.getName());
  private static final int VOLATILE = Variable.BOOT | Variable.RUNTIME;
  private static final byte[] NOTHING = {};
  private static final long POLL = 10_000_000L;
  private static final int FOR_EVER = 0xFFFF;

  /** EFI_OS_INDICATIONS_BOOT_TO_FW_UI (UEFI 2.10, section 8.5.4). */
  private static final int BOOT_TO_MENU = 1;

  /** Something to try. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Candidate(
      String title, int number, @Nullable DevicePath path, byte[] options, String problem) {}

  private final Core core;
  private final Images images;
  private final Storage storage;
  private final VariableStore variables;
  private final TextConsole console;
  private final List<Integer> order;
  private final Supplier<@Nullable InputKey> keys;
  private final LongSupplier clock;
  private final List<Candidate> choices = new ArrayList<>();
  private @Nullable BootMenu menu;
  private boolean begun;
  private long deadline;
  private final List<String> report = new ArrayList<>();

  /**
   * A boot manager over the machine's drives and variables.
   *
   * @param order numbers of the drives to try first
   * @param keys the next key, or null
   * @param clock nanoseconds
   */
  public BootManager(
      Core core,
      Images images,
      Storage storage,
      VariableStore variables,
      TextConsole console,
      List<Integer> order,
      Supplier<@Nullable InputKey> keys,
      LongSupplier clock) {
    this.core = core;
    this.images = images;
    this.storage = storage;
    this.variables = variables;
    this.console = console;
    this.order = List.copyOf(order);
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * Asks if people want to be asked, and tries everything; comes back only if nothing has taken the
   * machine.
   */
  public Outcome run() {
    if (!begun) {
      begun = true;
      begin();
    }
    BootMenu open = menu;
    if (open != null) {
      return choose(open);
    }
    if (deadline != 0) {
      InputKey key = keys.get();
      if (key != null && wantsMenu(key)) {
        deadline = 0;
        openMenu();
        return new Outcome.Again(POLL);
      }
      if (key == null && clock.getAsLong() < deadline) {
        return new Outcome.Again(POLL);
      }
      deadline = 0;
    }
    report.clear();
    return next(candidates());
  }

  /** True if the key is one that opens the menu. */
  public static boolean wantsMenu(InputKey key) {
    return key.scan() == InputKey.ESCAPE || key.scan() == InputKey.F12;
  }

  /** True while {@link #run} waits for somebody's choice. */
  public boolean asks() {
    return menu != null || deadline != 0;
  }

  /** Lets {@link #run} ask what to boot. */
  public void openMenu() {
    choices.clear();
    choices.addAll(candidates());
    menu = new BootMenu(console, choices.stream().map(Candidate::title).toList());
  }

  // The system may have asked for the firmware's menu (section 8.5.4), people for time (3.3).
  private void begin() {
    Variable wishes = variables.get(Variable.GLOBAL, "OsIndications");
    if (wishes != null && wishes.data().length == 8 && (wishes.data()[0] & BOOT_TO_MENU) != 0) {
      byte[] rest = wishes.data().clone();
      rest[0] &= ~BOOT_TO_MENU;
      variables.put(
          new Variable("OsIndications", Variable.GLOBAL, wishes.attributes(), rest, NOTHING));
      openMenu();
      return;
    }
    Variable timeout = variables.get(Variable.GLOBAL, "Timeout");
    int seconds =
        timeout == null || timeout.data().length != 2
            ? 0
            : timeout.data()[0] & 0xFF | (timeout.data()[1] & 0xFF) << 8;
    if (seconds == FOR_EVER) {
      openMenu();
    } else if (seconds > 0) {
      deadline = clock.getAsLong() + seconds * 1_000_000_000L;
      console.write("Press Esc or F12 for the boot menu.\r\n");
    }
  }

  private Outcome choose(BootMenu open) {
    InputKey key = keys.get();
    int choice = key == null ? BootMenu.OPEN : open.key(key);
    if (choice == BootMenu.OPEN) {
      return new Outcome.Again(POLL);
    }
    menu = null;
    console.clear();
    report.clear();
    Deque<Candidate> wanted = new ArrayDeque<>();
    if (choice == BootMenu.LEFT) {
      wanted.addAll(choices);
    } else {
      wanted.add(choices.get(choice));
    }
    return next(wanted);
  }

  private Deque<Candidate> candidates() {
    Deque<Candidate> all = new ArrayDeque<>();
    Variable once = variables.get(Variable.GLOBAL, "BootNext");
    if (once != null) {
      variables.remove(Variable.GLOBAL, "BootNext");
      numbers(once.data()).forEach(n -> option(n, all));
    }
    Variable saved = variables.get(Variable.GLOBAL, "BootOrder");
    if (saved != null) {
      numbers(saved.data()).forEach(n -> option(n, all));
    }
    for (Storage.Attached drive : drives()) {
      String title =
          String.format(
              Locale.ROOT,
              "%s (0,%d)",
              drive.kind() == Drive.Kind.DVD ? "SCSI DVD" : "SCSI Disk",
              drive.number());
      DevicePath found = null;
      for (Storage.Volume volume : drive.volumes()) {
        if (found == null && Storage.has(volume, DEFAULT_LOADER)) {
          found = volume.path().file(DEFAULT_LOADER);
        }
      }
      String problem =
          drive.volumes().isEmpty()
              ? "No UEFI-compatible file system was found."
              : "The file " + DEFAULT_LOADER + " was not found.";
      all.add(new Candidate(title, -1, found, NOTHING, problem));
    }
    return all;
  }

  private List<Storage.Attached> drives() {
    List<Storage.Attached> sorted = new ArrayList<>(storage.drives());
    sorted.sort(
        Comparator.comparingInt(
            d -> order.contains(d.number()) ? order.indexOf(d.number()) : Integer.MAX_VALUE));
    return sorted;
  }

  private static List<Integer> numbers(byte[] bytes) {
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i + 1 < bytes.length && list.size() < 64; i += 2) {
      list.add(bytes[i] & 0xFF | (bytes[i + 1] & 0xFF) << 8);
    }
    return list;
  }

  private void option(int number, Deque<Candidate> all) {
    String name = String.format(Locale.ROOT, "Boot%04X", number);
    Variable v = variables.get(Variable.GLOBAL, name);
    LoadOption option = v == null ? null : LoadOption.parse(v.data());
    if (option == null || (option.attributes() & LoadOption.ACTIVE) == 0) {
      return;
    }
    DevicePath path = storage.expand(option.path());
    if (path.fileName().isEmpty()) {
      path = path.file(DEFAULT_LOADER);
    }
    String title = option.description().isEmpty() ? name : option.description();
    all.add(new Candidate(title, number, path, option.data(), ""));
  }

  private Outcome next(Deque<Candidate> rest) {
    while (!rest.isEmpty()) {
      Candidate candidate = rest.remove();
      DevicePath path = candidate.path;
      if (path == null) {
        failed(candidate, candidate.problem);
        continue;
      }
      try {
        return start(candidate, path, rest);
      } catch (EfiException e) {
        failed(candidate, problem(e.status()));
      } catch (IOException e) {
        failed(candidate, e.getMessage());
      }
    }
    summary();
    return new Outcome.Done(Status.NOT_FOUND);
  }

  private static String problem(long status) {
    if (status == Status.NOT_FOUND) {
      return "The boot loader was not found.";
    }
    if (status == Status.SECURITY_VIOLATION || status == Status.ACCESS_DENIED) {
      return "The signed image's hash is not allowed (DB), or it is not signed: Secure Boot"
          + " refuses it.";
    }
    return "The boot loader could not be loaded: " + Status.text(status) + ".";
  }

  private Outcome start(Candidate candidate, DevicePath path, Deque<Candidate> rest)
      throws IOException {
    if (candidate.number >= 0) {
      byte[] number = {(byte) candidate.number, (byte) (candidate.number >> 8)};
      put("BootCurrent", number);
    }
    long handle = images.load(path, candidate.options);
    LOGGER.log(System.Logger.Level.INFO, "booting " + path);
    core.events().signalGroup(Events.GROUP_READY_TO_BOOT);
    return images.start(
        handle,
        status -> {
          storage.flush();
          if (status == Status.SUCCESS) {
            failed(candidate, "The boot loader did not load an operating system.");
          } else {
            failed(candidate, "The boot loader failed: " + Status.text(status) + ".");
          }
          return next(rest);
        });
  }

  private void put(String name, byte[] data) {
    variables.put(new Variable(name, Variable.GLOBAL, VOLATILE, data, NOTHING));
  }

  private void failed(Candidate candidate, @Nullable String why) {
    LOGGER.log(System.Logger.Level.INFO, candidate.title + ": " + why);
    report.add(candidate.title);
    report.add("   " + (why == null ? "" : why));
  }

  private void summary() {
    console.attribute(7);
    console.clear();
    console.write("Virtual Machine Boot Summary\r\n\r\n");
    int number = 1;
    for (int i = 0; i < report.size(); i += 2) {
      console.write(number++ + ". " + report.get(i) + "\r\n" + report.get(i + 1) + "\r\n\r\n");
    }
    if (report.isEmpty()) {
      console.write("The machine has no disk and no DVD.\r\n\r\n");
    }
    console.write("No operating system was loaded.\r\n");
    console.write("Press a key to try again. Esc or F12: boot menu.\r\n");
  }
}
