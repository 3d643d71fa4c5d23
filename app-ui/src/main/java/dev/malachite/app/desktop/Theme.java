// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.desktop;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import java.util.Objects;
import javafx.application.Application;
import javafx.application.ColorScheme;
import javafx.application.Platform;
import javafx.scene.Scene;

/** Light or dark, as the system is. On the user interface's thread. */
public final class Theme {
  /** Sets a colour scheme instead of the system's, for those whose system has none. */
  private static final String PROPERTY = "malachite.theme";

  private Theme() {}

  /** Follows the system from now on. */
  public static void follow() {
    String wanted = System.getProperty(PROPERTY, "");
    if (!wanted.isEmpty()) {
      set(wanted.equals("dark") ? ColorScheme.DARK : ColorScheme.LIGHT);
      return;
    }
    Platform.Preferences preferences = Platform.getPreferences();
    set(preferences.getColorScheme());
    preferences.colorSchemeProperty().addListener((property, before, now) -> set(now));
  }

  /** Sets a colour scheme for all windows. */
  public static void set(ColorScheme scheme) {
    boolean dark = scheme == ColorScheme.DARK;
    Application.setUserAgentStylesheet(
        (dark ? new PrimerDark() : new PrimerLight()).getUserAgentStylesheet());
  }

  /** Adds our own style to a window's. */
  public static void style(Scene scene) {
    scene
        .getStylesheets()
        .add(Objects.requireNonNull(Theme.class.getResource("malachite.css")).toExternalForm());
  }
}
