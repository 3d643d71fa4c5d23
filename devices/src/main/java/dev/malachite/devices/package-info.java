// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Devices and the boards that put them together. */
@NullMarked
package dev.malachite.devices;

import org.jspecify.annotations.NullMarked;
