// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The program with windows: puts them together. */
@NullMarked
package dev.malachite.app;

import org.jspecify.annotations.NullMarked;
