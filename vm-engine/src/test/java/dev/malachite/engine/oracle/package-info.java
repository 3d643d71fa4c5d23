// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Differential tests of the interpreter against the processor the tests run on. */
@NullMarked
package dev.malachite.engine.oracle;

import org.jspecify.annotations.NullMarked;
