// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** VEX-encoded vector instructions: AVX, AVX2, FMA, F16C, and AES as AVX has it. */
@NullMarked
package dev.malachite.engine.processor.interpreter.avx;

import org.jspecify.annotations.NullMarked;
