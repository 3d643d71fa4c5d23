// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The handle database and the services over it. */
@NullMarked
package dev.malachite.engine.firmware.uefi.handle;

import org.jspecify.annotations.NullMarked;
