// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The worker: the process that runs one machine. */
@NullMarked
package dev.malachite.engine.worker;

import org.jspecify.annotations.NullMarked;
