// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

/**
 * How a program introduces itself.
 *
 * @param oldest the oldest version of {@link WorkerService} it speaks
 * @param newest the newest one
 * @param program its name and version, for logs
 */
public record Hello(int oldest, int newest, String program) {}
