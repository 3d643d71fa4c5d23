// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Secure Boot: signatures, who may run and who may say so. */
@NullMarked
package dev.malachite.engine.firmware.uefi.secure;

import org.jspecify.annotations.NullMarked;
