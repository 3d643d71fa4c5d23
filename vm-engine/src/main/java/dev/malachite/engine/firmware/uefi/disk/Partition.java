// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.disk;

import dev.malachite.engine.firmware.uefi.path.DevicePath;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A partition.
 *
 * @param scheme which kind of table it stands in
 * @param number from 1; for a boot image its entry in the catalogue, from 0
 * @param start first block
 * @param blocks how many
 * @param type its type by GPT, or null
 * @param signature 16 bytes: the partition's GUID, or the disk's MBR signature and zeros
 */
@SuppressWarnings("ArrayRecordComponent")
public record Partition(
    Scheme scheme, int number, long start, long blocks, @Nullable UUID type, byte[] signature) {
  /** Kinds of partition tables. */
  public enum Scheme {
    /** GUID partition table. */
    GPT,
    /** Master boot record. */
    MBR,
    /** El Torito boot catalogue. */
    EL_TORITO
  }

  /** The type of EFI system partitions. */
  public static final UUID ESP = UUID.fromString("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");

  /** The partition's path on its drive. */
  public DevicePath path(DevicePath drive) {
    return scheme == Scheme.EL_TORITO
        ? drive.cdrom(number, start, blocks)
        : drive.hardDrive(number, start, blocks, signature, scheme == Scheme.GPT);
  }
}
