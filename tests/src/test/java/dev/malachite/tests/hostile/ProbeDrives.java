// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.machine.Drive;
import java.io.IOException;
import java.nio.file.Path;

/** A machine's drives: logical unit 0 a VHDX disk, 1 a raw disk, 2 a DVD. */
final class ProbeDrives implements AutoCloseable {
  private static final long SIZE = 4 << 20;

  private final DiskExecutor executor = DiskExecutor.create();
  private final VirtualDisk[] disks = new VirtualDisk[3];

  ProbeDrives(Path folder) throws IOException {
    Path vhdx = folder.resolve("disk.vhdx");
    VirtualDisks.createVhdx(vhdx, VhdxSettings.dynamic(SIZE));
    VirtualDisks.createRaw(folder.resolve("disk.raw"), SIZE);
    VirtualDisks.createRaw(folder.resolve("medium.iso"), SIZE);
    disks[0] = VirtualDisks.open(vhdx, executor, DiskOptions.readWrite());
    disks[1] = VirtualDisks.open(folder.resolve("disk.raw"), executor, DiskOptions.readWrite());
    disks[2] = VirtualDisks.open(folder.resolve("medium.iso"), executor, DiskOptions.readOnly());
  }

  Drive[] drives() {
    return new Drive[] {
      new Drive(Drive.Kind.DISK, disks[0]),
      new Drive(Drive.Kind.DISK, disks[1]),
      new Drive(Drive.Kind.DVD, disks[2])
    };
  }

  @Override
  public void close() throws IOException {
    for (VirtualDisk disk : disks) {
      disk.close();
    }
    executor.close();
  }
}
