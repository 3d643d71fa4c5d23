// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

/**
 * A setting that can't be so.
 *
 * @param setting its path, such as {@code memory.startup}
 * @param problem what is wrong and what would be right, for people
 */
public record SettingProblem(String setting, String problem) {
  @Override
  public String toString() {
    return setting + ": " + problem;
  }
}
