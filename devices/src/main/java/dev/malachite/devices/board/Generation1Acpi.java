// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import dev.malachite.devices.chipset.PowerManagement;
import dev.malachite.devices.fwcfg.FirmwareConfiguration;
import dev.malachite.devices.fwcfg.TableLoader;
import dev.malachite.engine.firmware.Aml;
import dev.malachite.engine.firmware.TableWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The ACPI tables of a Generation 1 machine (ACPI 6.5, chapter 5), as files that SeaBIOS places.
 *
 * @param processors how many
 * @param layout where the windows for devices are
 * @param serial true if there is a first serial port
 * @param floppy true if there is a floppy controller
 */
record Generation1Acpi(int processors, Generation1Layout layout, boolean serial, boolean floppy) {
  private static final String TABLES = "etc/acpi/tables";
  private static final String ROOT = "etc/acpi/rsdp";
  private static final String LOADER = "etc/table-loader";

  /** Where SeaBIOS places the power management ports of a machine with these files. */
  private static final int POWER_PORTS = 0x600;

  private static final int SCI = 9;
  private static final int RESET_PORT = 0xCF9;
  private static final int RESET_VALUE = 6;
  private static final int CENTURY = 0x32;

  private static final int HEADER = 36;
  private static final int FADT_LENGTH = 244;
  private static final int FACS_LENGTH = 64;

  /** Flags of an interrupt: active high, level-triggered. */
  private static final int LEVEL_HIGH = 0x0D;

  /** Adds the files. */
  void addTo(FirmwareConfiguration files) {
    TableWriter all = new TableWriter();
    TableLoader loader =
        new TableLoader()
            .allocate(ROOT, 16, TableLoader.SEARCHED)
            .allocate(TABLES, 64, TableLoader.HIGH);
    int facs = all.size();
    all.bytes(waking());
    int dsdt = add(all, loader, "DSDT", 1, differentiated());
    int fadt = add(all, loader, "FACP", 3, fixed(facs, dsdt));
    loader.addPointer(TABLES, TABLES, fadt + 36, 4).addPointer(TABLES, TABLES, fadt + 40, 4);
    int madt = add(all, loader, "APIC", 1, interruptControllers());
    int rsdt = add(all, loader, "RSDT", 1, new TableWriter().u32(fadt).u32(madt).toBytes());
    loader.addPointer(TABLES, TABLES, rsdt + HEADER, 4);
    loader.addPointer(TABLES, TABLES, rsdt + HEADER + 4, 4);
    // Sums come last, when the pointers in what is summed are right.
    sum(loader, fadt, FADT_LENGTH);
    sum(loader, rsdt, HEADER + 8);
    byte[] root =
        new TableWriter().text("RSD PTR ", 8).u8(0).text("MALACH", 6).u8(0).u32(rsdt).toBytes();
    loader.addPointer(ROOT, TABLES, 16, 4).addChecksum(ROOT, 8, 0, root.length);
    files.file(ROOT, root);
    files.file(TABLES, all.toBytes());
    files.file(LOADER, loader.toBytes());
  }

  private static void sum(TableLoader loader, int table, int length) {
    loader.addChecksum(TABLES, table + 9, table, length);
  }

  private static int add(
      TableWriter all, TableLoader loader, String signature, int revision, byte[] body) {
    all.zeros(-all.size() & 15);
    int at = all.size();
    all.text(signature, 4).u32(HEADER + body.length).u8(revision).u8(0);
    all.text("MALACH", 6).text("MALACHIT", 8).u32(1).text("MALA", 4).u32(1).bytes(body);
    if (!signature.equals("FACP") && !signature.equals("RSDT")) {
      sum(loader, at, HEADER + body.length);
    }
    return at;
  }

  // The firmware control structure (section 5.2.10), which nobody uses without sleep states.
  private static byte[] waking() {
    return new TableWriter().text("FACS", 4).u32(FACS_LENGTH).zeros(FACS_LENGTH - 8).toBytes();
  }

