// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

import java.util.UUID;

/**
 * How a worker answers.
 *
 * @param version the version of {@link WorkerService} that is spoken from now on
 * @param machine its machine's identifier
 * @param pid its process's number
 */
public record Welcome(int version, UUID machine, long pid) {}
