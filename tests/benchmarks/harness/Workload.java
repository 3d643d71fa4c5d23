// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

import java.util.Arrays;

/** The workloads in the table's order; {@code label} is also the name in the guest's lines. */
enum Workload {
  BOOT_TINY("boot-tiny", "boot of tiny to init", Kind.BOOT, 1),
  BOOT_DEBIAN("boot-debian", "boot of debian to login", Kind.BOOT, 1),
  SHA256("sha256", "SHA-256 of 256 MiB", Kind.COMPUTE, 1),
  GZIP("gzip", "gzip -9 of 32 MiB", Kind.COMPUTE, 1),
  AES("aes", "AES-256-CBC of 256 MiB", Kind.COMPUTE, 1),
  RSA("rsa", "1,000 RSA-2048 signatures", Kind.COMPUTE, 1),
  PERL_INTEGER("perl-integer", "perl integer loop, 10 million", Kind.COMPUTE, 1),
  PERL_FLOAT("perl-float", "perl float loop, 10 million", Kind.COMPUTE, 1),
  FORK_EXEC("forkexec", "2,000 fork and exec", Kind.SYSTEM, 1),
  GCC("gcc", "gcc -O2 of a file", Kind.COMPUTE, 1),
  MEMCPY("memcpy", "memcpy, 8 GiB", Kind.COMPUTE, 1),
  CHASE("chase", "pointer chase, 20 million", Kind.COMPUTE, 1),
  FAULTS("faults", "160,000 page faults", Kind.SYSTEM, 1),
  GETPPID("getppid", "1 million getppid", Kind.SYSTEM, 1),
  PIPE("pipe", "100,000 pipe round trips", Kind.SYSTEM, 1),
  SMP("smp", "two perl loops on two processors", Kind.COMPUTE, 2);

  /** What a workload stresses, which decides the mean it counts in. */
  enum Kind {
    /** Timed by the host, from the start of the process; has no native time. */
    BOOT,
    /** User code nearly all the time. */
    COMPUTE,
    /** Mostly the guest's kernel. */
    SYSTEM
  }

  final String label;
  final String title;
  final Kind kind;

  /** The guest's number of processors. */
  final int processors;

  Workload(String label, String title, Kind kind, int processors) {
    this.label = label;
    this.title = title;
    this.kind = kind;
    this.processors = processors;
  }

  /** The workload with that label, or null. */
  static Workload find(String label) {
    return Arrays.stream(values()).filter(w -> w.label.equals(label)).findFirst().orElse(null);
  }
}
