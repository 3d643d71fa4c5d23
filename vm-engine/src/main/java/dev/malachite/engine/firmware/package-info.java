// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** What firmware leaves in memory: ACPI and SMBIOS tables, and direct Linux boot. */
@NullMarked
package dev.malachite.engine.firmware;

import org.jspecify.annotations.NullMarked;
