// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Files that hold a disk's bytes as they are: raw disks and ISO images. */
@NullMarked
package dev.malachite.disk.raw;

import org.jspecify.annotations.NullMarked;
