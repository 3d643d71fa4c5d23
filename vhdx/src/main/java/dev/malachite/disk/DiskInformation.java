// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a disk file is, for people and listings.
 *
 * @param file the file
 * @param format its format, found by content
 * @param type how it provides space
 * @param virtualSize capacity in bytes that a guest sees
 * @param fileSize length of the file in bytes
 * @param allocatedSize bytes of storage the file takes up, where the host tells; else the length
 * @param blockSize bytes in the unit in which space is added, or 0 where the format has none
 * @param logicalSectorSize bytes in a sector that a guest addresses
 * @param physicalSectorSize bytes in a sector that the disk says it writes best
 * @param identity the disk's page-83 identity
 * @param fileWriteId changes each time the file is opened and changed; null where the format has
 *     none
 * @param dataWriteId changes each time the contents are changed in a new session; null where the
 *     format has none
 * @param creator the program that made the file, as the file tells it; null if it doesn't
 * @param needsReplay whether the file was not closed cleanly and its log is applied when opened
 * @param parent where a differencing disk's parent was found, or was last known to be; null for
 *     other disks
 * @param parentId what a differencing disk expects its parent's identifier to be; null for other
 *     disks
 */
public record DiskInformation(
    Path file,
    DiskFormat format,
    DiskType type,
    long virtualSize,
    long fileSize,
    long allocatedSize,
    long blockSize,
    int logicalSectorSize,
    int physicalSectorSize,
    UUID identity,
    @Nullable UUID fileWriteId,
    @Nullable UUID dataWriteId,
    @Nullable String creator,
    boolean needsReplay,
    @Nullable Path parent,
    @Nullable UUID parentId) {}
