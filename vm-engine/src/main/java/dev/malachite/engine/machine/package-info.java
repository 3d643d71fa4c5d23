// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The machine: configuration, the board SPI, processor threads, life and end. */
@NullMarked
package dev.malachite.engine.machine;

import org.jspecify.annotations.NullMarked;
