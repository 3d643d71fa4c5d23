// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.memory.GuestMemory;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Device paths: bytes by chapter 10's tables, text by section 10.6.1.6. */
class DevicePathTest {
  // Acpi(PNP0A03,0)/Pci(1F|2)/... as section 10.4's example, and a file.
  private static final String BYTES =
      "02010C00D041030A00000000"
          + "010106000 21F".replace(" ", "")
          + "03020800"
          + "01000200"
          + "040412005C0045004600490000"
          + "0000000000"
          + "7FFF0400";

  @Test
  void parsesAndPrints() {
    DevicePath path = DevicePath.parse(HexFormat.of().parseHex(BYTES));
    assertThat(path.toString()).isEqualTo("PciRoot(0x0)/Pci(0x1F,0x2)/Scsi(0x1,0x2)/\\EFI");
    assertThat(HexFormat.of().withUpperCase().formatHex(path.toBytes())).isEqualTo(BYTES);
    assertThat(path.fileName()).isEqualTo("\\EFI");
  }

  @Test
  void buildsWhatHypervUses() {
    UUID vendor = UUID.fromString("9b17e5a2-0891-42dd-b653-80b5c22809ba");
    DevicePath path =
        DevicePath.EMPTY
            .acpi("VMBus")
            .vendorHardware(vendor, new byte[] {1, 2})
            .scsi(0, 3)
            .cdrom(1, 0x10, 0x20)
            .file("\\EFI\\BOOT")
            .file("A.EFI");
    assertThat(path.toString())
        .isEqualTo(
            "AcpiEx(VMBus,0x0,0x0)/VenHw(9B17E5A2-0891-42DD-B653-80B5C22809BA,0102)/Scsi(0x0,0x3)"
                + "/CDROM(0x1,0x10,0x20)/\\EFI\\BOOT/A.EFI");
    assertThat(path.fileName()).isEqualTo("\\EFI\\BOOT\\A.EFI");
    assertThat(DevicePath.parse(path.toBytes())).isEqualTo(path);
    DevicePath drive = DevicePath.EMPTY.acpi("VMBus");
    assertThat(path.startsWith(drive)).isTrue();
    assertThat(drive.plus(path.from(drive.length()))).isEqualTo(path);
    assertThat(DevicePath.EMPTY.uart().toString()).isEqualTo("Uart(115200,8,N,1)");
  }

  @Test
  void guidsHaveTheirFirstThreeFieldsTurnedRound() {
    UUID guid = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
    byte[] bytes = GuestSpace.guid(guid);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("67452301ab89efcd0123456789abcdef");
    assertThat(GuestSpace.guid(bytes, 0)).isEqualTo(guid);
  }

  @Test
  void refusesWhatIsMalformed() {
    byte[] shortNode = {1, 1, 3, 0, 0, 0};
    assertThatThrownBy(() -> DevicePath.parse(shortNode)).isInstanceOf(EfiException.class);
    byte[] cutOff = {1, 1, 60, 0, 0, 0};
    assertThatThrownBy(() -> DevicePath.parse(cutOff)).isInstanceOf(EfiException.class);
    try (GuestMemory memory = new GuestMemory()) {
      memory.addRegion("ram", 0, 1 << 20, true);
      for (long at = 0; at < 1 << 20; at += 4) {
        memory.writeInt(at, 0x0004_0101);
      }
      GuestSpace space = new GuestSpace(memory);
      assertThatThrownBy(() -> DevicePath.read(space, 0)).isInstanceOf(EfiException.class);
    }
  }
}
