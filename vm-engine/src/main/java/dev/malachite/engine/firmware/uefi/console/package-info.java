// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The console: text output, keys, terminals. */
@NullMarked
package dev.malachite.engine.firmware.uefi.console;

import org.jspecify.annotations.NullMarked;
