// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.machine;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people set of a machine's firmware.
 *
 * @param variables the file that holds a Generation 2 machine's firmware variables; null to forget
 *     them when the machine ends
 * @param secureBoot which programs a Generation 2 machine starts
 * @param bootOrder numbers of drives in the order in which to try them; those not named come after
 *     these in the order of their numbers
 */
public record FirmwareSettings(
    @Nullable Path variables, SecureBoot secureBoot, List<Integer> bootOrder) {
  /** Whom Secure Boot trusts. */
  public enum SecureBoot {
    /** Everything starts. */
    OFF,
    /** What Microsoft has signed for Windows. */
    MICROSOFT_WINDOWS,
    /** What Microsoft has signed for others: shim and with it Linux distributions. */
    MICROSOFT_UEFI_CA,
    /** Whom the keys in the machine's variables name; everything, as long as there are none. */
    OPEN
  }

  /** Nothing kept, everything starts, drives in the order of their numbers. */
  public static final FirmwareSettings DEFAULT =
      new FirmwareSettings(null, SecureBoot.OFF, List.of());

  /** Copies the list. */
  public FirmwareSettings {
    bootOrder = List.copyOf(bootOrder);
  }
}
