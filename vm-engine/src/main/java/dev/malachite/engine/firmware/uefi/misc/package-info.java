// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Small protocols that loaders use: device path text, collation, random numbers. */
@NullMarked
package dev.malachite.engine.firmware.uefi.misc;

import org.jspecify.annotations.NullMarked;
