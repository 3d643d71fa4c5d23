// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The floppy controller, its drive, and the DMA controllers it works through. */
@NullMarked
package dev.malachite.devices.floppy;

import org.jspecify.annotations.NullMarked;
