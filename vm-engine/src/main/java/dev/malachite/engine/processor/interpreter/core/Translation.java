// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import org.jspecify.annotations.Nullable;

/**
 * Where translated code for a block can be entered.
 *
 * @param mode what the code takes for granted, in the translator's terms
 * @param generation which filling of the code cache it belongs to
 * @param inner host address for entering from the same page
 * @param outer host address for entering with a linear address
 * @param next another translation of the same block
 */
public record Translation(
    int mode, int generation, long inner, long outer, @Nullable Translation next) {}
