// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

/** The virtual machine monitor: partition, processors, memory, VMBus and the device SPI. */
module dev.malachite.engine {
  requires transitive dev.malachite.disk;
  requires jdk.jfr;
  requires jdk.net;
  requires static transitive org.jspecify;
  requires tools.jackson.core;

  exports dev.malachite.engine.catalogue;
  exports dev.malachite.engine.control;
  exports dev.malachite.engine.control.rpc;
  exports dev.malachite.engine.device;
  exports dev.malachite.engine.firmware;
  exports dev.malachite.engine.firmware.uefi;
  exports dev.malachite.engine.firmware.uefi.graphics;
  exports dev.malachite.engine.firmware.uefi.variable;
  exports dev.malachite.engine.host;
  exports dev.malachite.engine.hyperv;
  exports dev.malachite.engine.interrupt;
  exports dev.malachite.engine.json;
  exports dev.malachite.engine.machine;
  exports dev.malachite.engine.memory;
  exports dev.malachite.engine.processor;
  exports dev.malachite.engine.serial;
  exports dev.malachite.engine.state;
  exports dev.malachite.engine.time;
  exports dev.malachite.engine.vmbus;

  uses dev.malachite.engine.machine.BoardProvider;
}
