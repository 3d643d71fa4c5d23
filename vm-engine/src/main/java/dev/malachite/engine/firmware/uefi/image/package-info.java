// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Programs: PE/COFF images, loading, starting. */
@NullMarked
package dev.malachite.engine.firmware.uefi.image;

import org.jspecify.annotations.NullMarked;
