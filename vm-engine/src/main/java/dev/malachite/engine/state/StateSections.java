// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.state;

import java.io.IOException;

/** A file of sections, seen by somebody who has parts that are saved to or restored from them. */
public interface StateSections {
  /**
   * Saves a part as a section of its own, or restores it from there.
   *
   * @param name 1 to 64 ASCII characters; each name once
   * @param version the version of what the part writes: one more than before whenever that changes
   * @throws StateException if the part can't be saved, or the section is missing or damaged
   */
  void section(String name, int version, Saveable part) throws IOException;
}
