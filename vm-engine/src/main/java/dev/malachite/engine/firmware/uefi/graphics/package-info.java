// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The screen. */
@NullMarked
package dev.malachite.engine.firmware.uefi.graphics;

import org.jspecify.annotations.NullMarked;
