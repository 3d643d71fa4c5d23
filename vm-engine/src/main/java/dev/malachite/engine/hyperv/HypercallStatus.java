// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

/** Result codes of hypercalls (TLFS, Appendix: Hypervisor Status Codes). */
final class HypercallStatus {
  static final int SUCCESS = 0;
  static final int INVALID_CODE = 2;
  static final int INVALID_INPUT = 3;
  static final int INVALID_ALIGNMENT = 4;
  static final int INVALID_PARAMETER = 5;
  static final int INVALID_CONNECTION_ID = 18;
  static final int INSUFFICIENT_BUFFERS = 19;

  private HypercallStatus() {}
}
