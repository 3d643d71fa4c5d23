// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.DiskMaintenance;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.VhdSettings;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code malachite disk create}: a new, empty disk file. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    description = "Create an empty disk. An existing file is never overwritten.")
final class DiskCreateCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The file to create.")
  private Path file;

  @Option(
      names = {"-s", "--size"},
      paramLabel = "SIZE",
      description = "What the guest sees: 20G, 512M. A differencing disk has its parent's.")
  private @Nullable ByteSize size;

  @Option(
      names = "--format",
      paramLabel = "vhdx|vhd|raw",
      description = "By default told by the name: .vhd, .raw, .img, else vhdx.")
  private @Nullable DiskFormat format;

  @Option(
      names = "--parent",
      paramLabel = "FILE",
      description = "Make a differencing disk that rests on this one.")
  private @Nullable Path parent;

  @Option(
      names = "--type",
      paramLabel = "dynamic|fixed",
      description =
          "Whether the file grows as it is written (the default) or has all space at once.")
  private @Nullable DiskType type;

  @Option(
      names = "--block-size",
      paramLabel = "SIZE",
      description = {
        "The step in which a dynamic disk grows: 1M to 256M, a power of two;",
        "for VHD 512K or 2M."
      })
  private @Nullable ByteSize blockSize;

  @Option(
      names = "--logical-sector-size",
      paramLabel = "512|4096",
      description = "Bytes in a sector that the guest addresses.")
  private @Nullable Integer logicalSectorSize;

  @Option(
      names = "--physical-sector-size",
      paramLabel = "512|4096",
      description = "Bytes in a sector that the disk says it writes best.")
  private @Nullable Integer physicalSectorSize;

  @Option(names = "--json", description = "Print what was created as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    DiskInformation created = parent != null ? createChild(parent) : createWhole();
    if (json) {
      DiskReport.printJson(spec.commandLine().getOut(), created);
    }
    return ExitCodes.DONE;
  }

  private DiskInformation createChild(Path above) throws IOException {
    if (size != null
        || (type != null && type != DiskType.DIFFERENCING)
        || logicalSectorSize != null
        || physicalSectorSize != null) {
      throw usage("a differencing disk has its parent's size and sectors; leave those options");
    }
    try {
      return DiskMaintenance.createDifferencing(file, above, block(0));
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private DiskInformation createWhole() throws IOException {
    if (type == DiskType.DIFFERENCING) {
      throw usage("name the disk that it rests on with --parent");
    }
    if (size == null) {
      throw usage("say how large the disk is, with --size 20G for instance");
    }
    DiskFormat chosen = format == null ? formatByName(file) : format;
    try {
      return switch (chosen) {
        case VHDX -> createVhdx(size.bytes());
        case VHD -> createVhd(size.bytes());
        case RAW -> createRaw(size.bytes());
        case ISO ->
            throw usage(
                file + ": an optical disc image can't be created empty; name it .vhdx or .raw");
      };
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  /** The format that a name's ending stands for. */
  static DiskFormat formatByName(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".raw") || name.endsWith(".img")) {
      return DiskFormat.RAW;
    }
    if (name.endsWith(".iso")) {
      return DiskFormat.ISO;
    }
    return name.endsWith(".vhd") || name.endsWith(".avhd") ? DiskFormat.VHD : DiskFormat.VHDX;
  }

  private int block(int usual) {
    if (blockSize == null) {
      return usual;
    }
    if (blockSize.bytes() > Integer.MAX_VALUE) {
      throw usage("--block-size is 256M at most");
    }
    return (int) blockSize.bytes();
  }

  private DiskInformation createVhdx(long bytes) throws IOException {
    VhdxSettings settings =
        type == DiskType.FIXED ? VhdxSettings.fixed(bytes) : VhdxSettings.dynamic(bytes);
    settings = settings.withBlockSize(block(VhdxSettings.DEFAULT_BLOCK_SIZE));
    if (logicalSectorSize != null) {
      settings = settings.withLogicalSectorSize(logicalSectorSize);
    }
    if (physicalSectorSize != null) {
      settings = settings.withPhysicalSectorSize(physicalSectorSize);
    }
    return VirtualDisks.createVhdx(file, settings);
  }

  private DiskInformation createVhd(long bytes) throws IOException {
    if ((logicalSectorSize != null && logicalSectorSize != 512)
        || (physicalSectorSize != null && physicalSectorSize != 512)) {
      throw usage("VHD disks have 512-byte sectors; use vhdx for others");
    }
    VhdSettings settings =
        type == DiskType.FIXED ? VhdSettings.fixed(bytes) : VhdSettings.dynamic(bytes);
    return VirtualDisks.createVhd(
        file, settings.withBlockSize(block(VhdSettings.DEFAULT_BLOCK_SIZE)));
  }

  private DiskInformation createRaw(long bytes) throws IOException {
    if (type == DiskType.DYNAMIC
        || blockSize != null
        || logicalSectorSize != null
        || physicalSectorSize != null) {
      throw usage("a raw disk has a size and nothing else; leave the other options or use vhdx");
    }
    return VirtualDisks.createRaw(file, bytes);
  }

  private ParameterException usage(@Nullable String message) {
    return new ParameterException(spec.commandLine(), String.valueOf(message));
  }
}
