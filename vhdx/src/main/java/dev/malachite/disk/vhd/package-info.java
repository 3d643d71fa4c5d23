// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The VHD format of Virtual PC, Virtual Server and early Hyper-V, after Microsoft's "Virtual Hard
 * Disk Image Format Specification" 1.0: fixed, dynamic and differencing disks.
 *
 * <p>The format has no log, so the order of writes is what keeps a file sound: data and sector
 * bitmaps of new blocks are durable before the table refers to them, and sectors are durable before
 * a bitmap says that they are there. The footer is the last sector of the file; while a file grows
 * it may be missing, and is taken from its copy in the first sector.
 */
@NullMarked
package dev.malachite.disk.vhd;

import org.jspecify.annotations.NullMarked;
