// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.manager;

import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineState;

/**
 * What is known of a machine at one moment.
 *
 * @param entry its settings and state on disk
 * @param state what it is doing
 * @param load which part of its processors it uses, 0 to 1
 * @param uptimeMillis how long it has run
 * @param status what is to be known besides; may be empty
 */
record MachineSample(
    MachineEntry entry, MachineState state, double load, long uptimeMillis, String status) {}
