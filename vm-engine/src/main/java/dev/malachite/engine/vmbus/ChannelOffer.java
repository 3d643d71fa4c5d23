// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import java.util.UUID;

/** What a guest is told about a device's channel before it opens it. Immutable. */
public final class ChannelOffer {
  /** The guest lists the device. */
  public static final int ENUMERATE_DEVICE_INTERFACE = 1;

  /** The channel is a pipe: the user-defined bytes start with the pipe's mode. */
  public static final int NAMED_PIPE_MODE = 0x10;

  /** The channel is a socket's end. */
  public static final int TLNPI_PROVIDER = 0x2000;

  /** Pipe mode: a stream of bytes. */
  public static final int PIPE_BYTES = 0;

  /** Pipe mode: messages. */
  public static final int PIPE_MESSAGES = 4;

  /** Bytes of user-defined data in an offer. */
  public static final int MAX_USER_DEFINED = 120;

  private final String name;
  private final UUID interfaceType;
  private final UUID instance;
  private final int flags;
  private final int mmioMegabytes;
  private final int subChannelIndex;
  private final byte[] userDefined;

  /**
   * Makes an offer.
   *
   * @param name for messages
   * @param interfaceType what kind of device it is
   * @param instance which of its kind; the same at every start of a machine
   * @param flags see the constants
   * @param mmioMegabytes address space the guest must find for the device, in MiB, 0 to 65535
   * @param subChannelIndex 0 for a device's first channel
   * @param userDefined at most {@value #MAX_USER_DEFINED} bytes the driver may look at
   */
  public ChannelOffer(
      String name,
      UUID interfaceType,
      UUID instance,
      int flags,
      int mmioMegabytes,
      int subChannelIndex,
      byte[] userDefined) {
    if (userDefined.length > MAX_USER_DEFINED) {
      throw new IllegalArgumentException("too many user-defined bytes in an offer");
    }
    if (mmioMegabytes < 0 || mmioMegabytes > 0xFFFF) {
      throw new IllegalArgumentException("MMIO size out of range: " + mmioMegabytes + " MiB");
    }
    if (subChannelIndex < 0 || subChannelIndex > 0xFFFF) {
      throw new IllegalArgumentException("sub-channel index out of range: " + subChannelIndex);
    }
    this.name = name;
    this.interfaceType = interfaceType;
    this.instance = instance;
    this.flags = flags;
    this.mmioMegabytes = mmioMegabytes;
    this.subChannelIndex = subChannelIndex;
    this.userDefined = userDefined.clone();
  }

  /** A device's first channel, with packets of the device's own. */
  public static ChannelOffer device(String name, UUID interfaceType, UUID instance) {
    return new ChannelOffer(
        name, interfaceType, instance, ENUMERATE_DEVICE_INTERFACE, 0, 0, new byte[0]);
  }

  /** A pipe for messages, as integration services are. */
  public static ChannelOffer messagePipe(String name, UUID interfaceType, UUID instance) {
    byte[] mode = new byte[4];
    LittleEndian.putInt(mode, 0, PIPE_MESSAGES);
    return new ChannelOffer(
        name, interfaceType, instance, ENUMERATE_DEVICE_INTERFACE | NAMED_PIPE_MODE, 0, 0, mode);
  }

  /** The same offer with address space to be found by the guest. */
  public ChannelOffer withMmioMegabytes(int megabytes) {
    return new ChannelOffer(
        name, interfaceType, instance, flags, megabytes, subChannelIndex, userDefined);
  }

  /** The same device's further channel. */
  public ChannelOffer subChannel(int index) {
    return new ChannelOffer(
        name, interfaceType, instance, flags, mmioMegabytes, index, userDefined);
  }

  /** For messages. */
  public String name() {
    return name;
  }

  /** What kind of device it is. */
  public UUID interfaceType() {
    return interfaceType;
  }

  /** Which of its kind. */
  public UUID instance() {
    return instance;
  }

  /** See the constants. */
  public int flags() {
    return flags;
  }

  /** Address space the guest must find for the device, in MiB. */
  public int mmioMegabytes() {
    return mmioMegabytes;
  }

  /** 0 for a device's first channel. */
  public int subChannelIndex() {
    return subChannelIndex;
  }

  /** A copy of the user-defined bytes. */
  public byte[] userDefined() {
    return userDefined.clone();
  }

  @Override
  public String toString() {
    return name;
  }
}
