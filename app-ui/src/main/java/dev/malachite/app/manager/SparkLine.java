// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.manager;

import javafx.scene.layout.Pane;
import javafx.scene.shape.Polyline;

/** A small curve of what a machine's processors did in the last minute. */
final class SparkLine extends Pane {
  private final Polyline line = new Polyline();

  SparkLine(double width, double height) {
    setPrefSize(width, height);
    setMinSize(width, height);
    setMaxSize(width, height);
    line.getStyleClass().add("spark-line");
    getChildren().add(line);
  }

  /**
   * Shows values of 0 to 1, the last one at the right end.
   *
   * @param room how many values there is room for
   */
  void show(double[] values, int room) {
    Double[] points = new Double[2 * values.length];
    double width = getPrefWidth();
    double height = getPrefHeight() - 2;
    for (int i = 0; i < values.length; i++) {
      points[2 * i] = width * (room - values.length + i) / (room - 1);
      points[2 * i + 1] = 1 + height * (1 - values[i]);
    }
    line.getPoints().setAll(points);
  }
}
