// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** What serial ports lead to: files, sockets, pseudo-terminals. */
@NullMarked
package dev.malachite.engine.serial;

import org.jspecify.annotations.NullMarked;
