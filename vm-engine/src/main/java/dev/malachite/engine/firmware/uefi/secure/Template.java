// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.secure;

import dev.malachite.engine.firmware.uefi.variable.Variable;
import dev.malachite.engine.firmware.uefi.variable.VariableStore;
import dev.malachite.engine.machine.FirmwareSettings;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;

/**
 * The keys that a machine's Secure Boot setting stands for. The platform key's private half was
 * thrown away when it was made: nobody can change a template's keys but by another setting.
 */
public final class Template {
  /** The owner of Microsoft's certificates, by Microsoft's own listing. */
  private static final UUID MICROSOFT = UUID.fromString("77fa9abd-0359-4d32-bd60-28f4e78f784b");

  private static final List<String> WINDOWS = List.of("microsoft-windows-production-pca-2011.cer");
  private static final List<String> OTHERS =
      List.of("microsoft-uefi-ca-2011.cer", "microsoft-uefi-ca-2023.cer");

  private Template() {}

  /** Enrols a setting's keys where there are none. */
  public static void apply(FirmwareSettings.SecureBoot setting, VariableStore store)
      throws IOException {
    switch (setting) {
      case OFF, OPEN -> {}
      case MICROSOFT_WINDOWS -> enrol(store, WINDOWS);
      case MICROSOFT_UEFI_CA -> enrol(store, OTHERS);
    }
  }

  private static void enrol(VariableStore store, List<String> allowed) throws IOException {
    if (store.get(Variable.GLOBAL, "PK") != null) {
      return;
    }
    List<byte[]> certificates = new java.util.ArrayList<>();
    for (String name : allowed) {
      certificates.add(read(name));
    }
    SecureBoot.enrol(
        store,
        MICROSOFT,
        read("platform-key.cer"),
        List.of(read("microsoft-kek-ca-2011.cer")),
        certificates);
  }

  private static byte[] read(String name) throws IOException {
    try (InputStream in = Template.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the program is incomplete: " + name + " is missing from it");
      }
      return in.readAllBytes();
    }
  }
}
