// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostCommandTest {
  @TempDir private Path folder;
  private Path cpuinfo;
  private Path meminfo;
  private Path kvm;

  @BeforeEach
  void nameFiles() {
    cpuinfo = folder.resolve("cpuinfo");
    meminfo = folder.resolve("meminfo");
    kvm = folder.resolve("kvm");
  }

  @Test
  void aHostWithVmxAndKvmCanVirtualizeInHardware() throws IOException {
    Files.writeString(
        cpuinfo,
        """
        processor\t: 0
        vendor_id\t: GenuineIntel
        model name\t: Example CPU: 3 GHz
        flags\t\t: fpu vme vmx sse

        processor\t: 1
        vendor_id\t: Other
        """);
    Files.writeString(meminfo, "MemTotal:       16384 kB\nMemFree:         1024 kB\n");
    Files.createFile(kvm);
    HostFacts host = HostFacts.read(cpuinfo, meminfo, kvm);
    assertThat(host.vendor()).isEqualTo("GenuineIntel");
    assertThat(host.model()).isEqualTo("Example CPU: 3 GHz");
    assertThat(host.memory()).isEqualTo(16L << 20);
    assertThat(host.vmx()).isTrue();
    assertThat(host.svm()).isFalse();
    assertThat(host.hardwareVirtualization()).isTrue();
  }

  @Test
  void kvmWithoutVmxOrSvmIsNotHardware() throws IOException {
    Files.writeString(cpuinfo, "flags : fpu vmx_like svm_lock\n");
    Files.createFile(kvm);
    HostFacts host = HostFacts.read(cpuinfo, meminfo, kvm);
    assertThat(host.kvm()).isEqualTo(HostFacts.KvmDevice.OPENS);
    assertThat(host.hardwareVirtualization()).isFalse();
  }

  @Test
  void aHostThatTellsNothingStillHasAnEngine() {
    HostFacts host = HostFacts.read(cpuinfo, meminfo, kvm);
    assertThat(host.kvm()).isEqualTo(HostFacts.KvmDevice.MISSING);
    assertThat(host.memory()).isZero();
    assertThat(HostFacts.available(host.choose().engine())).isTrue();
    assertThat(host.choose().reason()).isNotBlank();
  }

  @Test
  void infoNamesTheEngineThatAutoPicks() {
    Invocation text = Invocation.of("host", "info");
    assertThat(text.exitCode()).isZero();
    assertThat(text.out()).containsPattern("auto picks +\\w+: ");
    Invocation json = Invocation.of("host", "info", "--json");
    assertThat(json.exitCode()).isZero();
    assertThat(json.out()).startsWith("{").endsWith("}\n").contains("\"auto\"", "\"engines\"");
  }
}
