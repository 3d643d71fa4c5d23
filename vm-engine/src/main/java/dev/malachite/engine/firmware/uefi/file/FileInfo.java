// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.file;

import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.fat.FatEntry;
import dev.malachite.engine.firmware.uefi.fat.FatVolume;
import dev.malachite.engine.firmware.uefi.runtime.EfiTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** What File.GetInfo and SetInfo exchange (UEFI 2.10, section 13.5.16 and following). */
final class FileInfo {
  static final UUID FILE = UUID.fromString("09576e92-6d3f-11d2-8e39-00a0c969723b");
  static final UUID FILE_SYSTEM = UUID.fromString("09576e93-6d3f-11d2-8e39-00a0c969723b");
  static final UUID VOLUME_LABEL = UUID.fromString("db47d7d3-fe81-11d3-9a35-0090273fc14d");

  private static final int NAME = 80;

  /**
   * What a guest wants a file to be.
   *
   * @param size in bytes
   * @param attributes FAT's
   * @param name new name
   */
  record Change(long size, long attributes, String name) {}

  private FileInfo() {}

  static byte[] of(FatEntry entry, int cluster) {
    byte[] name = GuestSpace.string(entry.name());
    ByteBuffer b = Core.table(NAME + name.length);
    long occupied = (entry.size() + cluster - 1) / cluster * cluster;
    b.putLong(NAME + name.length).putLong(entry.size()).putLong(occupied);
    b.put(EfiTime.of(entry.created()));
    b.put(EfiTime.of(entry.accessed()));
    b.put(EfiTime.of(entry.modified()));
    b.putLong(entry.attributes() & 0x37).put(name);
    return Core.bytes(b);
  }

  static byte[] fileSystem(FatVolume volume) throws IOException {
    byte[] name = GuestSpace.string(volume.label());
    ByteBuffer b = Core.table(36 + name.length);
    b.putLong(36 + name.length).put((byte) (volume.readOnly() ? 1 : 0)).position(16);
    b.putLong(volume.size()).putLong(volume.free()).putInt(volume.clusterSize()).put(name);
    return Core.bytes(b);
  }

  static byte[] label(FatVolume volume) throws IOException {
    return GuestSpace.string(volume.label());
  }

  static Change parse(byte[] bytes) {
    EfiException.require(bytes.length >= NAME + 2);
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    String name = new String(bytes, NAME, bytes.length - NAME, StandardCharsets.UTF_16LE);
    int zero = name.indexOf(0);
    EfiException.require(zero >= 0);
    return new Change(b.getLong(8), b.getLong(72), name.substring(0, zero));
  }
}
