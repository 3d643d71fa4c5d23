// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What a device needs of the machine it sits in: ports, memory-mapped registers, interrupt lines.
 */
@NullMarked
package dev.malachite.engine.device;

import org.jspecify.annotations.NullMarked;
