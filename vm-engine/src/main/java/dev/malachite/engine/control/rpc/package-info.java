// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * JSON-RPC 2.0 between two peers, each with a typed interface of its own. A message is one line of
 * JSON.
 *
 * <p>Why our own: the known libraries for Java build on a reflective JSON mapper that has no module
 * name, so they can't be linked into a run-time image, and their start costs as much as a worker
 * may take for everything.
 */
@NullMarked
package dev.malachite.engine.control.rpc;

import org.jspecify.annotations.NullMarked;
