// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.malachite.engine.memory.GuestMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables, read as ACPI says and by ACPICA's disassembler. */
class AcpiTablesTest {
  private static final long AT = 0xE_0000;
  private static final Path IASL = Path.of("/usr/bin/iasl");

  private final GuestMemory memory = new GuestMemory();

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void write() {
    memory.addRegion("test", 0, 1 << 20, true);
    new AcpiTables(2, 0xF800_0000L, 0x6C0_0000L, 1L << 32, 1L << 32, true)
        .write(memory, AT, 0x1_0000);
  }

  @AfterEach
  void close() {
    memory.close();
  }

  private byte[] bytes(long gpa, int length) {
    byte[] bytes = new byte[length];
    memory.read(gpa, bytes, 0, length);
    return bytes;
  }

  private String signature(long gpa) {
    return new String(bytes(gpa, 4), StandardCharsets.US_ASCII);
  }

  private static int sum(byte[] bytes) {
    int sum = 0;
    for (byte b : bytes) {
      sum += b;
    }
    return sum & 0xFF;
  }

  @Test
  void everyTableIsFoundAndSumsToZero() {
    assertThat(new String(bytes(AT, 8), StandardCharsets.US_ASCII)).isEqualTo("RSD PTR ");
    assertThat(sum(bytes(AT, 20))).isZero();
    assertThat(sum(bytes(AT, 36))).isZero();
    long xsdt = memory.readLong(AT + 24);
    assertThat(signature(xsdt)).isEqualTo("XSDT");
    long fadt = memory.readLong(xsdt + 36);
    long madt = memory.readLong(xsdt + 44);
    assertThat(signature(fadt)).isEqualTo("FACP");
    assertThat(signature(madt)).isEqualTo("APIC");
    long dsdt = memory.readLong(fadt + 140);
    assertThat(signature(dsdt)).isEqualTo("DSDT");
    for (long table : new long[] {xsdt, fadt, madt, dsdt}) {
      assertThat(sum(bytes(table, memory.readInt(table + 4)))).as(signature(table)).isZero();
    }
  }

  @Test
  void acpicaDisassemblesTheDevices() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(IASL), "needs iasl of Debian's acpica-tools");
    long xsdt = memory.readLong(AT + 24);
    long dsdt = memory.readLong(memory.readLong(xsdt + 36) + 140);
    Path file = folder.resolve("dsdt.dat");
    Files.write(file, bytes(dsdt, memory.readInt(dsdt + 4)));
    Process process =
        new ProcessBuilder(IASL.toString(), "-d", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("log"))).isZero();
    assertThat(Files.readString(folder.resolve("dsdt.dsl")))
        .contains("Name (_HID, \"VMBus\")")
        .contains("Name (_HID, \"ACPI0004\"")
        .contains("EisaId (\"PNP0501\")")
        .contains("EisaId (\"PNP0B00\")")
        .contains("0xF8000000,         // Range Minimum")
        .contains("0xFEBFFFFF,         // Range Maximum")
        .contains("IRQ (Edge, ActiveHigh, Exclusive, )\n                    {4}")
        .contains("Device (P001)");
  }
}
