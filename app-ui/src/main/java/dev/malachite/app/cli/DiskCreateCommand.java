// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.DiskType;
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
  /** The formats that can be created. */
  enum Format {
    VHDX,
    RAW,
    VHD
  }

  @Parameters(paramLabel = "FILE", description = "The file to create.")
  private Path file;

  @Option(
      names = {"-s", "--size"},
      required = true,
      paramLabel = "SIZE",
      description = "What the guest sees: 20G, 512M.")
  private ByteSize size;

  @Option(
      names = "--format",
      paramLabel = "vhdx|raw",
      description = "By default raw for a name that ends in .raw or .img, else vhdx.")
  private @Nullable Format format;

  @Option(
      names = "--type",
      paramLabel = "dynamic|fixed",
      description = "Whether a VHDX grows as it is written (the default) or has all space at once.")
  private @Nullable DiskType type;

  @Option(
      names = "--block-size",
      paramLabel = "SIZE",
      description = "The step in which a dynamic VHDX grows: 1M to 256M, a power of two.")
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
    DiskInformation created =
        switch (chosenFormat()) {
          case VHDX -> createVhdx();
          case RAW -> createRaw();
          case VHD ->
              throw new CommandFailure(
                  file + ": VHD disks are not available in this version; name it .vhdx");
        };
    if (json) {
      DiskReport.printJson(spec.commandLine().getOut(), created);
    }
    return ExitCodes.DONE;
  }

  private Format chosenFormat() {
    if (format != null) {
      return format;
    }
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".raw") || name.endsWith(".img")) {
      return Format.RAW;
    }
    if (name.endsWith(".iso")) {
      throw usage(file + ": an optical disc image can't be created empty; name it .vhdx or .raw");
    }
    return name.endsWith(".vhd") || name.endsWith(".avhd") ? Format.VHD : Format.VHDX;
  }

  private DiskInformation createVhdx() throws IOException {
    try {
      VhdxSettings settings =
          switch (type == null ? DiskType.DYNAMIC : type) {
            case DYNAMIC -> VhdxSettings.dynamic(size.bytes());
            case FIXED -> VhdxSettings.fixed(size.bytes());
            case DIFFERENCING ->
                throw new CommandFailure(
                    file + ": differencing disks are not available in this version");
          };
      if (blockSize != null) {
        settings = settings.withBlockSize(Math.toIntExact(blockSize.bytes()));
      }
      if (logicalSectorSize != null) {
        settings = settings.withLogicalSectorSize(logicalSectorSize);
      }
      if (physicalSectorSize != null) {
        settings = settings.withPhysicalSectorSize(physicalSectorSize);
      }
      return VirtualDisks.createVhdx(file, settings);
    } catch (ArithmeticException e) {
      throw usage("--block-size is 256M at most");
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private DiskInformation createRaw() throws IOException {
    if (type == DiskType.DYNAMIC
        || blockSize != null
        || logicalSectorSize != null
        || physicalSectorSize != null) {
      throw usage("a raw disk has a size and nothing else; leave the other options or use vhdx");
    }
    try {
      return VirtualDisks.createRaw(file, size.bytes());
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private ParameterException usage(@Nullable String message) {
    return new ParameterException(spec.commandLine(), String.valueOf(message));
  }
}
