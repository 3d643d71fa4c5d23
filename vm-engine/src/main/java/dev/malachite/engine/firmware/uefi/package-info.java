// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * UEFI for Generation 2 machines, in Java. Guest memory holds the tables; what their functions do
 * is here.
 */
@NullMarked
package dev.malachite.engine.firmware.uefi;

import org.jspecify.annotations.NullMarked;
