// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.raw;

import dev.malachite.disk.AbstractVirtualDisk;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.ScatterList;
import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A file that holds a disk's bytes one for one: a raw disk, or an ISO image to be read.
 *
 * <p>A file that ends within a sector is taken to go on with zeroes to the sector's end.
 */
public final class RawDisk extends AbstractVirtualDisk {
  private static final int RAW_SECTOR = 512;
  private static final int RAW_PHYSICAL_SECTOR = 4096;
  private static final int ISO_SECTOR = 2048;

  /** Where the first volume descriptor of ISO 9660 is (ECMA-119, section 6.2.1: sector 16). */
  private static final long ISO_DESCRIPTOR = 16L * ISO_SECTOR;

  private static final byte[] ISO_IDENTIFIER = {'C', 'D', '0', '0', '1'};

  private final HostFile file;
  private final DiskFormat format;
  private final boolean readOnly;
  private final long size;
  private final UUID identity;

  private RawDisk(
      HostFile file, DiskFormat format, boolean readOnly, long fileSize, DiskExecutor executor) {
    super(executor);
    this.file = file;
    this.format = format;
    this.readOnly = readOnly;
    this.size = capacity(format, fileSize);
    this.identity = identity(file);
  }

  /** Bytes from a file's start that {@link #recognizesIso} wants to see. */
  public static long isoSignatureEnd() {
    return ISO_DESCRIPTOR + 1 + ISO_IDENTIFIER.length;
  }

  /** Whether a file that begins with these bytes is an ISO 9660 image. */
  public static boolean recognizesIso(MemorySegment start) {
    if (start.byteSize() < isoSignatureEnd()) {
      return false;
    }
    for (int i = 0; i < ISO_IDENTIFIER.length; i++) {
      if (start.get(ValueLayout.JAVA_BYTE, ISO_DESCRIPTOR + 1 + i) != ISO_IDENTIFIER[i]) {
        return false;
      }
    }
    return true;
  }

  /** Opens a raw disk, which owns the file from then on. */
  public static RawDisk openRaw(HostFile file, boolean readOnly, DiskExecutor executor)
      throws IOException {
    return new RawDisk(file, DiskFormat.RAW, readOnly, checkedSize(file), executor);
  }

  /** Opens an ISO image to read; the disk owns the file from then on. */
  public static RawDisk openIso(HostFile file, DiskExecutor executor) throws IOException {
    return new RawDisk(file, DiskFormat.ISO, true, checkedSize(file), executor);
  }

  private static long checkedSize(HostFile file) throws IOException {
    long size = file.size();
    if (size == 0) {
      throw new IOException(
          file.path() + ": is empty, so it is no disk. Create one with \"disk create\".");
    }
    return size;
  }

  private static long capacity(DiskFormat format, long fileSize) {
    long sector = format == DiskFormat.ISO ? ISO_SECTOR : RAW_SECTOR;
    return (fileSize + sector - 1) / sector * sector;
  }

  /** The format has no identity, so it comes from where the file is. */
  private static UUID identity(HostFile file) {
    String path = file.path().toAbsolutePath().normalize().toString();
    return UUID.nameUUIDFromBytes(path.getBytes(StandardCharsets.UTF_8));
  }

  /** Describes a raw disk or an ISO image without opening it as a disk. */
  public static DiskInformation describe(HostFile file, DiskFormat format) throws IOException {
    boolean iso = format == DiskFormat.ISO;
    long fileSize = file.size();
    return new DiskInformation(
        file.path(),
        format,
        DiskType.FIXED,
        capacity(format, fileSize),
        fileSize,
        file.allocatedSize(),
        0,
        iso ? ISO_SECTOR : RAW_SECTOR,
        iso ? ISO_SECTOR : RAW_PHYSICAL_SECTOR,
        identity(file),
        null,
        null,
        null,
        false,
        null,
        null);
  }

  @Override
  protected void readRange(long offset, ScatterList memory) throws IOException {
    long total = memory.length();
    long done = file.read(offset, memory, 0, total);
    if (done < total) {
      memory.zero(done, total - done);
    }
  }

  @Override
  protected void writeRange(long offset, ScatterList memory) throws IOException {
    file.write(offset, memory, 0, memory.length());
  }

  @Override
  protected void synchronize() throws IOException {
    if (!readOnly) {
      file.force(true);
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
    long end = file.size();
    long data = offset >= end ? end : file.nextData(offset);
    return data == end ? size : data;
  }

  @Override
  protected long findHole(long offset) throws IOException {
    long end = file.size();
    return offset >= end ? offset : file.nextHole(offset);
  }

  @Override
  protected void closeFile() throws IOException {
    try (file) {
      synchronize();
    }
  }

  @Override
  public DiskFormat format() {
    return format;
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
    return format == DiskFormat.ISO ? ISO_SECTOR : RAW_SECTOR;
  }

  @Override
  public int physicalSectorSize() {
    return format == DiskFormat.ISO ? ISO_SECTOR : RAW_PHYSICAL_SECTOR;
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
    return physicalSectorSize();
  }

  @Override
  public UUID identity() {
    return identity;
  }

  @Override
  public DiskInformation information() throws IOException {
    return describe(file, format);
  }
}
