// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Whole machines whose guests write rubbish wherever a guest can write: none of it may cost more
 * than the guest itself.
 */
@NullMarked
package dev.malachite.tests.hostile;

import org.jspecify.annotations.NullMarked;
