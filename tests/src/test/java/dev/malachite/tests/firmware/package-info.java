// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Whole machines that boot by our firmware. */
@NullMarked
package dev.malachite.tests.firmware;

import org.jspecify.annotations.NullMarked;
