// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** What the workloads run on. */
enum Subject {
  MALACHITE("malachite", "Malachite"),
  QEMU_QEMU64("qemu64", "TCG qemu64"),
  QEMU_MAX("max", "TCG max"),
  NATIVE("native", "native");

  /** The name in files. */
  final String label;

  /** The name in the table's head. */
  final String title;

  Subject(String label, String title) {
    this.label = label;
    this.title = title;
  }

  boolean isQemu() {
    return this == QEMU_QEMU64 || this == QEMU_MAX;
  }
}
