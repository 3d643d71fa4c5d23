// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0
/** The interpreter backend: block cache and run loop. */
@NullMarked
package dev.malachite.engine.processor.interpreter;

import org.jspecify.annotations.NullMarked;
