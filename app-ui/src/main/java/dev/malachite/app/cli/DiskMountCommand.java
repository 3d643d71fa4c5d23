// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.disk.filesystem.FileSystem;
import dev.malachite.disk.filesystem.Partition;
import dev.malachite.disk.filesystem.PartitionTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code malachite disk mount}: shows what is on a disk and copies files out of it and into it. */
@Command(
    name = "mount",
    description = {
      "Show what is on a disk, copy files out of it (FAT and ext2, ext3, ext4) and into it (FAT).",
      "The disk may not be in use. No rights of an administrator are needed.",
      "",
      "  malachite disk mount DISK              its partitions",
      "  malachite disk mount DISK 2:/etc       a folder of partition 2",
      "  malachite disk mount DISK 2:/etc here  a copy of it",
      "  malachite disk mount DISK 1:/ --put FILE  a copy of a file or folder onto the disk"
    })
final class DiskMountCommand extends DiskVerb {
  private static final int MAX_DEPTH = 100;

  @Parameters(index = "0", paramLabel = "FILE", description = "The disk file.")
  private Path file;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PARTITION:PATH",
      description = "A folder or file on the disk.")
  private @Nullable String place;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "TARGET",
      description = "Where a copy of it goes; a folder that exists gets it inside.")
  private @Nullable Path target;

  @Option(
      names = "--put",
      paramLabel = "SOURCE",
      description = "A file or folder of this host to be copied into the folder on the disk.")
  private @Nullable Path source;

  @Override
  public Integer call() throws IOException {
    if (source != null && (place == null || target != null)) {
      throw usage("--put needs the folder on the disk, as 1:/folder, and nothing else");
    }
    DiskOptions how = source == null ? DiskOptions.readOnly() : DiskOptions.readWrite();
    try (DiskExecutor executor = DiskExecutor.create("disk-mount", 1);
        VirtualDisk disk = VirtualDisks.open(file, executor, how)) {
      if (place == null) {
        showPartitions(disk);
      } else {
        visit(disk, place);
      }
    }
    return ExitCodes.DONE;
  }

  private void showPartitions(VirtualDisk disk) throws IOException {
    List<Partition> partitions = PartitionTable.read(disk);
    if (json()) {
      JsonOutput.printObject(
          out(),
          json -> {
            json.writeArrayPropertyStart("partitions");
            for (Partition partition : partitions) {
              json.writeStartObject();
              json.writeNumberProperty("number", partition.number());
              json.writeNumberProperty("start", partition.start());
              json.writeNumberProperty("length", partition.length());
              json.writeStringProperty("kind", partition.kind());
              json.writeStringProperty("name", partition.name());
              json.writeStringProperty("fileSystem", fileSystem(disk, partition));
              json.writeEndObject();
            }
            json.writeEndArray();
          });
      return;
    }
    for (Partition partition : partitions) {
      out()
          .printf(
              "%3d  %10s  %-20s  %s%n",
              partition.number(),
              ByteSize.describe(partition.length()),
              fileSystem(disk, partition),
              DiskReport.printable(
                  partition.name().isEmpty()
                      ? partition.kind()
                      : partition.kind() + ", " + partition.name()));
    }
  }

  private static String fileSystem(VirtualDisk disk, Partition partition) {
    try {
      return FileSystem.open(disk, partition)
          .map(found -> DiskReport.printable((found.kind() + " " + found.label()).strip()))
          .orElse("-");
    } catch (IOException e) {
      return "damaged";
    }
  }

  private void visit(VirtualDisk disk, String where) throws IOException {
    int colon = where.indexOf(':');
    if (colon < 1 || !where.substring(0, colon).matches("\\d{1,4}")) {
      throw usage("'" + where + "' is no place on a disk; write 1:/folder/file");
    }
    int number = Integer.parseInt(where.substring(0, colon));
    String path = where.substring(colon + 1);
    Partition partition =
        PartitionTable.read(disk).stream()
            .filter(candidate -> candidate.number() == number)
            .findFirst()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        file + ": has no partition " + number + "; see malachite disk mount FILE"));
    Optional<FileSystem> found = FileSystem.open(disk, partition);
    if (found.isEmpty()) {
      throw new CommandFailure(
          file
              + ": partition "
              + number
              + " holds no FAT or ext file system; others can't be read here");
    }
    FileSystem files = found.get();
    FileSystem.Entry entry = files.find(path);
    Path from = source;
    if (from != null) {
      Path name = from.toAbsolutePath().normalize().getFileName();
      put(files, from.toRealPath(), entry, name == null ? "" : name.toString(), 0);
      return;
    }
    Path to = target;
    if (to == null) {
      show(files, entry);
      return;
    }
    if (Files.isDirectory(to)) {
      to = to.resolve(entry.name().isEmpty() ? "partition-" + number : safe(entry.name()));
    }
    copy(files, entry, to, 0);
  }

  private void show(FileSystem files, FileSystem.Entry entry) throws IOException {
    List<FileSystem.Entry> entries =
        entry.kind() == FileSystem.Kind.FOLDER ? files.list(entry) : List.of(entry);
    if (json()) {
      JsonOutput.printObject(
          out(),
          json -> {
            json.writeArrayPropertyStart("entries");
            for (FileSystem.Entry each : entries) {
              json.writeStartObject();
              json.writeStringProperty("name", each.name());
              json.writeStringProperty("kind", each.kind().name().toLowerCase(Locale.ROOT));
              json.writeNumberProperty("size", each.size());
              json.writeStringProperty(
                  "modified", Instant.ofEpochSecond(each.modified()).toString());
              json.writeEndObject();
            }
            json.writeEndArray();
          });
      return;
    }
    for (FileSystem.Entry each : entries) {
      String name = DiskReport.printable(each.name());
      switch (each.kind()) {
        case FOLDER -> out().printf("%12s  %s/%n", "", name);
        case LINK ->
            out().printf("%12s  %s -> %s%n", "", name, DiskReport.printable(files.target(each)));
        case FILE -> out().printf("%12d  %s%n", each.size(), name);
        case SPECIAL -> out().printf("%12s  %s%n", "special", name);
      }
    }
  }

  /** A name from a disk may lead anywhere; only those that stay in their folder are taken. */
  private String safe(String name) {
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || name.indexOf('\0') >= 0) {
      throw new CommandFailure(file + ": a file on it has a name that can't be copied");
    }
    return name;
  }

  /** Copies a file or folder of the host into a folder on the disk. */
  private void put(FileSystem files, Path from, FileSystem.Entry folder, String name, int depth)
      throws IOException {
    if (depth > MAX_DEPTH) {
      throw new CommandFailure(from + ": lies too deep to be copied");
    }
    BasicFileAttributes attributes =
        Files.readAttributes(from, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    long modified = attributes.lastModifiedTime().to(TimeUnit.SECONDS);
    if (attributes.isDirectory()) {
      FileSystem.Entry made = files.addFolder(folder, name, modified);
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
        for (Path each : entries) {
          put(files, each, made, each.getFileName().toString(), depth + 1);
        }
      }
    } else if (attributes.isRegularFile()) {
      try (InputStream data = Files.newInputStream(from)) {
        files.add(folder, name, data, attributes.size(), modified);
      }
    } else {
      throw new CommandFailure(from + ": is no file or folder, so it can't be copied");
    }
  }

  private void copy(FileSystem files, FileSystem.Entry entry, Path to, int depth)
      throws IOException {
    if (depth > MAX_DEPTH) {
      throw new CommandFailure(file + ": its folders lie too deep to be copied; is it damaged?");
    }
    switch (entry.kind()) {
      case FOLDER -> {
        Files.createDirectory(to);
        for (FileSystem.Entry each : files.list(entry)) {
          copy(files, each, to.resolve(safe(each.name())), depth + 1);
        }
      }
      case LINK -> Files.createSymbolicLink(to, Path.of(files.target(entry)));
      case FILE -> copyFile(files, entry, to);
      case SPECIAL -> {
        // A device on the guest is none on this host.
      }
    }
  }

  private static void copyFile(FileSystem files, FileSystem.Entry entry, Path to)
      throws IOException {
    boolean whole = false;
    try {
      try (OutputStream out =
          Files.newOutputStream(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        files.copy(entry, out);
      }
      whole = true;
    } catch (FileAlreadyExistsException e) {
      whole = true;
      throw e;
    } finally {
      if (!whole) {
        Files.deleteIfExists(to);
      }
    }
  }
}
