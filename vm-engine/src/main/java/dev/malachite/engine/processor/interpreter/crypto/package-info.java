// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The interpreter's operations of cryptography: AES, SHA, carry-less product, random numbers. */
@NullMarked
package dev.malachite.engine.processor.interpreter.crypto;

import org.jspecify.annotations.NullMarked;
