// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What all windows share: their theme, work beside the user interface's thread, messages, icons.
 */
@NullMarked
package dev.malachite.app.desktop;

import org.jspecify.annotations.NullMarked;
