// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.device;

import dev.malachite.engine.processor.RegisterAccess;

/**
 * Serves a port through which guest code calls the host: firmware functions.
 *
 * <p>Called on the thread of the processor that writes to the port.
 */
@FunctionalInterface
public interface CallHandler {
  /**
   * Guest code calls.
   *
   * @param registers the processor's, to be read and changed during the call
   */
  void call(RegisterAccess registers);
}
