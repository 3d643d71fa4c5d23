// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.machine;

/** Which backend runs the processors. */
public enum EngineKind {
  /** The best this host has. */
  AUTO,
  /** The kernel's hardware virtualization. */
  KVM,
  /** Guest code translated to host code. */
  TRANSLATOR,
  /** Guest code interpreted in Java. */
  INTERPRETER
}
