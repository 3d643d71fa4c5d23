// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** A machine's console window: its screen, its keyboard. */
@NullMarked
package dev.malachite.app.console;

import org.jspecify.annotations.NullMarked;
