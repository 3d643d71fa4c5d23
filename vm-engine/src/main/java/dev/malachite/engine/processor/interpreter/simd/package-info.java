// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** MMX and SSE to SSE4.2, with the instructions that save and restore their state. */
@NullMarked
package dev.malachite.engine.processor.interpreter.simd;

import org.jspecify.annotations.NullMarked;
