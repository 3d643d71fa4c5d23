// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.machine.EngineKind;
import dev.malachite.engine.machine.MachineConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code malachite run}: a throw-away machine in the foreground. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Run a throw-away machine in the foreground; nothing is saved in the catalogue.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the guest powered off, or Ctrl-A x ended it",
      "1:the machine could not run; one line on stderr says why",
      "2:wrong usage",
      "3:--timeout ended it",
      "4:the guest crashed",
    })
final class RunCommand implements Callable<Integer> {
  private static final long MEBIBYTE = 1L << 20;

  @Parameters(
      paramLabel = "DISK",
      arity = "0..*",
      description = "Disk files, like --disk; vhdx, iso and raw are told apart by content.")
  private List<Path> diskArguments = new ArrayList<>();

  @Option(names = "--generation", paramLabel = "1|2", description = "Default 2.")
  private int generation = 2;

  @Option(names = "--memory", paramLabel = "SIZE", description = "Guest memory; default 1G.")
  private ByteSize memory = new ByteSize(1L << 30);

  @Option(names = "--processors", paramLabel = "N", description = "Virtual processors; default 2.")
  private int processors = 2;

  @Option(names = "--disk", paramLabel = "FILE", description = "A disk; may be repeated.")
  private List<Path> disks = new ArrayList<>();

  @Option(names = "--dvd", paramLabel = "FILE", description = "An ISO image in a DVD drive.")
  private List<Path> dvds = new ArrayList<>();

  @Option(names = "--floppy", paramLabel = "FILE", description = "Generation 1 only.")
  private @Nullable Path floppy;

  @Option(names = "--snapshot", description = "Keep the files untouched; writes are thrown away.")
  private boolean snapshot;

  @Option(
      names = "--kernel",
      paramLabel = "FILE",
      description = "Start this Linux kernel (bzImage).")
  private @Nullable Path kernel;

  @Option(
      names = "--initrd",
      paramLabel = "FILE",
      description = "The kernel's initial file system.")
  private @Nullable Path initrd;

  @Option(names = "--append", paramLabel = "TEXT", description = "The kernel's command line.")
  private @Nullable String append;

  @Option(
      names = "--com1",
      paramLabel = "TARGET",
      description = "stdio (the default), file:PATH, unix:PATH (we listen) or none.")
  private SerialTarget com1 = new SerialTarget.StandardStreams();

  @Option(
      names = "--network",
      paramLabel = "nat|none|switch:NAME",
      description = "Only none is available in this version.")
  private String network = "none";

  @Option(
      names = "--forward",
      paramLabel = "tcp:HOSTPORT:GUESTPORT",
      description = "Needs --network nat.")
  private List<String> forwards = new ArrayList<>();

  @Option(
      names = "--engine",
      paramLabel = "auto|kvm|translator|interpreter",
      description = "See malachite host info; default auto.")
  private EngineKind engine = EngineKind.AUTO;

  @Option(names = "--window", description = "Show the console window too.")
  private boolean window;

  @Option(
      names = "--type",
      paramLabel = "TEXT-OR-FILE",
      description =
          "Keys to type once the machine runs: a file's content, or text in which \\n is Enter, \\t"
              + " Tab and \\\\ a backslash.")
  private @Nullable String type;

  @Option(
      names = "--screenshot",
      paramLabel = "FILE.png",
      description = "Write the screen there when the machine ends.")
  private @Nullable Path screenshot;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Power the machine off then (exit code 3): 500ms, 60s, 5m.")
  private @Nullable Duration timeout;

  @Option(names = "--stats", description = "Print counters on stderr at the end.")
  private boolean stats;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    RunRequest request = request();
    return new MachineRun(request, spec.commandLine().getErr()).execute();
  }

  /** The request that the options make, after everything that can be checked without the files. */
  RunRequest request() throws IOException {
    checkValues();
    refuseWhatIsLater();
    Path kernelFile = kernel;
    List<Path> allDisks = new ArrayList<>(diskArguments);
    allDisks.addAll(disks);
    return new RunRequest(
        generation,
        memory.bytes(),
        processors,
        engine,
        List.copyOf(allDisks),
        List.copyOf(dvds),
        floppy,
        snapshot,
        kernelFile == null
            ? null
            : new DirectBoot(kernelFile, initrd, append == null ? "" : append),
        com1,
        type == null ? null : TypedText.of(type),
        screenshot,
        timeout,
        stats);
  }

  private void checkValues() {
    if (generation != 1 && generation != 2) {
      throw usage("--generation is 1 or 2, not " + generation);
    }
    if (processors < 1 || processors > MachineConfiguration.MAXIMUM_PROCESSORS) {
      throw usage(
          "--processors is 1 to "
              + MachineConfiguration.MAXIMUM_PROCESSORS
              + ", not "
              + processors);
    }
    if (memory.bytes() < MachineConfiguration.MINIMUM_MEMORY
        || memory.bytes() > MachineConfiguration.MAXIMUM_MEMORY
        || memory.bytes() % MEBIBYTE != 0) {
      throw usage(
          "--memory is "
              + ByteSize.describe(MachineConfiguration.MINIMUM_MEMORY)
              + " to "
              + ByteSize.describe(MachineConfiguration.MAXIMUM_MEMORY)
              + ", a multiple of 1 MiB");
    }
    if (!network.equals("none") && !network.equals("nat") && !network.startsWith("switch:")) {
      throw usage("--network is nat, none or switch:NAME, not '" + network + "'");
    }
    for (String forward : forwards) {
      if (!forward.matches("(tcp|udp):\\d{1,5}:\\d{1,5}")) {
        throw usage("--forward is tcp:HOSTPORT:GUESTPORT, not '" + forward + "'");
      }
    }
    if (kernel == null && (initrd != null || append != null)) {
      throw usage("--initrd and --append go with --kernel");
    }
    if (floppy != null && generation == 2) {
      throw usage("--floppy goes with --generation 1");
    }
    if (timeout != null && timeout.isZero()) {
      throw usage("--timeout is more than nothing");
    }
  }

  private void refuseWhatIsLater() {
    if (!network.equals("none") || !forwards.isEmpty()) {
      throw later(
          forwards.isEmpty() ? "--network " + network : "--forward", "leave it out for no network");
    }
    if (window) {
      throw later("--window", "use --screenshot to see the screen");
    }
    if (engine == EngineKind.KVM) {
      throw later("--engine kvm", "use --engine auto");
    }
  }

  private static CommandFailure later(String option, String mend) {
    return new CommandFailure(option + " is not available in this version; " + mend);
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
