// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import dev.malachite.app.gallery.GalleryImage.LocalFile;
import dev.malachite.disk.DiskCancelledException;
import dev.malachite.disk.DiskConverter;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskTarget;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.catalogue.Catalogue;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineFolder;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.MachineSettings.DriveSlot;
import dev.malachite.engine.catalogue.MachineSettings.DriveType;
import dev.malachite.engine.catalogue.SettingsCheck;
import dev.malachite.engine.machine.FirmwareSettings.SecureBoot;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes machines of images. Each gets a disk of its own, a copy: it can then be exported, moved and
 * kept when the image goes, which a differencing disk on the image couldn't.
 */
public final class QuickCreate {
  private static final System.Logger LOGGER = System.getLogger(QuickCreate.class.getName());
  private static final long EMPTY_DISK = 64L << 30;
  private static final long CHUNK = 16L << 20;
  private static final int END_PATIENCE_SECONDS = 60;

  private final Gallery gallery;
  private final Catalogue catalogue;

  /**
   * What may be chosen of a new machine.
   *
   * @param memory bytes, 0 for what the image proposes
   * @param processors how many, 0 for as many as a new machine has
   * @param generation 1 or 2
   * @param anew whether to make the image again even if it is kept
   */
  public record Options(long memory, int processors, int generation, boolean anew) {
    /** What the image proposes, Generation 2. */
    public static final Options DEFAULT = new Options(0, 0, 2, false);

    /** The same with so many bytes of memory. */
    public Options withMemory(long bytes) {
      return new Options(bytes, processors, generation, anew);
    }

    /** The same with so many processors. */
    public Options withProcessors(int count) {
      return new Options(memory, count, generation, anew);
    }

    /** The same for the other board. */
    public Options withGeneration(int number) {
      return new Options(memory, processors, number, anew);
    }

    /** The same, making the image again or not. */
    public Options withAnew(boolean make) {
      return new Options(memory, processors, generation, make);
    }
  }

  /** One that puts machines into a catalogue. */
  public QuickCreate(Gallery gallery, Catalogue catalogue) {
    this.gallery = gallery;
    this.catalogue = catalogue;
  }

  /**
   * Makes a machine; it isn't started. When that fails, is cancelled or the program is told to end,
   * nothing of it stays.
   *
   * @param name the machine's name, or null for the image's with a number if need be
   * @throws GalleryCancelledException if it was cancelled
   */
  public MachineEntry create(
      GalleryImage image,
      @Nullable String name,
      Options options,
      GalleryProgress progress,
      Cancellation cancel)
      throws IOException {
    CountDownLatch done = new CountDownLatch(1);
    Thread hook = Thread.ofPlatform().unstarted(() -> endBeforeExit(cancel, done));
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return make(image, name, options, progress, cancel);
    } finally {
      done.countDown();
      removeHook(hook);
    }
  }

  private static void endBeforeExit(Cancellation cancel, CountDownLatch done) {
    cancel.cancel();
    try {
      if (!done.await(END_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOGGER.log(System.Logger.Level.WARNING, "what was being made has not ended in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "the program is ending already", e);
    }
  }

  private MachineEntry make(
      GalleryImage image,
      @Nullable String name,
      Options options,
      GalleryProgress progress,
      Cancellation cancel)
      throws IOException {
    List<String> taken = catalogue.list().machines().stream().map(MachineEntry::name).toList();
    String wanted = name == null ? freeName(image.name(), taken) : name;
    MachineSettings settings = settings(image, wanted, options);
    // Before minutes are spent on the image.
    SettingsCheck.require(settings);
    if (taken.stream().anyMatch(wanted::equalsIgnoreCase)) {
      throw new GalleryException(
          "there is a machine '" + wanted + "' already; choose another name");
    }
    Path disk = gallery.disk(image, options.anew(), progress, cancel);
    cancel.check();
    progress.stage("Making the machine " + wanted);
    boolean foreign = image.origin() instanceof LocalFile;
    return catalogue.create(
        settings, (folder, plain) -> fill(folder, plain, disk, foreign, progress, cancel));
  }

  private static String freeName(String base, List<String> taken) {
    String name = base;
    int number = 2;
    while (taken.stream().anyMatch(name::equalsIgnoreCase)) {
      name = base + "-" + number++;
    }
    return name;
  }

  private static MachineSettings settings(GalleryImage image, String name, Options options) {
    MachineSettings plain = MachineSettings.create(name, options.generation());
    boolean uefi = options.generation() == 2;
    return new MachineSettings(
        plain.schema(),
        plain.id(),
        name,
        image.title() + (image.description().isEmpty() ? "" : ". " + image.description()),
        plain.group(),
        plain.generation(),
        plain.created(),
        plain.boot(),
        new MachineSettings.Firmware(
            uefi ? image.secureBoot() : SecureBoot.OFF, plain.firmware().bootOrder()),
        new MachineSettings.Memory(options.memory() > 0 ? options.memory() : image.memory()),
        new MachineSettings.Processor(
            options.processors() > 0 ? options.processors() : plain.processor().count(),
            plain.processor().engine()),
        plain.drives(),
        plain.serial(),
        plain.automatic());
  }

  private static MachineSettings fill(
      MachineFolder folder,
      MachineSettings settings,
      Path source,
      boolean foreign,
      GalleryProgress progress,
      Cancellation cancel)
      throws IOException {
    Files.createDirectories(folder.disks());
    Path disk = folder.disks().resolve("disk.vhdx");
    DriveSlot slot = new DriveSlot(DriveType.DISK, folder.path().relativize(disk), false);
    DiskFormat format = VirtualDisks.information(source).format();
    if (format == DiskFormat.ISO) {
      VirtualDisks.createVhdx(disk, VhdxSettings.dynamic(EMPTY_DISK));
      Path dvd = source;
      if (!foreign) {
        dvd = folder.disks().resolve("installation.iso");
        copy(source, dvd, progress, cancel);
        dvd = folder.path().relativize(dvd);
      }
      return settings.withDrives(List.of(slot, new DriveSlot(DriveType.DVD, dvd, false)));
    }
    if (format == DiskFormat.RAW && foreign) {
      throw new GalleryException(source + ": is no ISO, VHD or VHDX");
    }
    // Only what holds data is copied, and the copy has an identity of its own.
    convert(source, disk, progress, cancel);
    return settings.withDrives(List.of(slot));
  }

  private static void convert(
      Path source, Path target, GalleryProgress progress, Cancellation cancel) throws IOException {
    try {
      DiskConverter.convert(
          source,
          target,
          DiskTarget.of(DiskFormat.VHDX, DiskType.DYNAMIC),
          (done, total) -> {
            progress.advanced(done, total);
            return !cancel.isCancelled();
          });
    } catch (DiskCancelledException e) {
      throw new GalleryCancelledException();
    }
  }

  // The kernel copies, by reference where the file system can.
  private static void copy(Path source, Path target, GalleryProgress progress, Cancellation cancel)
      throws IOException {
    try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long total = in.size();
      for (long done = 0; done < total; ) {
        cancel.check();
        long copied = in.transferTo(done, Math.min(CHUNK, total - done), out);
        if (copied <= 0) {
          throw new GalleryException(source + ": became shorter while it was copied; try again");
        }
        done += copied;
        progress.advanced(done, total);
      }
      out.force(true);
    }
  }
}
