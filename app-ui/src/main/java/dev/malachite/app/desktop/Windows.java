// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.desktop;

import java.util.UUID;

/** Opens windows, or brings forward those that are open. On the user interface's thread. */
public interface Windows {
  /** The manager. */
  void manager();

  /** A machine's console. */
  void console(UUID machine);

  /** A machine's settings. */
  void settings(UUID machine);

  /** A machine from the gallery. */
  void quickCreate();

  /** A machine made step by step. */
  void newMachine();
}
