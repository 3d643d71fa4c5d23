// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * JSON as values, and values as records: what machine files and the control protocol are made of.
 */
@NullMarked
package dev.malachite.engine.json;

import org.jspecify.annotations.NullMarked;
