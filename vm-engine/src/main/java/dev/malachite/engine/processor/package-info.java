// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The processor SPI: what the rest of the engine knows of a virtual processor, whichever backend
 * runs it.
 */
@NullMarked
package dev.malachite.engine.processor;

import org.jspecify.annotations.NullMarked;
