// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** Synthetic and emulated devices and the boards that put them together. */
module dev.malachite.devices {
  requires transitive dev.malachite.disk;
  requires transitive dev.malachite.engine;
  requires static transitive org.jspecify;

  exports dev.malachite.devices.clock;
  exports dev.malachite.devices.input;
  exports dev.malachite.devices.serial;
  exports dev.malachite.devices.services;
  exports dev.malachite.devices.storage;
  exports dev.malachite.devices.video;

  provides dev.malachite.engine.machine.BoardProvider with
      dev.malachite.devices.board.Generation1Provider,
      dev.malachite.devices.board.Generation2Provider;
}
