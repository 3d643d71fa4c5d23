// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import dev.malachite.engine.machine.FirmwareSettings;
import dev.malachite.engine.machine.MachineConfiguration;
import dev.malachite.engine.serial.SerialTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Checks settings, each by itself and all together; what only the host can tell is not checked. */
public final class SettingsCheck {
  private static final long MEBIBYTE = 1L << 20;
  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_NOTES = 1 << 16;
  private static final int LONGEST_COMMAND_LINE = 2047;
  private static final int MOST_DRIVES = 64;
  private static final int LONGEST_DELAY = 86_400;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private final List<SettingProblem> problems = new ArrayList<>();

  private SettingsCheck() {}

  /** Everything that is wrong; empty if nothing is. */
  public static List<SettingProblem> check(MachineSettings settings) {
    SettingsCheck check = new SettingsCheck();
    check.all(settings);
    return List.copyOf(check.problems);
  }

  /**
   * Refuses settings with problems.
   *
   * @throws SettingsException naming all of them
   */
  public static void require(MachineSettings settings) throws SettingsException {
    List<SettingProblem> found = check(settings);
    if (!found.isEmpty()) {
      throw new SettingsException(found);
    }
  }

  private void all(MachineSettings s) {
    name("name", s.name());
    if (s.notes().length() > LONGEST_NOTES) {
      problem("notes", "they are too long; 65,536 characters at most");
    }
    if (!s.group().isEmpty()) {
      name("group", s.group());
    }
    if (s.generation() != 1 && s.generation() != 2) {
      problem("generation", s.generation() + " is neither 1 nor 2");
    }
    boot(s.boot());
    memory(s.memory());
    int most = MachineConfiguration.MAXIMUM_PROCESSORS;
    if (s.processor().count() < 1 || s.processor().count() > most) {
      problem("processor.count", s.processor().count() + " is not 1 to " + most);
    }
    drives(s);
    firmware(s);
    try {
      SerialTarget.parse(s.serial().com1());
    } catch (IllegalArgumentException e) {
      problem("serial.com1", String.valueOf(e.getMessage()));
    }
    int delay = s.automatic().startDelay();
    if (delay < 0 || delay > LONGEST_DELAY) {
      problem("automatic.startDelay", delay + " seconds is not 0 to " + LONGEST_DELAY);
    }
  }

  private void name(String setting, String name) {
    if (name.isBlank()) {
      problem(setting, "it is empty");
    } else if (name.length() > LONGEST_NAME) {
      problem(setting, "it is too long; " + LONGEST_NAME + " characters at most");
    } else if (CONTROL.matcher(name).find()) {
      problem(setting, "it has a control character in it");
    } else if (!name.equals(name.strip())) {
      problem(setting, "'" + name + "' begins or ends with a space");
    } else if (name.contains("/") || name.startsWith(".") || name.startsWith("-")) {
      problem(setting, "'" + name + "' has a / in it or begins with . or -");
    }
  }

  private void boot(MachineSettings.Boot boot) {
    if (boot.kernel() == null) {
      if (boot.initrd() != null) {
        problem("boot.initrd", "it goes with boot.kernel");
      }
      if (!boot.commandLine().isEmpty()) {
        problem("boot.commandLine", "it goes with boot.kernel");
      }
    } else {
      file("boot.kernel", boot.kernel());
    }
    if (boot.initrd() != null) {
      file("boot.initrd", boot.initrd());
    }
    if (boot.commandLine().length() > LONGEST_COMMAND_LINE) {
      problem(
          "boot.commandLine", "it is too long; " + LONGEST_COMMAND_LINE + " characters at most");
    } else if (boot.commandLine().indexOf('\0') >= 0) {
      problem("boot.commandLine", "it has a zero character in it");
    }
  }

  private void memory(MachineSettings.Memory memory) {
    long bytes = memory.startup();
    if (bytes < MachineConfiguration.MINIMUM_MEMORY
        || bytes > MachineConfiguration.MAXIMUM_MEMORY
        || bytes % MEBIBYTE != 0) {
      problem(
          "memory.startup",
          "%d bytes is not a whole number of MiB from %d MiB to %d GiB"
              .formatted(
                  bytes,
                  MachineConfiguration.MINIMUM_MEMORY / MEBIBYTE,
                  MachineConfiguration.MAXIMUM_MEMORY >> 30));
    }
  }

  private void firmware(MachineSettings settings) {
    MachineSettings.Firmware firmware = settings.firmware();
    if (firmware.secureBoot() != FirmwareSettings.SecureBoot.OFF) {
      if (settings.generation() != 2) {
        problem("firmware.secureBoot", "only Generation 2 machines have Secure Boot");
      } else if (settings.boot().kernel() != null) {
        problem("firmware.secureBoot", "a kernel that is started directly is not checked");
      }
    }
    List<Integer> order = firmware.bootOrder();
    for (int i = 0; i < order.size(); i++) {
      if (order.get(i) < 0 || order.get(i) >= settings.drives().size()) {
        problem("firmware.bootOrder", "there is no drive " + order.get(i));
      } else if (order.indexOf(order.get(i)) != i) {
        problem("firmware.bootOrder", "drive " + order.get(i) + " is named twice");
      }
    }
  }

  private void drives(MachineSettings settings) {
    List<MachineSettings.DriveSlot> drives = settings.drives();
    if (drives.size() > MOST_DRIVES) {
      problem("drives", drives.size() + " are too many; " + MOST_DRIVES + " at most");
      return;
    }
    Map<Path, Integer> used = new HashMap<>();
    for (int i = 0; i < drives.size(); i++) {
      MachineSettings.DriveSlot drive = drives.get(i);
      String setting = "drives[" + i + "].file";
      file(setting, drive.file());
      if (drive.type() == MachineSettings.DriveType.FLOPPY && settings.generation() != 1) {
        problem("drives[" + i + "].type", "only Generation 1 machines have floppy drives");
      }
      Integer other = used.putIfAbsent(drive.file().normalize(), i);
      if (other != null && drive.type() == MachineSettings.DriveType.DISK && !drive.snapshot()) {
        problem(setting, drive.file() + " is drive " + other + " already");
      }
    }
  }

  private void file(String setting, Path file) {
    if (file.toString().isEmpty() || file.getFileName() == null) {
      problem(setting, "'" + file + "' is not a file");
    } else if (!file.isAbsolute() && file.normalize().startsWith("..")) {
      problem(setting, file + " leads out of the machine's folder; give the whole path");
    }
  }

  private void problem(String setting, String text) {
    problems.add(new SettingProblem(setting, text));
  }
}
