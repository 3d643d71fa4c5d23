// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The two 8259A interrupt controllers of a PC. */
@NullMarked
package dev.malachite.devices.pic;

import org.jspecify.annotations.NullMarked;
