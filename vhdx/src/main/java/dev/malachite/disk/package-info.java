// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Virtual disks: one asynchronous interface, {@link dev.malachite.disk.VirtualDisk}, over VHDX, raw
 * and ISO files.
 *
 * <p>{@link dev.malachite.disk.VirtualDisks} opens and creates disks; {@link
 * dev.malachite.disk.DiskRequest} moves data between a disk and scattered memory without a copy.
 */
@NullMarked
package dev.malachite.disk;

import org.jspecify.annotations.NullMarked;
