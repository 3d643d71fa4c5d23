// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The interpreter's floating-point unit (SDM volume 1, chapter 8). */
@NullMarked
package dev.malachite.engine.processor.interpreter.x87;

import org.jspecify.annotations.NullMarked;
