// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0
/** Machine time and timers. */
@NullMarked
package dev.malachite.engine.time;

import org.jspecify.annotations.NullMarked;
