// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import dev.malachite.disk.AbstractVirtualDisk;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.ScatterList;
import dev.malachite.disk.io.DiskParent;
import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.util.UUID;

/** A fixed VHD file served as a disk: the disk's bytes one for one, and the footer behind them. */
final class FixedVhdDisk extends AbstractVirtualDisk implements DiskParent {
  private final HostFile file;
  private final VhdFooter footer;
  private final boolean readOnly;
  private final long size;
  private final long scrub;

  FixedVhdDisk(HostFile file, VhdImage image, boolean readOnly, DiskExecutor executor)
      throws IOException {
    super(executor);
    this.file = file;
    this.readOnly = readOnly;
    this.size = image.footer().currentSize();
    if (readOnly) {
      this.footer = image.footer();
      this.scrub = footer.scrub();
    } else {
      this.footer = VhdScrub.finish(file, image);
      this.scrub = 0;
    }
  }

  @Override
  protected void readRange(long offset, ScatterList memory) throws IOException {
    read(offset, memory, 0, memory.length());
  }

  @Override
  public void read(long offset, ScatterList memory, long from, long length) throws IOException {
    file.readFully(offset, memory, from, length);
    if (scrub != 0) {
      VhdScrub.hide(scrub, offset, memory, from, length);
    }
  }

  @Override
  protected void writeRange(long offset, ScatterList memory) throws IOException {
    file.write(offset, memory, 0, memory.length());
  }

  @Override
  protected void synchronize() throws IOException {
    if (!readOnly) {
      file.force(false);
    }
  }

  @Override
  protected void unmapRange(long offset, long length) throws IOException {
    file.discard(offset, length);
  }

  @Override
  protected void zeroRange(long offset, long length) throws IOException {
    file.zero(offset, length);
  }

  @Override
  protected long findData(long offset) throws IOException {
    return file.nextData(offset);
  }

  @Override
  protected long findHole(long offset) throws IOException {
    return file.nextHole(offset);
  }

  @Override
  protected void closeFile() throws IOException {
    try (file) {
      synchronize();
    }
  }

  @Override
  public DiskFormat format() {
    return DiskFormat.VHD;
  }

  @Override
  public DiskType type() {
    return DiskType.FIXED;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int logicalSectorSize() {
    return VhdImage.SECTOR;
  }

  @Override
  public int physicalSectorSize() {
    return VhdImage.SECTOR;
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public boolean unmapSupported() {
    return !readOnly;
  }

  @Override
  public long unmapGranularity() {
    return VhdDisk.DISCARD_UNIT;
  }

  @Override
  public UUID identity() {
    return footer.identity();
  }

  @Override
  public DiskInformation information() throws IOException {
    return VhdDisk.describe(file);
  }
}
