// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The command line and the windows of Malachite. */
module dev.malachite.app {
  requires atlantafx.base;
  requires dev.malachite.disk;
  requires dev.malachite.engine;
  requires info.picocli;
  requires java.net.http;
  requires java.xml;
  requires javafx.controls;
  requires tools.jackson.core;
  requires static transitive org.jspecify;

  opens dev.malachite.app.cli to
      info.picocli;
}
