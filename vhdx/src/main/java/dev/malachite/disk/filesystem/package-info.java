// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What is on a disk: partitions, and the files of FAT, to be read and added to, and ext2/3/4, to be
 * read.
 *
 * <p>The disk is hostile: every value read from it is checked before it is used, work and memory
 * are bounded.
 */
@NullMarked
package dev.malachite.disk.filesystem;

import org.jspecify.annotations.NullMarked;
