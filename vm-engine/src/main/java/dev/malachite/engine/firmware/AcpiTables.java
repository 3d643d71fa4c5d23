// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware;

import dev.malachite.engine.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * ACPI tables of a Generation 2 machine: hardware-reduced, with local APICs, one IOAPIC, a serial
 * port, a clock, and VMBus below a module device (ACPI 6.5, chapter 5).
 */
public final class AcpiTables {
  /** Port of the sleep control register (section 4.8.3.7), one byte. */
  public static final int SLEEP_CONTROL_PORT = 0x600;

  /** Port of the sleep status register, one byte. */
  public static final int SLEEP_STATUS_PORT = 0x601;

  /** Port of the reset register (section 4.8.3.6), one byte. */
  public static final int RESET_PORT = 0x602;

  /** What the reset register wants to see. */
  public static final int RESET_VALUE = 1;

  /** Sleep type of the soft-off state. */
  public static final int SLEEP_TYPE_OFF = 5;

  private static final int HEADER = 36;
  private static final int FADT_LENGTH = 276;

  // FADT flags (table 5.10).
  private static final int WBINVD_WORKS = 1;
  private static final int POWER_BUTTON_IS_DEVICE = 1 << 4;
  private static final int SLEEP_BUTTON_IS_DEVICE = 1 << 5;
  private static final int RESET_SUPPORTED = 1 << 10;
  private static final int HARDWARE_REDUCED = 1 << 20;

  // IA-PC boot architecture flags (table 5.11).
  private static final int NO_VGA = 1 << 2;

  private final int processors;
  private final long windowStart;
  private final long windowLength;
  private final long highWindowStart;
  private final long highWindowLength;
  private final boolean serial;

  /**
   * @param processors how many
   * @param windowStart start of the 32-bit memory window VMBus devices may use
   * @param windowLength its length in bytes
   * @param highWindowStart start of the window above 4 GiB
   * @param highWindowLength its length in bytes
   * @param serial true if there is a first serial port
   */
  public AcpiTables(
      int processors,
      long windowStart,
      long windowLength,
      long highWindowStart,
      long highWindowLength,
      boolean serial) {
    this.processors = processors;
    this.windowStart = windowStart;
    this.windowLength = windowLength;
    this.highWindowStart = highWindowStart;
    this.highWindowLength = highWindowLength;
    this.serial = serial;
  }

  /**
   * Writes all tables.
   *
   * @param gpa where, 16-byte aligned; the root pointer comes first
   * @param room bytes there are
   */
  public void write(GuestMemory memory, long gpa, int room) {
    long next = gpa + 64;
    byte[] dsdt = table("DSDT", 2, differentiated());
    long dsdtAt = next;
    next = place(memory, dsdtAt, dsdt);
    long fadtAt = next;
    next = place(memory, fadtAt, table("FACP", 6, fixed(dsdtAt)));
    long madtAt = next;
    next = place(memory, madtAt, table("APIC", 5, interruptControllers()));
    TableWriter root = new TableWriter().u64(fadtAt).u64(madtAt);
    long xsdtAt = next;
    next = place(memory, xsdtAt, table("XSDT", 1, root.toBytes()));
    if (next - gpa > room) {
      throw new IllegalStateException("ACPI tables need " + (next - gpa) + " bytes");
    }
    place(memory, gpa, rootPointer(xsdtAt));
  }

  private static long place(GuestMemory memory, long gpa, byte[] table) {
    memory.write(gpa, table, 0, table.length);
    return gpa + table.length + 15 & -16L;
  }

  private static byte[] rootPointer(long xsdt) {
    byte[] bytes =
        new TableWriter()
            .text("RSD PTR ", 8)
            .u8(0)
            .text("MALACH", 6)
            .u8(2)
            .u32(0)
            .u32(36)
            .u64(xsdt)
            .u8(0)
            .zeros(3)
            .toBytes();
    bytes[8] = checksum(bytes, 20);
    bytes[32] = checksum(bytes, 36);
    return bytes;
  }

  private static byte[] table(String signature, int revision, byte[] body) {
    byte[] bytes =
        new TableWriter()
            .text(signature, 4)
            .u32(HEADER + body.length)
            .u8(revision)
            .u8(0)
            .text("MALACH", 6)
            .text("MALACHIT", 8)
            .u32(1)
            .text("MALA", 4)
            .u32(1)
            .bytes(body)
            .toBytes();
    bytes[9] = checksum(bytes, bytes.length);
    return bytes;
  }

