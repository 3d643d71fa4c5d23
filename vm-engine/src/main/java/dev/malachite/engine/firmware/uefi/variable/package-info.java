// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Variables and the NVRAM file. */
@NullMarked
package dev.malachite.engine.firmware.uefi.variable;

import org.jspecify.annotations.NullMarked;
