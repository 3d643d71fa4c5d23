// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The interpreter's operations on integers, and its near control flow. */
@NullMarked
package dev.malachite.engine.processor.interpreter.integer;

import org.jspecify.annotations.NullMarked;
