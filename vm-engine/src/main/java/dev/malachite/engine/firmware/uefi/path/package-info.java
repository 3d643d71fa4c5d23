// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Device paths. */
@NullMarked
package dev.malachite.engine.firmware.uefi.path;

import org.jspecify.annotations.NullMarked;
