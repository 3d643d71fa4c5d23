// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0
/** Guest physical memory. */
@NullMarked
package dev.malachite.engine.memory;

import org.jspecify.annotations.NullMarked;
