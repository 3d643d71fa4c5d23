// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** A machine's settings, to be looked at and changed. */
@NullMarked
package dev.malachite.app.settings;

import org.jspecify.annotations.NullMarked;
