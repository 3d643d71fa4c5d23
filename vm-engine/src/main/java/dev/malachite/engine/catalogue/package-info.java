// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The machines on disk: settings, locks, and what may be done to a machine that doesn't run. */
@NullMarked
package dev.malachite.engine.catalogue;

import org.jspecify.annotations.NullMarked;
