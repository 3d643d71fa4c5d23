// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.boot;

import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.disk.BlockDevice;
import dev.malachite.engine.firmware.uefi.disk.BlockProtocols;
import dev.malachite.engine.firmware.uefi.disk.DriveDevice;
import dev.malachite.engine.firmware.uefi.disk.Partition;
import dev.malachite.engine.firmware.uefi.disk.PartitionTables;
import dev.malachite.engine.firmware.uefi.disk.SliceDevice;
import dev.malachite.engine.firmware.uefi.fat.FatFile;
import dev.malachite.engine.firmware.uefi.fat.FatVolume;
import dev.malachite.engine.firmware.uefi.file.FileProtocols;
import dev.malachite.engine.firmware.uefi.handle.Protocols;
import dev.malachite.engine.firmware.uefi.image.Images;
import dev.malachite.engine.firmware.uefi.path.DevicePath;
import dev.malachite.engine.machine.Drive;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The machine's drives, their partitions and file systems, as handles. */
public final class Storage {
  private static final System.Logger LOGGER = System.getLogger(Storage.class.getName());

  /** Vendor of VMBus channels' nodes: interface type and instance follow. */
  private static final UUID VMBUS = UUID.fromString("9b17e5a2-0891-42dd-b653-80b5c22809ba");

  private static final UUID SCSI = UUID.fromString("ba6163d9-04a1-4d29-b605-72e2ffb1dc7f");
  private static final long MAX_PROGRAM = 1L << 29;

  /**
   * A file system on a drive.
   *
   * @param handle its handle
   * @param path its device path
   * @param volume its contents
   */
  public record Volume(long handle, DevicePath path, FatVolume volume) {}

  /**
   * A drive.
   *
   * @param number its number on the controller
   * @param kind disk or DVD
   * @param path its device path
   * @param volumes the file systems on it, in the order of partitions
   */
  public record Attached(int number, Drive.Kind kind, DevicePath path, List<Volume> volumes) {}

  private final Core core;
  private final BlockProtocols blocks;
  private final FileProtocols files;
  private final Clock clock;
  private final List<Attached> drives = new ArrayList<>();

  /** Storage without drives. */
  public Storage(Core core, Clock clock) {
    this.core = core;
    this.clock = clock;
    blocks = new BlockProtocols(core);
    files = new FileProtocols(core);
  }

  /** Attaches the drives of the SCSI controller. */
  public void attach(UUID controller, List<Drive> list) {
    byte[] channel = new byte[32];
    System.arraycopy(GuestSpace.guid(SCSI), 0, channel, 0, 16);
    System.arraycopy(GuestSpace.guid(controller), 0, channel, 16, 16);
    DevicePath bus = DevicePath.EMPTY.acpi("VMBus").vendorHardware(VMBUS, channel);
    for (int i = 0; i < list.size(); i++) {
      Drive drive = list.get(i);
      attach(i, drive, bus.scsi(0, i));
    }
  }

