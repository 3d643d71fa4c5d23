// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Operations that save and restore floating-point and SIMD state. */
@NullMarked
package dev.malachite.engine.processor.interpreter.state;

import org.jspecify.annotations.NullMarked;
