// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version that {@code --version} prints: the module's, set when it was packed. */
final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() {
    Optional<String> version =
        Optional.ofNullable(VersionProvider.class.getModule().getDescriptor())
            .flatMap(ModuleDescriptor::rawVersion);
    return new String[] {
      "Malachite " + version.orElse("(development)"),
      "Java " + Runtime.version() + " on " + System.getProperty("os.arch")
    };
  }
}
