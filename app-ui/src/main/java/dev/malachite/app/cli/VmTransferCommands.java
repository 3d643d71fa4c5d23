// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineTransfer;
import dev.malachite.engine.catalogue.MachineTransfer.ImportMode;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs that copy whole machines. */
final class VmTransferCommands {
  private VmTransferCommands() {}

  /** A verb that copies files. */
  @Command
  abstract static class Copying extends VmVerb {
    /** What is copied to where. */
    abstract void copy(MachineTransfer transfer) throws IOException;

    /** What is being done, for the progress bar. */
    abstract String what();

    @Override
    public final Integer call() throws IOException {
      Thread caller = Thread.currentThread();
      GiveUp giveUp = new GiveUp(caller);
      try (ProgressLine progress = new ProgressLine(err(), what())) {
        copy(
            new MachineTransfer(
                catalogue(),
                (done, total) -> {
                  progress.show(done, total);
                  return !giveUp.wanted();
                }));
      } finally {
        giveUp.done();
      }
      return ExitCodes.DONE;
    }
  }

  /** Ctrl-C makes the copy clean up after itself before the program ends. */
  private static final class GiveUp {
    private static final long PATIENCE = 10_000;

    private final Thread hook;
    private volatile boolean wanted;

    GiveUp(Thread worker) {
      hook =
          Thread.ofPlatform()
              .unstarted(
                  () -> {
                    wanted = true;
                    try {
                      worker.join(PATIENCE);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
      Runtime.getRuntime().addShutdownHook(hook);
    }

    boolean wanted() {
      return wanted;
    }

    void done() {
      if (!wanted) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  /** {@code malachite vm export}. */
  @Command(
      name = "export",
      description = "Copy a machine with all its disks into a folder, to be imported anywhere.")
  static final class Export extends Copying {
    @Parameters(index = "0", paramLabel = "NAME", description = "The machine; off or saved.")
    private String name;

    @Parameters(index = "1", paramLabel = "FOLDER", description = "Where its own folder is made.")
    private Path folder;

    @Override
    String what() {
      return "exporting " + name;
    }

    @Override
    void copy(MachineTransfer transfer) throws IOException {
      MachineEntry machine = catalogue().find(name);
      out().println(transfer.exportTo(machine.settings().id(), folder));
      out().flush();
    }
  }

  /** How {@code vm import} takes a machine in. */
  static final class Mode {
    @Option(names = "--in-place", description = "It stays where it is.")
    private boolean inPlace;

    @Option(names = "--copy", description = "It is copied and stays the same machine (default).")
    private boolean copy;

    @Option(names = "--new-identity", description = "It is copied and the copy is another machine.")
    private boolean newIdentity;

    ImportMode mode() {
      return inPlace
          ? ImportMode.IN_PLACE
          : newIdentity && !copy ? ImportMode.NEW_IDENTITY : ImportMode.COPY;
    }
  }

  /** {@code malachite vm import}. */
  @Command(name = "import", description = "Take in a machine that was exported.")
  static final class Import extends Copying {
    @Parameters(paramLabel = "FOLDER", description = "The machine's folder.")
    private Path folder;

    @ArgGroup private Mode mode = new Mode();

    @Option(names = "--name", paramLabel = "NAME", description = "Its name here.")
    private @Nullable String newName;

    @Override
    String what() {
      return "importing " + folder.getFileName();
    }

    @Override
    void copy(MachineTransfer transfer) throws IOException {
      MachineEntry machine = transfer.importFrom(folder, mode.mode(), newName);
      out().println(machine.name());
      out().flush();
    }
  }

  /** {@code malachite vm clone}. */
  @Command(name = "clone", description = "Make another machine with copies of a machine's disks.")
  static final class Clone extends Copying {
    @Parameters(index = "0", paramLabel = "NAME", description = "The machine; it must be off.")
    private String name;

    @Parameters(index = "1", paramLabel = "NEW-NAME", description = "The new machine's name.")
    private String newName;

    @Override
    String what() {
      return "cloning " + name;
    }

    @Override
    void copy(MachineTransfer transfer) throws IOException {
      transfer.clone(catalogue().find(name).settings().id(), newName);
    }
  }
}
