// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The whole state of a machine that stands still, as a file: sections that name themselves, and the
 * way in which every part lists what it consists of.
 */
@NullMarked
package dev.malachite.engine.state;

import org.jspecify.annotations.NullMarked;
