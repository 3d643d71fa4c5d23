// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.path;

import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;

/** Writes device paths as text (UEFI 2.10, section 10.6.1.6). */
final class PathText {
  private PathText() {}

  static String of(DevicePath path) {
    StringBuilder text = new StringBuilder();
    for (DevicePath.Node node : path.nodes()) {
      if (!text.isEmpty()) {
        text.append('/');
      }
      text.append(node(node));
    }
    return text.toString();
  }

  static String node(DevicePath.Node n) {
    if (n.is(DevicePath.HARDWARE, 1, 2)) {
      return "Pci(0x%X,0x%X)".formatted(n.data()[1], n.data()[0]);
    }
    if (n.is(DevicePath.HARDWARE, 4, 16)) {
      return vendor("VenHw", n);
    }
    if (n.is(DevicePath.ACPI, 1, 8)) {
      return acpi(n.u32(0), n.u32(4));
    }
    if (n.is(DevicePath.ACPI, 2, 15)) {
      return acpiExpanded(n);
    }
    if (n.is(DevicePath.MESSAGING, 2, 4)) {
      ByteBuffer b = n.buffer();
      return "Scsi(0x%X,0x%X)".formatted(b.getShort(0), b.getShort(2));
    }
    if (n.is(DevicePath.MESSAGING, 10, 16)) {
      return vendor("VenMsg", n);
    }
    if (n.is(DevicePath.MESSAGING, 14, 15)) {
      return uart(n);
    }
    if (n.is(DevicePath.MEDIA, DevicePath.HARD_DRIVE, 38)) {
      return hardDrive(n);
    }
    if (n.is(DevicePath.MEDIA, DevicePath.CDROM, 20)) {
      return "CDROM(0x%X,0x%X,0x%X)".formatted(n.u32(0), n.u64(4), n.u64(12));
    }
    if (n.is(DevicePath.MEDIA, DevicePath.MEDIA_VENDOR, 16)) {
      return vendor("VenMedia", n);
    }
    if (n.is(DevicePath.MEDIA, DevicePath.FILE_PATH, 2)) {
      String name = new String(n.data(), StandardCharsets.UTF_16LE);
      int zero = name.indexOf(0);
      return zero >= 0 ? name.substring(0, zero) : name;
    }
    if (n.is(DevicePath.MEDIA, 6, 16)) {
      return "FvFile(" + guid(n) + ")";
    }
    if (n.is(DevicePath.MEDIA, 7, 16)) {
      return "Fv(" + guid(n) + ")";
    }
    return generic(n);
  }

  private static String generic(DevicePath.Node n) {
    String hex = HexFormat.of().withUpperCase().formatHex(n.data());
    String kind =
        switch (n.type()) {
          case DevicePath.HARDWARE -> "HardwarePath";
          case DevicePath.ACPI -> "AcpiPath";
          case DevicePath.MESSAGING -> "Msg";
          case DevicePath.MEDIA -> "MediaPath";
          case 5 -> "BbsPath";
          default -> "Path(%d,%d".formatted(n.type(), n.subType());
        };
    String open = kind.startsWith("Path(") ? kind : kind + "(" + n.subType();
    return hex.isEmpty() ? open + ")" : open + "," + hex + ")";
  }

  private static UUID uuid(DevicePath.Node n) {
    return GuestSpace.guid(n.data(), 0);
  }

  private static String guid(DevicePath.Node n) {
    return uuid(n).toString().toUpperCase(Locale.ROOT);
  }

  private static String vendor(String name, DevicePath.Node n) {
    HexFormat hex = HexFormat.of().withUpperCase();
    return n.data().length == 16
        ? name + "(" + guid(n) + ")"
        : name + "(" + guid(n) + "," + hex.formatHex(n.data(), 16, n.data().length) + ")";
  }

  private static String acpi(int hid, int uid) {
    if ((hid & 0xFFFF) == 0x41D0) {
      switch (hid >>> 16) {
        case 0x0A03 -> {
          return "PciRoot(0x%X)".formatted(uid);
        }
        case 0x0A08 -> {
          return "PcieRoot(0x%X)".formatted(uid);
        }
        case 0x0604 -> {
          return "Floppy(0x%X)".formatted(uid);
        }
        case 0x0301 -> {
          return "Keyboard(0x%X)".formatted(uid);
        }
        case 0x0501 -> {
          return "Serial(0x%X)".formatted(uid);
        }
        default -> {}
      }
    }
    return "Acpi(%s,0x%X)".formatted(eisa(hid), uid);
  }

  // Three letters of five bits, then four digits (ACPI 6.5, section 19.3.4).
  private static String eisa(int id) {
    int letters = id & 0xFFFF;
    return "%c%c%c%04X"
        .formatted(
            '@' + (letters >> 10 & 31), '@' + (letters >> 5 & 31), '@' + (letters & 31), id >>> 16);
  }

  private static String acpiExpanded(DevicePath.Node n) {
    String[] parts = new String(n.data(), StandardCharsets.ISO_8859_1).substring(12).split("\0", 4);
    String hid = !part(parts, 0).isEmpty() ? part(parts, 0) : eisa(n.u32(0));
    String uid = !part(parts, 1).isEmpty() ? part(parts, 1) : "0x%X".formatted(n.u32(4));
    String cid =
        !part(parts, 2).isEmpty() ? part(parts, 2) : n.u32(8) == 0 ? "0x0" : eisa(n.u32(8));
    return "AcpiEx(" + hid + "," + cid + "," + uid + ")";
  }

  private static String part(String[] parts, int index) {
    return index < parts.length ? parts[index] : "";
  }

  private static String uart(DevicePath.Node n) {
    ByteBuffer b = n.buffer();
    char parity = "DNEOMS".charAt(Math.clamp(b.get(13), 0, 5));
    String stop =
        switch (b.get(14)) {
          case 0 -> "D";
          case 1 -> "1";
          case 2 -> "1.5";
          default -> "2";
        };
    return "Uart(%d,%d,%c,%s)".formatted(b.getLong(4), b.get(12), parity, stop);
  }

  private static String hardDrive(DevicePath.Node n) {
    int kind = n.data()[37] & 0xFF;
    String signature =
        switch (kind) {
          case 1 -> "0x%08X".formatted(n.u32(20));
          case 2 -> GuestSpace.guid(n.data(), 20).toString().toUpperCase(Locale.ROOT);
          default -> "0";
        };
    String format =
        switch (kind) {
          case 1 -> "MBR";
          case 2 -> "GPT";
          default -> Integer.toString(kind);
        };
    return "HD(%d,%s,%s,0x%X,0x%X)".formatted(n.u32(0), format, signature, n.u64(4), n.u64(12));
  }
}
