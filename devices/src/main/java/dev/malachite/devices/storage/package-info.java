// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Storage: SCSI disks and DVD drives over {@link dev.malachite.disk.VirtualDisk}, and the synthetic
 * SCSI controller that carries their commands over VMBus.
 */
@NullMarked
package dev.malachite.devices.storage;

import org.jspecify.annotations.NullMarked;
