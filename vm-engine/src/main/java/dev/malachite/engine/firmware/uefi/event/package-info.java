// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Events, timers and task priorities. */
@NullMarked
package dev.malachite.engine.firmware.uefi.event;

import org.jspecify.annotations.NullMarked;
