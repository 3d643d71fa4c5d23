// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.call;

import java.io.IOException;

/** One function that guests call. */
@FunctionalInterface
public interface Service {
  /**
   * Serves a call.
   *
   * @throws EfiException to answer with a status
   * @throws IOException answered as a device error
   */
  Outcome call(Arguments arguments) throws IOException;

  /** One that answers at once. */
  @FunctionalInterface
  interface Simple {
    /** Serves a call and returns its status or value. */
    long call(Arguments arguments) throws IOException;
  }

  /** Makes a service of a function that answers at once. */
  static Service of(Simple simple) {
    return arguments -> new Outcome.Done(simple.call(arguments));
  }

  /** A service that answers the same always. */
  static Service constant(long value) {
    Outcome outcome = new Outcome.Done(value);
    return arguments -> outcome;
  }
}
