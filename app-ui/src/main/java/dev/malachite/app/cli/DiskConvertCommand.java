// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskConverter;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.DiskTarget;
import dev.malachite.disk.DiskType;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code malachite disk convert}: a new disk file with the contents of another. */
@Command(
    name = "convert",
    description = {
      "Copy a disk into a new file of another format or type; a differencing disk with all its"
          + " parents.",
      "The source is not changed, an existing file is never overwritten."
    })
final class DiskConvertCommand extends DiskVerb {
  @Parameters(index = "0", paramLabel = "SOURCE", description = "The disk file to read.")
  private Path source;

  @Parameters(index = "1", paramLabel = "TARGET", description = "The disk file to make.")
  private Path target;

  @Option(
      names = "--format",
      paramLabel = "vhdx|vhd|raw",
      description = "By default told by the target's name: .vhd, .raw, .img, else vhdx.")
  private @Nullable DiskFormat format;

  @Option(
      names = "--type",
      paramLabel = "dynamic|fixed",
      description = "Whether the new file grows as it is written (the default).")
  private DiskType type = DiskType.DYNAMIC;

  @Option(
      names = "--block-size",
      paramLabel = "SIZE",
      description = "The step in which a dynamic disk grows.")
  private @Nullable ByteSize blockSize;

  @Option(
      names = "--logical-sector-size",
      paramLabel = "512|4096",
      description = "Bytes in a sector that the guest addresses; by default the source's.")
  private int logicalSectorSize;

  @Option(
      names = "--physical-sector-size",
      paramLabel = "512|4096",
      description = "Bytes in a sector that the disk says it writes best.")
  private int physicalSectorSize;

  @Override
  public Integer call() throws IOException {
    DiskTarget wanted;
    try {
      wanted =
          DiskTarget.of(format == null ? DiskCreateCommand.formatByName(target) : format, type)
              .withBlockSize(blockSize == null ? 0 : Math.toIntExact(blockSize.bytes()))
              .withSectorSizes(logicalSectorSize, physicalSectorSize);
    } catch (ArithmeticException e) {
      throw usage("--block-size is 256M at most");
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
    DiskInformation made =
        work("Converting", progress -> DiskConverter.convert(source, target, wanted, progress));
    if (json()) {
      DiskReport.printJson(out(), made);
    }
    return ExitCodes.DONE;
  }
}
