// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineFolder;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.MachineSettings.DriveSlot;
import dev.malachite.engine.catalogue.MachineSettings.DriveType;
import dev.malachite.engine.machine.EngineKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code malachite vm create}: a new machine in the catalogue. */
@Command(name = "create", description = "Create a machine.")
final class VmCreateCommand extends VmVerb {
  @Parameters(paramLabel = "NAME", description = "The machine's name.")
  private String name;

  @Option(names = "--generation", paramLabel = "1|2", description = "Default 2; for good.")
  private int generation = 2;

  @Option(names = "--memory", paramLabel = "SIZE", description = "Guest memory; default 1G.")
  private @Nullable ByteSize memory;

  @Option(names = "--processors", paramLabel = "N", description = "Virtual processors; default 2.")
  private @Nullable Integer processors;

  @Option(
      names = "--engine",
      paramLabel = "auto|kvm|translator|interpreter",
      description = "See malachite host info; default auto.")
  private @Nullable EngineKind engine;

  @Option(
      names = "--disk",
      paramLabel = "FILE",
      description = "A disk, used where it is; may be repeated.")
  private List<Path> disks = new ArrayList<>();

  @Option(
      names = "--new-disk",
      paramLabel = "SIZE",
      description = "A new, empty disk in the machine's folder; may be repeated.")
  private List<ByteSize> newDisks = new ArrayList<>();

  @Option(names = "--dvd", paramLabel = "FILE", description = "An ISO image in a DVD drive.")
  private List<Path> dvds = new ArrayList<>();

  @Option(names = "--floppy", paramLabel = "FILE", description = "Generation 1 only.")
  private @Nullable Path floppy;

  @Option(names = "--snapshot", description = "Keep the --disk files untouched.")
  private boolean snapshot;

  @Option(names = "--kernel", paramLabel = "FILE", description = "Start this Linux kernel.")
  private @Nullable Path kernel;

  @Option(
      names = "--initrd",
      paramLabel = "FILE",
      description = "The kernel's initial file system.")
  private @Nullable Path initrd;

  @Option(names = "--append", paramLabel = "TEXT", description = "The kernel's command line.")
  private String append = "";

  @Option(
      names = "--set",
      paramLabel = "SETTING=VALUE",
      description = "Any other setting; see malachite vm set --help.")
  private List<String> assignments = new ArrayList<>();

  @Option(names = "--start", description = "Start it at once.")
  private boolean start;

  @Override
  public Integer call() throws IOException {
    MachineSettings settings = settings();
    MachineEntry created = catalogue().create(settings, this::addNewDisks);
    if (start) {
      manager().start(created.settings().id());
    }
    return ExitCodes.DONE;
  }

  private MachineSettings settings() throws IOException {
    MachineSettings plain = MachineSettings.create(name, generation);
    List<String> all = new ArrayList<>();
    if (memory != null) {
      all.add("memory.startup=" + memory.bytes());
    }
    if (processors != null) {
      all.add("processor.count=" + processors);
    }
    if (engine != null) {
      all.add("processor.engine=" + HostFacts.name(engine));
    }
    List<DriveSlot> drives = new ArrayList<>();
    for (Path disk : disks) {
      drives.add(drive(disk, snapshot));
    }
    for (Path dvd : dvds) {
      DriveSlot slot = drive(dvd, false);
      if (slot.type() != DriveType.DVD) {
        throw new CommandFailure(dvd + ": no ISO image; give disks with --disk");
      }
      drives.add(slot);
    }
    if (floppy != null) {
      drives.add(new DriveSlot(DriveType.FLOPPY, file(floppy), snapshot));
    }
    MachineSettings.Boot boot =
        new MachineSettings.Boot(
            kernel == null ? null : file(kernel), initrd == null ? null : file(initrd), append);
    all.addAll(assignments);
    return SettingArguments.apply(plain.withDrives(drives).withBoot(boot), all);
  }

  private static Path file(Path given) {
    Path whole = given.toAbsolutePath().normalize();
    if (!Files.isRegularFile(whole)) {
      throw new CommandFailure(given + ": no such file; check the path");
    }
    return whole;
  }

  /** A drive for a file, by what is in it. */
  static DriveSlot drive(Path given, boolean snapshot) throws IOException {
    Path whole = file(given);
    boolean dvd = VirtualDisks.information(whole).format() == DiskFormat.ISO;
    return new DriveSlot(dvd ? DriveType.DVD : DriveType.DISK, whole, snapshot && !dvd);
  }

  private MachineSettings addNewDisks(MachineFolder folder, MachineSettings settings)
      throws IOException {
    List<DriveSlot> drives = new ArrayList<>();
    for (int i = 0; i < newDisks.size(); i++) {
      Files.createDirectories(folder.disks());
      Path disk = folder.disks().resolve("disk" + (i == 0 ? "" : i + 1) + ".vhdx");
      try {
        VirtualDisks.createVhdx(disk, VhdxSettings.dynamic(newDisks.get(i).bytes()));
      } catch (IllegalArgumentException e) {
        throw usage("--new-disk: " + e.getMessage());
      }
      drives.add(new DriveSlot(DriveType.DISK, folder.path().relativize(disk), false));
    }
    drives.addAll(settings.drives());
    return settings.withDrives(drives);
  }
}
