// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The i440FX host bridge and the PIIX4: PCI configuration, ISA bridge, power management, reset. */
@NullMarked
package dev.malachite.devices.chipset;

import org.jspecify.annotations.NullMarked;
