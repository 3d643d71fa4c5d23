// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

/** What a translator keeps about a page. */
public interface TranslatedCode {
  /** The page was written to: nobody may enter its translations any more. Any thread. */
  void gone();
}
