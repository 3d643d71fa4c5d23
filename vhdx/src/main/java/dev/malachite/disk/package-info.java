// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Virtual disks and their file formats. */
@NullMarked
package dev.malachite.disk;

import org.jspecify.annotations.NullMarked;
