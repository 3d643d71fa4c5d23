// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.json;

import java.io.Serial;

/** Text that is not the JSON it should be. The message is for people and names the place. */
public final class JsonException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String place;
  private final String problem;

  /**
   * A problem at a place.
   *
   * @param place the path of names to the value, such as {@code memory.startup}; empty for the
   *     whole text
   * @param problem what is wrong there
   */
  public JsonException(String place, String problem) {
    super(place.isEmpty() ? problem : place + ": " + problem);
    this.place = place;
    this.problem = problem;
  }

  /** The path of names to the value; empty for the whole text. */
  public String place() {
    return place;
  }

  /** What is wrong there. */
  public String problem() {
    return problem;
  }
}
