// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Synthetic and emulated devices and the boards that put them together. */
module dev.malachite.devices {
  requires dev.malachite.disk;
  requires dev.malachite.engine;
  requires static transitive org.jspecify;
}
