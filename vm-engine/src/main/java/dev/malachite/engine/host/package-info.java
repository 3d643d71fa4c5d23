// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0
/** The host's C library, reached by the foreign function interface. */
@NullMarked
package dev.malachite.engine.host;

import org.jspecify.annotations.NullMarked;
