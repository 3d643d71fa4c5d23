// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The command line. */
@NullMarked
package dev.malachite.app.cli;

import org.jspecify.annotations.NullMarked;
