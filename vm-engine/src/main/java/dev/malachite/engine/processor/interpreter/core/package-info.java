// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0
/** Processor state, memory access and faults, shared by all groups of operations. */
@NullMarked
package dev.malachite.engine.processor.interpreter.core;

import org.jspecify.annotations.NullMarked;
