// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The virtual machine monitor. */
@NullMarked
package dev.malachite.engine;

import org.jspecify.annotations.NullMarked;
