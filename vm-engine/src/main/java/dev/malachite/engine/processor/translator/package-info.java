// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The engine that translates guest code to machine code of an x86-64 host. */
@NullMarked
package dev.malachite.engine.processor.translator;

import org.jspecify.annotations.NullMarked;
