// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Operations of the system: segments, gates, tasks, control registers, MSRs, ports. */
@NullMarked
package dev.malachite.engine.processor.interpreter.system;

import org.jspecify.annotations.NullMarked;
