// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * VMBus, host side: the message protocol between a guest and its devices, shared ring buffers, and
 * the interface a synthetic device implements.
 *
 * <p>The guest is hostile. Whatever it shares with the host is read once into a local variable,
 * checked and then used; a channel whose ring is out of order is closed.
 */
@NullMarked
package dev.malachite.engine.vmbus;

import org.jspecify.annotations.NullMarked;
