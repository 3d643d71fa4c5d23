// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Serial ports. */
@NullMarked
package dev.malachite.devices.serial;

import org.jspecify.annotations.NullMarked;
