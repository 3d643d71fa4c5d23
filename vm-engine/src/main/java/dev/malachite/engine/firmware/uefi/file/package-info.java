// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** File protocols. */
@NullMarked
package dev.malachite.engine.firmware.uefi.file;

import org.jspecify.annotations.NullMarked;
