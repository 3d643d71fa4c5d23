// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The manager window: the machines, what they do, and what can be done to them. */
@NullMarked
package dev.malachite.app.manager;

import org.jspecify.annotations.NullMarked;
