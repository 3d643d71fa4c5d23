// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The boards that put devices together. */
@NullMarked
package dev.malachite.devices.board;

import org.jspecify.annotations.NullMarked;
