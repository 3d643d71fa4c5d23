// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.misc;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.handle.Protocols;
import dev.malachite.engine.firmware.uefi.path.DevicePath;
import java.nio.ByteBuffer;

/** Device Path Utilities and To Text protocols (UEFI 2.10, sections 10.5 and 10.6.2). */
public final class PathProtocols {
  private static final int END = 4;

  private final Core core;

  /** Installs both protocols on a handle. */
  public PathProtocols(Core core, long handle) {
    this.core = core;
    ByteBuffer text = Core.table(16);
    text.putLong(core.simple("DevicePathToText.ConvertDeviceNode", this::nodeToText));
    text.putLong(core.simple("DevicePathToText.ConvertDevicePath", this::pathToText));
    core.install(handle, Protocols.DEVICE_PATH_TO_TEXT, core.data(Core.bytes(text)));
    ByteBuffer utilities = Core.table(64);
    utilities.putLong(core.simple("DevicePathUtilities.GetSize", this::size));
    utilities.putLong(core.simple("DevicePathUtilities.Duplicate", this::duplicate));
    utilities.putLong(core.simple("DevicePathUtilities.AppendPath", this::appendPath));
    utilities.putLong(core.simple("DevicePathUtilities.AppendNode", this::appendNode));
    utilities.putLong(core.simple("DevicePathUtilities.AppendInstance", this::appendPath));
    utilities.putLong(core.simple("DevicePathUtilities.GetNextInstance", this::nextInstance));
    utilities.putLong(core.simple("DevicePathUtilities.IsMultiInstance", a -> 0));
    utilities.putLong(core.simple("DevicePathUtilities.CreateNode", this::createNode));
    core.install(handle, Protocols.DEVICE_PATH_UTILITIES, core.data(Core.bytes(utilities)));
  }

  private DevicePath read(long address) {
    return address == 0 ? DevicePath.EMPTY : DevicePath.read(core.space(), address);
  }

  private byte[] node(long address) {
    byte[] header = core.space().bytes(address, END, END);
    int length = header[2] & 0xFF | (header[3] & 0xFF) << 8;
    EfiException.require(length >= END);
    byte[] node = core.space().bytes(address, length, 1 << 16);
    System.arraycopy(header, 0, node, 0, END);
    return node;
  }

  private long nodeToText(Arguments a) {
    long address = a.get(0);
    return address == 0
        ? 0
        : core.data(GuestSpace.string(DevicePath.parse(node(address)).toString()));
  }

  private long pathToText(Arguments a) {
    long address = a.get(0);
    return address == 0 ? 0 : core.data(GuestSpace.string(read(address).toString()));
  }

  private long size(Arguments a) {
    long address = a.get(0);
    return address == 0 ? 0 : read(address).length() + END;
  }

  private long duplicate(Arguments a) {
    long address = a.get(0);
    return address == 0 ? 0 : core.data(read(address).toBytes());
  }

  private long appendPath(Arguments a) {
    return core.data(read(a.get(0)).plus(read(a.get(1))).toBytes());
  }

  private long appendNode(Arguments a) {
    long address = a.get(1);
    DevicePath more = address == 0 ? DevicePath.EMPTY : DevicePath.parse(node(address));
    return core.data(read(a.get(0)).plus(more).toBytes());
  }

  // GetNextDevicePathInstance(**Instance, *Size): our paths have one instance.
  private long nextInstance(Arguments a) {
    long at = a.get(0);
    long address = at == 0 ? 0 : core.space().u64(at);
    if (address == 0) {
      return 0;
    }
    byte[] path = read(address).toBytes();
    core.space().optional64(a.get(1), path.length);
    core.space().u64(at, 0);
    return core.data(path);
  }

  // CreateDeviceNode(Type, SubType, Length).
  private long createNode(Arguments a) {
    int length = a.u32(2) & 0xFFFF;
    if (length < END) {
      return 0;
    }
    byte[] node = new byte[length];
    node[0] = (byte) a.get(0);
    node[1] = (byte) a.get(1);
    node[2] = (byte) length;
    node[3] = (byte) (length >> 8);
    return core.data(node);
  }
}
