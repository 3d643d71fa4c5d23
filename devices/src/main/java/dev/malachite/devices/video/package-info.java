// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Video: the synthetic display adapter and what the guest's screen shows. */
@NullMarked
package dev.malachite.devices.video;

import org.jspecify.annotations.NullMarked;
