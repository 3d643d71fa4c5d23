// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.app.gallery.HostSettings;
import dev.malachite.engine.catalogue.Folders;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code malachite host settings}: what is set for all machines of this user. */
@Command(
    name = "settings",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Show or change what is set for all machines: where they are, gallery sources.")
final class HostSettingsCommand implements Callable<Integer> {
  @Option(
      names = "--add-gallery",
      paramLabel = "ADDRESS",
      description = "Take images of this gallery (JSON, https) too; may be repeated.")
  private List<String> added = new ArrayList<>();

  @Option(
      names = "--remove-gallery",
      paramLabel = "ADDRESS",
      description = "Take no more images of this gallery; may be repeated.")
  private List<String> removed = new ArrayList<>();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Folders folders = Folders.ofEnvironment();
    HostSettings settings = HostSettings.read(folders);
    if (!added.isEmpty() || !removed.isEmpty()) {
      settings = changed(settings);
      settings.write(folders);
      return ExitCodes.DONE;
    }
    print(folders, settings);
    return ExitCodes.DONE;
  }

  private HostSettings changed(HostSettings settings) throws IOException {
    List<URI> sources = new ArrayList<>(settings.gallerySources());
    for (String address : removed) {
      if (!sources.removeIf(source -> source.toString().equals(address))) {
        throw new CommandFailure(
            address + ": is no gallery source; see malachite host settings for those there are");
      }
    }
    for (String address : added) {
      URI source = HostSettings.address(address);
      if (!sources.contains(source)) {
        sources.add(source);
      }
    }
    return new HostSettings(sources);
  }

  private void print(Folders folders, HostSettings settings) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonOutput.printObject(
          out,
          generator -> {
            generator.writeStringProperty("machines", folders.machines().toString());
            generator.writeStringProperty("runtime", folders.runtime().toString());
            generator.writeStringProperty("cache", folders.cache().toString());
            generator.writeStringProperty("settings", HostSettings.file(folders).toString());
            generator.writeArrayPropertyStart("gallerySources");
            for (URI source : settings.gallerySources()) {
              generator.writeString(source.toString());
            }
            generator.writeEndArray();
          });
      return;
    }
    out.printf("%-10s %s%n", "Machines", folders.machines());
    out.printf("%-10s %s%n", "Runtime", folders.runtime());
    out.printf("%-10s %s%n", "Cache", folders.cache());
    out.printf("%-10s %s%n", "Settings", HostSettings.file(folders));
    for (URI source : settings.gallerySources()) {
      out.printf("%-10s %s%n", "Gallery", source);
    }
  }
}
