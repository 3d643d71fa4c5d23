// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import org.jspecify.annotations.Nullable;

/**
 * Operations that follow one another in one page, the last of which may transfer control.
 *
 * @param operations at least one
 * @param codeSize 2, 4 or 8: the default size of the code segment it was decoded for
 * @param endOffset offset in the page behind the last instruction; above 4095 if it crosses
 * @param second the page the last (then only) instruction reaches into, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and the array is the point
public record Block(
    Operation[] operations, int codeSize, int endOffset, @Nullable CodePage second) {}
