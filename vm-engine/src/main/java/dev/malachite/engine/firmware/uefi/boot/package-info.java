// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The boot services table, storage as handles, the boot manager. */
@NullMarked
package dev.malachite.engine.firmware.uefi.boot;

import org.jspecify.annotations.NullMarked;
