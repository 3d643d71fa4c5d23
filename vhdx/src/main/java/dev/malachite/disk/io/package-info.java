// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Files of the host as the disk formats use them. */
@NullMarked
package dev.malachite.disk.io;

import org.jspecify.annotations.NullMarked;
