// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The 8254 interval timer and the port that shows its third counter. */
@NullMarked
package dev.malachite.devices.pit;

import org.jspecify.annotations.NullMarked;
