// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * JSON-RPC 2.0 between two peers, each with a typed interface of its own. A message is one line of
 * JSON.
 *
 * <p>Why our own: it is a few hundred lines over a streaming parser that is a module of its own,
 * bounds what a peer may send in one place, and loads few classes at a worker's start.
 */
@NullMarked
package dev.malachite.engine.control.rpc;

import org.jspecify.annotations.NullMarked;
