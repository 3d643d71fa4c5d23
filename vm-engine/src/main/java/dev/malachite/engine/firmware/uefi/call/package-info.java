// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Calls from guest code into the firmware, and from the firmware into guest code. */
@NullMarked
package dev.malachite.engine.firmware.uefi.call;

import org.jspecify.annotations.NullMarked;
