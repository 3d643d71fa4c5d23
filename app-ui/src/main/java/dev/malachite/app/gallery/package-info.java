// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Images that machines are made of in one go: where they come from, and the machines. */
@NullMarked
package dev.malachite.app.gallery;

import org.jspecify.annotations.NullMarked;
