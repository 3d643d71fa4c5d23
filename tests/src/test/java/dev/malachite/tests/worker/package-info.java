// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Machines in worker processes, as programs see them. */
@NullMarked
package dev.malachite.tests.worker;

import org.jspecify.annotations.NullMarked;
