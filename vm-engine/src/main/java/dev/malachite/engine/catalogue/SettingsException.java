// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/** Settings that a machine can't have; the message names each of them. */
public final class SettingsException extends CatalogueException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient List<SettingProblem> problems;

  /** At least one problem. */
  public SettingsException(List<SettingProblem> problems) {
    super(problems.stream().map(SettingProblem::toString).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  /** What is wrong, setting by setting. */
  public List<SettingProblem> problems() {
    return problems;
  }
}
