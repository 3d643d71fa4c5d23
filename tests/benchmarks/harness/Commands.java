// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The commands that start a guest, or the workloads natively. */
final class Commands {
  private static final int BENCH_MEMORY = 1536;

  private final Path root;
  private final Path work;
  private final Options options;

  /** {@code root} is the source tree, {@code work} a folder for what is made on the way. */
  Commands(Path root, Path work, Options options) {
    this.root = root;
    this.work = work;
    this.options = options;
  }

  /** A guest's folder, built when it isn't there. */
  Path guest(String name) throws IOException, InterruptedException {
    Path build = root.resolve("tests/guests/build");
    Process process =
        new ProcessBuilder(build.toString(), name)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String answer = new String(process.getInputStream().readAllBytes()).strip();
    if (process.waitFor() != 0) {
      throw new IOException(build + " " + name + " failed");
    }
    return Path.of(answer);
  }

  /** The command that runs the workloads, all of which want the same number of processors. */
  List<String> workloads(Subject subject, List<Workload> workloads, Path guest) throws IOException {
    String only = String.join(",", workloads.stream().map(w -> w.label).toList());
    if (subject == Subject.NATIVE) {
      return natively(guest.resolve("root"), only);
    }
    Path initrd = guest.resolve("initrd.img");
    if (workloads.contains(Workload.GCC)) {
      initrd = withCompiler(guest);
    }
    String words = "bench.scale=" + options.scale + " bench.only=" + only;
    Path kernel = guest.resolve(subject.isQemu() ? "vmlinuz" : "vmlinux");
    int processors = workloads.getFirst().processors;
    return machine(subject, guest, kernel, initrd, BENCH_MEMORY, processors, words);
  }

  /** Kernels take archives one behind the other as one. */
  private Path withCompiler(Path guest) throws IOException {
    Path both = work.resolve("initrd.img");
    if (!Files.exists(both)) {
      try (OutputStream out = Files.newOutputStream(both)) {
        Files.copy(guest.resolve("initrd.img"), out);
        Files.copy(guest.resolve("compiler.img"), out);
      }
    }
    return both;
  }

  private List<String> natively(Path folder, String only) {
    List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--fork", "--kill-child"));
    if (!"root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("--map-root-user", "--pid"));
    }
    String script =
        """
        mount -t tmpfs -o size=700m tmpfs "$1/tmp" && mount --rbind /dev "$1/dev" && mount --rbind /proc "$1/proc" &&
          exec chroot "$1" /usr/bin/sh /bench/run "$2" "$3"
        """;
    command.addAll(List.of("sh", "-c", script, "sh", folder.toString(), "" + options.scale, only));
    return command;
  }

  /** The command that boots the guest of a boot workload. */
  List<String> boot(Subject subject, Workload workload, Path guest) throws IOException {
    if (workload == Workload.BOOT_TINY) {
      Path initrd = guest.resolve(subject.isQemu() ? "initrd-qemu.img" : "initrd.img");
      List<String> command =
          machine(subject, guest, guest.resolve("vmlinuz"), initrd, 512, 1, "malachite.test=boot");
      return withDisk(subject, command, guest.resolve("data.raw"), "virtio");
    }
    // QEMU's loader takes no ELF kernel without a PVH note, so its guest unpacks the same kernel.
    Path kernel = guest.resolve(subject.isQemu() ? "vmlinuz" : "vmlinux");
    List<String> command =
        machine(subject, guest, kernel, guest.resolve("initrd.img"), 1024, 1, "");
    return withDisk(subject, command, guest.resolve("debian.raw"), "ide");
  }

  private List<String> machine(
      Subject subject,
      Path guest,
      Path kernel,
      Path initrd,
      int mebibytes,
      int processors,
      String words)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (subject.isQemu()) {
      command.addAll(
          List.of("qemu-system-x86_64", "-accel", "tcg", "-cpu", subject.label, "-nodefaults"));
      command.addAll(List.of("-no-user-config", "-no-reboot", "-display", "none"));
      command.addAll(List.of("-serial", "stdio", "-m", "" + mebibytes, "-smp", "" + processors));
    } else {
      command.addAll(malachite());
      command.addAll(List.of("run", "--engine", options.engine, "--memory", mebibytes + "M"));
      command.addAll(List.of("--processors", "" + processors));
    }
    String dash = subject.isQemu() ? "-" : "--";
    String line = Files.readString(guest.resolve("cmdline")).strip() + " " + words;
    command.addAll(List.of(dash + "kernel", kernel.toString(), dash + "initrd", initrd.toString()));
    command.addAll(List.of(dash + "append", line.strip()));
    return command;
  }

  private static List<String> withDisk(
      Subject subject, List<String> command, Path disk, String bus) {
    if (subject.isQemu()) {
      String drive = "file=" + disk + ",format=raw,snapshot=on,if=" + bus;
      command.addAll(List.of("-drive", drive));
    } else {
      command.addAll(List.of("--snapshot", "--disk", disk.toString()));
    }
    return command;
  }

  /** The command of our program. */
  List<String> malachite() {
    return options.command != null
        ? options.command
        : List.of(root.resolve("malachite").toString());
  }
}
