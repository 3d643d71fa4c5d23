// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** IEEE 754 arithmetic with every flag and rounding mode of x87 and SSE, in plain Java. */
@NullMarked
package dev.malachite.engine.processor.interpreter.softfloat;

import org.jspecify.annotations.NullMarked;
