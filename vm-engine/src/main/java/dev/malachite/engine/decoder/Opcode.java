// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0
package dev.malachite.engine.decoder;

/** What an instruction does. Written by the decoder's author. */
public enum Opcode {
  /** Not an instruction of the processor model. */
  INVALID
}
