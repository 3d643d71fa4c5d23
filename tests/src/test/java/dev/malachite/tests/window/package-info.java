// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The windows, driven by mouse and keyboard on a real display, with real workers. */
@NullMarked
package dev.malachite.tests.window;

import org.jspecify.annotations.NullMarked;
