// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Block devices and their partitions. */
@NullMarked
package dev.malachite.engine.firmware.uefi.disk;

import org.jspecify.annotations.NullMarked;
