// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Whole machines that run guests built from Debian packages. */
@NullMarked
package dev.malachite.tests.guest;

import org.jspecify.annotations.NullMarked;
