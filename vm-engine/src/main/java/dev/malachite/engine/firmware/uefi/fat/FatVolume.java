// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.fat;

import dev.malachite.engine.firmware.uefi.disk.BlockDevice;
import java.io.IOException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A FAT12, FAT16 or FAT32 file system (Microsoft FAT specification, 1.03; long names).
 *
 * <p>One thread at a time. A volume that contradicts itself makes operations throw; none takes more
 * than time in proportion to the volume's size.
 */
public final class FatVolume {
  private final FatLayout layout;
  private final SectorCache cache;
  private final FatTable table;
  private final Clock clock;

  private FatVolume(FatLayout layout, BlockDevice device, Clock clock) {
    this.layout = layout;
    this.clock = clock;
    cache = new SectorCache(device);
    table = new FatTable(layout, cache);
  }

  /** Opens a volume; null if the device holds none. */
  public static @Nullable FatVolume open(BlockDevice device, Clock clock) throws IOException {
    FatLayout layout = FatLayout.of(device);
    return layout == null ? null : new FatVolume(layout, device, clock);
  }

  FatLayout layout() {
    return layout;
  }

  SectorCache cache() {
    return cache;
  }

  FatTable table() {
    return table;
  }

  LocalDateTime now() {
    return LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  /** Width of the table's entries in bits: 12, 16 or 32. */
  public int kind() {
    return layout.kind();
  }

  /** Bytes in a cluster. */
  public int clusterSize() {
    return layout.cluster();
  }

  /** Bytes for data. */
  public long size() {
    return (long) layout.clusters() * layout.cluster();
  }

  /** Bytes not used. */
  public long free() throws IOException {
    return (long) table.countFree() * layout.cluster();
  }

  /** True if nothing can be written. */
  public boolean readOnly() {
    return cache.device().readOnly();
  }

  /** The volume's name; empty without one. */
  public String label() throws IOException {
    for (FatEntry entry : new FatDirectory(rootNode()).list()) {
      if ((entry.attributes() & (FatEntry.LABEL | FatEntry.DIRECTORY)) == FatEntry.LABEL) {
        return entry.name().replace(".", "").toUpperCase(Locale.ROOT);
      }
    }
    return "";
  }

  FatNode rootNode() throws IOException {
    return layout.kind() == 32
        ? FatNode.chain(this, layout.rootCluster())
        : FatNode.fixed(this, layout.rootStart(), layout.rootBytes());
  }

  /** The root directory. */
  public FatFile root() throws IOException {
    return FatFile.root(this);
  }

  /** Writes what waits. */
  public void sync() throws IOException {
    cache.sync();
  }

  /** Writes what waits and makes it durable. */
  public void flush() throws IOException {
    cache.sync();
    cache.device().flush();
  }
}
