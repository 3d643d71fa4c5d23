// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The memory map, pages and pools. */
@NullMarked
package dev.malachite.engine.firmware.uefi.memory;

import org.jspecify.annotations.NullMarked;
