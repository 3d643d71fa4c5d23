// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * How programs and running machines talk: the typed interfaces of both ends, the socket between
 * them, and the client that finds, starts and reaches machines.
 */
@NullMarked
package dev.malachite.engine.control;

import org.jspecify.annotations.NullMarked;
