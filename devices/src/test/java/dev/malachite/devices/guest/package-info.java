// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** A guest's side of VMBus for tests, written from what Linux's drivers do. */
@NullMarked
package dev.malachite.devices.guest;

import org.jspecify.annotations.NullMarked;
