// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Integration services: heartbeat, shutdown, time and key-value pairs, for which guests carry
 * drivers of their own.
 */
@NullMarked
package dev.malachite.devices.services;

import org.jspecify.annotations.NullMarked;
