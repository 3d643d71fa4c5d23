// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0
/** The x86 instruction decoder shared by interpreter and translator. */
@NullMarked
package dev.malachite.engine.decoder;

import org.jspecify.annotations.NullMarked;
