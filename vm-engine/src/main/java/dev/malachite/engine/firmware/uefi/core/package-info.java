// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** What all parts of the firmware share. */
@NullMarked
package dev.malachite.engine.firmware.uefi.core;

import org.jspecify.annotations.NullMarked;
