// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Windows that make machines. */
@NullMarked
package dev.malachite.app.wizard;

import org.jspecify.annotations.NullMarked;
