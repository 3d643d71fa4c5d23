// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

/**
 * How far something that takes long has come.
 *
 * @param operation what, such as {@code save}
 * @param done how much
 * @param total of how much
 */
public record Progress(String operation, long done, long total) {}
