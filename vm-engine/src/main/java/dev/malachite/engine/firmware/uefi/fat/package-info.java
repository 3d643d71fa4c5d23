// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The FAT file system. */
@NullMarked
package dev.malachite.engine.firmware.uefi.fat;

import org.jspecify.annotations.NullMarked;
