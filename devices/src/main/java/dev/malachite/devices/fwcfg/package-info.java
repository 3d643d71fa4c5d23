// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The firmware configuration device and what it tells SeaBIOS. */
@NullMarked
package dev.malachite.devices.fwcfg;

import org.jspecify.annotations.NullMarked;