  // The fixed description table, version 3 (section 5.2.9); offsets count from the table's start.
  private static byte[] fixed(int facs, int dsdt) {
    ByteBuffer b = ByteBuffer.allocate(FADT_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(36, facs);
    b.putInt(40, dsdt);
    b.putShort(46, (short) SCI);
    b.putInt(48, PowerManagement.COMMAND_PORT);
    b.put(52, (byte) PowerManagement.ENABLE_ACPI);
    b.put(53, (byte) PowerManagement.DISABLE_ACPI);
    b.putInt(56, POWER_PORTS);
    b.putInt(64, POWER_PORTS + 4);
    b.putInt(76, POWER_PORTS + 8);
    b.putInt(80, POWER_PORTS + 12);
    b.put(88, (byte) 4);
    b.put(89, (byte) 2);
    b.put(91, (byte) 4);
    b.put(92, (byte) 4);
    // No processor power states beyond C1.
    b.putShort(96, (short) 0xFFF);
    b.putShort(98, (short) 0xFFF);
    b.put(108, (byte) CENTURY);
    // There are ISA devices and a keyboard controller.
    b.putShort(109, (short) 3);
    // WBINVD works, C1 everywhere, no sleep button of this table, wakes not by clock, reset
    // register.
    b.putInt(112, 1 | 1 << 2 | 1 << 5 | 1 << 6 | 1 << 10);
    b.put(116, (byte) 1);
    b.put(117, (byte) 8);
    b.put(119, (byte) 1);
    b.putLong(120, RESET_PORT);
    b.put(128, (byte) RESET_VALUE);
    byte[] body = new byte[FADT_LENGTH - HEADER];
    b.get(HEADER, body);
    return body;
  }

  // The multiple APIC description table (section 5.2.12).
  private byte[] interruptControllers() {
    // There is a pair of 8259 too.
    TableWriter w = new TableWriter().u32(0xFEE0_0000L).u32(1);
    for (int i = 0; i < processors; i++) {
      w.u8(0).u8(8).u8(i).u8(i).u32(1);
    }
    w.u8(1).u8(12).u8(0).u8(0).u32(0xFEC0_0000L).u32(0);
    override(w, 0, IsaInterrupts.TIMER_INPUT, 0);
    override(w, SCI, SCI, LEVEL_HIGH);
    override(w, 10, 10, LEVEL_HIGH);
    override(w, 11, 11, LEVEL_HIGH);
    // LINT1 of all processors is the non-maskable interrupt.
    w.u8(4).u8(6).u8(0xFF).u16(0).u8(1);
    return w.toBytes();
  }

  private static void override(TableWriter w, int irq, int input, int flags) {
    w.u8(2).u8(10).u8(0).u8(irq).u32(input).u16(flags);
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
    bus.add(hostBridge());
    byte[] zero = Aml.integer(PowerManagement.SLEEP_TYPE_OFF);
    byte[] off = Aml.name("_S5_", Aml.packageOf(zero, zero, Aml.integer(0), Aml.integer(0)));
    return Aml.concat(off, Aml.scope("_SB_", bus.toArray(byte[][]::new)));
  }

  private byte[] hostBridge() {
    long window = layout.window();
    return Aml.device(
        "PCI0",
        Aml.name("_HID", Aml.eisaId("PNP0A03")),
        Aml.name("_UID", Aml.integer(0)),
        Aml.name("_BBN", Aml.integer(0)),
        Aml.name(
            "_CRS",
            Aml.resources(
                Aml.busNumbers(),
                Aml.ports(0xCF8, 8),
                Aml.portWindow(0, 0xCF8),
                Aml.portWindow(0xD00, 0x1_0000 - 0xD00),
                Aml.memoryWindow32(Generation1Layout.VGA, Generation1Layout.VGA_LENGTH),
                Aml.memoryWindow32(window, Generation1Layout.WINDOW_END - window),
                Aml.memoryWindow64(layout.highWindow(), Generation1Layout.HIGH_WINDOW_LENGTH))),
        Aml.name("_PRT", routing()),
        isaBridge(),
        Aml.device(
            "VMBS",
            Aml.name("_HID", Aml.string("VMBus")),
            Aml.name("_DDN", Aml.string("VMBUS")),
            Aml.name("_UID", Aml.integer(0)),
            Aml.name("_STA", Aml.integer(15)),
            Aml.name("_CRS", Aml.resources(Aml.interrupt(5)))));
  }

  // SeaBIOS routes the four PCI interrupts to 10, 10, 11, 11, which are the IOAPIC's inputs too.
  private static byte[] routing() {
    int[] inputs = {10, 10, 11, 11};
    List<byte[]> entries = new ArrayList<>();
    for (int device = 1; device < 32; device++) {
      for (int pin = 0; pin < 4; pin++) {
        entries.add(
            Aml.packageOf(
                Aml.integer((long) device << 16 | 0xFFFF),
                Aml.integer(pin),
                Aml.integer(0),
                Aml.integer(inputs[device - 1 + pin & 3])));
      }
    }
    return Aml.packageOf(entries.toArray(byte[][]::new));
  }

  private byte[] isaBridge() {
    List<byte[]> devices = new ArrayList<>();
    devices.add(Aml.name("_ADR", Aml.integer(7 << 16)));
    devices.add(
        device("PS2K", "PNP0303", 0, Aml.ports(0x60, 1), Aml.ports(0x64, 1), Aml.interrupt(1)));
    devices.add(device("PS2M", "PNP0F13", 0, Aml.interrupt(12)));
    devices.add(device("RTC0", "PNP0B00", 0, Aml.ports(0x70, 2), Aml.interrupt(8)));
    if (serial) {
      devices.add(device("COM1", "PNP0501", 1, Aml.ports(0x3F8, 8), Aml.interrupt(4)));
    }
    if (floppy) {
      devices.add(
          device(
              "FDC0",
              "PNP0700",
              0,
              Aml.ports(0x3F2, 4),
              Aml.ports(0x3F7, 1),
              Aml.interrupt(6),
              Aml.dma(2)));
    }
    return Aml.device("ISA_", devices.toArray(byte[][]::new));
  }

  private static byte[] device(String name, String id, int uid, byte[]... resources) {
    return Aml.device(
        name,
        Aml.name("_HID", Aml.eisaId(id)),
        Aml.name("_UID", Aml.integer(uid)),
        Aml.name("_CRS", Aml.resources(resources)));
  }
}
