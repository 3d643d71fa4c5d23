// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

/**
 * Whether a program watches the screen.
 *
 * @param watch whether
 * @param rate how often a second it wants to be told of changes at most, 1 to 60
 */
public record ScreenWatch(boolean watch, int rate) {}
