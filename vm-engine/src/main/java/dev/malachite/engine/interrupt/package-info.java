// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The interrupt controllers of software processors: local APIC, IOAPIC and what joins them. */
@NullMarked
package dev.malachite.engine.interrupt;

import org.jspecify.annotations.NullMarked;