  private static byte checksum(byte[] bytes, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      sum += bytes[i];
    }
    return (byte) -sum;
  }

  // The fixed description table (section 5.2.9); offsets count from the table's start.
  private static byte[] fixed(long dsdt) {
    ByteBuffer b = ByteBuffer.allocate(FADT_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(40, (int) dsdt);
    b.putShort(109, (short) NO_VGA);
    b.putInt(
        112,
        WBINVD_WORKS
            | POWER_BUTTON_IS_DEVICE
            | SLEEP_BUTTON_IS_DEVICE
            | RESET_SUPPORTED
            | HARDWARE_REDUCED);
    port(b, 116, RESET_PORT);
    b.put(128, (byte) RESET_VALUE);
    b.put(131, (byte) 3);
    b.putLong(140, dsdt);
    port(b, 244, SLEEP_CONTROL_PORT);
    port(b, 256, SLEEP_STATUS_PORT);
    b.put(268, "Malachit".getBytes(StandardCharsets.US_ASCII));
    byte[] body = new byte[FADT_LENGTH - HEADER];
    b.get(HEADER, body);
    return body;
  }

  // A generic address structure for a one-byte port (section 5.2.3.2).
  private static void port(ByteBuffer b, int offset, int port) {
    b.put(offset, (byte) 1);
    b.put(offset + 1, (byte) 8);
    b.put(offset + 3, (byte) 1);
    b.putLong(offset + 4, port);
  }

  // The multiple APIC description table (section 5.2.12).
  private byte[] interruptControllers() {
    TableWriter w = new TableWriter().u32(0xFEE0_0000L).u32(0);
    for (int i = 0; i < processors; i++) {
      w.u8(0).u8(8).u8(i).u8(i).u32(1);
    }
    w.u8(1).u8(12).u8(0).u8(0).u32(0xFEC0_0000L).u32(0);
    return w.toBytes();
  }

  private byte[] differentiated() {
    List<byte[]> bus = new ArrayList<>();
    for (int i = 0; i < processors; i++) {
      bus.add(
          Aml.device(
              "P%03X".formatted(i),
              Aml.name("_HID", Aml.string("ACPI0007")),
              Aml.name("_UID", Aml.integer(i))));
    }
    bus.add(
        Aml.device(
            "VMOD",
            Aml.name("_HID", Aml.string("ACPI0004")),
            Aml.name("_UID", Aml.integer(0)),
            Aml.name(
                "_CRS",
                Aml.resources(
                    Aml.memoryWindow32(windowStart, windowLength),
                    Aml.memoryWindow64(highWindowStart, highWindowLength))),
            Aml.device(
                "VMBS",
                Aml.name("_HID", Aml.string("VMBus")),
                Aml.name("_DDN", Aml.string("VMBUS")),
                Aml.name("_UID", Aml.integer(0)),
                Aml.name("_STA", Aml.integer(15)),
                // Linux gives the device up without a _CRS of its own; 5 is Hyper-V's line.
                Aml.name("_CRS", Aml.resources(Aml.interrupt(5))))));
    if (serial) {
      bus.add(
          Aml.device(
              "COM1",
              Aml.name("_HID", Aml.eisaId("PNP0501")),
              Aml.name("_UID", Aml.integer(1)),
              Aml.name("_CRS", Aml.resources(Aml.ports(0x3F8, 8), Aml.interrupt(4)))));
    }
    bus.add(
        Aml.device(
            "RTC0",
            Aml.name("_HID", Aml.eisaId("PNP0B00")),
            Aml.name("_CRS", Aml.resources(Aml.ports(0x70, 2), Aml.interrupt(8)))));
    byte[] off =
        Aml.name(
            "_S5_",
            Aml.packageOf(
                Aml.integer(SLEEP_TYPE_OFF),
                Aml.integer(SLEEP_TYPE_OFF),
                Aml.integer(0),
                Aml.integer(0)));
    return Aml.concat(off, Aml.scope("_SB_", bus.toArray(byte[][]::new)));
  }
}
