// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

/**
 * Text to type, on a US keyboard.
 *
 * @param text line feed is Enter
 */
public record KeyboardText(String text) {}
