// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.machine.EngineKind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What decides which engine this host can run.
 *
 * @param architecture the JVM's name for the processor's architecture, amd64 for x86-64
 * @param vendor the processor's vendor, empty when unknown
 * @param model the processor's name, empty when unknown
 * @param processors how many processors the JVM may use
 * @param memory bytes of memory in the host, 0 when unknown
 * @param vmx whether the processor shows Intel's virtualization
 * @param svm whether the processor shows AMD's virtualization
 * @param kvm the state of /dev/kvm
 */
record HostFacts(
    String architecture,
    String vendor,
    String model,
    int processors,
    long memory,
    boolean vmx,
    boolean svm,
    KvmDevice kvm) {

  /** What opening /dev/kvm comes to. */
  enum KvmDevice {
    OPENS("opens"),
    MISSING("there is none"),
    NO_PERMISSION("permission denied; join the group kvm"),
    FAILS("can't be opened");

    private final String description;

    KvmDevice(String description) {
      this.description = description;
    }

    /** The state in words. */
    String description() {
      return description;
    }
  }

  /**
   * An engine and why it is or isn't the one.
   *
   * @param engine the engine
   * @param reason the sentence's rest: "because ..."
   */
  record Choice(EngineKind engine, String reason) {}

  /** The engines that auto chooses from, the best first. */
  static final List<EngineKind> ENGINES =
      List.of(EngineKind.KVM, EngineKind.TRANSLATOR, EngineKind.INTERPRETER);

  /** The facts of the host we run on. */
  static HostFacts ofThisHost() {
    return read(Path.of("/proc/cpuinfo"), Path.of("/proc/meminfo"), Path.of("/dev/kvm"));
  }

  /** The facts as these files tell them. */
  static HostFacts read(Path cpuinfo, Path meminfo, Path kvm) {
    Map<String, String> processor = properties(cpuinfo);
    String flags = processor.getOrDefault("flags", "");
    return new HostFacts(
        System.getProperty("os.arch"),
        processor.getOrDefault("vendor_id", ""),
        processor.getOrDefault("model name", ""),
        Runtime.getRuntime().availableProcessors(),
        kibibytes(properties(meminfo).getOrDefault("MemTotal", "")),
        hasWord(flags, "vmx"),
        hasWord(flags, "svm"),
        open(kvm));
  }

  /** Whether the processor and the kernel can run guests in hardware. */
  boolean hardwareVirtualization() {
    return kvm == KvmDevice.OPENS && (vmx || svm);
  }

  /** Whether the host's processor is x86-64, which the translator needs. */
  boolean x86() {
    return architecture.equals("amd64") || architecture.equals("x86_64");
  }

  /** Whether this version has an engine. */
  static boolean available(EngineKind engine) {
    return engine == EngineKind.INTERPRETER || engine == EngineKind.TRANSLATOR;
  }

  /** An engine's name on the command line. */
  static String name(EngineKind engine) {
    return engine.name().toLowerCase(Locale.ROOT);
  }

  /** The engine that {@code auto} picks in this version, and why. */
  Choice choose() {
    EngineKind wanted = wanted();
    if (available(wanted)) {
      return new Choice(wanted, suitability(wanted));
    }
    return new Choice(
        EngineKind.INTERPRETER,
        "it is the only engine in this version; this host will use the "
            + name(wanted)
            + " once there is one");
  }

  private EngineKind wanted() {
    if (hardwareVirtualization()) {
      return EngineKind.KVM;
    }
    return x86() ? EngineKind.TRANSLATOR : EngineKind.INTERPRETER;
  }

  /** What this host has or lacks for an engine. */
  String suitability(EngineKind engine) {
    return switch (engine) {
      case KVM -> {
        if (kvm != KvmDevice.OPENS) {
          yield "/dev/kvm: " + kvm.description();
        }
        yield vmx || svm
            ? "/dev/kvm opens and the processor shows " + (vmx ? "vmx" : "svm")
            : "/dev/kvm opens but the processor shows neither vmx nor svm, so it would be slow";
      }
      case TRANSLATOR ->
          x86() ? "the processor is x86-64" : "needs an x86-64 processor, this is " + architecture;
      case INTERPRETER -> "runs on every processor";
      case AUTO -> "picks the best of the others";
    };
  }

  // The first processor's block of /proc/cpuinfo; every line of /proc/meminfo.
  private static Map<String, String> properties(Path file) {
    Map<String, String> properties = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          properties.putIfAbsent(
              line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
      }
    } catch (IOException e) {
      return properties;
    }
    return properties;
  }

  private static boolean hasWord(String text, String word) {
    return Arrays.asList(text.split(" ", -1)).contains(word);
  }

  private static long kibibytes(String text) {
    String number = text.endsWith(" kB") ? text.substring(0, text.length() - 3) : "";
    return number.isEmpty() || !number.chars().allMatch(Character::isDigit)
        ? 0
        : Long.parseLong(number) * 1024;
  }

  private static KvmDevice open(Path kvm) {
    try (FileChannel device =
        FileChannel.open(kvm, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return device.isOpen() ? KvmDevice.OPENS : KvmDevice.FAILS;
    } catch (NoSuchFileException e) {
      return KvmDevice.MISSING;
    } catch (AccessDeniedException e) {
      return KvmDevice.NO_PERMISSION;
    } catch (IOException e) {
      return KvmDevice.FAILS;
    }
  }
}
