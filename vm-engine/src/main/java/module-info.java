// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The virtual machine monitor: partition, processors, memory, VMBus and the device SPI. */
module dev.malachite.engine {
  requires dev.malachite.disk;
  requires static transitive org.jspecify;

  exports dev.malachite.engine.device;
  exports dev.malachite.engine.host;
  exports dev.malachite.engine.memory;
  exports dev.malachite.engine.processor;
  exports dev.malachite.engine.time;
}
