// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Virtual disks and their file formats: a library of its own. */
module dev.malachite.disk {
  exports dev.malachite.disk;
  exports dev.malachite.disk.filesystem;

  requires static transitive org.jspecify;
}
