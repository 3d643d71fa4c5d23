// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.app.Desktop;
import dev.malachite.app.gallery.Cancellation;
import dev.malachite.app.gallery.Gallery;
import dev.malachite.app.gallery.GalleryImage;
import dev.malachite.app.gallery.QuickCreate;
import dev.malachite.engine.catalogue.MachineEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code malachite quick-create}: a machine from the gallery, in one go. */
@Command(
    name = "quick-create",
    description = {
      "Make a machine of a gallery image, start it and open its console.",
      "The image debian is built from Debian packages here, once; --list shows the others.",
      "Without a display the console is the serial one, on this terminal; Ctrl-A x leaves it.",
      "The machine runs on when its console is left.",
    })
final class QuickCreateCommand extends VmVerb {
  @Parameters(
      paramLabel = "IMAGE",
      arity = "0..1",
      defaultValue = "debian",
      description = "An image of the gallery, or an ISO, VHD or VHDX file; default debian.")
  private String image;

  @Option(names = "--list", description = "List the gallery's images.")
  private boolean list;

  @Option(names = "--json", description = "With --list: print JSON.")
  private boolean json;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The machine's name; default the image's.")
  private @Nullable String name;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "Guest memory; default what the image proposes.")
  private @Nullable ByteSize memory;

  @Option(names = "--processors", paramLabel = "N", description = "Virtual processors; default 2.")
  private @Nullable Integer processors;

  @Option(names = "--generation", paramLabel = "1|2", description = "Default 2; for good.")
  private int generation = 2;

  @Option(names = "--rebuild", description = "Make the image again, of today's packages.")
  private boolean rebuild;

  @Option(names = "--no-start", description = "Don't start it.")
  private boolean noStart;

  @Override
  public Integer call() throws IOException {
    Gallery gallery = new Gallery(catalogue().folders());
    if (list) {
      print(gallery.images(this::say));
      return ExitCodes.DONE;
    }
    if (json) {
      throw usage("--json goes with --list");
    }
    if (generation != 1 && generation != 2) {
      throw usage("--generation is 1 or 2");
    }
    if (processors != null && processors < 1) {
      throw usage("--processors is 1 at least");
    }
    GalleryImage chosen = isFile(image) ? gallery.local(Path.of(image)) : gallery.find(image);
    QuickCreate.Options options =
        new QuickCreate.Options(
            memory == null ? 0 : memory.bytes(),
            processors == null ? 0 : processors,
            generation,
            rebuild);
    MachineEntry made;
    try (StageLines progress = new StageLines(err())) {
      made =
          new QuickCreate(gallery, catalogue())
              .create(chosen, name, options, progress, new Cancellation());
    }
    say("made the machine " + made.name());
    if (!noStart) {
      manager().start(made.settings().id());
      return connect(made);
    }
    return ExitCodes.DONE;
  }

  private static boolean isFile(String text) {
    return text.contains("/")
        || text.toLowerCase(java.util.Locale.ROOT).matches(".*\\.(iso|vhdx?)");
  }

  private int connect(MachineEntry machine) throws IOException {
    if (Desktop.hasDisplay()) {
      return DesktopStart.run(windows -> windows.console(machine.settings().id()));
    }
    if (!Terminal.isStandardInput()) {
      say("it runs; malachite vm connect " + machine.name() + " attaches its console");
      return ExitCodes.DONE;
    }
    return new SerialConsole(err()).attach(machine, manager());
  }

  private void print(List<GalleryImage> images) {
    PrintWriter out = out();
    if (json) {
      JsonOutput.printObject(
          out,
          generator -> {
            generator.writeArrayPropertyStart("images");
            for (GalleryImage each : images) {
              generator.writeStartObject();
              generator.writeStringProperty("name", each.name());
              generator.writeStringProperty("title", each.title());
              generator.writeStringProperty("publisher", each.publisher());
              generator.writeStringProperty("version", each.version());
              generator.writeStringProperty("description", each.description());
              generator.writeNumberProperty("downloadBytes", each.downloadBytes());
              generator.writeNumberProperty("memory", each.memory());
              generator.writeEndObject();
            }
            generator.writeEndArray();
          });
      return;
    }
    int width = images.stream().mapToInt(each -> each.name().length()).max().orElse(0);
    for (GalleryImage each : images) {
      out.printf("%-" + width + "s  %s", each.name(), each.title());
      out.println(each.publisher().isEmpty() ? "" : " (" + each.publisher() + ")");
      for (String line : each.description().lines().toList()) {
        out.println(" ".repeat(width) + "  " + line);
      }
    }
  }
}
