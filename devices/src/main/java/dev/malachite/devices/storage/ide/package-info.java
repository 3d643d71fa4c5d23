// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The PIIX4's two IDE channels with their disks and DVD drives. */
@NullMarked
package dev.malachite.devices.storage.ide;

import org.jspecify.annotations.NullMarked;
