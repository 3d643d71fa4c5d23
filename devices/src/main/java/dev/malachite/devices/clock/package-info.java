// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The real-time clock. */
@NullMarked
package dev.malachite.devices.clock;

import org.jspecify.annotations.NullMarked;