  private void attach(int number, Drive drive, DevicePath path) {
    BlockDevice device = new DriveDevice(drive.disk());
    boolean dvd = drive.kind() == Drive.Kind.DVD;
    List<Volume> volumes = new ArrayList<>();
    drives.add(new Attached(number, drive.kind(), path, volumes));
    if (device.blocks() == 0) {
      return;
    }
    long whole = handle(path);
    blocks.install(whole, device, false, dvd);
    List<Partition> partitions = List.of();
    try {
      partitions = PartitionTables.read(device);
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.WARNING, path + ": " + e.getMessage());
    }
    for (Partition partition : partitions) {
      BlockDevice slice = new SliceDevice(device, partition.start(), partition.blocks());
      DevicePath where = partition.path(path);
      long handle = handle(where);
      blocks.install(handle, slice, true, dvd);
      if (Partition.ESP.equals(partition.type())) {
        core.install(handle, Partition.ESP, 0);
      }
      mount(handle, where, slice, volumes);
    }
    if (partitions.isEmpty()) {
      mount(whole, path, device, volumes);
    }
  }

  private long handle(DevicePath path) {
    return core.install(0, Protocols.DEVICE_PATH, core.data(path.toBytes()));
  }

  private void mount(long handle, DevicePath path, BlockDevice device, List<Volume> volumes) {
    try {
      FatVolume volume = FatVolume.open(device, clock);
      if (volume != null) {
        files.install(handle, volume);
        volumes.add(new Volume(handle, path, volume));
      }
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.WARNING, path + ": " + e.getMessage());
    }
  }

  /** The drives in the order of their numbers. */
  public List<Attached> drives() {
    return drives;
  }

  /** Writes everything that waits. */
  public void flush() {
    for (Attached drive : drives) {
      for (Volume volume : drive.volumes) {
        try {
          volume.volume.sync();
        } catch (IOException e) {
          LOGGER.log(System.Logger.Level.WARNING, volume.path + ": " + e.getMessage());
        }
      }
    }
  }

  /** Reads the program a path names. */
  public Images.Found read(DevicePath path) throws IOException {
    Volume best = null;
    for (Attached drive : drives) {
      for (Volume volume : drive.volumes) {
        if (path.startsWith(volume.path)
            && (best == null || volume.path.length() > best.path.length())) {
          best = volume;
        }
      }
    }
    if (best == null) {
      throw new EfiException(Status.NOT_FOUND);
    }
    DevicePath rest = path.from(best.path.length());
    FatFile file = find(best.volume, rest.fileName());
    if (file == null || file.isDirectory()) {
      throw new EfiException(Status.NOT_FOUND);
    }
    return new Images.Found(file.readAll(MAX_PROGRAM), best.handle, rest);
  }

  private static @Nullable FatFile find(FatVolume volume, String name) throws IOException {
    return name.isEmpty() ? null : FileProtocols.find(volume.root(), "\\" + name);
  }

  /** True if a volume has a file. */
  public static boolean has(Volume volume, String name) {
    try {
      FatFile file = find(volume.volume, name);
      return file != null && !file.isDirectory();
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.WARNING, volume.path + ": " + e.getMessage());
      return false;
    }
  }

  /**
   * A path that begins at the machine, for one that begins at a partition or names a file only
   * (UEFI 2.10, section 3.1.2).
   */
  public DevicePath expand(DevicePath path) {
    List<DevicePath.Node> nodes = path.nodes();
    if (nodes.isEmpty() || nodes.getFirst().type() != DevicePath.MEDIA) {
      return path;
    }
    DevicePath first = DevicePath.EMPTY.plus(nodes.getFirst());
    for (Attached drive : drives) {
      for (Volume volume : drive.volumes) {
        if (nodes.getFirst().subType() == DevicePath.FILE_PATH) {
          if (has(volume, path.fileName())) {
            return volume.path.plus(path);
          }
        } else if (samePartition(first, volume.path.from(drive.path.length()))) {
          return volume.path.plus(path.from(first.length()));
        }
      }
    }
    return path;
  }

  private static boolean samePartition(DevicePath wanted, DevicePath there) {
    List<DevicePath.Node> a = wanted.nodes();
    List<DevicePath.Node> b = there.nodes();
    if (b.size() != 1
        || !a.getFirst().is(DevicePath.MEDIA, DevicePath.HARD_DRIVE, 38)
        || !b.getFirst().is(DevicePath.MEDIA, DevicePath.HARD_DRIVE, 38)) {
      return false;
    }
    byte[] x = a.getFirst().data();
    byte[] y = b.getFirst().data();
    // The number and the signature say which; a partition may have been moved or grown.
    return java.util.Arrays.equals(x, 0, 4, y, 0, 4)
        && java.util.Arrays.equals(x, 20, 36, y, 20, 36);
  }
}
