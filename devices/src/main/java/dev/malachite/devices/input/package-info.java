// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Input devices: the synthetic keyboard, and typing text on it. */
@NullMarked
package dev.malachite.devices.input;

import org.jspecify.annotations.NullMarked;
