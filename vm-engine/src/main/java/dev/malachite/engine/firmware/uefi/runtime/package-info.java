// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Run-time services. */
@NullMarked
package dev.malachite.engine.firmware.uefi.runtime;

import org.jspecify.annotations.NullMarked;
